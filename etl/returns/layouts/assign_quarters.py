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
from etl.indicators.vocabulary import Indicator, ReportingFrequency
from etl.returns.digits import fold_text, parse_digits
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.layouts.entries import TableEntry
from etl.returns.numbers import format_plain, repr_text
from etl.returns.workbook.cells import CellKind


@dataclass
class AssignedEntries:
    """Every entry in its quarter; `since_january` are the fourth quarters whose flows are those of the whole year."""

    entries: list[TableEntry] = field(default_factory=list)
    year_to_date: set[tuple[str, Quarter]] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def assign_quarters(entries: Iterable[TableEntry], plan: Plan) -> AssignedEntries:
    """The entries of whole years put where they belong, or refused."""
    placed = AssignedEntries()
    by_year: dict[tuple[str, int], list[TableEntry]] = defaultdict(list)
    quarters: dict[tuple[str, int], list[TableEntry]] = defaultdict(list)
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


def _place(
    entry: TableEntry, year: int, beside: list[TableEntry], flows_beside: bool, plan: Plan, placed: AssignedEntries
) -> None:
    indicator = plan.indicator_by_code[entry.key.indicator]
    own = [one for one in beside if one.key == entry.key]
    last = Quarter(year, 4)
    place = {"sheet": entry.cell.sheet, "cell": entry.cell.address, "key": str(entry.key)}
    if own:
        _compare(entry, own, indicator, year, placed)
    elif indicator.is_stock or indicator.reported is not ReportingFrequency.QUARTERLY:
        placed.entries.append(replace(entry, period=last))
    elif not indicator.is_flow:
        placed.findings.append(make_finding("layout-year-of-average", **place, indicator=indicator.code, year=year))
    elif flows_beside:
        placed.findings.append(
            make_finding("layout-year-beside-quarters", **place, indicator=indicator.code, year=year)
        )
    else:
        placed.entries.append(replace(entry, period=last))
        placed.year_to_date.add((entry.site, last))


def _adds_up(indicator: Indicator) -> bool:
    """Whether a year's amount of it can only be told as one since the year began."""
    return indicator.is_flow and indicator.reported is ReportingFrequency.QUARTERLY


def _compare(
    entry: TableEntry, own: list[TableEntry], indicator: Indicator, year: int, placed: AssignedEntries
) -> None:
    """A total beside its quarters is only checked: all four of a flow, the last of a level."""
    total = read_unambiguous_number(entry)
    values = {one.period: read_unambiguous_number(one) for one in own if isinstance(one.period, Quarter)}
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
            make_finding(
                "layout-total-differs", **place, **told, sum=format_plain(expected), total=repr_text(entry.cell.text)
            )
        )


def read_unambiguous_number(entry: TableEntry) -> Decimal | None:
    """The number of a cell where it is written without a doubt; it is only compared."""
    if entry.cell.kind is CellKind.NUMBER:
        return Decimal(entry.cell.text)
    return (
        parse_digits(fold_text(entry.cell.text).text, whole=False).value if entry.cell.kind is CellKind.TEXT else None
    )
