"""The gate of tables in the old Excel format (.xls): note every cell with its kind and format."""

import os
from pathlib import Path

import xlrd

from etl.returns.findings.finding import make_finding
from etl.returns.workbook.cells import CellKind, format_column
from etl.returns.workbook.limits import WorkbookLimits
from etl.returns.workbook.part_stream import PartRefusedError
from etl.returns.workbook.table_sheet import SeenCell, TableSheet

_STATES = ("visible", "hidden", "veryHidden")
_MACRO_STREAM = "_VBA_PROJECT_CUR".encode("utf-16-le")


def read_xls_sheets(data: bytes, limits: WorkbookLimits) -> list[TableSheet]:
    """Return the sheets. Raises PartRefusedError, and any exception for a damaged file."""
    if _MACRO_STREAM in data:
        raise PartRefusedError(make_finding("file-macro"))
    with Path(os.devnull).open("w") as log:
        try:
            book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=log)
        except xlrd.XLRDError as error:
            code = "file-password" if "encrypted" in str(error) else "file-damaged"
            raise PartRefusedError(make_finding(code, detail=type(error).__name__)) from error
        return [_read_sheet(book, sheet, limits) for sheet in book.sheets()]


def _read_sheet(book: xlrd.Book, sheet: xlrd.sheet.Sheet, limits: WorkbookLimits) -> TableSheet:
    table = TableSheet(sheet.name, limits, _STATES[sheet.visibility])
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            seen_cell = _see_cell(book, cell)
            if seen_cell is not None:
                table.add_cell(row + 1, column + 1, seen_cell)
    table.hidden_rows.update(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden and row < limits.rows)
    table.hidden_columns += [(column + 1, column + 1) for column, info in sheet.colinfo_map.items() if info.hidden]
    for top, bottom, left, right in sheet.merged_cells:
        table.merges.append(f"{format_column(left + 1)}{top + 1}:{format_column(right)}{bottom}")
    return table


def _see_cell(book: xlrd.Book, cell: xlrd.sheet.Cell) -> SeenCell | None:
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return SeenCell(CellKind.ERROR, text=xlrd.error_text_from_code.get(cell.value, "#VALUE!"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return SeenCell(CellKind.BOOLEAN, text="TRUE" if cell.value else "FALSE")
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return SeenCell(CellKind.TEXT) if cell.value else None
    if cell.ctype == xlrd.XL_CELL_DATE:
        return SeenCell(CellKind.DATE)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return SeenCell(CellKind.NUMBER, book.format_map[book.xf_list[cell.xf_index].format_key].format_str)
    return None
