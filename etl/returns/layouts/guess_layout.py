"""Which layout an unknown table has: a known one, or one made from where indicators, sites and periods stand."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from etl.indicators.periods import Calendar
from etl.indicators.plans import Plan, Plans
from etl.returns.layouts.layout import ColumnRole, Layout, LayoutKind
from etl.returns.layouts.names import NumberNames, SiteNames
from etl.returns.layouts.parse_table import ParsedTable, parse_table
from etl.returns.layouts.shape import format_heading
from etl.returns.layouts.table_periods import read_period, resolve_period
from etl.returns.workbook.cells import CellData, CellKind, SheetData, WorkbookData
from etl.returns.workbook.facts import WorkbookFacts

COLUMN_KINDS = ("code", "name", "site", "period", "year", "quarter", "number")
MIN_CELLS_PER_COLUMN = 2
"""So many cells of a column must be of a kind before the column is taken for it."""


@dataclass(frozen=True)
class LayoutGuess:
    """A layout with what it understands of the workbook. `is_known`: one of those that are there already."""

    layout: Layout
    table: ParsedTable
    is_known: bool


def guess_layout(
    workbook: WorkbookData, facts: WorkbookFacts, *, plans: Plans, known_layouts: Iterable[Layout], site: str = ""
) -> LayoutGuess | None:
    """The layout by which the most numbers are understood; of two equal ones the known. None where none finds any."""
    layouts = list(known_layouts)
    best: LayoutGuess | None = None
    proposed = propose_layouts(workbook, plans.latest, layouts)
    for layout, is_known in (*((one, True) for one in layouts), *((one, False) for one in proposed)):
        taken = parse_table(workbook, facts, plans=plans, layout=layout, site=site)
        guess = LayoutGuess(layout, taken, is_known)
        if taken.number_count and (best is None or _worth(guess) > _worth(best)):
            best = guess
    return best


def _worth(guess: LayoutGuess) -> tuple[int, int]:
    faults = sum(finding.is_error for finding in guess.table.findings)
    return guess.table.number_count, -faults


def propose_layouts(workbook: WorkbookData, plan: Plan, known_layouts: list[Layout]) -> Iterator[Layout]:
    """A layout for each visible sheet whose columns tell what they hold, with the sheet's own headings."""
    for sheet in workbook.sheets:
        if sheet.state == "visible":
            found = _Columns(sheet, plan).layout(known_layouts)
            if found is not None:
                yield found


class _Columns:
    """What the cells of each column of a sheet are: names of indicators, of sites, periods, numbers."""

    def __init__(self, sheet: SheetData, plan: Plan) -> None:
        self.sheet = sheet
        self.calendar = plan.settings.calendar
        bare = Layout("", LayoutKind.LONG)
        numbers, sites = NumberNames(plan, bare), SiteNames(plan, bare)
        self.counts: dict[str, Counter[int]] = {kind: Counter() for kind in COLUMN_KINDS}
        self.first_row = 0
        for cell in sheet.cells:
            kind = _kind_of(cell, plan, numbers, sites, self.calendar)
            if kind:
                self.counts[kind][cell.column] += 1
            if kind in ("code", "name") and not self.first_row:
                self.first_row = cell.row

    def layout(self, known: list[Layout]) -> Layout | None:
        roles = {
            role: column
            for role, kind in (
                (ColumnRole.CODE, "code"),
                (ColumnRole.INDICATOR, "name"),
                (ColumnRole.SITE, "site"),
                (ColumnRole.PERIOD, "period"),
                (ColumnRole.YEAR, "year"),
                (ColumnRole.QUARTER, "quarter"),
            )
            if (column := self._column_of(kind)) is not None
        }
        if ColumnRole.CODE not in roles and ColumnRole.INDICATOR not in roles:
            return None
        is_long = ColumnRole.PERIOD in roles or ColumnRole.YEAR in roles
        kind = LayoutKind.LONG if is_long else LayoutKind.WIDE
        if is_long:
            value = self._column_of("number", frozenset(roles.values()))
            if value is None:
                return None
            roles[ColumnRole.VALUE] = value
        base = next((one for one in known if one.kind is kind), Layout("", kind))
        words = {role: (heading,) for role, column in roles.items() if (heading := self._heading(column))}
        others = {role: known_words for role, known_words in base.columns.items() if role not in words}
        if len(words) < len(roles):
            return None
        about = f"Proposed for a sheet called {self.sheet.name}."
        return replace(base, name="proposed", about=about, columns={**words, **others})

    def _column_of(self, kind: str, but: frozenset[int] = frozenset()) -> int | None:
        """The column with the most cells of the kind, where at least half of its cells below the headings are such."""
        counts = [(count, -column) for column, count in self.counts[kind].items() if column not in but]
        count, negative = max(counts, default=(0, 0))
        filled = sum(cell.column == -negative and cell.row >= self.first_row for cell in self.sheet.cells)
        return -negative if count >= MIN_CELLS_PER_COLUMN and 2 * count >= filled else None

    def _heading(self, column: int) -> str:
        """The text that stands next above the data of a column."""
        above = [cell for cell in self.sheet.cells if cell.column == column and cell.row < self.first_row]
        return format_heading(above[-1]) if above else ""


def _kind_of(cell: CellData, plan: Plan, numbers: NumberNames, sites: SiteNames, calendar: Calendar) -> str:
    period = read_period(format_heading(cell), calendar)
    named = resolve_period(period)
    if not period.rest and not period.is_empty:
        return "quarter" if named is None else "year" if isinstance(named, int) else "period"
    if cell.kind is CellKind.NUMBER:
        return "number"
    if cell.kind is not CellKind.TEXT:
        return ""
    if sites.find(cell.text).is_known:
        return "site"
    if numbers.find_key(cell.text) is not None or cell.text.strip() in plan.indicator_by_code:
        return "code"
    return "name" if numbers.find_indicator(cell.text).is_known else ""
