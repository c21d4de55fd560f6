"""Where a table stands on a sheet: its header rows found by their words, and what each of its columns holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from etl.indicators.periods import Calendar, Quarter
from etl.returns.layouts.layout import ColumnRole, Layout, LayoutKind
from etl.returns.layouts.matching import matches_any, normalize_text
from etl.returns.layouts.table_periods import PeriodMatch, read_period
from etl.returns.workbook.cells import CellData, CellKind, SheetData, column_letters

HEADER_SEARCH_ROWS = 60
"""The header stands in one of the first filled rows."""
_NAMES = (ColumnRole.CODE, ColumnRole.INDICATOR)


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of values of one quarter, or of one year."""

    column: int
    period: Quarter | int
    heading: str


@dataclass(frozen=True)
class TableShape:
    """One table on one sheet. `aside` are headings that no value stands under, `unknown` those nobody knows."""

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
        """The rows below the header that hold anything."""
        return iter(sorted({cell.row for cell in self.sheet.cells if cell.row >= self.first_row}))


def find_shape(sheet: SheetData, layout: Layout, calendar: Calendar) -> TableShape | None:
    """The table of that layout on the sheet; None where no row has the words of its header."""
    filled = sorted({cell.row for cell in sheet.cells})[:HEADER_SEARCH_ROWS]
    best: tuple[int, int] | None = None
    for row in filled:
        roles = _roles_of(sheet, row, layout)
        if any(role in roles for role in _NAMES) and (best is None or len(roles) > best[0]):
            best = (len(roles), row)
    if best is None:
        return None
    if layout.kind is LayoutKind.LONG:
        return _long_shape(sheet, best[1], layout)
    return _wide_shape(sheet, best[1], layout, calendar)


def _roles_of(sheet: SheetData, row: int, layout: Layout) -> dict[ColumnRole, int]:
    roles: dict[ColumnRole, int] = {}
    for cell in _row_cells(sheet, row):
        role = layout.find_role(cell.text, matches_any)
        if role is not None:
            roles.setdefault(role, cell.column)
    return roles


def _row_cells(sheet: SheetData, row: int) -> list[CellData]:
    return [cell for cell in sheet.cells if cell.row == row]


def _long_shape(sheet: SheetData, row: int, layout: Layout) -> TableShape | None:
    roles = _roles_of(sheet, row, layout)
    has_time = ColumnRole.PERIOD in roles or ColumnRole.YEAR in roles
    if ColumnRole.VALUE not in roles or not has_time:
        return None
    known = set(roles.values())
    others = [(cell.address, cell.text) for cell in _row_cells(sheet, row) if cell.column not in known]
    aside = tuple(one for one in others if matches_any(one[1], layout.ignored_headings))
    return TableShape(sheet, row, row + 1, roles, (), aside, tuple(one for one in others if one not in aside))


def _wide_shape(sheet: SheetData, row: int, layout: Layout, calendar: Calendar) -> TableShape | None:
    roles = _roles_of(sheet, row, layout)
    first = _first_data_row(sheet, row, roles)
    headings = _headings(sheet, row, first, set(roles.values()), calendar)
    values: list[ValueColumn] = []
    aside: list[tuple[str, str]] = []
    unknown: list[tuple[str, str]] = []
    for column, texts in headings.items():
        place = (f"{column_letters(column)}{row}", " / ".join(texts))
        period, rest = _read_heading(texts, calendar)
        if _is_aside(rest, layout):
            aside.append(place)
        elif period is not None and _is_value(rest, period, layout):
            values.append(ValueColumn(column, period, place[1]))
        else:
            unknown.append(place)
    if not values:
        return None
    return TableShape(sheet, row, first, roles, tuple(values), tuple(aside), tuple(unknown))


def _first_data_row(sheet: SheetData, row: int, roles: Mapping[ColumnRole, int]) -> int:
    """The first row below the header with a code or a name in it: between them may stand a second row of headings."""
    names = {roles[role] for role in _NAMES if role in roles}
    below = [cell.row for cell in sheet.cells if cell.row > row and cell.column in names]
    return min(below, default=row + 1)


def _headings(sheet: SheetData, row: int, first: int, known: set[int], calendar: Calendar) -> dict[int, list[str]]:
    """What stands above each other column, from the row over the header to the last before the data.

    A heading over several columns is written in the first of them, so it holds for those to its right that have a
    heading of their own further down.
    """
    rows = [one for one in range(row, first) if _row_cells(sheet, one)]
    rows = [*_row_of_periods_above(sheet, row, known, calendar), *rows]
    own: dict[int, list[tuple[int, str]]] = {}
    for one in rows:
        for cell in _row_cells(sheet, one):
            if cell.column not in known:
                own.setdefault(cell.column, []).append((one, format_heading(cell)))
    found = {}
    for column, cells in own.items():
        mine = {one for one, _ in cells}
        over = [_carried(sheet, one, column, known) for one in rows if one < cells[-1][0] and one not in mine]
        found[column] = [*(text for text in over if text), *(text for _, text in cells)]
    return found


def _row_of_periods_above(sheet: SheetData, row: int, known: set[int], calendar: Calendar) -> list[int]:
    """The filled row over the header where it names years or quarters; a title is none."""
    above = [cell.row for cell in sheet.cells if cell.row < row]
    if not above:
        return []
    cells = [cell for cell in _row_cells(sheet, max(above)) if cell.column not in known]
    periods = [read_period(format_heading(cell), calendar) for cell in cells]
    return [max(above)] if any(not one.is_empty and not one.rest for one in periods) else []


def _carried(sheet: SheetData, row: int, column: int, known: set[int]) -> str:
    """The heading of a row that reaches over a column from its left; one of a known column reaches nowhere."""
    for left in range(column, 0, -1):
        if left in known:
            return ""
        cell = sheet.cell_by_position.get((row, left))
        if cell is not None:
            return format_heading(cell)
    return ""


def format_heading(cell: CellData) -> str:
    """A heading as text; a year is often a number."""
    if cell.kind is CellKind.NUMBER and cell.text.endswith(".0"):
        return cell.text[:-2]
    return cell.text.strip()


def _read_heading(texts: list[str], calendar: Calendar) -> tuple[Quarter | int | None, list[str]]:
    """The period that the texts name together, and what else they say."""
    year = quarter = None
    rest: list[str] = []
    for text in texts:
        found: PeriodMatch = read_period(text, calendar)
        year = found.year if found.year is not None else year
        quarter = found.quarter if found.quarter is not None else quarter
        if found.is_empty or found.rest:
            rest.append(found.rest if not found.is_empty else normalize_text(text))
    if year is not None and quarter is not None:
        return Quarter(year, quarter), rest
    return year, rest


def _is_aside(rest: list[str], layout: Layout) -> bool:
    return any(matches_any(one, layout.ignored_headings) for one in rest)


def _is_value(rest: list[str], period: Quarter | int, layout: Layout) -> bool:
    """Whether everything else in a heading only says that these are what was achieved."""
    known = layout.value_headings if isinstance(period, Quarter) else (*layout.value_headings, *layout.total_headings)
    return all(matches_any(one, known) for one in rest)


def find_text_cells_above(shape: TableShape) -> list[CellData]:
    """The texts over a table: a title, or the site that the sheet is of."""
    return [cell for cell in shape.sheet.cells if cell.row < shape.header_row and cell.kind is CellKind.TEXT]
