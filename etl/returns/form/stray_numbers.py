"""Find numbers that people typed beside a form or on another sheet of its workbook, where nothing reads them."""

from collections.abc import Iterator

from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.find_form import FormTable
from etl.returns.form_identity import FIELD_COLUMN, META_SHEET, ColumnTag, FieldTag
from etl.returns.number_like import is_number_like
from etl.returns.workbook.cell_ranges import format_cells
from etl.returns.workbook.cells import CellData, SheetData, WorkbookData

_FIELD_TAGS = frozenset(map(str, FieldTag))


def check_stray_numbers(workbook: WorkbookData, table: FormTable) -> Iterator[Finding]:
    """Yield a warning for each sheet with numbers that are not part of the form, with all their cells."""
    for sheet in workbook.sheets:
        if sheet.name == META_SHEET:
            continue
        cells = list(_find_beside_form(table) if sheet is table.sheet else filter(is_number_like, sheet.cells))
        if cells:
            listed_cells = format_cells((cell.row, cell.column) for cell in cells)
            location = {"sheet": sheet.name, "cell": cells[0].address}
            yield make_finding("form-numbers-beside", **location, count=len(cells), cells=listed_cells)


def _find_beside_form(table: FormTable) -> Iterator[CellData]:
    """Yield the numbers in other columns than the form's, and those in its columns in rows without a key.

    The columns of the last quarter and the target hold numbers of the form itself.
    """
    sheet: SheetData = table.sheet
    columns = set(table.columns.values())
    key_column = table.columns[ColumnTag.KEY]
    own_columns = {table.columns.get(tag) for tag in (ColumnTag.VALUE, ColumnTag.LAST, ColumnTag.TARGET)}
    keyed_rows = {row.row for row in table.rows if row.key}
    field_rows = {cell.row for cell in sheet.cells if cell.column == key_column and cell.text.strip() in _FIELD_TAGS}
    field_column = table.columns.get(FIELD_COLUMN)
    for cell in sheet.cells:
        is_of_form = cell.column in columns and (
            cell.row in keyed_rows
            or cell.column in own_columns
            or (cell.row in field_rows and cell.column == field_column)
        )
        if not is_of_form and is_number_like(cell):
            yield cell
