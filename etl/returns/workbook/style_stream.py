"""The gate's third step for styles: of each cell style the number format, a legacy font, and whether it is struck."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

from etl.locale.legacy_khmer import is_legacy_font
from etl.returns.workbook.part_stream import MAIN_NAMESPACE, Attributes, Budget, EndHandler, PartStream, StartHandler

STYLES_PART = "xl/styles.xml"
_BUILTIN_FORMATS = {**BUILTIN_FORMATS, 44: BUILTIN_FORMATS[42].replace("#,##0", "#,##0.00")}
"""The formats that a number stands for. The table of openpyxl has 44, an accounting format, without semicolons."""
GENERAL = "General"


@dataclass(frozen=True)
class CellStyle:
    """The parts of a cell style that affect the meaning of the cell."""

    number_format: str = GENERAL
    legacy_font: str = ""
    is_struck: bool = False
    """Whether the text is crossed out."""

    @property
    def is_date(self) -> bool:
        """Whether numbers in this style are dates, times or durations."""
        return _is_date_format(self.number_format)

    @property
    def is_duration(self) -> bool:
        """Whether numbers in this style are durations."""
        return bool(is_timedelta_format(self.number_format))


@lru_cache(maxsize=1024)
def _is_date_format(number_format: str) -> bool:
    return bool(is_date_format(number_format))


class StyleStream(PartStream):
    """Collect the number formats, the fonts and the cell styles that refer to them."""

    namespace = MAIN_NAMESPACE

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self._is_style_sheet = False
        self._section = ""
        self._formats: list[tuple[str, str]] = []
        self._fonts: list[str] = []
        self._struck_fonts: set[int] = set()
        self._styles: list[tuple[str, str]] = []

    def list_start_handlers(self) -> Mapping[str, StartHandler]:
        return {
            "styleSheet": self._start_style_sheet,
            "numFmts": lambda _: self._start_section("numFmts"),
            "fonts": lambda _: self._start_section("fonts"),
            "cellXfs": lambda _: self._start_section("cellXfs"),
            "numFmt": self._add_format,
            "font": self._add_font,
            "name": self._set_font_name,
            "strike": self._strike_font,
            "xf": self._add_style,
        }

    def list_end_handlers(self) -> Mapping[str, EndHandler]:
        return dict.fromkeys(("numFmts", "fonts", "cellXfs"), self._end_section)

    def resolve_styles(self) -> tuple[CellStyle, ...]:
        """Return the cell styles in order.

        Raises ValueError if the part is not a style sheet: without the number formats, a percentage would be read
        as a plain number.
        """
        if not self._is_style_sheet:
            raise ValueError("no style sheet")
        custom_formats = {int(number): code for number, code in self._formats}
        fonts = [name if is_legacy_font(name) else "" for name in self._fonts]
        return tuple(
            CellStyle(
                custom_formats.get(int(number)) or _BUILTIN_FORMATS.get(int(number), GENERAL),
                fonts[int(font)] if 0 <= int(font) < len(fonts) else "",
                int(font) in self._struck_fonts,
            )
            for number, font in self._styles
        )

    def _start_style_sheet(self, _attributes: Attributes) -> None:
        self._is_style_sheet |= self.depth == 1

    def _start_section(self, section: str) -> None:
        self._section = section

    def _end_section(self) -> None:
        self._section = ""

    def _add_format(self, attributes: Attributes) -> None:
        if self._section == "numFmts":
            self._formats.append((attributes.get("numFmtId", "0"), attributes.get("formatCode", GENERAL)))

    def _add_font(self, _attributes: Attributes) -> None:
        if self._section == "fonts":
            self._fonts.append("")

    def _set_font_name(self, attributes: Attributes) -> None:
        if self._section == "fonts" and self._fonts and not self._fonts[-1]:
            self._fonts[-1] = attributes.get("val", "")

    def _strike_font(self, attributes: Attributes) -> None:
        if self._section == "fonts" and attributes.get("val", "1") not in ("0", "false"):
            self._struck_fonts.add(len(self._fonts) - 1)

    def _add_style(self, attributes: Attributes) -> None:
        if self._section == "cellXfs":
            self._styles.append((attributes.get("numFmtId") or "0", attributes.get("fontId") or "0"))
