"""The contents of a workbook as plain values: sheets and their non-empty cells."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple


class CellKind(StrEnum):
    """The data type of a cell."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    ERROR = "error"
    DATE = "date"


class CellData(NamedTuple):
    """A non-empty cell. `text` is the number exactly as stored, the text, the error, or the date in ISO format."""

    sheet: str
    row: int
    column: int
    kind: CellKind
    text: str
    number_format: str = "General"
    legacy_font: str = ""
    """The name of the font if it is a legacy (pre-Unicode) Khmer font; otherwise blank."""

    @property
    def address(self) -> str:
        return f"{format_column(self.column)}{self.row}"


@dataclass(frozen=True)
class SheetData:
    name: str
    state: str
    cells: tuple[CellData, ...]
    """In row order."""

    @cached_property
    def cell_by_position(self) -> dict[tuple[int, int], CellData]:
        """Map (row, column) to the cell."""
        return {(cell.row, cell.column): cell for cell in self.cells}


@dataclass(frozen=True)
class WorkbookData:
    """A workbook's sheets in order, and its custom document properties."""

    sheets: tuple[SheetData, ...]
    properties: tuple[tuple[str, str], ...] = ()

    def find_sheet(self, name: str) -> SheetData | None:
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def find_property(self, name: str) -> str:
        """Return the property's value, or a blank if it is not set."""
        return dict(self.properties).get(name, "")


def parse_column(letters: str) -> int:
    """Convert column letters to a number: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def format_column(number: int) -> str:
    letters = ""
    while number:
        number, remainder = divmod(number - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters
