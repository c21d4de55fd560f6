"""Checks of the numbers of a return, against each other, the calendar and the returns of other quarters."""

from collections.abc import Callable, Iterator, Mapping

from etl.returns.checks.basis import check_basis_plausible, check_basis_unchanged
from etl.returns.checks.blanks import check_no_number_is_blank, check_no_part_is_blank, check_return_has_answers
from etl.returns.checks.context import CheckContext, OtherReturn
from etl.returns.checks.outliers import (
    check_flows_not_unusually_high,
    check_stages_do_not_go_back,
    check_stocks_do_not_fall_to_zero,
    check_stocks_not_unusual,
)
from etl.returns.checks.patterns import (
    check_flows_differ_from_last_quarter,
    check_flows_not_all_zero,
    check_women_below_total,
)
from etl.returns.checks.relations import (
    check_dimensions_agree,
    check_numerator_within_denominator,
    check_part_within_total,
    check_parts_sum_to_total,
    check_people_within_participations,
    check_ratio_pairs,
    check_ratio_within_maximum,
)
from etl.returns.checks.timing import check_not_locked, check_not_too_early, check_quarter_has_ended
from etl.returns.checks.year_to_date import check_later_year_to_date, check_year_to_date
from etl.returns.findings.finding import Finding
from etl.returns.form.parsed_return import ParsedReturn

__all__ = ["CHECKS", "Check", "CheckContext", "OtherReturn", "check_return"]

Check = Callable[[ParsedReturn, CheckContext], Iterator[Finding]]

CHECKS: Mapping[str, Check] = {
    "part-over-total": check_part_within_total,
    "numerator-over-denominator": check_numerator_within_denominator,
    "ratio-over-maximum": check_ratio_within_maximum,
    "people-over-participations": check_people_within_participations,
    "parts-not-total": check_parts_sum_to_total,
    "pair-incomplete": check_ratio_pairs,
    "dimensions-disagree": check_dimensions_agree,
    "return-empty": check_return_has_answers,
    "cell-blank": check_no_number_is_blank,
    "part-blank": check_no_part_is_blank,
    "quarter-too-early": check_not_too_early,
    "quarter-early": check_quarter_has_ended,
    "quarter-locked": check_not_locked,
    "year-to-date-falls": check_year_to_date,
    "earlier-quarter-rises": check_later_year_to_date,
    "flow-unusually-high": check_flows_not_unusually_high,
    "stock-unusual": check_stocks_not_unusual,
    "stock-falls-to-zero": check_stocks_do_not_fall_to_zero,
    "stage-goes-back": check_stages_do_not_go_back,
    "flows-all-zero": check_flows_not_all_zero,
    "women-are-all": check_women_below_total,
    "flows-as-last-quarter": check_flows_differ_from_last_quarter,
    "basis-doubtful": check_basis_plausible,
    "basis-differs": check_basis_unchanged,
}
"""Checks by the finding code that each yields. Comparisons with the site's history come last."""


def check_return(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield the findings of all checks."""
    for check in CHECKS.values():
        yield from check(parsed_return, context)
