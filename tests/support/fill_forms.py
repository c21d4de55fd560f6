"""Fill in forms as a person does, finding the cells by the keys beside them."""

from collections.abc import Callable, Mapping
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from etl.returns.form_identity import ColumnTag


def find_value_cells(data: bytes) -> dict[str, str]:
    """Return the addresses of the value cells by written key."""
    return _find_cells(_open_sheet(data)[1], ColumnTag.VALUE)


def fill_form(data: bytes, entries: Mapping[str, object], *, notes: Mapping[str, str] | None = None) -> bytes:
    """Return the form with entries filled in. Every key must be on it."""
    workbook, sheet = _open_sheet(data)
    for tag, texts in ((ColumnTag.VALUE, entries), (ColumnTag.NOTE, notes or {})):
        addresses = _find_cells(sheet, tag)
        for key, value in texts.items():
            sheet[addresses[key]] = value
    return _save(workbook)


def change_cell(data: bytes, address: str, change: Callable[[object], object]) -> bytes:
    """Return the workbook with one cell of its form changed."""
    workbook, sheet = _open_sheet(data)
    sheet[address] = change(sheet[address].value)
    return _save(workbook)


def _open_sheet(data: bytes):
    workbook = load_workbook(BytesIO(data))
    return workbook, workbook.worksheets[0]


def _save(workbook) -> bytes:
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def _find_cells(sheet: Worksheet, tag: str) -> dict[str, str]:
    tag_row = next(row for row in sheet.iter_rows() if any(cell.value == ColumnTag.KEY for cell in row))
    columns = {cell.value: cell.column for cell in tag_row if cell.value}
    addresses = {}
    for row in range(tag_row[0].row + 2, sheet.max_row + 1):
        key = sheet.cell(row, columns[ColumnTag.KEY]).value
        if key and not str(key).startswith("#"):
            addresses[str(key)] = f"{get_column_letter(columns[tag])}{row}"
    return addresses
