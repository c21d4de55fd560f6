"""Collect the headings of a table's columns from several rows, with headings that span columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from etl.indicators.periods import Calendar
from etl.returns.layouts.heading_words import read_heading_words, split_heading_words
from etl.returns.layouts.table_periods import read_period
from etl.returns.workbook.cells import CellData, CellKind, SheetData, format_column
from etl.returns.workbook.merged import parse_range

MAX_HEADER_ROWS = 5
"""So many rows above the names of the columns may hold further headings."""
_LONGEST_LONE_ROW = 2
MAX_MERGED_CELLS = 50_000


@dataclass(frozen=True)
class Grid:
    """The cells of a sheet by row, and the merged areas."""

    sheet: SheetData
    rows: Mapping[int, tuple[CellData, ...]]
    merged_ranges: tuple[tuple[int, int, int, int], ...] = ()
    """Top, left, bottom and right of each area of several cells."""
    origins: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """The first cell of the merged area of each covered cell."""

    def find_cell(self, row: int, column: int) -> CellData | None:
        """Return the cell, or the first cell of the merged area that covers it."""
        cell = self.sheet.cell_by_position.get((row, column))
        if cell is None and (row, column) in self.origins:
            cell = self.sheet.cell_by_position.get(self.origins[row, column])
        return cell

    def list_row(self, row: int) -> tuple[CellData, ...]:
        """Return the cells of a row, with those from above that are merged down to it, from left to right."""
        own = self.rows.get(row, ())
        origins = ((top, left) for top, left, bottom, _right in self.merged_ranges if top < row <= bottom)
        merged = (self.sheet.cell_by_position.get(origin) for origin in origins)
        return tuple(sorted((*own, *filter(None, merged)), key=lambda cell: cell.column))

    def describe_area(self, cell: CellData) -> str:
        """Return the merged area of a cell, such as `F14:G15`; blank if it is not merged."""
        for top, left, bottom, right in self.merged_ranges:
            if top <= cell.row <= bottom and left <= cell.column <= right:
                return f"{format_column(left)}{top}:{format_column(right)}{bottom}"
        return ""


def make_grid(sheet: SheetData, merges: Iterable[str]) -> Grid:
    """Index the cells of a sheet and its merged areas."""
    rows: dict[int, list[CellData]] = {}
    for cell in sheet.cells:
        rows.setdefault(cell.row, []).append(cell)
    ranges = tuple(area for text in merges if ":" in text and (area := parse_range(text))[:2] != area[2:])
    origins: dict[tuple[int, int], tuple[int, int]] = {}
    for top, left, bottom, right in ranges:
        if len(origins) + (bottom - top + 1) * (right - left + 1) > MAX_MERGED_CELLS:
            continue
        for row in range(top, bottom + 1):
            origins.update({(row, column): (top, left) for column in range(left, right + 1)})
    return Grid(sheet, {row: tuple(cells) for row, cells in sorted(rows.items())}, ranges, origins)


@dataclass(frozen=True)
class ColumnHeadings:
    """The headings of a column from the top down, and the cell of its own lowest one."""

    column: int
    cell: str
    texts: tuple[str, ...]

    @property
    def text(self) -> str:
        return " / ".join(self.texts)


def collect_headings(
    grid: Grid, row: int, first_row: int, known_columns: set[int], calendar: Calendar
) -> tuple[ColumnHeadings, ...]:
    """Return the headings of each column without a role, from the rows above the header down to the data.

    A heading that spans several columns is stored in the first of them: it holds for its merged area or, without
    one, for the columns to its right up to the next heading, if they have a heading of their own further down.
    """
    rows = [header_row for header_row in grid.rows if row <= header_row < first_row]
    rows = [*find_upper_rows(grid, row, known_columns, calendar), *rows]
    own: dict[int, list[CellData]] = {}
    for header_row in rows:
        for cell in grid.rows[header_row]:
            if cell.column not in known_columns:
                own.setdefault(cell.column, []).append(cell)
    covered = {
        column
        for top, left, bottom, right in grid.merged_ranges
        if top in rows and (top, left) in grid.sheet.cell_by_position and left not in known_columns
        for column in range(left, right + 1)
    }
    headings = []
    for column in sorted(own.keys() | (covered - known_columns)):
        cells = own.get(column, [])
        own_rows = {cell.row for cell in cells}
        last_row = cells[-1].row if cells else max(rows)
        texts: dict[int, str] = {cell.row: format_heading(cell) for cell in cells}
        for header_row in rows:
            if header_row not in own_rows and header_row <= last_row:
                spanning = _find_spanning_heading(grid, header_row, column, known_columns, has_own=bool(cells))
                if spanning:
                    texts[header_row] = spanning
        if texts:
            address = cells[-1].address if cells else _find_origin_address(grid, rows, column)
            ordered = tuple(dict.fromkeys(texts[header_row] for header_row in sorted(texts)))
            headings.append(ColumnHeadings(column, address, ordered))
    return tuple(headings)


def find_upper_rows(grid: Grid, row: int, known_columns: set[int], calendar: Calendar) -> list[int]:
    """Return the rows above the header that hold periods or words such as "target" over the columns."""
    upper_rows: list[int] = []
    for above in sorted((number for number in grid.rows if number < row), reverse=True)[:MAX_HEADER_ROWS]:
        cells = [cell for cell in grid.rows[above] if cell.column not in known_columns]
        if not any(_is_heading(cell, calendar) for cell in cells):
            break
        upper_rows.insert(0, above)
    return upper_rows


def _is_heading(cell: CellData, calendar: Calendar) -> bool:
    words = split_heading_words(format_heading(cell))
    period = read_period(words.rest, calendar)
    if not period.is_empty:
        return not period.rest
    return cell.kind is CellKind.TEXT and bool(words.kinds) and not read_heading_words(cell.text).rest


def _find_spanning_heading(grid: Grid, row: int, column: int, known_columns: set[int], *, has_own: bool) -> str:
    """Return the heading to the left that spans this column. Headings of known columns span only themselves."""
    origin = grid.origins.get((row, column))
    if origin is not None:
        cell = grid.sheet.cell_by_position.get(origin)
        return format_heading(cell) if cell is not None and origin[1] not in known_columns else ""
    if not has_own:
        return ""
    for left_column in range(column - 1, 0, -1):
        if left_column in known_columns:
            return ""
        cell = grid.sheet.cell_by_position.get((row, left_column))
        if cell is not None:
            return "" if (row, left_column) in grid.origins else format_heading(cell)
    return ""


def _find_origin_address(grid: Grid, rows: list[int], column: int) -> str:
    cells = [grid.find_cell(row, column) for row in rows]
    return next((cell.address for cell in reversed(cells) if cell is not None), "")


def list_lone_texts(grid: Grid, first_row: int) -> list[CellData]:
    """Return the texts of rows from `first_row` on that have no more than two cells, both with text: notes, titles."""
    rows = [cells for row, cells in grid.rows.items() if row >= first_row and len(cells) <= _LONGEST_LONE_ROW]
    return [cell for cells in rows for cell in cells if all(near.kind is CellKind.TEXT for near in cells)]


def format_heading(cell: CellData) -> str:
    """Return a heading as text. A year may be stored as a number."""
    if cell.kind is CellKind.NUMBER and cell.text.endswith(".0"):
        return cell.text[:-2]
    return cell.text.strip()
