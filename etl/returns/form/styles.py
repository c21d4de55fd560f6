"""How the cells of a form look: every style once for each workbook, then shared by its cells."""

from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.workbook import Workbook

LATIN = "Arial"
KHMER = "Noto Sans Khmer"
"""Where a reader has no such font, Excel and LibreOffice take one of their own for Khmer letters."""

INK, GREY, ACCENT = "FF22302A", "FF6B7670", "FF1F5C3A"
INPUT_FILL = PatternFill("solid", fgColor="FFFFF6D6")
HEADER_FILL = PatternFill("solid", fgColor="FFE3EDE6")
OBJECTIVE_FILL = PatternFill("solid", fgColor="FFF1F5F2")
PLAIN_FILL = PatternFill()

_HAIR = Side(style="hair", color="FFB5BFB9")
_THIN = Side(style="thin", color="FF8A958F")
ROW_BORDER = Border(bottom=_HAIR)
INPUT_BORDER = Border(left=_THIN, right=_THIN, top=_HAIR, bottom=_HAIR)
HEADER_BORDER = Border(bottom=_THIN)
NO_BORDER = Border()

UNLOCKED = Protection(locked=False)
LOCKED = Protection(locked=True)

_TEXT = Alignment(vertical="center", wrap_text=True)
_SET_IN = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=2)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_RIGHT = Alignment(horizontal="right", vertical="center", indent=1)
_ASIDE = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
_SHRUNK = Alignment(vertical="center", shrink_to_fit=True)
_TOP = Alignment(vertical="top", wrap_text=True)
_ONE_LINE = Alignment(vertical="center")


@dataclass(frozen=True)
class FormStyle:
    """One style, but for its number format."""

    font: Font
    alignment: Alignment = _TEXT
    fill: PatternFill = PLAIN_FILL
    border: Border = NO_BORDER
    protection: Protection = LOCKED


def _latin(size: float, *, bold: bool = False, color: str = INK) -> Font:
    return Font(name=LATIN, size=size, bold=bold, color=color)


def _khmer(size: float, *, bold: bool = False, color: str = INK) -> Font:
    return Font(name=KHMER, size=size, bold=bold, color=color)


FORM_STYLES: Mapping[str, FormStyle] = {
    "title": FormStyle(_latin(14, bold=True, color=ACCENT), _ONE_LINE),
    "subtitle": FormStyle(_latin(9, color=GREY), _ONE_LINE),
    "tag": FormStyle(_latin(6, color=GREY), _SHRUNK),
    "field": FormStyle(_latin(9, color=GREY), _ONE_LINE),
    "field value": FormStyle(_latin(10, bold=True), _ONE_LINE),
    "field input": FormStyle(_latin(10), _TEXT, INPUT_FILL, INPUT_BORDER, UNLOCKED),
    "advice": FormStyle(_latin(9), _ASIDE),
    "header": FormStyle(_latin(9, bold=True), _MIDDLE, HEADER_FILL, HEADER_BORDER),
    "objective": FormStyle(_latin(9, bold=True, color=ACCENT), _TEXT, OBJECTIVE_FILL, ROW_BORDER),
    "key": FormStyle(_latin(7, color=GREY), _SHRUNK, PLAIN_FILL, ROW_BORDER),
    "name": FormStyle(_latin(9, bold=True), _TEXT, PLAIN_FILL, ROW_BORDER),
    "name km": FormStyle(_khmer(9, bold=True), _TEXT, PLAIN_FILL, ROW_BORDER),
    "part": FormStyle(_latin(9), _SET_IN, PLAIN_FILL, ROW_BORDER),
    "part km": FormStyle(_khmer(9), _SET_IN, PLAIN_FILL, ROW_BORDER),
    "unit": FormStyle(_latin(8, color=GREY), _MIDDLE, PLAIN_FILL, ROW_BORDER),
    "known": FormStyle(_latin(9, color=GREY), _RIGHT, PLAIN_FILL, ROW_BORDER),
    "value": FormStyle(_latin(11, bold=True), _RIGHT, INPUT_FILL, INPUT_BORDER, UNLOCKED),
    "note": FormStyle(_latin(9), _TEXT, INPUT_FILL, INPUT_BORDER, UNLOCKED),
    "blank": FormStyle(_latin(9), _TEXT, PLAIN_FILL, ROW_BORDER),
    "sign": FormStyle(_latin(9), _ONE_LINE),
    "text": FormStyle(_latin(10), _TOP),
    "text km": FormStyle(_khmer(10), _TOP),
    "word": FormStyle(_latin(9, color=GREY), _TOP),
    "head": FormStyle(_latin(11, bold=True, color=ACCENT), _TOP, OBJECTIVE_FILL),
    "head km": FormStyle(_khmer(11, bold=True, color=ACCENT), _TOP, OBJECTIVE_FILL),
}


class CellStyler:
    """Gives cells of one workbook their look; a style is made at its first use only."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._names: dict[tuple[str, str], str] = {}

    def __call__(self, cell: Cell, style: str, number_format: str = "General") -> None:
        cell.style = self._names.get((style, number_format)) or self._make(style, number_format)

    def _make(self, look: str, number_format: str) -> str:
        name = f"form {look}" if number_format == "General" else f"form {look} {number_format}"
        self._names[look, number_format] = name
        if name in self._workbook.named_styles:
            return name  # Another paint of the same workbook made it.
        wanted = FORM_STYLES[look]
        style = NamedStyle(
            name=name,
            font=wanted.font,
            fill=wanted.fill,
            border=wanted.border,
            alignment=wanted.alignment,
            number_format=number_format,
            protection=wanted.protection,
        )
        self._workbook.add_named_style(style)
        return name


def number_format(decimals: int) -> str:
    """Thousands with commas and a fixed count of decimals: `#,##0.00`."""
    return "#,##0" + ("." + "0" * decimals if decimals else "")
