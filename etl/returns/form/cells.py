"""Write values into cells unchanged: numbers digit by digit, text never as a formula."""

from datetime import date
from decimal import Decimal
from typing import Literal, cast

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from etl.returns.form.styles import CellStyler

_A4 = 9
MAX_TEXT_LENGTH = 32_767
"""Excel's limit for the characters in a cell."""


class SheetWriter:
    """Writes styled values into the cells of one sheet."""

    def __init__(self, sheet: Worksheet, styler: CellStyler) -> None:
        self.sheet = sheet
        self._styler = styler

    def write(self, row: int, column: int, value: object, style: str, number_format: str = "General") -> Cell:
        """Style a cell, write a value into it and return it. None leaves the cell blank."""
        cell = cast(Cell, self.sheet.cell(row, column))
        self._styler(cell, style, number_format)
        write_value(cell, value)
        return cell


def write_value(cell: Cell, value: object) -> None:
    """Write a number, a date or a text into a styled cell. None and "" leave it blank.

    A finite decimal keeps its own digits, since openpyxl would write 85.15 as 85.15000000000001. Text is always
    stored as text, so a leading `=` is not evaluated. Control characters are removed: no workbook can hold them.
    """
    if value is None or value == "":
        return
    if isinstance(value, date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, int | float) or (isinstance(value, Decimal) and value.is_finite()):
        cell.value = format(value if isinstance(value, Decimal) else Decimal(str(value)), "f")
        cell.data_type = "n"
    else:
        text = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:MAX_TEXT_LENGTH]
        cell.value = text
        cell.data_type = "s"
        if text.startswith(("=", "+", "-", "@")):
            cell.quotePrefix = True


def fit_pages(sheet: Worksheet, orientation: Literal["portrait", "landscape"], *, max_pages: int = 0) -> None:
    """Fit a sheet to the width of A4 pages, on at most `max_pages` pages if that is not 0, and hide its grid."""
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = orientation
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = max_pages
