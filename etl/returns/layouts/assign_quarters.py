"""Assign values of whole years and of years to date to quarters, without inventing any quarters.

A stock, or an indicator that is reported once a year, belongs to the last quarter of its period. The total of a flow
becomes a year-to-date value of that quarter; if the quarters are there as well, it is only compared with them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.stage_words import find_stage_by_text
from etl.indicators.vocabulary import CellKey, Indicator, ReportingFrequency
from etl.returns.digits import fold_text, parse_digits
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.layouts.table_entries import SkippedCell, TableEntry
from etl.returns.layouts.table_periods import FiscalTotal, YearToDate
from etl.returns.numbers import format_plain, has_no_value, shorten_text
from etl.returns.reasons import Reason
from etl.returns.workbook.cells import CellKind


@dataclass
class AssignedEntries:
    """Entries by quarter. `year_to_date` holds the sites and quarters whose flows are year-to-date values."""

    entries: list[TableEntry] = field(default_factory=list)
    skipped: list[SkippedCell] = field(default_factory=list)
    year_to_date: set[tuple[str, Quarter]] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, code: str, entry: TableEntry, **parameters: str) -> None:
        """Skip an entry with a finding at its cell."""
        self.findings.append(_make_finding(code, entry, indicator=entry.key.indicator, **parameters))
        self.skipped.append(SkippedCell(entry.cell, Reason.ROW_UNKNOWN))


def _make_finding(code: str, entry: TableEntry, **parameters: str) -> Finding:
    cell = entry.cell
    return make_finding(code, sheet=cell.sheet, cell=cell.address, key=str(entry.key), **parameters)


def assign_quarters(entries: Iterable[TableEntry], plan: Plan) -> AssignedEntries:
    """Assign the entries of longer periods to quarters, or refuse them."""
    assigned = AssignedEntries()
    longer: list[TableEntry] = []
    quarters: dict[tuple[str, int], list[TableEntry]] = defaultdict(list)
    quarters_by_key: dict[tuple[str, CellKey], list[TableEntry]] = defaultdict(list)
    for entry in entries:
        if isinstance(entry.period, Quarter):
            assigned.entries.append(entry)
            quarters[entry.site, entry.period.year].append(entry)
            quarters_by_key[entry.site, entry.key].append(entry)
        else:
            longer.append(entry)
    for entry in longer:
        indicator = plan.indicator_by_code[entry.key.indicator]
        if isinstance(entry.period, FiscalTotal):
            _assign_fiscal_total(entry, entry.period, quarters_by_key[entry.site, entry.key], indicator, assigned)
        elif isinstance(entry.period, YearToDate):
            _assign_year_to_date(entry, entry.period, quarters[entry.site, entry.period.last.year], plan, assigned)
        elif isinstance(entry.period, int):
            _assign_year(entry, entry.period, quarters[entry.site, entry.period], plan, assigned)
    return assigned


def _assign_fiscal_total(
    entry: TableEntry,
    period: FiscalTotal,
    quarter_entries: list[TableEntry],
    indicator: Indicator,
    assigned: AssignedEntries,
) -> None:
    within = [
        quarter_entry
        for quarter_entry in quarter_entries
        if isinstance(quarter_entry.period, Quarter) and period.last.shift(-3) <= quarter_entry.period <= period.last
    ]
    if within:
        _compare_total(entry, within, indicator, period.last, assigned)
    elif indicator.is_stock:
        assigned.entries.append(replace(entry, period=period.last))
    else:
        assigned.refuse("layout-fiscal-total", entry, period=str(period))


def _assign_year_to_date(
    entry: TableEntry,
    period: YearToDate,
    quarter_entries: list[TableEntry],
    plan: Plan,
    assigned: AssignedEntries,
) -> None:
    indicator = plan.indicator_by_code[entry.key.indicator]
    last = period.last
    same_quarter = [other for other in quarter_entries if other.period == last]
    if any(other.key == entry.key for other in same_quarter):
        earlier = [
            other
            for other in quarter_entries
            if other.key == entry.key and isinstance(other.period, Quarter) and other.period <= last
        ]
        _compare_total(entry, earlier, indicator, last, assigned)
    elif indicator.is_stock or indicator.reported is not ReportingFrequency.QUARTERLY:
        assigned.entries.append(replace(entry, period=last))
    elif not indicator.is_flow:
        assigned.refuse("layout-year-of-average", entry, year=str(period))
    elif any(_is_quarterly_flow(plan.indicator_by_code[other.key.indicator]) for other in same_quarter):
        assigned.refuse("layout-basis-mixed", entry, period=str(period), quarter=str(last))
    else:
        assigned.entries.append(replace(entry, period=last))
        assigned.year_to_date.add((entry.site, last))


def _assign_year(
    entry: TableEntry, year: int, quarter_entries: list[TableEntry], plan: Plan, assigned: AssignedEntries
) -> None:
    indicator = plan.indicator_by_code[entry.key.indicator]
    same_key = [quarter_entry for quarter_entry in quarter_entries if quarter_entry.key == entry.key]
    last = Quarter(year, 4)
    if same_key:
        _compare_total(entry, same_key, indicator, last, assigned)
    elif indicator.is_stock or indicator.reported is not ReportingFrequency.QUARTERLY:
        assigned.entries.append(replace(entry, period=last))
    elif not indicator.is_flow:
        assigned.refuse("layout-year-of-average", entry, year=str(year))
    elif any(_is_quarterly_flow(plan.indicator_by_code[other.key.indicator]) for other in quarter_entries):
        assigned.refuse("layout-year-beside-quarters", entry, year=str(year))
    else:
        assigned.entries.append(replace(entry, period=last))
        assigned.year_to_date.add((entry.site, last))


def _is_quarterly_flow(indicator: Indicator) -> bool:
    """Whether an annual total of the indicator can only be a year-to-date value."""
    return indicator.is_flow and indicator.reported is ReportingFrequency.QUARTERLY


def _compare_total(
    entry: TableEntry, quarter_entries: list[TableEntry], indicator: Indicator, last: Quarter, assigned: AssignedEntries
) -> None:
    """Skip a total; compare it with the sum of its quarters for a flow, with the latest one for a stock.

    Where a quarter is missing or the last one of a stock is blank, the total agrees only if it says nothing else.
    """
    total = read_unambiguous_number(entry, indicator)
    values = {
        quarter_entry.period: value
        for quarter_entry in quarter_entries
        if isinstance(quarter_entry.period, Quarter)
        and (value := read_unambiguous_number(quarter_entry, indicator)) is not None
    }
    is_compared = total is not None and (indicator.is_stock or indicator.is_flow)
    reason = Reason.COMPARED if is_compared or has_no_value(entry.cell.text) else Reason.TOTAL
    assigned.skipped.append(SkippedCell(entry.cell, reason))
    if not is_compared:
        return
    latest = max(values, default=last)
    expected = sum(values.values(), Decimal(0)) if indicator.is_flow else values.get(latest)
    if total != expected:
        details = {"indicator": indicator.code, "site": entry.site, "total": shorten_text(entry.cell.text)}
        if indicator.is_flow:
            details |= {"year": str(entry.period), "sum": format_plain(expected or Decimal(0))}
        else:
            details |= {"quarter": str(latest), "value": "-" if expected is None else format_plain(expected)}
        code = "layout-total-differs" if indicator.is_flow else "layout-latest-differs"
        assigned.findings.append(_make_finding(code, entry, **details))


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
