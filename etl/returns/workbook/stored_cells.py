"""Decode cells as a sheet stores them to numbers, texts, dates, booleans and errors."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import cast

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, from_ISO8601

from etl.returns.workbook.cells import CellKind
from etl.returns.workbook.style_stream import CellStyle
from etl.returns.workbook.text_stream import strike_digits

StoredCell = tuple[int, int, str, str, str]
"""Row, column, type attribute (`t`), value, and style index as written."""
DecodedCell = tuple[int, int, str, str, str, str]
"""Row, column, CellKind, text, number format, and the legacy font (or a blank)."""
_DEFAULT_STYLE = CellStyle()


def decode_cells(
    stored_cells: Iterable[StoredCell], texts: Sequence[str], styles: Sequence[CellStyle], *, uses_1904_dates: bool
) -> Iterator[DecodedCell]:
    """Decode cells that passed the gate; skip empty texts. Raises ValueError for an invalid style or date.

    A number that is crossed out becomes a text with strokes: whether it counts is for its sender to say.
    """
    style_by_index: dict[str, CellStyle] = {}
    for row, column, kind, text, style_index in stored_cells:
        style = style_by_index.get(style_index)
        if style is None:
            number = int(style_index)
            style = style_by_index[style_index] = styles[number] if 0 <= number < len(styles) else _DEFAULT_STYLE
        if kind in ("inlineStr", "s", "str"):
            value = texts[int(text)] if kind == "s" else text
            if value:
                value = strike_digits(value) if style.is_struck else value
                yield row, column, CellKind.TEXT, value, style.number_format, style.legacy_font
        else:
            cell_kind, value = _decode_value(kind, text, style, uses_1904_dates)
            if style.is_struck and cell_kind is CellKind.NUMBER:
                cell_kind, value = CellKind.TEXT, strike_digits(value)
            yield row, column, cell_kind, value, style.number_format, ""


def _decode_value(kind: str, text: str, style: CellStyle, uses_1904_dates: bool) -> tuple[CellKind, str]:
    if kind == "n":
        number = float(text) if "." in text or "e" in text or "E" in text else int(text)
        return _decode_date(number, style, uses_1904_dates) if style.is_date else (CellKind.NUMBER, repr(number))
    if kind == "b":
        return CellKind.BOOLEAN, "TRUE" if text == "1" else "FALSE"
    if kind == "d":
        # The type stubs do not cover this function.
        return CellKind.DATE, format_date(cast(Callable[[str], object], from_ISO8601)(text))
    return CellKind.ERROR, text


def _decode_date(number: float, style: CellStyle, uses_1904_dates: bool) -> tuple[CellKind, str]:
    """Convert a serial number to a date, or to the error that spreadsheet programs show if it is not one."""
    try:
        value = from_excel(number, MAC_EPOCH if uses_1904_dates else WINDOWS_EPOCH, timedelta=style.is_duration)
    except (OverflowError, ValueError):
        return CellKind.ERROR, "#VALUE!"
    return CellKind.DATE, format_date(value)


def format_date(value: object) -> str:
    """Return a date in ISO format, with its time where it has one."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, (date, time)) else str(value)
