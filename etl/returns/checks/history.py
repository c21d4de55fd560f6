"""What a site reported before: each number of each earlier quarter by itself, years to date taken apart (B4)."""

from collections.abc import Iterable
from decimal import Decimal

from etl.indicators.periods import Quarter, quarters_between
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Basis, CellKey
from etl.returns.checks.context import CheckContext, OtherReturn
from etl.returns.checks.relations import get_total
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.form.rows import FormRow


def get_quarter_amount(parsed: ParsedReturn, row: FormRow, context: CheckContext) -> Decimal | None:
    """What the return says of its quarter alone; None where a year to date can't be taken apart."""
    value = get_total(parsed, row.key)
    if value is None or not row.is_flow or parsed.basis is Basis.QUARTER:
        return value
    before = _since_the_year_began(row.key, context, Quarter(parsed.quarter.year, 1), parsed.quarter.plus(-1))
    return None if before is None else value - before


def get_earlier_amounts(row: FormRow, context: CheckContext, quarter: Quarter) -> dict[Quarter, Decimal]:
    """What was reported of the number in each of the quarters before, the oldest first; those without are left out."""
    found = {}
    key, is_flow = row.key, row.is_flow
    for earlier, other in context.returns_before(quarter):
        # Mostly it stands there as it is.
        amount = other.values.get(key) if other.basis is Basis.QUARTER or not is_flow else None
        if amount is None:
            amount = _amount_of(row, context, earlier, other)
        if amount is not None:
            found[earlier] = amount
    return found


def get_reported_value(other_return: OtherReturn, key: CellKey, plan: Plan) -> Decimal | None:
    """What an earlier return says of a number; a blank total is the sum of the first complete dimension (B1)."""
    said = other_return.values.get(key)
    if said is not None or key.part:
        return said
    for parts in plan.exhaustive_dimensions(key.indicator).values():
        amounts = [other_return.values.get(CellKey(key.indicator, part.key)) for part in parts]
        filled = [amount for amount in amounts if amount is not None]
        if len(filled) == len(amounts):
            return sum(filled, Decimal(0))
    return None


def sum_year_before(key: CellKey, context: CheckContext, quarter: Quarter) -> Decimal | None:
    """What the quarters of the year before this one come to; None where one of them is missing."""
    return _since_the_year_began(key, context, Quarter(quarter.year, 1), quarter.plus(-1))


def select_flow_rows(rows: Iterable[FormRow]) -> list[FormRow]:
    """The rows of what was done in a quarter, parts included."""
    return [row for row in rows if row.is_flow]


def _amount_of(row: FormRow, context: CheckContext, quarter: Quarter, other: OtherReturn) -> Decimal | None:
    amount = get_reported_value(other, row.key, context.plan)
    if amount is None or not row.is_flow or other.basis is Basis.QUARTER:
        return amount
    before = _since_the_year_began(row.key, context, Quarter(quarter.year, 1), quarter.plus(-1))
    return None if before is None else amount - before


def _since_the_year_began(key: CellKey, context: CheckContext, first: Quarter, last: Quarter) -> Decimal | None:
    """The sum of the quarters, a year to date standing for all before it; None where a quarter is unknown."""
    running: Decimal | None = Decimal(0)
    for quarter in quarters_between(first, last):
        other = context.other_returns.get(quarter)
        amount = get_reported_value(other, key, context.plan) if other is not None else None
        if other is None or amount is None:
            running = None
        elif other.basis is Basis.YEAR_TO_DATE:
            running = amount
        elif running is not None:
            running += amount
    return running
