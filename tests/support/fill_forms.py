"""Types numbers into a form as a person does: the cells are found by the keys beside them."""

from collections.abc import Callable, Mapping
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from etl.returns.form_identity import ColumnTag


def find_value_cells(data: bytes) -> dict[str, str]:
    """The address of the cell to type into, by key."""
    return _cells(_sheet_of(data)[1], ColumnTag.VALUE)


def fill_form(data: bytes, entries: Mapping[str, object], *, notes: Mapping[str, str] | None = None) -> bytes:
    """The form with these entries typed; every key must be on it."""
    workbook, sheet = _sheet_of(data)
    for tag, typed in ((ColumnTag.VALUE, entries), (ColumnTag.NOTE, notes or {})):
        addresses = _cells(sheet, tag)
        for key, value in typed.items():
            sheet[addresses[key]] = value
    return _saved(workbook)


def change_cell(data: bytes, address: str, change: Callable[[object], object]) -> bytes:
    """The workbook with one cell of its form changed and saved again."""
    workbook, sheet = _sheet_of(data)
    sheet[address] = change(sheet[address].value)
    return _saved(workbook)


def _sheet_of(data: bytes):
    workbook = load_workbook(BytesIO(data))
    return workbook, workbook.worksheets[0]


def _saved(workbook) -> bytes:
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def _cells(sheet: Worksheet, tag: str) -> dict[str, str]:
    tags = next(row for row in sheet.iter_rows() if any(cell.value == ColumnTag.KEY for cell in row))
    column = {cell.value: cell.column for cell in tags if cell.value}
    found = {}
    for row in range(tags[0].row + 2, sheet.max_row + 1):
        key = sheet.cell(row, column[ColumnTag.KEY]).value
        if key and not str(key).startswith("#"):
            found[str(key)] = f"{get_column_letter(column[tag])}{row}"
    return found
