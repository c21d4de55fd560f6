"""A second reader of returns that shares no code with ours: only zipfile and ElementTree."""

import re
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = re.compile("([A-Z]+)([0-9]+)")


def read_values(data: bytes) -> dict[str, str]:
    """Return the stored text of the value column by key, from the first sheet, without empty cells.

    The hidden row of tags names the columns. Shared strings are resolved. If a key occurs twice, the first row counts.
    """
    with ZipFile(BytesIO(data)) as archive:
        sheet = ElementTree.fromstring(archive.read(SHEET))
        table = "xl/sharedStrings.xml"
        strings = _read_strings(archive.read(table)) if table in archive.namelist() else []
    cells = _read_cells(sheet, strings)
    tag_row, columns = _find_tags(cells)
    value_by_key: dict[str, str] = {}
    for (row, column), text in cells.items():
        if row > tag_row and column == columns["#key"]:
            value_by_key.setdefault(text, cells.get((row, columns["#value"]), ""))
    return {key: text for key, text in value_by_key.items() if text}


def _find_tags(cells: dict[tuple[int, int], str]) -> tuple[int, dict[str, int]]:
    rows: dict[int, dict[str, int]] = {}
    for (row, column), text in cells.items():
        if text.strip() in ("#key", "#value"):
            rows.setdefault(row, {}).setdefault(text.strip(), column)
    return next((row, columns) for row, columns in rows.items() if len(columns) == 2)


def _read_cells(sheet: ElementTree.Element, strings: list[str]) -> dict[tuple[int, int], str]:
    """Return the non-empty cells by row and column. A cell without a reference follows the previous cell."""
    text_by_position: dict[tuple[int, int], str] = {}
    number = 0
    for row in sheet.iter(f"{_MAIN}row"):
        number = int(row.get("r") or number + 1)
        column = 0
        for cell in row.iter(f"{_MAIN}c"):
            match = _REFERENCE.fullmatch(cell.get("r") or "")
            column = _parse_column(match[1]) if match else column + 1
            text = _read_text(cell, strings)
            if text:
                text_by_position[number, column] = text
    return text_by_position


def _read_text(cell: ElementTree.Element, strings: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        inline = cell.find(f"{_MAIN}is")
        return "" if inline is None else _join_runs(inline)
    value = cell.find(f"{_MAIN}v")
    text = "" if value is None else "".join(value.itertext())
    return strings[int(text)] if text and cell.get("t") == "s" else text


def _read_strings(xml: bytes) -> list[str]:
    return [_join_runs(element) for element in ElementTree.fromstring(xml).iter(f"{_MAIN}si")]


def _join_runs(element: ElementTree.Element) -> str:
    """Return the text of an element without phonetic hints."""
    runs = [child for child in element if child.tag in (f"{_MAIN}t", f"{_MAIN}r")]
    return "".join("".join(run.itertext()) for run in runs)


def _parse_column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
