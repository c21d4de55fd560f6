"""Check for numbers far from the site's earlier ones, which are often typing errors."""

from collections.abc import Iterator
from decimal import Decimal
from operator import itemgetter

from etl.indicators.vocabulary import CellKey
from etl.returns.checks.context import CheckContext
from etl.returns.checks.history import get_earlier_amounts, get_quarter_amount
from etl.returns.checks.relations import make_cell_finding
from etl.returns.findings.finding import Finding
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.numbers import format_plain

MIN_EARLIER_QUARTERS = 4
"""Earlier numbers needed to know what is typical."""
FLOW_LIMIT_FACTOR = 3
STOCK_TOLERANCE_SHARE = Decimal("0.3")
STOCK_TOLERANCE_UNITS = 3


def check_flows_not_unusually_high(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield a warning per flow above three times the highest of the last eight quarters, if four have a value.

    Parts of a number with a warning get none. If all earlier values are 0, there is no comparison.
    """
    reported: set[CellKey] = set()
    for row in parsed_return.rows:
        amount = get_quarter_amount(parsed_return, row, context) if row.is_flow else None
        earlier = get_earlier_amounts(row, context, parsed_return.quarter) if amount is not None else {}
        if amount is None or len(earlier) < MIN_EARLIER_QUARTERS or CellKey(row.indicator) in reported:
            continue
        quarter, highest = max(earlier.items(), key=itemgetter(1))
        if highest > 0 and amount > FLOW_LIMIT_FACTOR * highest:
            reported.add(row.key)
            parameters = {"value": format_plain(amount), "highest": format_plain(highest), "highest_quarter": quarter}
            yield make_cell_finding(parsed_return.cell_by_key[row.key], "flow-unusually-high", row, **parameters)


def check_stocks_not_unusual(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield a warning per stock more than 30 % and 3 units from the latest, if four of eight quarters have one.

    A stock of 0 has a check of its own.
    """
    reported: set[CellKey] = set()
    for row in parsed_return.rows:
        value = parsed_return.get_value(row.key) if row.is_stock and not row.stages else None
        earlier = get_earlier_amounts(row, context, parsed_return.quarter) if value else {}
        if value is None or len(earlier) < MIN_EARLIER_QUARTERS or CellKey(row.indicator) in reported:
            continue
        quarter, latest = max(earlier.items())
        if abs(value - latest) > max(STOCK_TOLERANCE_SHARE * abs(latest), Decimal(STOCK_TOLERANCE_UNITS)):
            reported.add(row.key)
            parameters = {"value": format_plain(value), "latest": format_plain(latest), "latest_quarter": quarter}
            yield make_cell_finding(parsed_return.cell_by_key[row.key], "stock-unusual", row, **parameters)


def check_stocks_do_not_fall_to_zero(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield a warning per stock that falls to 0, one for a number and its parts."""
    reported: set[CellKey] = set()
    for row in parsed_return.rows:
        is_zero_stock = row.is_stock and not row.stages and parsed_return.get_value(row.key) == 0
        if not is_zero_stock or CellKey(row.indicator) in reported:
            continue
        earlier = get_earlier_amounts(row, context, parsed_return.quarter)
        if earlier and (latest := max(earlier.items()))[1] > 0:
            reported.add(row.key)
            parameters = {"latest": format_plain(latest[1]), "latest_quarter": latest[0]}
            yield make_cell_finding(parsed_return.cell_by_key[row.key], "stock-falls-to-zero", row, **parameters)


def check_stages_do_not_go_back(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield a warning per stage that is lower than the site's latest one."""
    for row in parsed_return.rows:
        rank = parsed_return.get_value(row.key) if row.stages else None
        earlier = get_earlier_amounts(row, context, parsed_return.quarter) if rank is not None else {}
        if rank is None or not earlier:
            continue
        quarter, latest = max(earlier.items())
        labels = {stage.rank: stage.label for stage in row.stages}
        if rank < latest and int(latest) in labels:
            parameters = {"value": labels[int(rank)], "latest": labels[int(latest)], "latest_quarter": quarter}
            yield make_cell_finding(parsed_return.cell_by_key[row.key], "stage-goes-back", row, **parameters)
