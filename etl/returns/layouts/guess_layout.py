"""Guess the layout of an unknown table: a known layout, or one proposed from the columns' contents."""

import re
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from etl.indicators.periods import Calendar
from etl.indicators.plans import Plan, Plans
from etl.returns.digits import fold_text, parse_digits
from etl.returns.layouts.heading_words import SEXES, HeadingKind, read_heading_words
from etl.returns.layouts.headings import collect_headings, format_heading, make_grid
from etl.returns.layouts.layout import ColumnRole, Layout, LayoutKind
from etl.returns.layouts.matching import matches_any, normalize_text
from etl.returns.layouts.names import NumberNames, SiteNames
from etl.returns.layouts.parse_table import ParsedTable, parse_table
from etl.returns.layouts.resolve_periods import resolve_period
from etl.returns.layouts.table_periods import read_period
from etl.returns.number_like import is_number_like
from etl.returns.workbook.cells import CellData, CellKind, SheetData, WorkbookData
from etl.returns.workbook.facts import WorkbookFacts

COLUMN_KINDS = ("code", "name", "site", "period", "year", "quarter", "number")
MIN_CELLS_PER_COLUMN = 2
"""A column is assigned a kind only if at least so many of its cells are of that kind."""


EXAMPLES_PER_COLUMN = 3
_OTHER_NUMBERS = re.compile(
    r"(?<![a-z])(?:rows?|line|serial|item|s/n|costs?|co[uû]ts?|prices?|prix|usd|us\$|khr|riels?|dollars?|euros?|eur"
    r"|expenses?|expenditures?|spent|d[ée]penses?|paid)(?![a-z])|^no$|[$€៛]|ល\.រ|"
    + "|".join(map(normalize_text, ("ចំណាយ", "ថ្លៃ", "ប្រាក់", "រៀល", "ដុល្លារ", "លេខរៀង")))
)
"""Words of headings of numbers that are no results: numbers of rows, and money."""
_UNIT_WORDS = ("unit", "uom", "ឯកតា")


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers, and the kinds of the words in its heading."""

    sheet: str
    column: int
    heading: str
    """All headings from the top down."""
    kinds: frozenset[HeadingKind]

    @property
    def is_result(self) -> bool:
        """Whether the heading says that the numbers are results, and nothing else."""
        return read_heading_words(self.heading).is_only(HeadingKind.RESULT)

    @property
    def is_total(self) -> bool:
        """Whether the heading says that the numbers are totals, which are results beside columns of parts."""
        kinds = (HeadingKind.TOTAL, HeadingKind.RESULT)
        return HeadingKind.TOTAL in self.kinds and read_heading_words(self.heading).is_only(*kinds)

    @property
    def is_sex(self) -> bool:
        """Whether the heading says that the numbers are those of women or men."""
        kinds = (*SEXES, HeadingKind.TOTAL, HeadingKind.RESULT)
        sexes = self.kinds.intersection(SEXES)
        return len(sexes) == 1 and read_heading_words(self.heading).is_only(*kinds)

    @property
    def is_open(self) -> bool:
        """Whether the heading says nothing about what the numbers are, neither rows nor money."""
        return not self.kinds and _OTHER_NUMBERS.search(normalize_text(self.heading)) is None


@dataclass(frozen=True)
class ProposedColumn:
    """A column of an unknown table, its first values, and the role that is proposed for it, if any."""

    column: int
    heading: str
    """The text directly above the values."""
    path: str
    """All headings from the top down, such as `2025 / Q3 / Actual`."""
    examples: tuple[str, ...]
    role: ColumnRole | None
    has_numbers: bool


@dataclass(frozen=True)
class ProposedTable:
    """The columns of the sheet that a layout would read."""

    sheet: str
    columns: tuple[ProposedColumn, ...]


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
    for layout in (*layouts, *propose_layouts(workbook, facts, plans.latest, layouts)):
        table = parse_table(workbook, facts, plans=plans, layout=layout, site=site)
        guess = LayoutGuess(layout, table, layout in layouts)
        if table.number_count and (best is None or _rank(guess) > _rank(best)):
            best = guess
    return best


def _rank(guess: LayoutGuess) -> tuple[int, int]:
    errors = sum(finding.is_error for finding in guess.table.findings)
    return guess.table.number_count, -errors


def propose_layouts(
    workbook: WorkbookData, facts: WorkbookFacts, plan: Plan, known_layouts: list[Layout]
) -> Iterator[Layout]:
    """Propose a layout with the sheet's own headings for each visible sheet whose columns can be recognised."""
    for sheet in workbook.sheets:
        if sheet.state == "visible":
            layout = _ColumnKinds(sheet, plan, facts).propose_layout(known_layouts)
            if layout is not None:
                yield layout


def is_long(roles: Container[ColumnRole]) -> bool:
    """Whether a table with columns of these roles has a row for each value."""
    return ColumnRole.PERIOD in roles or ColumnRole.YEAR in roles


class _ColumnKinds:
    """Counts, for each column of a sheet, how many cells are codes, names, sites, periods and numbers."""

    def __init__(self, sheet: SheetData, plan: Plan, facts: WorkbookFacts) -> None:
        self.sheet = sheet
        sheet_facts = facts.find_sheet(sheet.name)
        self.merges = sheet_facts.merges if sheet_facts is not None else ()
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

    def find_roles(self) -> dict[ColumnRole, int] | None:
        """Return the column of each role that the contents defend; None if no column names the indicator."""
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
        if is_long(roles):
            value = self._find_value_column(set(roles.values()))
            if value is not None:
                roles[ColumnRole.VALUE] = value
            roles |= self._find_unit_column(set(roles.values()))
        return roles

    def list_known_columns(self) -> set[int]:
        """Return the columns that name the numbers of a row."""
        roles = self.find_roles() or {}
        return {column for role, column in roles.items() if role is not ColumnRole.VALUE}

    def propose_layout(self, known_layouts: list[Layout]) -> Layout | None:
        roles = self.find_roles()
        if roles is None or (is_long(roles) and ColumnRole.VALUE not in roles):
            return None
        kind = LayoutKind.LONG if is_long(roles) else LayoutKind.WIDE
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

    def list_number_columns(self, known_columns: set[int] | None = None) -> tuple[NumberColumn, ...]:
        """Return the columns with numbers that are no codes or periods, with what their headings say."""
        paths = self._list_paths(known_columns) if known_columns else {}
        return tuple(
            NumberColumn(self.sheet.name, column, heading, read_heading_words(heading).kinds)
            for column in sorted(self.counts["number"])
            if (heading := paths.get(column) or self._find_heading(column))
        )

    def _find_value_column(self, known_columns: set[int]) -> int | None:
        """Return the column of results: the only one headed so, or the only column of numbers if its heading is open.

        Numbers whose heading says target, baseline, percentage and the like are never proposed, totals only beside
        columns of women or men.
        """
        columns = [column for column in self.list_number_columns(known_columns) if column.column not in known_columns]
        results = [column for column in columns if column.is_result]
        if any(column.is_sex for column in columns):
            results += [column for column in columns if column.is_total]
        if len(results) == 1:
            return results[0].column
        is_alone = len(columns) == 1 and columns[0].is_open and not self._counts_rows(columns[0].column)
        return columns[0].column if is_alone else None

    def _counts_rows(self, column: int) -> bool:
        """Whether the numbers of a column only count its rows: 1, 2, 3."""
        numbers = [cell.text for cell in self.sheet.cells if cell.column == column and is_number_like(cell)]
        return len(numbers) > 2 and [parse_digits(fold_text(text).text, whole=True).value for text in numbers] == [
            *range(1, len(numbers) + 1)
        ]

    def _find_unit_column(self, known_columns: set[int]) -> dict[ColumnRole, int]:
        """Return the column whose heading mentions a unit."""
        headings = {cell.column: format_heading(cell) for cell in self.sheet.cells if cell.row < self.first_row}
        columns = [
            column
            for column, heading in headings.items()
            if column not in known_columns and any(word in heading.casefold() for word in _UNIT_WORDS)
        ]
        return {ColumnRole.UNIT: columns[0]} if len(columns) == 1 else {}

    def list_columns(
        self, roles: Mapping[ColumnRole, int], known_layouts: Sequence[Layout]
    ) -> tuple[ProposedColumn, ...]:
        """Return every column with a heading, its first values, and its role if there is one."""
        paths = self._list_paths(set(roles.values()) - {roles.get(ColumnRole.VALUE)})
        role_by_column = {column: role for role, column in roles.items()}
        taken = set(roles)
        columns = []
        for column in sorted({cell.column for cell in self.sheet.cells}):
            heading = self._find_heading(column)
            if not heading:
                continue
            role = role_by_column.get(column)
            if role is None:
                candidates = (layout.find_role(heading, matches_any) for layout in known_layouts)
                role = next((found for found in candidates if found not in (None, ColumnRole.VALUE, *taken)), None)
                taken |= {role} if role is not None else set()
            cells = [cell for cell in self.sheet.cells if cell.column == column and cell.row >= self.first_row]
            examples = tuple(format_heading(cell) for cell in cells[:EXAMPLES_PER_COLUMN])
            has_numbers = any(is_number_like(cell) for cell in cells)
            columns.append(ProposedColumn(column, heading, paths.get(column, heading), examples, role, has_numbers))
        return tuple(columns)

    def _list_paths(self, known_columns: Collection[int | None]) -> dict[int, str]:
        """Return the headings of the columns without a role in several rows, as they are read with a layout."""
        rows = [cell.row for cell in self.sheet.cells if cell.column in known_columns and cell.row < self.first_row]
        grid = make_grid(self.sheet, self.merges)
        known = {column for column in known_columns if column is not None}
        headings = collect_headings(grid, max(rows, default=0), self.first_row, known, self.calendar)
        return {column.column: column.text for column in headings}

    def _find_heading(self, column: int) -> str:
        """Return the text directly above the data of a column."""
        above = [cell for cell in self.sheet.cells if cell.column == column and cell.row < self.first_row]
        return format_heading(above[-1]) if above else ""


def propose_columns(
    workbook: WorkbookData, facts: WorkbookFacts, plan: Plan, known_layouts: Sequence[Layout]
) -> ProposedTable | None:
    """Return the columns of the first visible sheet that names indicators, each with the role that can be defended.

    A role comes from the contents, else from a heading that a known layout has. A column of values is proposed only as
    `_find_value_column` allows.
    """
    for sheet in workbook.sheets:
        kinds = _ColumnKinds(sheet, plan, facts) if sheet.state == "visible" else None
        roles = kinds.find_roles() if kinds is not None else None
        if kinds is not None and roles is not None:
            return ProposedTable(sheet.name, kinds.list_columns(roles, known_layouts))
    return None


def list_number_columns(workbook: WorkbookData, facts: WorkbookFacts, plan: Plan) -> tuple[NumberColumn, ...]:
    """Return the columns of numbers of the visible sheets, for a person who has to say which one holds the results."""
    sheets = [sheet for sheet in workbook.sheets if sheet.state == "visible"]
    columns = [_ColumnKinds(sheet, plan, facts) for sheet in sheets]
    return tuple(column for kinds in columns for column in kinds.list_number_columns(kinds.list_known_columns()))


def _detect_kind(cell: CellData, plan: Plan, numbers: NumberNames, sites: SiteNames, calendar: Calendar) -> str:
    period = read_period(format_heading(cell), calendar)
    resolved = resolve_period(period, calendar).period
    if not period.rest and period.problem is None and not period.is_empty:
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
