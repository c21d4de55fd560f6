"""A second reader of returns that shares nothing with ours: zipfile, expat (through ElementTree), and nothing else."""

import re
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PLACE = re.compile("([A-Z]+)([0-9]+)")


def read_values(data: bytes, *, value_column: str = "G") -> dict[str, str]:
    """The text beside each key of the first sheet, as its cell holds it; an empty cell is left out.

    A text that stands in the table of shared strings is shown by its number only.
    """
    with ZipFile(BytesIO(data)) as archive:
        sheet = ElementTree.fromstring(archive.read(SHEET))
    cells = _cells(sheet)
    keys = {text: row for (column, row), text in cells.items() if column == "A"}
    return {key: cells[value_column, row] for key, row in keys.items() if (value_column, row) in cells}


def _cells(sheet: ElementTree.Element) -> dict[tuple[str, int], str]:
    """Every cell that holds something, by column and row; one without a reference follows the one before it."""
    found: dict[tuple[str, int], str] = {}
    number = 0
    for row in sheet.iter(f"{_MAIN}row"):
        number = int(row.get("r") or number + 1)
        column = 0
        for cell in row.iter(f"{_MAIN}c"):
            place = _PLACE.fullmatch(cell.get("r") or "")
            column = _number(place[1]) if place else column + 1
            text = _text(cell)
            if text:
                found[_letters(column), number] = text
    return found


def _text(cell: ElementTree.Element) -> str:
    if cell.get("t") == "inlineStr":
        inside = cell.find(f"{_MAIN}is")
        if inside is None:
            return ""
        runs = [one for one in inside if one.tag in (f"{_MAIN}t", f"{_MAIN}r")]
        return "".join("".join(run.itertext()) for run in runs)
    value = cell.find(f"{_MAIN}v")
    return "" if value is None else "".join(value.itertext())


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
