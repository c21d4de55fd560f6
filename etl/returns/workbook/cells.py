"""What is read of a workbook: cells that hold data, as plain values."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple


class CellKind(StrEnum):
    """What a spreadsheet says a cell holds."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    ERROR = "error"
    DATE = "date"


class CellData(NamedTuple):
    """One cell that holds data. `text` is the number exactly as stored, the text, the error, the date in ISO form."""

    sheet: str
    row: int
    column: int
    kind: CellKind
    text: str
    number_format: str = "General"
    legacy_font: str = ""
    """The font of a text where it is one from before Unicode, whose letters aren't what they look like."""

    @property
    def address(self) -> str:
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True)
class SheetData:
    name: str
    state: str
    cells: tuple[CellData, ...]
    """In reading order."""

    @cached_property
    def cell_by_position(self) -> dict[tuple[int, int], CellData]:
        """Each cell by row and column."""
        return {(cell.row, cell.column): cell for cell in self.cells}


@dataclass(frozen=True)
class WorkbookData:
    """A workbook's sheets in order, and the document properties that a program or a person added."""

    sheets: tuple[SheetData, ...]
    properties: tuple[tuple[str, str], ...] = ()

    def find_sheet(self, name: str) -> SheetData | None:
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def find_property(self, name: str) -> str:
        """The property's value; blank when it isn't there."""
        return dict(self.properties).get(name, "")


def column_number(letters: str) -> int:
    """The number of a column: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
