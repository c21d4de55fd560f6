"""Locate a table on a sheet: find its header by the headings, and assign a role to each column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from etl.indicators.periods import Calendar, Quarter
from etl.returns.layouts.layout import ColumnRole, Layout, LayoutKind
from etl.returns.layouts.matching import matches_any, normalize_text
from etl.returns.layouts.table_periods import PeriodMatch, read_period
from etl.returns.workbook.cells import CellData, CellKind, SheetData, format_column

HEADER_SEARCH_ROWS = 60
"""The header is searched in the first non-empty rows."""
_NAME_ROLES = (ColumnRole.CODE, ColumnRole.INDICATOR)


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column with the values of a quarter or a year."""

    column: int
    period: Quarter | int
    heading: str


@dataclass(frozen=True)
class TableShape:
    """A table on a sheet. Headings are pairs of the cell and its text; the layout ignores or does not know them."""

    sheet: SheetData
    header_row: int
    first_row: int
    column_by_role: Mapping[ColumnRole, int]
    value_columns: tuple[ValueColumn, ...] = ()
    ignored_headings: tuple[tuple[str, str], ...] = ()
    unknown_headings: tuple[tuple[str, str], ...] = ()

    def find_cell(self, row: int, role: ColumnRole) -> CellData | None:
        column = self.column_by_role.get(role)
        return None if column is None else self.sheet.cell_by_position.get((row, column))

    def read_text(self, row: int, role: ColumnRole) -> str:
        cell = self.find_cell(row, role)
        return cell.text.strip() if cell is not None else ""

    def iter_rows(self) -> Iterator[int]:
        """Yield the non-empty rows below the header."""
        return iter(sorted({cell.row for cell in self.sheet.cells if cell.row >= self.first_row}))


def find_shape(sheet: SheetData, layout: Layout, calendar: Calendar) -> TableShape | None:
    """Find the table on a sheet; None if no row has the headings of the layout."""
    rows = sorted({cell.row for cell in sheet.cells})[:HEADER_SEARCH_ROWS]
    best: tuple[int, int] | None = None
    for row in rows:
        roles = _find_roles(sheet, row, layout)
        if any(role in roles for role in _NAME_ROLES) and (best is None or len(roles) > best[0]):
            best = (len(roles), row)
    if best is None:
        return None
    if layout.kind is LayoutKind.LONG:
        return _find_long_table(sheet, best[1], layout)
    return _find_wide_table(sheet, best[1], layout, calendar)


def _find_roles(sheet: SheetData, row: int, layout: Layout) -> dict[ColumnRole, int]:
    roles: dict[ColumnRole, int] = {}
    for cell in _list_row_cells(sheet, row):
        role = layout.find_role(cell.text, matches_any)
        if role is not None:
            roles.setdefault(role, cell.column)
    return roles


def _list_row_cells(sheet: SheetData, row: int) -> list[CellData]:
    return [cell for cell in sheet.cells if cell.row == row]


def _find_long_table(sheet: SheetData, row: int, layout: Layout) -> TableShape | None:
    roles = _find_roles(sheet, row, layout)
    has_time = ColumnRole.PERIOD in roles or ColumnRole.YEAR in roles
    if ColumnRole.VALUE not in roles or not has_time:
        return None
    known_columns = set(roles.values())
    headings = [(cell.address, cell.text) for cell in _list_row_cells(sheet, row) if cell.column not in known_columns]
    ignored = tuple(heading for heading in headings if matches_any(heading[1], layout.ignored_headings))
    return TableShape(
        sheet, row, row + 1, roles, (), ignored, tuple(heading for heading in headings if heading not in ignored)
    )


def _find_wide_table(sheet: SheetData, row: int, layout: Layout, calendar: Calendar) -> TableShape | None:
    roles = _find_roles(sheet, row, layout)
    first_row = _find_first_data_row(sheet, row, roles)
    headings = _find_headings(sheet, row, first_row, set(roles.values()), calendar)
    values: list[ValueColumn] = []
    ignored: list[tuple[str, str]] = []
    unknown: list[tuple[str, str]] = []
    for column, texts in headings.items():
        heading = (f"{format_column(column)}{row}", " / ".join(texts))
        period, remaining_texts = _read_heading(texts, calendar)
        if _is_ignored(remaining_texts, layout):
            ignored.append(heading)
        elif period is not None and _is_value(remaining_texts, period, layout):
            values.append(ValueColumn(column, period, heading[1]))
        else:
            unknown.append(heading)
    if not values:
        return None
    return TableShape(sheet, row, first_row, roles, tuple(values), tuple(ignored), tuple(unknown))


def _find_first_data_row(sheet: SheetData, row: int, roles: Mapping[ColumnRole, int]) -> int:
    """Return the first row below the header with a code or a name; rows in between are further headings."""
    names = {roles[role] for role in _NAME_ROLES if role in roles}
    below = [cell.row for cell in sheet.cells if cell.row > row and cell.column in names]
    return min(below, default=row + 1)


def _find_headings(
    sheet: SheetData, row: int, first_row: int, known_columns: set[int], calendar: Calendar
) -> dict[int, list[str]]:
    """Return the headings of each other column, from the row above the header down to the data.

    A heading that spans several columns is stored in the first of them; it is repeated for the columns to its right
    that have a heading of their own further down.
    """
    rows = [header_row for header_row in range(row, first_row) if _list_row_cells(sheet, header_row)]
    rows = [*_find_period_row(sheet, row, known_columns, calendar), *rows]
    own: dict[int, list[tuple[int, str]]] = {}
    for header_row in rows:
        for cell in _list_row_cells(sheet, header_row):
            if cell.column not in known_columns:
                own.setdefault(cell.column, []).append((header_row, format_heading(cell)))
    headings = {}
    for column, cells in own.items():
        own_rows = {header_row for header_row, _ in cells}
        spanning = [
            _find_spanning_heading(sheet, header_row, column, known_columns)
            for header_row in rows
            if header_row < cells[-1][0] and header_row not in own_rows
        ]
        headings[column] = [*(text for text in spanning if text), *(text for _, text in cells)]
    return headings


def _find_period_row(sheet: SheetData, row: int, known_columns: set[int], calendar: Calendar) -> list[int]:
    """Return the row above the header if it contains years or quarters; a title does not count."""
    above = [cell.row for cell in sheet.cells if cell.row < row]
    if not above:
        return []
    cells = [cell for cell in _list_row_cells(sheet, max(above)) if cell.column not in known_columns]
    periods = [read_period(format_heading(cell), calendar) for cell in cells]
    return [max(above)] if any(not period.is_empty and not period.rest for period in periods) else []


def _find_spanning_heading(sheet: SheetData, row: int, column: int, known_columns: set[int]) -> str:
    """Return the heading to the left that spans this column. Headings of known columns span only themselves."""
    for left_column in range(column, 0, -1):
        if left_column in known_columns:
            return ""
        cell = sheet.cell_by_position.get((row, left_column))
        if cell is not None:
            return format_heading(cell)
    return ""


def format_heading(cell: CellData) -> str:
    """Return a heading as text. A year may be stored as a number."""
    if cell.kind is CellKind.NUMBER and cell.text.endswith(".0"):
        return cell.text[:-2]
    return cell.text.strip()


def _read_heading(texts: list[str], calendar: Calendar) -> tuple[Quarter | int | None, list[str]]:
    """Return the period in the headings, and the rest of the headings."""
    year = quarter = None
    remaining_texts: list[str] = []
    for text in texts:
        match: PeriodMatch = read_period(text, calendar)
        year = match.year if match.year is not None else year
        quarter = match.quarter if match.quarter is not None else quarter
        if match.is_empty or match.rest:
            remaining_texts.append(match.rest if not match.is_empty else normalize_text(text))
    if year is not None and quarter is not None:
        return Quarter(year, quarter), remaining_texts
    return year, remaining_texts


def _is_ignored(remaining_texts: list[str], layout: Layout) -> bool:
    return any(matches_any(text, layout.ignored_headings) for text in remaining_texts)


def _is_value(remaining_texts: list[str], period: Quarter | int, layout: Layout) -> bool:
    """Whether the rest of a heading only marks a column of results."""
    known_headings = (
        layout.value_headings if isinstance(period, Quarter) else (*layout.value_headings, *layout.total_headings)
    )
    return all(matches_any(text, known_headings) for text in remaining_texts)


def find_text_cells_above(shape: TableShape) -> list[CellData]:
    """Return the text cells above the table, such as its title or the site."""
    return [cell for cell in shape.sheet.cells if cell.row < shape.header_row and cell.kind is CellKind.TEXT]
