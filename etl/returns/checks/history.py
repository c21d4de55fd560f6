"""Amounts that a site reported in earlier quarters (docs/arithmetic.md, section B4).

Rules for open cases: a flow is compared if one of its last eight quarters is more than 0. Years to date are split
first, and quarters that cover a missing one are not compared. "At least the previous year" needs one larger flow; if
all are equal, the check for an old file warns instead. A basis is compared with the last return whose form had the
question. A total is reported in place of its parts. A note does not suppress a warning, since it may be about
something else.
"""

from collections.abc import Iterable
from decimal import Decimal

from etl.indicators.periods import Quarter, list_quarters_between
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Basis, CellKey
from etl.returns.checks.context import CheckContext, OtherReturn
from etl.returns.checks.relations import get_total
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.form.rows import FormRow


def get_quarter_amount(parsed_return: ParsedReturn, row: FormRow, context: CheckContext) -> Decimal | None:
    """Return the amount of the quarter alone; None if it cannot be derived from a year to date."""
    value = get_total(parsed_return, row.key)
    if value is None or not row.is_flow or parsed_return.basis is Basis.QUARTER:
        return value
    before = _sum_since_year_start(
        row.key, context, Quarter(parsed_return.quarter.year, 1), parsed_return.quarter.shift(-1)
    )
    return None if before is None else value - before


def get_earlier_amounts(row: FormRow, context: CheckContext, quarter: Quarter) -> dict[Quarter, Decimal]:
    """Return the amount of each earlier quarter that has one, the oldest first."""
    amounts = {}
    key, is_flow = row.key, row.is_flow
    for earlier, other in context.list_returns_before(quarter):
        amount = other.values.get(key) if other.basis is Basis.QUARTER or not is_flow else None
        if amount is None:
            amount = _get_amount(row, context, earlier, other)
        if amount is not None:
            amounts[earlier] = amount
    return amounts


def get_reported_value(other_return: OtherReturn, key: CellKey, plan: Plan) -> Decimal | None:
    """Return a number of another return.

    A blank total is the sum of its first complete dimension (docs/arithmetic.md, section B1).
    """
    value = other_return.values.get(key)
    if value is not None or key.part:
        return value
    for parts in plan.get_exhaustive_dimensions(key.indicator).values():
        amounts = [other_return.values.get(CellKey(key.indicator, part.key)) for part in parts]
        reported_amounts = [amount for amount in amounts if amount is not None]
        if len(reported_amounts) == len(amounts):
            return sum(reported_amounts, Decimal(0))
    return None


def sum_year_before(key: CellKey, context: CheckContext, quarter: Quarter) -> Decimal | None:
    """Return the total of the year's quarters before this one; None if one of them is missing."""
    return _sum_since_year_start(key, context, Quarter(quarter.year, 1), quarter.shift(-1))


def select_flow_rows(rows: Iterable[FormRow]) -> list[FormRow]:
    """Return the rows of flows, including parts."""
    return [row for row in rows if row.is_flow]


def _get_amount(row: FormRow, context: CheckContext, quarter: Quarter, other: OtherReturn) -> Decimal | None:
    amount = get_reported_value(other, row.key, context.plan)
    if amount is None or not row.is_flow or other.basis is Basis.QUARTER:
        return amount
    before = _sum_since_year_start(row.key, context, Quarter(quarter.year, 1), quarter.shift(-1))
    return None if before is None else amount - before


def _sum_since_year_start(key: CellKey, context: CheckContext, first: Quarter, last: Quarter) -> Decimal | None:
    """Return the sum of quarters; a year to date replaces the sum before it. None if a quarter is missing."""
    total: Decimal | None = Decimal(0)
    for quarter in list_quarters_between(first, last):
        other = context.other_returns.get(quarter)
        amount = get_reported_value(other, key, context.plan) if other is not None else None
        if other is None or amount is None:
            total = None
        elif other.basis is Basis.YEAR_TO_DATE:
            total = amount
        elif total is not None:
            total += amount
    return total
