"""How a value gets into a cell exactly as it is: numbers digit for digit, text never as a formula."""

from datetime import date
from decimal import Decimal
from typing import cast

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.worksheet.worksheet import Worksheet

from etl.returns.form.styles import CellStyler

MAX_TEXT_LENGTH = 32_767
"""The most characters that Excel keeps in a cell."""


class SheetWriter:
    """Writes on one sheet."""

    def __init__(self, sheet: Worksheet, styler: CellStyler) -> None:
        self.sheet = sheet
        self._paint = styler

    def write(self, row: int, column: int, value: object, style: str, number_format: str = "General") -> Cell:
        """The cell, written and painted; None leaves it blank."""
        cell = cast(Cell, self.sheet.cell(row, column))
        self._paint(cell, style, number_format)
        write_value(cell, value)
        return cell


def write_value(cell: Cell, value: object) -> None:
    """Puts a number, a day or a text into a painted cell; None and "" leave it blank.

    A finite decimal is written with its own digits, since openpyxl would turn 85.15 into 85.15000000000001. Text is
    always text: a leading `=` is shown, not computed. Control characters, which no workbook can hold, are left out.
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
