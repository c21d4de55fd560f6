"""What the gate learns of a workbook on its way through, for those who read it afterwards."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SheetFacts:
    """One sheet: cells are named as Excel does (`F14`), merged ranges too (`F14:G15`)."""

    name: str
    part: str
    state: str
    """`visible`, `hidden` or `veryHidden`."""
    has_tags: bool
    """Whether a cell holds the tag of the key column, so that this is (a copy of) the form's sheet."""
    formulas: frozenset[str] = frozenset()
    formulas_without_value: frozenset[str] = frozenset()
    """Formula cells whose result was never saved."""
    external_formulas: frozenset[str] = frozenset()
    """Formula cells that point to another workbook."""
    error_cells: frozenset[str] = frozenset()
    merges: tuple[str, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    """First and last of each block of hidden columns."""
    comments: tuple[tuple[str, str], ...] = ()
    """Cells and what the comments at them say."""


@dataclass(frozen=True)
class WorkbookFacts:
    sheets: tuple[SheetFacts, ...]
    uses_1904_dates: bool = False
    """Whether the workbook counts its days from 1904, as old ones of the Mac do."""

    def find_sheet(self, name: str) -> SheetFacts | None:
        return next((sheet for sheet in self.sheets if sheet.name == name), None)
