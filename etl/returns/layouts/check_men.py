"""Check the numbers of men, which no plan asks for, against the total without the women."""

from collections.abc import Iterable

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import CellKey
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.layouts.assign_quarters import read_unambiguous_number
from etl.returns.layouts.names import MEN, NumberNames
from etl.returns.layouts.table_entries import TableEntry
from etl.returns.layouts.table_periods import TablePeriod
from etl.returns.numbers import format_plain, shorten_text

_EntryKey = tuple[str, TablePeriod, CellKey]


def check_men(entries: Iterable[TableEntry], plan: Plan, names: NumberNames) -> tuple[Finding, ...]:
    """Return an error for each number of men that is not total minus women, a warning where that is not known."""
    by_key: dict[_EntryKey, TableEntry] = {(entry.site, entry.period, entry.key): entry for entry in entries}
    findings = []
    for (site, period, key), men in by_key.items():
        if key.part != MEN:
            continue
        indicator = plan.indicator_by_code[key.indicator]
        others = [
            by_key.get((site, period, CellKey(key.indicator, part))) for part in ("", names.find_women(key.indicator))
        ]
        numbers = [read_unambiguous_number(entry, indicator) for entry in (*others, men) if entry is not None]
        location = {"sheet": men.cell.sheet, "cell": men.cell.address, "key": key.indicator}
        found = shorten_text(men.cell.text)
        details = {"found": found, "indicator": key.indicator, "site": site, "period": str(period)}
        if len(numbers) < 3 or any(number is None for number in numbers):
            findings.append(make_finding("layout-men-alone", **location, **details))
            continue
        total, women, own = (number for number in numbers if number is not None)
        if own != total - women:
            cells = {"total_cell": _get_address(others[0]), "women_cell": _get_address(others[1])}
            sums = {"total": format_plain(total), "women": format_plain(women)}
            findings.append(make_finding("layout-men-differ", **location, **details, **sums, **cells))
    return tuple(findings)


def _get_address(entry: TableEntry | None) -> str:
    return entry.cell.address if entry is not None else ""
