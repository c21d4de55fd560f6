"""Whether flows are of this quarter or since the year began: what the form says against what the numbers look like."""

from collections.abc import Iterator

from etl.indicators.periods import quarters_between
from etl.indicators.vocabulary import Basis
from etl.returns.checks.context import QUARTERS_BACK, CheckContext
from etl.returns.checks.history import select_flow_rows, sum_year_before
from etl.returns.checks.patterns import MIN_FLOWS
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.labels import describe_basis
from etl.returns.form.parsed_return import ParsedReturn


def check_basis_plausible(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Where "this quarter" is chosen, not every flow is at least what the year had come to a quarter ago.

    Where all are just that, nothing was added: the old file sent again, which has its own finding.
    """
    if parsed.basis is not Basis.QUARTER or parsed.quarter.number == 1:
        return
    pairs = [
        (value, before)
        for row in select_flow_rows(parsed.rows)
        if (value := parsed.value(row.key)) is not None
        and (before := sum_year_before(row.key, context, parsed.quarter)) is not None
    ]
    is_more = all(value >= before for value, before in pairs) and any(value > before for value, before in pairs)
    if len(pairs) >= MIN_FLOWS and is_more and any(before for _, before in pairs):
        last = parsed.quarter.plus(-1)
        yield make_finding("basis-doubtful", sheet=parsed.sheet, cell=parsed.basis_cell, before=last)


def check_basis_unchanged(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """The basis is that of the site's last return whose form asked for it: a first quarter's doesn't."""
    if parsed.quarter.number == 1:
        return
    earlier = quarters_between(parsed.quarter.plus(-QUARTERS_BACK), parsed.quarter.plus(-1))
    asked = [quarter for quarter in earlier if quarter.number != 1 and quarter in context.other_returns]
    if asked and context.other_returns[asked[-1]].basis is not parsed.basis:
        yield make_finding(
            "basis-differs",
            sheet=parsed.sheet,
            cell=parsed.basis_cell,
            before=asked[-1],
            basis=describe_basis(parsed.basis, context.plan.settings.first_month_of_year),
            other=describe_basis(context.other_returns[asked[-1]].basis, context.plan.settings.first_month_of_year),
        )
