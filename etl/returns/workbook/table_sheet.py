"""A sheet of a table in another format than .xlsx: what the gate has seen of each cell, joined with pandas' values."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time

from pandas import DataFrame

from etl.returns.findings.finding import make_finding
from etl.returns.form_identity import ColumnTag
from etl.returns.workbook.cells import CellKind, format_column
from etl.returns.workbook.facts import SheetFacts
from etl.returns.workbook.limits import WorkbookLimits
from etl.returns.workbook.part_stream import MAX_TEXT, PartRefusedError
from etl.returns.workbook.stored_cells import DecodedCell, format_date

Position = tuple[int, int]
"""Row and column, from 1."""


@dataclass(frozen=True, slots=True)
class SeenCell:
    """A non-empty cell as the gate sees it. `text` is set where pandas reads no value, as of errors and
    booleans, and where the text has marks that pandas does not read."""

    kind: CellKind
    number_format: str = "General"
    text: str = ""


@dataclass
class TableSheet:
    """A sheet with the facts and cells that the gate has collected."""

    name: str
    limits: WorkbookLimits
    state: str = "visible"
    cells: dict[Position, SeenCell] = field(default_factory=dict)
    formulas: set[str] = field(default_factory=set)
    formulas_without_value: set[str] = field(default_factory=set)
    merges: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    has_tags: bool = False

    def add_cell(self, row: int, column: int, cell: SeenCell) -> None:
        """Add a cell. Raises PartRefusedError outside of the limits."""
        if row > self.limits.rows or column > self.limits.columns:
            address = f"{format_column(column)}{row}"
            raise PartRefusedError(make_finding("file-data-far-away", sheet=self.name, cell=address))
        self.cells[row, column] = cell
        if len(self.cells) > self.limits.cells:
            raise PartRefusedError(make_finding("file-too-much-data", sheet=self.name, detail=self.name))

    def build_facts(self) -> SheetFacts:
        errors = (position for position, cell in self.cells.items() if cell.kind is CellKind.ERROR)
        return SheetFacts(
            self.name,
            self.name,
            self.state,
            self.has_tags,
            formulas=frozenset(self.formulas | self.formulas_without_value),
            formulas_without_value=frozenset(self.formulas_without_value),
            error_cells=frozenset(f"{format_column(column)}{row}" for row, column in errors),
            merges=tuple(self.merges),
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=tuple(self.hidden_columns),
        )

    def decode_cells(self, frame: DataFrame) -> list[DecodedCell]:
        """Return the cells with the values of pandas. Raises PartRefusedError where the two see different cells."""
        values = {position: value for position, value in iterate_values(frame) if value != ""}
        read_positions = {position for position, cell in self.cells.items() if not cell.text}
        if read_positions != values.keys() - (self.cells.keys() - read_positions):
            raise PartRefusedError(make_finding("file-unreadable"))
        decoded = (
            (*position, cell.kind, cell.text or _format_value(values[position]), cell.number_format, "")
            for position, cell in sorted(self.cells.items())
        )
        return [self._check_text(cell) for cell in decoded]

    def _check_text(self, cell: DecodedCell) -> DecodedCell:
        text = cell[3]
        if len(text) > MAX_TEXT or "\0" in text:
            address = f"{format_column(cell[1])}{cell[0]}"
            raise PartRefusedError(make_finding("file-text-too-long", sheet=self.name, detail=address))
        self.has_tags = self.has_tags or text.strip() == ColumnTag.KEY
        return cell


def iterate_values(frame: DataFrame) -> Iterator[tuple[Position, object]]:
    """Yield each value of a frame without headings, with its row and column."""
    for row, values in enumerate(frame.itertuples(index=False, name=None), start=1):
        for column, value in enumerate(values, start=1):
            yield (row, column), value


def _format_value(value: object) -> str:
    """Return a number exactly as Python reads it, a date in ISO format, or the text."""
    if isinstance(value, (date, time)):
        return format_date(value)
    return repr(value) if isinstance(value, (int, float)) else str(value)
