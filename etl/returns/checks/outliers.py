"""Numbers far from what the site reported before: right now and then, and often a slip of the hand."""

from collections.abc import Iterator
from decimal import Decimal

from etl.indicators.vocabulary import CellKey
from etl.returns.checks.context import CheckContext
from etl.returns.checks.history import get_earlier_amounts, get_quarter_amount
from etl.returns.checks.relations import make_cell_finding
from etl.returns.findings.finding import Finding
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.numbers import format_plain

MIN_EARLIER_QUARTERS = 4
"""So many earlier numbers say what is usual."""
FLOW_LIMIT_FACTOR = 3
STOCK_TOLERANCE_SHARE = Decimal("0.3")
STOCK_TOLERANCE_UNITS = 3


def check_flows_not_unusually_high(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """A flow is at most three times the highest of the site's last eight quarters, once four of them tell.

    A part of a number that is too high itself isn't told again. Where nothing was ever done, nothing is usual.
    """
    told: set[CellKey] = set()
    for row in parsed.rows:
        amount = get_quarter_amount(parsed, row, context) if row.is_flow else None
        before = get_earlier_amounts(row, context, parsed.quarter) if amount is not None else {}
        if amount is None or len(before) < MIN_EARLIER_QUARTERS or CellKey(row.indicator) in told:
            continue
        when, highest = max(before.items(), key=lambda one: one[1])
        if highest > 0 and amount > FLOW_LIMIT_FACTOR * highest:
            told.add(row.key)
            known = {"value": format_plain(amount), "highest": format_plain(highest), "highest_quarter": when}
            yield make_cell_finding(parsed.cell_by_key[row.key], "flow-unusually-high", row, **known)


def check_stocks_not_unusual(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """A stock lies within 30 % or 3 units of the site's latest, once four of eight quarters tell; 0 is told apart."""
    told: set[CellKey] = set()
    for row in parsed.rows:
        value = parsed.value(row.key) if row.is_stock else None
        before = get_earlier_amounts(row, context, parsed.quarter) if value else {}
        if value is None or len(before) < MIN_EARLIER_QUARTERS or CellKey(row.indicator) in told:
            continue
        when, latest = max(before.items())
        if abs(value - latest) > max(STOCK_TOLERANCE_SHARE * abs(latest), Decimal(STOCK_TOLERANCE_UNITS)):
            told.add(row.key)
            known = {"value": format_plain(value), "latest": format_plain(latest), "latest_quarter": when}
            yield make_cell_finding(parsed.cell_by_key[row.key], "stock-unusual", row, **known)


def check_stocks_do_not_fall_to_zero(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """A stock that was more than 0 when it was last reported isn't 0 now; one finding for a number and its parts."""
    told: set[CellKey] = set()
    for row in parsed.rows:
        if not row.is_stock or parsed.value(row.key) != 0 or CellKey(row.indicator) in told:
            continue
        before = get_earlier_amounts(row, context, parsed.quarter)
        if before and (latest := max(before.items()))[1] > 0:
            told.add(row.key)
            known = {"latest": format_plain(latest[1]), "latest_quarter": latest[0]}
            yield make_cell_finding(parsed.cell_by_key[row.key], "stock-falls-to-zero", row, **known)
