"""Styles of an OpenDocument spreadsheet: what a cell or a run of text shows besides its letters and digits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from etl.returns.workbook.part_stream import Attributes, Budget, EndHandler, PartStream, StartHandler

STYLES = "styles.xml"
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NUMBER = "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
_DATA_STYLES = (
    "number-style",
    "currency-style",
    "percentage-style",
    "date-style",
    "time-style",
    "boolean-style",
    "text-style",
)
_MAX_PARENTS = 20


@dataclass(frozen=True, slots=True)
class OdsStyle:
    """The properties of a style that affect the meaning of a cell; None where its parent decides.

    `number_format` is in the notation of Excel, as far as the text beside the number and its magnitude go.
    """

    number_format: str | None = None
    is_struck: bool | None = None
    is_raised: bool | None = None


@dataclass(slots=True)
class _NamedStyle:
    parent: str
    data_style: str
    is_struck: bool | None = None
    is_raised: bool | None = None


@dataclass(slots=True)
class _DataStyle:
    pieces: list[str]
    positive: str = ""
    """The data style for positive numbers, where there is one of their own."""


class OdsStyles:
    """The styles that the parts of a file define, by name. Those of `content.xml` come after those of `styles.xml`."""

    def __init__(self) -> None:
        self.named: dict[str, _NamedStyle] = {}
        self.data: dict[str, _DataStyle] = {}
        self._resolved: dict[str, OdsStyle] = {}

    def find_style(self, name: str) -> OdsStyle:
        """Return the style with what it inherits. An unknown or blank name has no properties."""
        style = self._resolved.get(name)
        if style is None:
            style = self._resolved[name] = self._resolve(name)
        return style

    def _resolve(self, name: str) -> OdsStyle:
        chain: list[_NamedStyle] = []
        while name in self.named and len(chain) < _MAX_PARENTS:
            chain.append(self.named[name])
            name = chain[-1].parent
        data_style = next((style.data_style for style in chain if style.data_style), "")
        return OdsStyle(
            self._make_format(data_style) if data_style else None,
            find_first(style.is_struck for style in chain),
            find_first(style.is_raised for style in chain),
        )

    def _make_format(self, name: str) -> str | None:
        style = self.data.get(name)
        if style is not None and style.positive in self.data:
            style = self.data[style.positive]
        return "".join(style.pieces) if style is not None else None


class OdsStyleStream(PartStream):
    """Collect styles. `content.xml` has those of its cells, `styles.xml` those with names."""

    def __init__(self, name: str, budget: Budget, styles: OdsStyles) -> None:
        super().__init__(name, budget)
        self.styles = styles
        self.style_name = ""
        """The name of the style that begins or began last."""
        self._style: _NamedStyle | None = None
        self._data_style: _DataStyle | None = None

    def list_start_handlers(self) -> Mapping[str, StartHandler]:
        return {
            **dict.fromkeys(_DATA_STYLES, self._start_data_style),
            "style": self._start_style,
            "text-properties": self._read_text_properties,
            "map": self._read_map,
            "number": self._read_number,
            "text": self._start_text,
            "currency-symbol": self._start_text,
            "embedded-text": self._start_text,
        }

    def list_end_handlers(self) -> Mapping[str, EndHandler]:
        return {
            **dict.fromkeys(_DATA_STYLES, self._end_data_style),
            "style": self._end_style,
            "text": self._end_text,
            "currency-symbol": self._end_text,
            "embedded-text": self._end_text,
        }

    def _start_style(self, attributes: Attributes) -> None:
        self.style_name = attributes.get(f"{_STYLE}name", "")
        self._style = _NamedStyle(
            attributes.get(f"{_STYLE}parent-style-name", ""), attributes.get(f"{_STYLE}data-style-name", "")
        )
        self.styles.named[self.style_name] = self._style

    def _end_style(self) -> None:
        self._style = None

    def _read_text_properties(self, attributes: Attributes) -> None:
        if self._style is None:
            return
        strokes = [attributes.get(f"{_STYLE}text-line-through-{name}") for name in ("style", "type")]
        if any(strokes):
            self._style.is_struck = "none" not in strokes
        position = attributes.get(f"{_STYLE}text-position")
        if position:
            self._style.is_raised = position.startswith("super") or position[0] in "123456789"

    def _start_data_style(self, attributes: Attributes) -> None:
        self._data_style = _DataStyle([])
        self.styles.data[attributes.get(f"{_STYLE}name", "")] = self._data_style

    def _end_data_style(self) -> None:
        self._data_style = None

    def _read_map(self, attributes: Attributes) -> None:
        """Note the style for positive numbers: the other conditions are those of negative ones and of zero."""
        style, condition = self._data_style, attributes.get(f"{_STYLE}condition", "")
        if style is not None and not style.positive and condition.startswith("value()>"):
            style.positive = attributes.get(f"{_STYLE}apply-style-name", "")

    def _read_number(self, attributes: Attributes) -> None:
        if self._data_style is not None:
            is_scaled = attributes.get(f"{_NUMBER}display-factor", "1") != "1"
            self._data_style.pieces.append("0," if is_scaled else "0")

    def _start_text(self, _attributes: Attributes) -> None:
        if self._data_style is not None:
            self.start_capture()

    def _end_text(self) -> None:
        if self._data_style is not None:
            text = self.end_capture().replace('"', "")
            self._data_style.pieces.append(f'"{text}"')


def find_first(values: Iterable[bool | None]) -> bool | None:
    """Return the first value that is set; None without one."""
    return next((value for value in values if value is not None), None)
