"""The gate of tables in the old Excel format (.xls): note every cell with its kind and format."""

import os
from collections.abc import Sequence
from pathlib import Path

import xlrd

from etl.returns.findings.finding import make_finding
from etl.returns.workbook.cells import CellKind, format_column
from etl.returns.workbook.limits import WorkbookLimits
from etl.returns.workbook.part_stream import PartRefusedError
from etl.returns.workbook.table_sheet import SeenCell, TableSheet
from etl.returns.workbook.text_stream import mark_run, strike_digits

_STATES = ("visible", "hidden", "veryHidden")
_SUPERSCRIPT = 1
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
            seen_cell = _see_cell(book, cell, sheet.rich_text_runlist_map.get((row, column), []))
            if seen_cell is not None:
                table.add_cell(row + 1, column + 1, seen_cell)
    table.hidden_rows.update(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden and row < limits.rows)
    table.hidden_columns += [(column + 1, column + 1) for column, info in sheet.colinfo_map.items() if info.hidden]
    for top, bottom, left, right in sheet.merged_cells:
        table.merges.append(f"{format_column(left + 1)}{top + 1}:{format_column(right)}{bottom}")
    return table


def _see_cell(book: xlrd.Book, cell: xlrd.sheet.Cell, runs: Sequence[tuple[int, int]]) -> SeenCell | None:
    """Return a cell; `runs` are the position and font of each run of its text after the first."""
    style = book.xf_list[cell.xf_index]
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return SeenCell(CellKind.ERROR, text=xlrd.error_text_from_code.get(cell.value, "#VALUE!"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return SeenCell(CellKind.BOOLEAN, text="TRUE" if cell.value else "FALSE")
    if cell.ctype == xlrd.XL_CELL_TEXT:
        text = _mark_text(book, cell.value, [(0, style.font_index), *runs])
        return SeenCell(CellKind.TEXT, text=text if text != cell.value else "") if cell.value else None
    if cell.ctype == xlrd.XL_CELL_DATE:
        return SeenCell(CellKind.DATE)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        if book.font_list[style.font_index].struck_out:
            return SeenCell(CellKind.TEXT, text=strike_digits(f"{cell.value:.15g}"))
        return SeenCell(CellKind.NUMBER, book.format_map[style.format_key].format_str)
    return None


def _mark_text(book: xlrd.Book, text: str, runs: Sequence[tuple[int, int]]) -> str:
    """Return the text with raised digits behind digits, and with strokes through what is crossed out."""
    marked: list[str] = []
    ends = [start for start, _font in runs[1:]]
    for (start, font_index), end in zip(runs, [*ends, len(text)], strict=True):
        font = book.font_list[font_index]
        before = marked[-1] if marked else ""
        marked.append(
            mark_run(
                text[start:end], before, is_raised=font.escapement == _SUPERSCRIPT, is_struck=bool(font.struck_out)
            )
        )
    return "".join(marked)
