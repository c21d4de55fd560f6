"""Recognize cells that show a number, wherever they are."""

from etl.returns.digits import fold_text, parse_digits
from etl.returns.workbook.cells import CellData, CellKind


def is_number_like(cell: CellData) -> bool:
    """Whether the cell holds a number, or a text of digits and separators, with or without a percent sign."""
    if cell.kind is CellKind.NUMBER:
        return True
    if cell.kind is not CellKind.TEXT or not any(letter.isdigit() for letter in cell.text):
        return False
    text = fold_text(cell.text).text.removesuffix("%").rstrip()
    reading = parse_digits(text, whole=False)
    return reading.value is not None or bool(reading.readings)
