"""Assign the values of whole years to quarters, without inventing any quarters.

A stock, or an indicator that is reported once a year, belongs to the fourth quarter. The annual total of a flow becomes
a year-to-date value of the fourth quarter; if the quarters are there as well, it is only compared with their sum.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.stage_words import find_stage_by_text
from etl.indicators.vocabulary import Indicator, ReportingFrequency
from etl.returns.digits import fold_text, parse_digits
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.layouts.entries import TableEntry
from etl.returns.numbers import format_plain, shorten_text
from etl.returns.workbook.cells import CellKind


@dataclass
class AssignedEntries:
    """Entries by quarter. `year_to_date` holds the sites and quarters whose flows are year-to-date values."""

    entries: list[TableEntry] = field(default_factory=list)
    year_to_date: set[tuple[str, Quarter]] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def assign_quarters(entries: Iterable[TableEntry], plan: Plan) -> AssignedEntries:
    """Assign the entries of whole years to quarters, or refuse them."""
    assigned = AssignedEntries()
    by_year: dict[tuple[str, int], list[TableEntry]] = defaultdict(list)
    quarters: dict[tuple[str, int], list[TableEntry]] = defaultdict(list)
    for entry in entries:
        if isinstance(entry.period, Quarter):
            assigned.entries.append(entry)
            quarters[entry.site, entry.period.year].append(entry)
        else:
            by_year[entry.site, entry.period].append(entry)
    for (site, year), year_entries in by_year.items():
        quarter_entries = quarters.get((site, year), [])
        indicators = [plan.indicator_by_code[entry.key.indicator] for entry in quarter_entries]
        has_flows = any(map(_is_quarterly_flow, indicators))
        for entry in year_entries:
            _assign_entry(entry, year, quarter_entries, has_flows, plan, assigned)
    return assigned


def _assign_entry(
    entry: TableEntry,
    year: int,
    quarter_entries: list[TableEntry],
    has_quarterly_flows: bool,
    plan: Plan,
    assigned: AssignedEntries,
) -> None:
    indicator = plan.indicator_by_code[entry.key.indicator]
    same_key = [quarter_entry for quarter_entry in quarter_entries if quarter_entry.key == entry.key]
    last = Quarter(year, 4)
    location = {"sheet": entry.cell.sheet, "cell": entry.cell.address, "key": str(entry.key)}
    if same_key:
        _compare_total(entry, same_key, indicator, year, assigned)
    elif indicator.is_stock or indicator.reported is not ReportingFrequency.QUARTERLY:
        assigned.entries.append(replace(entry, period=last))
    elif not indicator.is_flow:
        assigned.findings.append(
            make_finding("layout-year-of-average", **location, indicator=indicator.code, year=year)
        )
    elif has_quarterly_flows:
        assigned.findings.append(
            make_finding("layout-year-beside-quarters", **location, indicator=indicator.code, year=year)
        )
    else:
        assigned.entries.append(replace(entry, period=last))
        assigned.year_to_date.add((entry.site, last))


def _is_quarterly_flow(indicator: Indicator) -> bool:
    """Whether an annual total of the indicator can only be a year-to-date value."""
    return indicator.is_flow and indicator.reported is ReportingFrequency.QUARTERLY


def _compare_total(
    entry: TableEntry, quarter_entries: list[TableEntry], indicator: Indicator, year: int, assigned: AssignedEntries
) -> None:
    """Check an annual total: against the sum of four quarters for a flow, against the last quarter for a stock."""
    total = read_unambiguous_number(entry, indicator)
    values = {
        quarter_entry.period: read_unambiguous_number(quarter_entry, indicator)
        for quarter_entry in quarter_entries
        if isinstance(quarter_entry.period, Quarter)
    }
    if indicator.is_stock:
        expected = values.get(Quarter(year, 4))
    elif indicator.is_flow and len(values) == 4 and None not in values.values():
        expected = sum((value for value in values.values() if value is not None), Decimal(0))
    else:
        expected = None
    if total is not None and expected is not None and total != expected:
        location = {"sheet": entry.cell.sheet, "cell": entry.cell.address, "key": str(entry.key)}
        details = {"indicator": indicator.code, "site": entry.site, "year": str(year)}
        assigned.findings.append(
            make_finding(
                "layout-total-differs",
                **location,
                **details,
                sum=format_plain(expected),
                total=shorten_text(entry.cell.text),
            )
        )


def read_unambiguous_number(entry: TableEntry, indicator: Indicator) -> Decimal | None:
    """Read the number, or the rank of the stage, of a cell if it is unambiguous; used for comparison only."""
    if indicator.is_stage:
        stage = find_stage_by_text(indicator.stages, entry.cell.text)
        return None if stage is None else Decimal(stage.rank)
    if entry.cell.kind is CellKind.NUMBER:
        return Decimal(entry.cell.text)
    return (
        parse_digits(fold_text(entry.cell.text).text, whole=False).value if entry.cell.kind is CellKind.TEXT else None
    )
