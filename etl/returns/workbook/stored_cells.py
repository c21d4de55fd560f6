"""A cell as a sheet stores it, and what that means: a number, a text, a day, yes or no, an error."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import cast

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, from_ISO8601

from etl.returns.workbook.cells import CellKind
from etl.returns.workbook.style_stream import CellStyle

StoredCell = tuple[int, int, str, str, str]
"""Row, column, the file's word for its kind, what stands there, and the number of its style as it is written."""
DecodedCell = tuple[int, int, str, str, str, str]
"""Row, column, kind, text, number format, and the font of a text from before Unicode."""
_PLAIN = CellStyle()


def decode_cells(
    stored_cells: Iterable[StoredCell], texts: Sequence[str], styles: Sequence[CellStyle], *, uses_1904_dates: bool
) -> Iterator[DecodedCell]:
    """What cells that passed the gate hold, empty texts left out. ValueError where a style or a day is none at all."""
    by_name: dict[str, CellStyle] = {}
    for row, column, kind, text, style_name in stored_cells:
        style = by_name.get(style_name)
        if style is None:
            number = int(style_name)
            style = by_name[style_name] = styles[number] if 0 <= number < len(styles) else _PLAIN
        if kind in ("inlineStr", "s", "str"):
            said = texts[int(text)] if kind == "s" else text
            if said:
                yield row, column, CellKind.TEXT, said, style.number_format, style.legacy_font
        else:
            meant, said = _meaning(kind, text, style, uses_1904_dates)
            yield row, column, meant, said, style.number_format, ""


def _meaning(kind: str, text: str, style: CellStyle, days_from_1904: bool) -> tuple[CellKind, str]:
    if kind == "n":
        number = float(text) if "." in text or "e" in text or "E" in text else int(text)
        return _day(number, style, days_from_1904) if style.is_date else (CellKind.NUMBER, repr(number))
    if kind == "b":
        return CellKind.BOOLEAN, "TRUE" if text == "1" else "FALSE"
    if kind == "d":
        # The type stubs don't know what it takes and gives.
        return CellKind.DATE, _as_day(cast(Callable[[str], object], from_ISO8601)(text))
    return CellKind.ERROR, text


def _day(number: float, style: CellStyle, days_from_1904: bool) -> tuple[CellKind, str]:
    """The day that a number stands for; what is none is the error that spreadsheet programs show for it."""
    try:
        day = from_excel(number, MAC_EPOCH if days_from_1904 else WINDOWS_EPOCH, timedelta=style.is_duration)
    except (OverflowError, ValueError):
        return CellKind.ERROR, "#VALUE!"
    return CellKind.DATE, _as_day(day)


def _as_day(day: object) -> str:
    if isinstance(day, datetime):
        return day.date().isoformat() if day.time() == time() else day.isoformat(" ", "seconds")
    return day.isoformat() if isinstance(day, (date, time)) else str(day)
