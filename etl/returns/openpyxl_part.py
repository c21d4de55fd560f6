"""What of openpyxl's reading a return needs: text, numbers and formats of the wanted sheets, and nothing of the looks.

openpyxl itself also builds every font, border, validation and conditional format, which costs more than the cells.
Cells that hold something still go through its own parser, so that their values are exactly what it reads.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, cast
from xml.etree.ElementTree import Element, XMLParser

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet._reader import ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import ARC_STYLE, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring, iterparse

from etl.returns.old_letters import is_old_font

_STRING = f"{{{SHEET_MAIN_NS}}}si"
_PLAIN_TEXT = f"{{{SHEET_MAIN_NS}}}t"
_INLINE = f"{{{SHEET_MAIN_NS}}}is"
_STYLE_SHEET = f"{{{SHEET_MAIN_NS}}}styleSheet"
_FORMAT = f"{{{SHEET_MAIN_NS}}}numFmts/{{{SHEET_MAIN_NS}}}numFmt"
_STYLE = f"{{{SHEET_MAIN_NS}}}cellXfs/{{{SHEET_MAIN_NS}}}xf"
_FONT = f"{{{SHEET_MAIN_NS}}}fonts/{{{SHEET_MAIN_NS}}}font"
_FONT_NAME = f"{{{SHEET_MAIN_NS}}}name"
GENERAL = "General"
_SMALL_PART = 1024 * 1024
"""Up to here a sheet is parsed in one go, which is quicker; what is larger goes by row by row."""


class ReturnReader(ExcelReader):  # type: ignore[misc,unused-ignore]
    """A workbook opened as far as its sheets' names, texts and number formats."""

    def __init__(self, data: bytes) -> None:
        super().__init__(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        self.read_custom()
        styles = self.archive.read(ARC_STYLE) if ARC_STYLE in self.valid_files else b""
        self._formats = read_formats(styles) if styles else []
        self._old_fonts = read_old_fonts(styles) if styles else {}
        self._dates = {place for place, code in enumerate(self._formats) if is_date_format(code)}
        self._timedeltas = {place for place, code in enumerate(self._formats) if is_timedelta_format(code)}

    def read_strings(self) -> None:
        """The shared strings; only those with formatting inside need openpyxl's own objects."""
        part = cast(Any, self.package).find(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
        )
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings = list(_read_strings(source))

    def sheets(self) -> Iterator[tuple[str, str, str]]:
        """Name, state and part of every worksheet."""
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                yield sheet.name, sheet.state or "visible", relation.target

    def cells(self, part: str) -> Iterator[dict[str, Any]]:
        """Every cell of a worksheet that holds something, with its place, value, type, format, and kind of font."""
        with self.archive.open(part) as source:
            parser = _CellParser(
                source,
                self.shared_strings,
                data_only=True,
                epoch=self.wb.epoch,
                date_formats=self._dates,
                timedelta_formats=self._timedeltas,
            )
            for cell in parser.filled_cells(in_one_go=self.archive.getinfo(part).file_size <= _SMALL_PART):
                style = cell["style_id"]
                cell["format"] = self._formats[style] if 0 <= style < len(self._formats) else GENERAL
                cell["old_font"] = self._old_fonts.get(style, "")
                yield cell

    def properties(self) -> list[tuple[str, str]]:
        """The properties that a program or person added to the document."""
        # The type stubs don't know them.
        return [(one.name, str(one.value)) for one in cast(Any, self.wb).custom_doc_props.props]


class _CellParser(WorkSheetParser):  # type: ignore[misc,unused-ignore]
    """openpyxl's parser of a worksheet, of which only the rows are asked, and of these the cells with something in."""

    def filled_cells(self, *, in_one_go: bool = False) -> Iterator[dict[str, Any]]:
        for row in _rows_at_once(cast(Any, self.source).read()) if in_one_go else _rows_one_by_one(self.source):
            yield from self._filled_of(row)

    def _filled_of(self, row: Element) -> Iterator[dict[str, Any]]:
        said = row.get("r")
        self.row_counter = int(float(said)) if said else self.row_counter + 1
        self.col_counter = 0
        for element in row:
            if len(element):
                cell = self._plain_text(element) or self.parse_cell(element)
                if cell["value"] is not None and cell["value"] != "":
                    yield cell
            elif element.get("r"):
                self.col_counter = _column_of(element.get("r", ""))
            else:
                self.col_counter += 1

    def _plain_text(self, element: Element) -> dict[str, Any] | None:
        """A cell with a text of its own and nothing else, without openpyxl's objects; None for any other."""
        text = element[0][0] if len(element) == 1 and len(element[0]) == 1 else None
        reference = element.get("r")
        if text is None or not reference or element.get("t") != "inlineStr" or text.tag != _PLAIN_TEXT:
            return None
        if element[0].tag != _INLINE or element[0].attrib:
            return None
        row, self.col_counter = coordinate_to_tuple(reference)
        style = int(element.get("s") or 0)
        told = {"row": row, "column": self.col_counter, "data_type": "s", "style_id": style}
        return {**told, "value": text.text or ""}


def _rows_at_once(part: bytes) -> Iterable[Element]:
    parser = XMLParser()
    parser.feed(part)
    root: Element = parser.close()
    return root.iter(ROW_TAG)


def _rows_one_by_one(source: Any) -> Iterator[Element]:
    for _, element in iterparse(source):
        if element.tag == ROW_TAG:
            yield element
            element.clear()


_LETTERS: dict[str, int] = {}


def _column_of(reference: str) -> int:
    letters = reference.rstrip("0123456789")
    if letters not in _LETTERS:
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - 64
        _LETTERS[letters] = number
    return _LETTERS[letters]


def read_formats(styles: bytes) -> list[str]:
    """The number format of each cell style, in order, as openpyxl names it. ValueError for what is no style sheet:

    without its formats a share could pass for a plain number.
    """
    root = fromstring(styles)
    if root.tag != _STYLE_SHEET:
        raise ValueError("no style sheet")
    own = {int(one.get("numFmtId", "0")): one.get("formatCode", GENERAL) for one in root.iterfind(_FORMAT)}
    found = []
    for style in root.iterfind(_STYLE):
        number = int(style.get("numFmtId") or 0)
        found.append(own.get(number) or BUILTIN_FORMATS.get(number, GENERAL))
    return found


def read_old_fonts(styles: bytes) -> dict[int, str]:
    """The cell styles whose font is one from before Unicode, with its name."""
    root = fromstring(styles)
    names = [next((name.get("val") or "" for name in one.iterfind(_FONT_NAME)), "") for one in root.iterfind(_FONT)]
    old = {place: name for place, name in enumerate(names) if is_old_font(name)}
    if not old:
        return {}
    fonts = [int(style.get("fontId") or 0) for style in root.iterfind(_STYLE)]
    return {place: old[font] for place, font in enumerate(fonts) if font in old}


def _read_strings(source: Any) -> Iterator[str]:
    for _, node in iterparse(source):
        if node.tag == _STRING:
            only = node[0] if len(node) == 1 else None
            if only is not None and only.tag == _PLAIN_TEXT:
                text = only.text or ""
            else:
                text = cast(Any, Text.from_tree(node)).content
            node.clear()
            yield text.replace("x005F_", "")
