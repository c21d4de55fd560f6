"""A second reader of returns that shares nothing with ours: zipfile, expat (through ElementTree), and nothing else."""

import re
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PLACE = re.compile("([A-Z]+)([0-9]+)")


def read_values(data: bytes) -> dict[str, str]:
    """The text in the value column beside each key of the first sheet, as its cell holds it; empty ones are left out.

    The columns are those that the hidden row of tags names. A text from the table of shared strings is looked up. Of
    a key that stands twice the first row is meant.
    """
    with ZipFile(BytesIO(data)) as archive:
        sheet = ElementTree.fromstring(archive.read(SHEET))
        table = "xl/sharedStrings.xml"
        strings = _strings(archive.read(table)) if table in archive.namelist() else []
    cells = _cells(sheet, strings)
    tag_row, columns = _tags(cells)
    found: dict[str, str] = {}
    for (row, column), text in cells.items():
        if row > tag_row and column == columns["#key"]:
            found.setdefault(text, cells.get((row, columns["#value"]), ""))
    return {key: text for key, text in found.items() if text}


def _tags(cells: dict[tuple[int, int], str]) -> tuple[int, dict[str, int]]:
    rows: dict[int, dict[str, int]] = {}
    for (row, column), text in cells.items():
        if text.strip() in ("#key", "#value"):
            rows.setdefault(row, {}).setdefault(text.strip(), column)
    return next((row, columns) for row, columns in rows.items() if len(columns) == 2)


def _cells(sheet: ElementTree.Element, strings: list[str]) -> dict[tuple[int, int], str]:
    """Every cell that holds something, by row and column; one without a reference follows the one before it."""
    found: dict[tuple[int, int], str] = {}
    number = 0
    for row in sheet.iter(f"{_MAIN}row"):
        number = int(row.get("r") or number + 1)
        column = 0
        for cell in row.iter(f"{_MAIN}c"):
            place = _PLACE.fullmatch(cell.get("r") or "")
            column = _number(place[1]) if place else column + 1
            text = _text(cell, strings)
            if text:
                found[number, column] = text
    return found


def _text(cell: ElementTree.Element, strings: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        inside = cell.find(f"{_MAIN}is")
        return "" if inside is None else _runs(inside)
    value = cell.find(f"{_MAIN}v")
    text = "" if value is None else "".join(value.itertext())
    return strings[int(text)] if text and cell.get("t") == "s" else text


def _strings(xml: bytes) -> list[str]:
    return [_runs(one) for one in ElementTree.fromstring(xml).iter(f"{_MAIN}si")]


def _runs(element: ElementTree.Element) -> str:
    """The text of an element without its reading aids."""
    runs = [one for one in element if one.tag in (f"{_MAIN}t", f"{_MAIN}r")]
    return "".join("".join(run.itertext()) for run in runs)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
