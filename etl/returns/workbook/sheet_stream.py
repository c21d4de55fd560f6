"""The gate's third step for a sheet: collect non-empty cells; check their bounds, order and values."""

import re
from collections.abc import Mapping

from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form_identity import ColumnTag
from etl.returns.workbook.cells import format_column, parse_column
from etl.returns.workbook.escaped_characters import decode_escapes
from etl.returns.workbook.facts import SheetFacts
from etl.returns.workbook.package_stream import SharedStrings, SheetEntry
from etl.returns.workbook.part_stream import (
    Attributes,
    Budget,
    EndHandler,
    PartRefusedError,
    StartHandler,
    get_attribute,
)
from etl.returns.workbook.stored_cells import StoredCell
from etl.returns.workbook.text_stream import TextStream

MAX_MERGES = 20_000
MAX_MERGED_AREA = 200_000
MAX_BAD_CELLS = 20
_GRID_ROWS = 1_048_576
_GRID_COLUMNS = 16_384
_FAST_COLUMNS = 512

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?", re.ASCII)
_ISO_DATE = re.compile(r"[0-9T:.Z+-]{4,40}", re.ASCII)
_EXTERNAL_REFERENCE = re.compile(r"(?<![\w\]])\[\d+\]")
_CELL_TYPES = frozenset(("n", "s", "str", "inlineStr", "b", "e", "d"))
_MAX_NUMBER_LENGTH = 400
_TRUE = ("1", "true")
_KEY_TAG = str(ColumnTag.KEY)
_NO_CELL: Attributes = {}
_NEXT_COLUMN_LETTERS = (
    *map(format_column, range(1, _FAST_COLUMNS + 1)),
    *["\0"] * (_GRID_COLUMNS - _FAST_COLUMNS + 1),
)
"""The letters of column n + 1 by n. Columns beyond _FAST_COLUMNS have a character that cannot occur in XML."""


class SheetStream(TextStream):
    """Stream one sheet. `cells` collects the non-empty cells, `findings` those with invalid values."""

    def __init__(self, entry: SheetEntry, strings: SharedStrings, budget: Budget) -> None:
        super().__init__(entry.part, budget)
        self.entry = entry
        self._limits = budget.limits
        self.strings = strings
        self.findings: list[Finding] = []
        self.cells: list[StoredCell] = []
        self._row = self._column = 0
        self._row_text = "0"
        self._is_in_row = self._is_in_cell = False
        self._cell_count = self._text_length = 0
        self._cell_attributes = _NO_CELL
        self._reference = ""
        self._value: str | None = None
        self._has_formula = self._has_tags = False
        self._external_shared_indexes: set[str] = set()
        self._shared_index = ""
        self.has_formula_results = False
        """Whether a formula has a saved result other than 0, which some programs write in place of one."""
        self._formulas: set[str] = set()
        self._formulas_without_value: set[str] = set()
        self._external_formulas: set[str] = set()
        self._error_cells: set[str] = set()
        self._merges: list[str] = []
        self._merged_area = 0
        self._hidden_rows: set[int] = set()
        self._hidden_columns: list[tuple[int, int]] = []

    def build_facts(self) -> SheetFacts:
        return SheetFacts(
            name=self.entry.name,
            part=self.entry.part,
            state=self.entry.state,
            has_tags=self._has_tags,
            formulas=frozenset(self._formulas),
            formulas_without_value=frozenset(self._formulas_without_value),
            external_formulas=frozenset(self._external_formulas),
            error_cells=frozenset(self._error_cells),
            merges=tuple(self._merges),
            hidden_rows=frozenset(self._hidden_rows),
            hidden_columns=tuple(self._hidden_columns),
        )

    def list_start_handlers(self) -> Mapping[str, StartHandler]:
        return {
            **super().list_start_handlers(),
            "c": self._start_cell,
            "is": self.start_text,
            "v": self.start_capture,
            "f": self._start_formula,
            "row": self._start_row,
            "mergeCell": self._add_merge,
            "col": self._read_columns,
        }

    def list_end_handlers(self) -> Mapping[str, EndHandler]:
        return {
            **super().list_end_handlers(),
            "c": self._end_cell,
            "v": self._end_value,
            "f": self._end_formula,
            "row": self._end_row,
        }

    def _end_value(self) -> None:
        text = self.end_capture()
        if self._value is None:
            self._value = text

    def _start_formula(self, attributes: Attributes) -> None:
        self._has_formula = True
        self._shared_index = get_attribute(attributes, "si")
        self.start_capture()

    def _end_formula(self) -> None:
        text = self.end_capture()
        if _EXTERNAL_REFERENCE.search(text) is not None or self._shared_index in self._external_shared_indexes:
            self._external_formulas.add(self.address)
            if self._shared_index:
                # The other cells of a shared formula do not repeat its text.
                self._external_shared_indexes.add(self._shared_index)

    def _start_row(self, attributes: Attributes) -> None:
        reference = attributes.get("r", "")
        number = self._row + 1
        if reference:
            if not reference.isascii() or not reference.isdigit() or len(reference) > 7:
                self._refuse_reference(reference)
            number = int(reference)
        if not self._row < number <= _GRID_ROWS or self._is_in_row:
            self._refuse_reference(reference)
        self._is_in_row = True
        self._row = number
        self._row_text = str(number)
        self._column = 0
        if attributes.get("hidden") in _TRUE and number <= self._limits.rows:
            self._hidden_rows.add(number)

    def _end_row(self) -> None:
        self._is_in_row = False

    def _read_columns(self, attributes: Attributes) -> None:
        first, last = (get_attribute(attributes, name) for name in ("min", "max"))
        is_block = all(text.isascii() and text.isdigit() and len(text) <= 5 for text in (first, last))
        if (
            is_block
            and get_attribute(attributes, "hidden") in _TRUE
            and len(self._hidden_columns) < self._limits.columns
        ):
            self._hidden_columns.append((int(first), int(last)))

    def _start_cell(self, attributes: Attributes) -> None:
        self._cell_count += 1
        self._cell_attributes = attributes
        self._value = None
        self._has_formula = False
        self._runs.clear()
        reference = attributes.get("r", "")
        if self._is_in_cell or not self._is_in_row:
            self._refuse_reference(reference)
        self._is_in_cell = True
        # Fast path: nearly every cell follows its left neighbour.
        if reference == _NEXT_COLUMN_LETTERS[self._column] + self._row_text:
            self._column += 1
            self._reference = reference
        else:
            self._locate_cell(reference)

    def _locate_cell(self, reference: str) -> None:
        if not reference:
            self._column += 1
            self._reference = ""
            if self._column > _GRID_COLUMNS:
                self._refuse_reference(f"row {self._row}")
            return
        parts = _REFERENCE.fullmatch(reference)
        if parts is None or int(parts[2]) != self._row:
            self._refuse_reference(reference)
            return
        column = parse_column(parts[1])
        if not self._column < column <= _GRID_COLUMNS:
            self._refuse_reference(reference)
        self._column = column
        self._reference = reference

    def _end_cell(self) -> None:
        self._is_in_cell = False
        kind = self._cell_attributes.get("t", "n")
        text = self.join_text() if kind == "inlineStr" else self._value
        if self._has_formula:
            self._formulas.add(self.address)
            if not text:
                self._formulas_without_value.add(self.address)
            elif text != "0":
                self.has_formula_results = True
        if text:
            if self._row > self._limits.rows or self._column > self._limits.columns:
                raise PartRefusedError(make_finding("file-data-far-away", sheet=self.entry.name, cell=self.address))
            if kind in ("inlineStr", "str"):
                text = decode_escapes(text)
            self._check_value(kind, text)
            self.cells.append((self._row, self._column, kind, text, self._cell_attributes.get("s", "0")))

    @property
    def address(self) -> str:
        return self._reference or f"{format_column(self._column)}{self._row}"

    def _check_value(self, kind: str, text: str) -> None:
        """Check that the value is valid for the type of the cell; otherwise add a finding."""
        if kind in ("inlineStr", "str"):
            self._count_text(text)
        elif kind == "n":
            if len(text) > _MAX_NUMBER_LENGTH or not _NUMBER.fullmatch(text):
                self._add_bad_cell(text)
        elif kind == "s":
            self._check_shared_string(text)
        elif kind == "e":
            self._error_cells.add(self.address)
        elif kind == "b":
            if text not in ("0", "1"):
                self._add_bad_cell(text)
        elif kind not in _CELL_TYPES or not _ISO_DATE.fullmatch(text):
            self._add_bad_cell(text)

    def _check_shared_string(self, text: str) -> None:
        if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) >= len(self.strings.texts):
            self._add_bad_cell(f"text {text}")
            return
        index = int(text)
        if index in self.strings.key_tag_indexes:
            self._has_tags = True
        self._text_length += len(self.strings.texts[index])

    def _count_text(self, text: str) -> None:
        if text.strip() == _KEY_TAG:
            self._has_tags = True
        self._text_length += len(text)

    def on_chunk_end(self) -> None:
        self.budget.cell_count += self._cell_count
        self.budget.text_length += self._text_length
        self._cell_count = self._text_length = 0
        if self.budget.cell_count > self._limits.total_cells or len(self.cells) > self._limits.cells:
            raise PartRefusedError(make_finding("file-too-much-data", sheet=self.entry.name, detail=self.short_name))
        if self.budget.text_length > self._limits.text_length:
            raise PartRefusedError(make_finding("file-text-too-long", sheet=self.entry.name, detail=self.short_name))

    def _add_merge(self, attributes: Attributes) -> None:
        reference = get_attribute(attributes, "ref")
        first, _, last = reference.partition(":")
        corners = [_REFERENCE.fullmatch(corner) for corner in (first, last or first)]
        if corners[0] is None or corners[1] is None:
            self._refuse_reference(reference)
            return
        (left, top), (right, bottom) = (
            (parse_column(corner[1]), int(corner[2])) for corner in corners if corner is not None
        )
        if not (left <= right <= _GRID_COLUMNS and top <= bottom <= _GRID_ROWS):
            self._refuse_reference(reference)
        self._merges.append(reference)
        self._merged_area += (right - left + 1) * (bottom - top + 1)
        if len(self._merges) > MAX_MERGES or self._merged_area > MAX_MERGED_AREA:
            raise PartRefusedError(make_finding("file-merges", sheet=self.entry.name, detail=reference))

    def _add_bad_cell(self, text: str) -> None:
        self.findings.append(
            make_finding("file-bad-cell", sheet=self.entry.name, cell=self.address, found=repr(text[:60]))
        )
        if len(self.findings) >= MAX_BAD_CELLS:
            raise PartRefusedError(self.findings.pop())

    def _refuse_reference(self, reference: str) -> None:
        raise PartRefusedError(
            make_finding("file-bad-reference", sheet=self.entry.name, reference=reference[:40] or self.short_name)
        )
