"""Check the basis of flows: this quarter or the year to date."""

from collections.abc import Iterator

from etl.indicators.periods import list_quarters_between
from etl.indicators.vocabulary import Basis
from etl.returns.checks.context import QUARTERS_BACK, CheckContext
from etl.returns.checks.history import select_flow_rows, sum_year_before
from etl.returns.checks.patterns import MIN_FLOWS
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.labels import describe_basis
from etl.returns.form.parsed_return import ParsedReturn


def check_basis_plausible(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield a warning if every flow "of this quarter" is at least the year's total before the quarter.

    If all flows equal that total, the previous file was uploaded again, which is another finding.
    """
    if parsed_return.basis is not Basis.QUARTER or parsed_return.quarter.number == 1:
        return
    pairs = [
        (value, before)
        for row in select_flow_rows(parsed_return.rows)
        if (value := parsed_return.get_value(row.key)) is not None
        and (before := sum_year_before(row.key, context, parsed_return.quarter)) is not None
    ]
    is_more = all(value >= before for value, before in pairs) and any(value > before for value, before in pairs)
    if len(pairs) >= MIN_FLOWS and is_more and any(before for _, before in pairs):
        last = parsed_return.quarter.shift(-1)
        yield make_finding("basis-doubtful", sheet=parsed_return.sheet, cell=parsed_return.basis_cell, before=last)


def check_basis_unchanged(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield a warning if the basis differs from the site's last return. First quarters have no basis."""
    if parsed_return.quarter.number == 1:
        return
    earlier_quarters = list_quarters_between(
        parsed_return.quarter.shift(-QUARTERS_BACK), parsed_return.quarter.shift(-1)
    )
    comparable = [quarter for quarter in earlier_quarters if quarter.number != 1 and quarter in context.other_returns]
    if comparable and context.other_returns[comparable[-1]].basis is not parsed_return.basis:
        yield make_finding(
            "basis-differs",
            sheet=parsed_return.sheet,
            cell=parsed_return.basis_cell,
            before=comparable[-1],
            basis=describe_basis(parsed_return.basis, context.plan.settings.first_month_of_year),
            other=describe_basis(
                context.other_returns[comparable[-1]].basis, context.plan.settings.first_month_of_year
            ),
        )
