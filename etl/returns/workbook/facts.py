"""Facts about a workbook that the gate collects while streaming it, for the code that reads it later."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SheetFacts:
    """Facts about one sheet. Cells and merged ranges are in A1 notation (`F14`, `F14:G15`)."""

    name: str
    part: str
    state: str
    """`visible`, `hidden` or `veryHidden`."""
    has_tags: bool
    """Whether a cell holds the tag of the key column, which marks the form's sheet or a copy of it."""
    formulas: frozenset[str] = frozenset()
    formulas_without_value: frozenset[str] = frozenset()
    """Formula cells without a saved result."""
    external_formulas: frozenset[str] = frozenset()
    """Formula cells that refer to another workbook."""
    error_cells: frozenset[str] = frozenset()
    merges: tuple[str, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    """The first and last column of each hidden block."""
    comments: tuple[tuple[str, str], ...] = ()
    """Pairs of a cell and the text of its comment."""


@dataclass(frozen=True)
class WorkbookFacts:
    sheets: tuple[SheetFacts, ...]
    uses_1904_dates: bool = False
    """Whether dates are counted from 1904, as in old workbooks from the Mac."""

    def find_sheet(self, name: str) -> SheetFacts | None:
        return next((sheet for sheet in self.sheets if sheet.name == name), None)
