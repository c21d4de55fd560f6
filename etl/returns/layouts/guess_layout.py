"""Guess the layout of an unknown table: a known layout, or one proposed from the columns' contents."""

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
"""A column is assigned a kind only if at least so many of its cells are of that kind."""


@dataclass(frozen=True)
class LayoutGuess:
    """A layout and the table parsed with it. `is_known`: the layout exists already."""

    layout: Layout
    table: ParsedTable
    is_known: bool


def guess_layout(
    workbook: WorkbookData, facts: WorkbookFacts, *, plans: Plans, known_layouts: Iterable[Layout], site: str = ""
) -> LayoutGuess | None:
    """Return the layout that reads the most numbers; a known layout wins a tie. None if no layout reads any."""
    layouts = list(known_layouts)
    best: LayoutGuess | None = None
    for layout in (*layouts, *propose_layouts(workbook, plans.latest, layouts)):
        table = parse_table(workbook, facts, plans=plans, layout=layout, site=site)
        guess = LayoutGuess(layout, table, layout in layouts)
        if table.number_count and (best is None or _rank(guess) > _rank(best)):
            best = guess
    return best


def _rank(guess: LayoutGuess) -> tuple[int, int]:
    errors = sum(finding.is_error for finding in guess.table.findings)
    return guess.table.number_count, -errors


def propose_layouts(workbook: WorkbookData, plan: Plan, known_layouts: list[Layout]) -> Iterator[Layout]:
    """Propose a layout with the sheet's own headings for each visible sheet whose columns can be recognised."""
    for sheet in workbook.sheets:
        if sheet.state == "visible":
            layout = _ColumnKinds(sheet, plan).propose_layout(known_layouts)
            if layout is not None:
                yield layout


class _ColumnKinds:
    """Counts, for each column of a sheet, how many cells are codes, names, sites, periods and numbers."""

    def __init__(self, sheet: SheetData, plan: Plan) -> None:
        self.sheet = sheet
        self.calendar = plan.settings.calendar
        empty_layout = Layout("", LayoutKind.LONG)
        numbers, sites = NumberNames(plan, empty_layout), SiteNames(plan, empty_layout)
        self.counts: dict[str, Counter[int]] = {kind: Counter() for kind in COLUMN_KINDS}
        self.first_row = 0
        for cell in sheet.cells:
            kind = _detect_kind(cell, plan, numbers, sites, self.calendar)
            if kind:
                self.counts[kind][cell.column] += 1
            if kind in ("code", "name") and not self.first_row:
                self.first_row = cell.row

    def propose_layout(self, known_layouts: list[Layout]) -> Layout | None:
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
            if (column := self._find_column(kind)) is not None
        }
        if ColumnRole.CODE not in roles and ColumnRole.INDICATOR not in roles:
            return None
        is_long = ColumnRole.PERIOD in roles or ColumnRole.YEAR in roles
        kind = LayoutKind.LONG if is_long else LayoutKind.WIDE
        if is_long:
            value = self._find_column("number", frozenset(roles.values()))
            if value is None:
                return None
            roles[ColumnRole.VALUE] = value
        base = next((layout for layout in known_layouts if layout.kind is kind), Layout("", kind))
        headings = {role: (heading,) for role, column in roles.items() if (heading := self._find_heading(column))}
        other_headings = {role: role_headings for role, role_headings in base.columns.items() if role not in headings}
        if len(headings) < len(roles):
            return None
        about = f"Proposed for a sheet called {self.sheet.name}."
        return replace(base, name="proposed", about=about, columns={**headings, **other_headings})

    def _find_column(self, kind: str, excluded: frozenset[int] = frozenset()) -> int | None:
        """Return the column with the most cells of a kind, if at least half of its cells below the headings are."""
        counts = [(count, -column) for column, count in self.counts[kind].items() if column not in excluded]
        count, negative_column = max(counts, default=(0, 0))
        filled = sum(cell.column == -negative_column and cell.row >= self.first_row for cell in self.sheet.cells)
        return -negative_column if count >= MIN_CELLS_PER_COLUMN and 2 * count >= filled else None

    def _find_heading(self, column: int) -> str:
        """Return the text directly above the data of a column."""
        above = [cell for cell in self.sheet.cells if cell.column == column and cell.row < self.first_row]
        return format_heading(above[-1]) if above else ""


def _detect_kind(cell: CellData, plan: Plan, numbers: NumberNames, sites: SiteNames, calendar: Calendar) -> str:
    period = read_period(format_heading(cell), calendar)
    resolved = resolve_period(period)
    if not period.rest and not period.is_empty:
        return "quarter" if resolved is None else "year" if isinstance(resolved, int) else "period"
    if cell.kind is CellKind.NUMBER:
        return "number"
    if cell.kind is not CellKind.TEXT:
        return ""
    if sites.find(cell.text).is_known:
        return "site"
    if numbers.find_key(cell.text) is not None or cell.text.strip() in plan.indicator_by_code:
        return "code"
    return "name" if numbers.find_indicator(cell.text).is_known else ""
