"""Numbers of whole years: which quarter they belong to, without inventing any.

A level, or what is asked once a year, belongs to the fourth quarter. A year's amount is what was counted since the year
began, told with the fourth quarter; where quarters stand beside it, it is only compared with their sum.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator, Reported
from etl.returns.digits import fold, read_digits
from etl.returns.findings.finding import Finding, found
from etl.returns.layouts.entries import Entry
from etl.returns.numbers import plain, repr_text
from etl.returns.workbook.cells import CellKind


@dataclass
class Placed:
    """Every entry in its quarter; `since_january` are the fourth quarters whose flows are those of the whole year."""

    entries: list[Entry] = field(default_factory=list)
    since_january: set[tuple[str, Quarter]] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def place_years(entries: Iterable[Entry], plan: Plan) -> Placed:
    """The entries of whole years put where they belong, or refused."""
    placed = Placed()
    by_year: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    quarters: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    for entry in entries:
        if isinstance(entry.period, Quarter):
            placed.entries.append(entry)
            quarters[entry.site, entry.period.year].append(entry)
        else:
            by_year[entry.site, entry.period].append(entry)
    for (site, year), of_year in by_year.items():
        beside = quarters.get((site, year), [])
        flows_beside = any(_adds_up(plan.indicator_by_code[one.key.indicator]) for one in beside)
        for entry in of_year:
            _place(entry, year, beside, flows_beside, plan, placed)
    return placed


def _place(entry: Entry, year: int, beside: list[Entry], flows_beside: bool, plan: Plan, placed: Placed) -> None:
    indicator = plan.indicator_by_code[entry.key.indicator]
    own = [one for one in beside if one.key == entry.key]
    last = Quarter(year, 4)
    place = {"sheet": entry.cell.sheet, "cell": entry.cell.address, "key": str(entry.key)}
    if own:
        _compare(entry, own, indicator, year, placed)
    elif indicator.is_stock or indicator.reported is not Reported.QUARTERLY:
        placed.entries.append(replace(entry, period=last))
    elif not indicator.is_flow:
        placed.findings.append(found("layout-year-of-average", **place, indicator=indicator.code, year=year))
    elif flows_beside:
        placed.findings.append(found("layout-year-beside-quarters", **place, indicator=indicator.code, year=year))
    else:
        placed.entries.append(replace(entry, period=last))
        placed.since_january.add((entry.site, last))


def _adds_up(indicator: Indicator) -> bool:
    """Whether a year's amount of it can only be told as one since the year began."""
    return indicator.is_flow and indicator.reported is Reported.QUARTERLY


def _compare(entry: Entry, own: list[Entry], indicator: Indicator, year: int, placed: Placed) -> None:
    """A total beside its quarters is only checked: all four of a flow, the last of a level."""
    total = read_plainly(entry)
    values = {one.period: read_plainly(one) for one in own if isinstance(one.period, Quarter)}
    if indicator.is_stock:
        expected = values.get(Quarter(year, 4))
    elif indicator.is_flow and len(values) == 4 and None not in values.values():
        expected = sum((value for value in values.values() if value is not None), Decimal(0))
    else:
        expected = None
    if total is not None and expected is not None and total != expected:
        place = {"sheet": entry.cell.sheet, "cell": entry.cell.address, "key": str(entry.key)}
        told = {"indicator": indicator.code, "site": entry.site, "year": str(year)}
        placed.findings.append(
            found("layout-total-differs", **place, **told, sum=plain(expected), total=repr_text(entry.cell.text))
        )


def read_plainly(entry: Entry) -> Decimal | None:
    """The number of a cell where it is written without a doubt; it is only compared."""
    if entry.cell.kind is CellKind.NUMBER:
        return Decimal(entry.cell.text)
    return read_digits(fold(entry.cell.text).text, whole=False).value if entry.cell.kind is CellKind.TEXT else None
