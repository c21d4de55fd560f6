"""Locate a table on a sheet: find its header by the headings, and assign a role to each column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from etl.indicators.periods import Calendar
from etl.returns.findings.finding import Finding
from etl.returns.layouts.column_readings import ColumnReading, TableTitle, TitleYear, read_columns
from etl.returns.layouts.fiscal_words import names_fiscal_year
from etl.returns.layouts.heading_words import HeadingKind
from etl.returns.layouts.headings import (
    Grid,
    collect_headings,
    find_upper_rows,
    format_heading,
    list_lone_texts,
    make_grid,
)
from etl.returns.layouts.layout import ColumnRole, Layout, LayoutKind
from etl.returns.layouts.long_columns import IsPartName, read_long_columns
from etl.returns.layouts.matching import matches_any
from etl.returns.layouts.shape_findings import list_column_findings, list_long_findings
from etl.returns.layouts.table_periods import TablePeriod, read_period
from etl.returns.layouts.title_words import is_about_numbers
from etl.returns.reasons import Reason
from etl.returns.workbook.cells import CellData, CellKind, SheetData
from etl.returns.workbook.facts import SheetFacts

HEADER_SEARCH_ROWS = 60
"""The header is searched in the first non-empty rows."""
TIME_ROLES = frozenset({ColumnRole.PERIOD, ColumnRole.YEAR, ColumnRole.QUARTER})
"""One of these columns gives the period of a row; a column of quarters alone has the year in its cells."""
_NAME_ROLES = (ColumnRole.CODE, ColumnRole.INDICATOR)


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column with the values of a period, or with those of women, men or another part."""

    column: int
    period: TablePeriod | None
    """The period of a column of a wide table; in a long table each row names its own."""
    heading: str
    cell: str = ""
    sex: HeadingKind | None = None
    part: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the values are those of the rows, and not of a part of them."""
        return self.sex is None and not self.part


@dataclass(frozen=True, slots=True)
class OtherColumn:
    """A column that holds no results, and why."""

    column: int
    cell: str
    heading: str
    reason: Reason


@dataclass(frozen=True)
class TableShape:
    """A table on a sheet: its header, its columns, and the findings about them."""

    grid: Grid
    header_row: int
    first_row: int
    column_by_role: Mapping[ColumnRole, int]
    top_row: int = 0
    """The first row with headings."""
    value_columns: tuple[ValueColumn, ...] = ()
    other_columns: tuple[OtherColumn, ...] = ()
    findings: tuple[Finding, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    column_reasons: Mapping[int, OtherColumn] = field(default_factory=dict)
    """`other_columns` by column."""
    title: TableTitle = TableTitle()

    @property
    def sheet(self) -> SheetData:
        return self.grid.sheet

    @property
    def ignored_headings(self) -> tuple[tuple[str, str], ...]:
        """Pairs of cell and heading of the columns that are understood and hold no results."""
        return tuple(
            (column.cell, column.heading) for column in self.other_columns if column.reason is not Reason.COLUMN_UNKNOWN
        )

    @property
    def unknown_headings(self) -> tuple[tuple[str, str], ...]:
        """Pairs of cell and heading of the columns that the layout does not know."""
        return tuple(
            (column.cell, column.heading) for column in self.other_columns if column.reason is Reason.COLUMN_UNKNOWN
        )

    def find_cell(self, row: int, role: ColumnRole) -> CellData | None:
        """Return the cell of a role in a row; a merged cell counts for all its rows."""
        column = self.column_by_role.get(role)
        return None if column is None else self.grid.find_cell(row, column)

    def read_text(self, row: int, role: ColumnRole) -> str:
        cell = self.find_cell(row, role)
        return cell.text.strip() if cell is not None else ""

    def iter_rows(self) -> Iterator[int]:
        """Yield the non-empty rows below the header."""
        return (row for row in self.grid.rows if row >= self.first_row)

    def heads_column(self, cell: CellData) -> bool:
        """Whether a cell above the header is a heading of its column, and no title of the table.

        It has numbers below it and reaches down to the header, or it stands beside other headings that begin with the
        first column of values: else it may be centred over several columns.
        """
        if not self.top_row <= cell.row < self.header_row:
            return False
        columns = [heading.column for heading in self.grid.rows[cell.row]]
        first = min((column for column in columns if column not in self.column_by_role.values()), default=0)
        is_centred = any(value.column < first for value in self.value_columns)
        is_alone = (len(columns) == 1 or is_centred) and not self._reaches_header(cell)
        headings = [value.heading for value in self.value_columns if value.column == cell.column]
        headings += [other.heading for other in self.other_columns if other.column == cell.column]
        below = [row for row in self.iter_rows() if (row, cell.column) in self.sheet.cell_by_position]
        return not is_alone and bool(below) and any(format_heading(cell) in heading for heading in headings)

    def _reaches_header(self, cell: CellData) -> bool:
        return self.grid.origins.get((self.header_row, cell.column)) == (cell.row, cell.column)

    def is_hidden(self, cell: CellData) -> bool:
        return cell.row in self.hidden_rows or any(first <= cell.column <= last for first, last in self.hidden_columns)


def find_shape(
    sheet: SheetData,
    layout: Layout,
    calendar: Calendar,
    facts: SheetFacts | None = None,
    *,
    is_part_name: IsPartName = lambda _text: False,
) -> TableShape | None:
    """Find the table on a sheet; None if no row has the headings of the layout."""
    grid = make_grid(sheet, facts.merges if facts is not None else ())
    best: tuple[int, int] | None = None
    for row in list(grid.rows)[:HEADER_SEARCH_ROWS]:
        roles = _find_roles(grid, row, layout)
        if any(role in roles for role in _NAME_ROLES) and (best is None or len(roles) > best[0]):
            best = (len(roles), row)
    if best is None:
        return None
    builder = _ShapeBuilder(grid, best[1], layout, calendar, facts)
    return builder.build_long(is_part_name) if layout.kind is LayoutKind.LONG else builder.build_wide()


def _find_roles(grid: Grid, row: int, layout: Layout) -> dict[ColumnRole, int]:
    roles: dict[ColumnRole, int] = {}
    for cell in grid.list_row(row):
        role = layout.find_role(cell.text, matches_any)
        if role is not None:
            roles.setdefault(role, cell.column)
    return roles


class _ShapeBuilder:
    """Builds the shape of the table whose header is in a row."""

    def __init__(self, grid: Grid, row: int, layout: Layout, calendar: Calendar, facts: SheetFacts | None) -> None:
        self.grid = grid
        self.row = row
        self.layout = layout
        self.calendar = calendar
        self.facts = facts
        self.roles = _find_roles(grid, row, layout)

    def build_long(self, is_part_name: IsPartName) -> TableShape | None:
        if TIME_ROLES.isdisjoint(self.roles):
            return None
        value_column = self.roles.pop(ColumnRole.VALUE, None)
        if self._holds_numbers(self.roles.get(ColumnRole.PART)):
            # "Of which" over columns of numbers names no column of parts.
            del self.roles[ColumnRole.PART]
        first_row = self._find_first_long_row()
        known_columns = set(self.roles.values())
        headings = collect_headings(self.grid, self.row, first_row, known_columns, self.calendar)
        columns = read_long_columns(headings, self.layout, self.calendar, is_part_name)
        if columns.whole is not None:
            self.roles[ColumnRole.VALUE] = columns.whole.column
        elif value_column is None and not columns.parts:
            return None
        top_row = min(find_upper_rows(self.grid, self.row, known_columns, self.calendar), default=self.row)
        findings = list_long_findings(self.grid, first_row, columns, value_column)
        title = TableTitle(is_fiscal=self._is_fiscal(top_row))
        return self._build(first_row, top_row, columns.readings, findings, title)

    def _find_first_long_row(self) -> int:
        """Return the row below the header; rows with nothing but texts over the columns of values are headings too."""
        known_columns = set(self.roles.values())
        row = self.row + 1
        while (cells := self.grid.rows.get(row)) and all(
            cell.kind is CellKind.TEXT and cell.column not in known_columns for cell in cells
        ):
            row += 1
        return row

    def _holds_numbers(self, column: int | None) -> bool:
        """Whether at least half of the cells of a column below the header are numbers."""
        cells = [cell for cell in self.grid.sheet.cells if cell.column == column and cell.row > self.row]
        return bool(cells) and 2 * sum(cell.kind is CellKind.NUMBER for cell in cells) >= len(cells)

    def build_wide(self) -> TableShape | None:
        first_row = self._find_first_data_row()
        known_columns = set(self.roles.values())
        headings = collect_headings(self.grid, self.row, first_row, known_columns, self.calendar)
        upper_rows = find_upper_rows(self.grid, self.row, known_columns, self.calendar)
        top_row = min(upper_rows, default=self.row)
        title = TableTitle(self._find_title_year(top_row), self._is_fiscal(top_row))
        readings = read_columns(headings, self.layout, self.calendar, title)
        if not any(reading.names_period for reading in readings):
            return None
        findings = list_column_findings(self.grid, first_row, readings, self.layout, title)
        return self._build(first_row, top_row, readings, findings, title)

    def _build(
        self,
        first_row: int,
        top_row: int,
        readings: tuple[ColumnReading, ...],
        findings: tuple[Finding, ...],
        title: TableTitle,
    ) -> TableShape:
        values = tuple(
            ValueColumn(
                reading.column,
                reading.period,
                reading.headings.text,
                reading.headings.cell,
                reading.sex,
                reading.part,
            )
            for reading in readings
            if reading.reason is None
        )
        others = tuple(
            OtherColumn(reading.column, reading.headings.cell, reading.headings.text, reading.reason)
            for reading in readings
            if reading.reason is not None
        )
        return TableShape(
            self.grid,
            self.row,
            first_row,
            self.roles,
            top_row,
            values,
            others,
            findings,
            self.facts.hidden_rows if self.facts is not None else frozenset(),
            self.facts.hidden_columns if self.facts is not None else (),
            {column.column: column for column in others},
            title,
        )

    def _find_first_data_row(self) -> int:
        """Return the first row below the header with a code or a name; rows in between are further headings."""
        names = {self.roles[role] for role in _NAME_ROLES if role in self.roles}
        below = [
            row
            for row, cells in self.grid.rows.items()
            if row > self.row and any(cell.column in names for cell in cells)
        ]
        return min(below, default=self.row + 1)

    def _find_title_year(self, top_row: int) -> TitleYear | None:
        """Return the only year in the texts above the table and the name of the sheet."""
        years = []
        for cell, text in self._list_texts_above(top_row):
            match = read_period(text, self.calendar)
            if match.year is not None and match.problem is None:
                years.append(TitleYear(match.year, match.is_fiscal, cell, text))
        return years[-1] if len({year.year for year in years}) == 1 else None

    def _is_fiscal(self, top_row: int) -> bool:
        """Whether a text above or below says that the years are fiscal. `2024/25` may also name two years."""
        above = [text for _, text in self._list_texts_above(top_row)]
        notes = [cell.text for cell in list_lone_texts(self.grid, self.row + 1)]
        if any(names_fiscal_year(text, self.calendar) for text in (*above, *notes)):
            return True
        about = (*above, *(text for text in notes if is_about_numbers(text, self.calendar)))
        matches = (read_period(text, self.calendar) for text in about)
        return any(match.is_fiscal and not match.is_split for match in matches)

    def _list_texts_above(self, top_row: int) -> list[tuple[str, str]]:
        """Return the name of the sheet and the texts above the table, with their cells."""
        above = [(cell.address, format_heading(cell)) for cell in self.grid.sheet.cells if cell.row < top_row]
        return [("", self.grid.sheet.name), *above]


def find_text_cells_above(shape: TableShape) -> list[CellData]:
    """Return the text cells above the table, such as its title or the site."""
    return [cell for cell in shape.sheet.cells if cell.row < shape.header_row and cell.kind is CellKind.TEXT]
