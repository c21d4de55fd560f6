"""Numbers that are all alike, as when a form was filled in without looking: zeros, women as all, the old file again."""

from collections.abc import Iterator
from decimal import Decimal

from etl.indicators.vocabulary import CellKey
from etl.returns.checks.context import CheckContext
from etl.returns.checks.history import get_reported_value, select_flow_rows
from etl.returns.checks.relations import get_total
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.parsed_return import ParsedReturn

WOMEN = "women"
"""What a plan calls the category of women, in whatever dimension."""
MIN_PEOPLE = 5
"""Among fewer people, women are easily all of them."""
MIN_FLOWS = 2
"""One number by itself is no pattern."""


def check_flows_not_all_zero(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Not everything that was done in the quarter is 0."""
    amounts = [parsed.value(row.key) for row in select_flow_rows(parsed.rows)]
    filled = [amount for amount in amounts if amount is not None]
    if len(filled) >= MIN_FLOWS and not any(filled):
        yield make_finding("flows-all-zero", sheet=parsed.sheet, count=len(filled))


def check_women_below_total(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Women aren't as many as the total in every row that counts five people or more."""
    pairs = [
        (parsed.cell_by_key[row.key], value, total)
        for row in parsed.rows
        if row.key.part.rpartition("/")[2] == WOMEN
        and (value := parsed.value(row.key)) is not None
        and (total := get_total(parsed, CellKey(row.indicator))) is not None
        and total >= MIN_PEOPLE
    ]
    if pairs and all(value == total for _, value, total in pairs):
        first = pairs[0][0]
        cells = ", ".join(cell.address for cell, _, _ in pairs)
        yield make_finding(
            "women-are-all", sheet=first.sheet, cell=first.address, key=str(first.key), women_cells=cells
        )


def check_flows_differ_from_last_quarter(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Not every flow is what was typed for the quarter before; where all are 0, that is told already."""
    last = parsed.quarter.plus(-1)
    other = context.other_returns.get(last)
    if other is None:
        return
    pairs: list[tuple[Decimal, Decimal | None]] = [
        (value, get_reported_value(other, row.key, context.plan))
        for row in select_flow_rows(parsed.rows)
        if (value := parsed.value(row.key)) is not None
    ]
    is_alike = all(value == before for value, before in pairs)
    if len(pairs) >= MIN_FLOWS and is_alike and any(value for value, _ in pairs):
        yield make_finding("flows-as-last-quarter", sheet=parsed.sheet, before=last)
