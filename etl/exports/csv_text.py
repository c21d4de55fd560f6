"""Write CSV files that spreadsheets open safely."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

_CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

_BYTE_ORDER_MARK = "\ufeff"
"""Excel reads a file as UTF-8, which Khmer needs, only when it begins with this mark."""


def render_csv(rows: Iterable[Sequence[object]], *, for_excel: bool = True) -> str:
    """Return the rows as CSV, with text that a spreadsheet would run as a formula escaped."""
    out = io.StringIO()
    csv.writer(out).writerows([escape_formula(cell) for cell in row] for row in rows)
    return (_BYTE_ORDER_MARK if for_excel else "") + out.getvalue()


def escape_formula(cell: object) -> object:
    """Return the cell with a quote before text that begins like a formula. Negative numbers stay as they are."""
    if not isinstance(cell, str) or not cell or cell[0] not in "=+-@\t\r":
        return cell
    try:
        Decimal(cell)
    except ArithmeticError:
        return f"'{cell}"
    return cell


def escape_text(text: str) -> str:
    """Return text for a workbook: formulas escaped, control characters removed."""
    return str(escape_formula(remove_control_characters(text)))


def remove_control_characters(text: str) -> str:
    """Return the text without the characters that XML and workbooks do not allow."""
    return _CONTROL_CHARACTERS.sub("", text)
