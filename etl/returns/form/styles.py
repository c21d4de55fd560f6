"""Cell styles of a form, registered once per workbook and shared by its cells."""

from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.workbook import Workbook

LATIN = "Arial"
KHMER = "Noto Sans Khmer"
"""If the font is not installed, Excel and LibreOffice fall back to another Khmer font."""

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
_INDENTED = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=2)
_CENTERED = Alignment(horizontal="center", vertical="center", wrap_text=True)
_RIGHT = Alignment(horizontal="right", vertical="center", indent=1)
_INDENTED_NOTE = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
_SHRINK_TO_FIT = Alignment(vertical="center", shrink_to_fit=True)
_TOP = Alignment(vertical="top", wrap_text=True)
_ONE_LINE = Alignment(vertical="center")


@dataclass(frozen=True)
class FormStyle:
    """A cell style without its number format."""

    font: Font
    alignment: Alignment = _TEXT
    fill: PatternFill = PLAIN_FILL
    border: Border = NO_BORDER
    protection: Protection = LOCKED


def _make_latin_font(size: float, *, bold: bool = False, color: str = INK) -> Font:
    return Font(name=LATIN, size=size, bold=bold, color=color)


def _make_khmer_font(size: float, *, bold: bool = False, color: str = INK) -> Font:
    return Font(name=KHMER, size=size, bold=bold, color=color)


FORM_STYLES: Mapping[str, FormStyle] = {
    "title": FormStyle(_make_latin_font(14, bold=True, color=ACCENT), _ONE_LINE),
    "subtitle": FormStyle(_make_latin_font(9, color=GREY), _ONE_LINE),
    "tag": FormStyle(_make_latin_font(6, color=GREY), _SHRINK_TO_FIT),
    "field": FormStyle(_make_latin_font(9, color=GREY), _ONE_LINE),
    "field value": FormStyle(_make_latin_font(10, bold=True), _ONE_LINE),
    "field input": FormStyle(_make_latin_font(10), _TEXT, INPUT_FILL, INPUT_BORDER, UNLOCKED),
    "advice": FormStyle(_make_latin_font(9), _INDENTED_NOTE),
    "header": FormStyle(_make_latin_font(9, bold=True), _CENTERED, HEADER_FILL, HEADER_BORDER),
    "objective": FormStyle(_make_latin_font(9, bold=True, color=ACCENT), _TEXT, OBJECTIVE_FILL, ROW_BORDER),
    "key": FormStyle(_make_latin_font(7, color=GREY), _SHRINK_TO_FIT, PLAIN_FILL, ROW_BORDER),
    "name": FormStyle(_make_latin_font(9, bold=True), _TEXT, PLAIN_FILL, ROW_BORDER),
    "name km": FormStyle(_make_khmer_font(9, bold=True), _TEXT, PLAIN_FILL, ROW_BORDER),
    "part": FormStyle(_make_latin_font(9), _INDENTED, PLAIN_FILL, ROW_BORDER),
    "part km": FormStyle(_make_khmer_font(9), _INDENTED, PLAIN_FILL, ROW_BORDER),
    "unit": FormStyle(_make_latin_font(8, color=GREY), _CENTERED, PLAIN_FILL, ROW_BORDER),
    "known": FormStyle(_make_latin_font(9, color=GREY), _RIGHT, PLAIN_FILL, ROW_BORDER),
    "value": FormStyle(_make_latin_font(11, bold=True), _RIGHT, INPUT_FILL, INPUT_BORDER, UNLOCKED),
    "stage": FormStyle(_make_latin_font(9, bold=True), _CENTERED, INPUT_FILL, INPUT_BORDER, UNLOCKED),
    "known stage": FormStyle(_make_latin_font(8, color=GREY), _CENTERED, PLAIN_FILL, ROW_BORDER),
    "note": FormStyle(_make_latin_font(9), _TEXT, INPUT_FILL, INPUT_BORDER, UNLOCKED),
    "blank": FormStyle(_make_latin_font(9), _TEXT, PLAIN_FILL, ROW_BORDER),
    "sign": FormStyle(_make_latin_font(9), _ONE_LINE),
    "text": FormStyle(_make_latin_font(10), _TOP),
    "text km": FormStyle(_make_khmer_font(10), _TOP),
    "word": FormStyle(_make_latin_font(9, color=GREY), _TOP),
    "head": FormStyle(_make_latin_font(11, bold=True, color=ACCENT), _TOP, OBJECTIVE_FILL),
    "head km": FormStyle(_make_khmer_font(11, bold=True, color=ACCENT), _TOP, OBJECTIVE_FILL),
}


class CellStyler:
    """Applies named styles to the cells of one workbook and registers each style at its first use."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._names: dict[tuple[str, str], str] = {}

    def __call__(self, cell: Cell, style: str, number_format: str = "General") -> None:
        cell.style = self._names.get((style, number_format)) or self._register_style(style, number_format)

    def _register_style(self, style_name: str, number_format: str) -> str:
        name = f"form {style_name}" if number_format == "General" else f"form {style_name} {number_format}"
        self._names[style_name, number_format] = name
        if name in self._workbook.named_styles:
            return name  # Registered by another styler of the same workbook.
        form_style = FORM_STYLES[style_name]
        named_style = NamedStyle(
            name=name,
            font=form_style.font,
            fill=form_style.fill,
            border=form_style.border,
            alignment=form_style.alignment,
            number_format=number_format,
            protection=form_style.protection,
        )
        self._workbook.add_named_style(named_style)
        return name


def make_number_format(decimals: int) -> str:
    """Return a number format with thousands separators and a fixed number of decimals: `#,##0.00`."""
    return "#,##0" + ("." + "0" * decimals if decimals else "")
