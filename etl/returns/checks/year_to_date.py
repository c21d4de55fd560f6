"""Check years to date against the other quarters of the year (docs/arithmetic.md, section B4)."""

from collections.abc import Iterator
from decimal import Decimal

from etl.indicators.periods import Quarter, list_quarters_between
from etl.indicators.vocabulary import Basis, CellKey
from etl.returns.checks.context import CheckContext, OtherReturn
from etl.returns.checks.relations import make_cell_finding
from etl.returns.findings.finding import Finding
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.form.rows import FormRow
from etl.returns.numbers import format_plain


def check_year_to_date(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield an error per year to date that is less than the sum of the quarters before it."""
    if parsed_return.basis is not Basis.YEAR_TO_DATE:
        return
    for row, value in _select_flows(parsed_return):
        before = _sum_quarters(
            row.key, context, Quarter(parsed_return.quarter.year, 1), parsed_return.quarter.shift(-1)
        )
        if value < before:
            amounts = {"value": format_plain(value), "before": format_plain(before)}
            yield make_cell_finding(parsed_return.cell_by_key[row.key], "year-to-date-falls", row, **amounts)


def check_later_year_to_date(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield an error per flow that lifts the year above a year to date of a later quarter."""
    quarters = list_quarters_between(parsed_return.quarter.shift(1), Quarter(parsed_return.quarter.year, 4))
    later_returns = [(later, other) for later in quarters if (other := context.other_returns.get(later)) is not None]
    for row, value in _select_flows(parsed_return) if later_returns else ():
        before = _sum_quarters(
            row.key, context, Quarter(parsed_return.quarter.year, 1), parsed_return.quarter.shift(-1)
        )
        total = value if parsed_return.basis is Basis.YEAR_TO_DATE else before + value
        for later, other in later_returns:
            amount = other.values.get(row.key)
            if amount is None:
                continue
            if other.basis is Basis.QUARTER:
                total += amount
                continue
            if amount < total:
                yield _make_rise_finding(parsed_return, row, value, total, later, amount)
            break


def _make_rise_finding(
    parsed_return: ParsedReturn, row: FormRow, value: Decimal, total: Decimal, later: Quarter, amount: Decimal
) -> Finding:
    return make_cell_finding(
        parsed_return.cell_by_key[row.key],
        "earlier-quarter-rises",
        row,
        value=format_plain(value),
        sum=format_plain(total),
        later=format_plain(amount),
        later_quarter=later,
    )


def _select_flows(parsed_return: ParsedReturn) -> Iterator[tuple[FormRow, Decimal]]:
    """Yield the flows with a value that cannot be negative."""
    for row in parsed_return.rows:
        value = parsed_return.get_value(row.key)
        if value is not None and row.is_flow and row.minimum is not None and row.minimum >= 0:
            yield row, value


def _sum_quarters(key: CellKey, context: CheckContext, first: Quarter, last: Quarter) -> Decimal:
    """Return the sum of quarters; a year to date replaces the sum before it."""
    total = Decimal(0)
    for quarter in list_quarters_between(first, last):
        other: OtherReturn | None = context.other_returns.get(quarter)
        amount = other.values.get(key) if other is not None else None
        if other is not None and amount is not None:
            total = amount if other.basis is Basis.YEAR_TO_DATE else total + amount
    return total
