"""Check for patterns of careless entry: all zeros, women equal to all totals, last quarter's numbers."""

from collections.abc import Iterator
from decimal import Decimal

from etl.indicators.vocabulary import WOMEN, CellKey
from etl.returns.checks.context import CheckContext
from etl.returns.checks.history import get_reported_value, select_flow_rows
from etl.returns.checks.relations import get_total
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.parsed_return import ParsedReturn

MIN_PEOPLE = 5
"""Totals below this are ignored, since all people may well be women."""
MIN_FLOWS = 2
"""Flows needed for a pattern."""


def check_flows_not_all_zero(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield a warning if all flows are 0."""
    amounts = [parsed_return.get_value(row.key) for row in select_flow_rows(parsed_return.rows)]
    reported_amounts = [amount for amount in amounts if amount is not None]
    if len(reported_amounts) >= MIN_FLOWS and not any(reported_amounts):
        yield make_finding("flows-all-zero", sheet=parsed_return.sheet, count=len(reported_amounts))


def check_women_below_total(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield a warning if women equal the total in every row with at least five people."""
    pairs = [
        (parsed_return.cell_by_key[row.key], value, total)
        for row in parsed_return.rows
        if row.key.part.rpartition("/")[2] == WOMEN
        and (value := parsed_return.get_value(row.key)) is not None
        and (total := get_total(parsed_return, CellKey(row.indicator))) is not None
        and total >= MIN_PEOPLE
    ]
    if pairs and all(value == total for _, value, total in pairs):
        first = pairs[0][0]
        cells = ", ".join(cell.address for cell, _, _ in pairs)
        yield make_finding(
            "women-are-all", sheet=first.sheet, cell=first.address, key=str(first.key), women_cells=cells
        )


def check_flows_differ_from_last_quarter(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield a warning if all flows equal those of the previous quarter, unless all are 0."""
    last = parsed_return.quarter.shift(-1)
    last_return = context.other_returns.get(last)
    if last_return is None:
        return
    pairs: list[tuple[Decimal, Decimal | None]] = [
        (value, get_reported_value(last_return, row.key, context.plan))
        for row in select_flow_rows(parsed_return.rows)
        if (value := parsed_return.get_value(row.key)) is not None
    ]
    are_equal = all(value == before for value, before in pairs)
    if len(pairs) >= MIN_FLOWS and are_equal and any(value for value, _ in pairs):
        yield make_finding("flows-as-last-quarter", sheet=parsed_return.sheet, before=last)
