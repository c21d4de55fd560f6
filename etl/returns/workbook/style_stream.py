"""The gate's third step, for the styles: the number format of each, and its font where that is from before Unicode."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

from etl.returns.workbook.legacy_khmer import is_legacy_font
from etl.returns.workbook.part_stream import MAIN_NAMESPACE, Attributes, Budget, EndHandler, PartStream, StartHandler

STYLES_PART = "xl/styles.xml"
GENERAL = "General"


@dataclass(frozen=True)
class CellStyle:
    """What of a cell's look says what the cell means."""

    number_format: str = GENERAL
    legacy_font: str = ""

    @property
    def is_date(self) -> bool:
        """Whether a number in this style is shown as a day, a time, or a span of time."""
        return _is_day(self.number_format)

    @property
    def is_duration(self) -> bool:
        """Whether it is shown as a span of time."""
        return bool(is_timedelta_format(self.number_format))


@lru_cache(maxsize=1024)
def _is_day(number_format: str) -> bool:
    return bool(is_date_format(number_format))


class StyleStream(PartStream):
    """Collects the number formats, the fonts, and which of them each cell style has."""

    namespace = MAIN_NAMESPACE

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self._is_style_sheet = False
        self._section = ""
        self._formats: list[tuple[str, str]] = []
        self._fonts: list[str] = []
        self._styles: list[tuple[str, str]] = []

    def openers(self) -> Mapping[str, StartHandler]:
        return {
            "styleSheet": self._open_sheet,
            "numFmts": lambda _: self._enter("numFmts"),
            "fonts": lambda _: self._enter("fonts"),
            "cellXfs": lambda _: self._enter("cellXfs"),
            "numFmt": self._format,
            "font": self._font,
            "name": self._font_name,
            "xf": self._style,
        }

    def closers(self) -> Mapping[str, EndHandler]:
        return dict.fromkeys(("numFmts", "fonts", "cellXfs"), self._leave)

    def resolve_styles(self) -> tuple[CellStyle, ...]:
        """Each cell style in order. ValueError for what is no style sheet:

        without its formats a share could pass for a plain number.
        """
        if not self._is_style_sheet:
            raise ValueError("no style sheet")
        own = {int(number): code for number, code in self._formats}
        fonts = [name if is_legacy_font(name) else "" for name in self._fonts]
        return tuple(
            CellStyle(
                own.get(int(number)) or BUILTIN_FORMATS.get(int(number), GENERAL),
                fonts[int(font)] if 0 <= int(font) < len(fonts) else "",
            )
            for number, font in self._styles
        )

    def _open_sheet(self, _attributes: Attributes) -> None:
        self._is_style_sheet |= self.depth == 1

    def _enter(self, section: str) -> None:
        self._section = section

    def _leave(self) -> None:
        self._section = ""

    def _format(self, attributes: Attributes) -> None:
        if self._section == "numFmts":
            self._formats.append((attributes.get("numFmtId", "0"), attributes.get("formatCode", GENERAL)))

    def _font(self, _attributes: Attributes) -> None:
        if self._section == "fonts":
            self._fonts.append("")

    def _font_name(self, attributes: Attributes) -> None:
        if self._section == "fonts" and self._fonts and not self._fonts[-1]:
            self._fonts[-1] = attributes.get("val", "")

    def _style(self, attributes: Attributes) -> None:
        if self._section == "cellXfs":
            self._styles.append((attributes.get("numFmtId") or "0", attributes.get("fontId") or "0"))
