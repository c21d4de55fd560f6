"""Whether the numbers of a return can be true: with each other, with their time, with what was sent before."""

from collections.abc import Iterator

from etl.returns.checks.blanks import check_blanks
from etl.returns.checks.context import CheckContext, EarlierReturn
from etl.returns.checks.relations import (
    check_dimensions_agree,
    check_no_more_than_the_whole,
    check_pairs,
    check_parts_make_the_total,
)
from etl.returns.checks.times import check_locked, check_not_too_early
from etl.returns.checks.year_to_date import check_later_year_to_date, check_year_to_date
from etl.returns.findings import Finding
from etl.returns.parsed_return import ParsedReturn

__all__ = ["CHECKS", "CheckContext", "EarlierReturn", "check_return"]

CHECKS = (
    check_no_more_than_the_whole,
    check_parts_make_the_total,
    check_pairs,
    check_dimensions_agree,
    check_blanks,
    check_not_too_early,
    check_locked,
    check_year_to_date,
    check_later_year_to_date,
)
"""Every check, in the order in which they run. One that compares with the site's history goes to the end."""


def check_return(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """All findings of all checks."""
    for check in CHECKS:
        yield from check(parsed, context)
