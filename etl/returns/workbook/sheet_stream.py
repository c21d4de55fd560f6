"""The gate's third step, for a sheet: cells that hold data, within bounds, in order, each of a kind that is written."""

import re
from collections.abc import Mapping

from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form_identity import ColumnTag
from etl.returns.workbook.cells import column_letters, column_number
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

MAX_ROWS = 20_000
MAX_COLUMNS = 512
MAX_CELLS = 400_000
MAX_TOTAL_CELLS = 600_000
"""Empty cells that only have a style included, over all sheets: reading them takes time too."""
MAX_MERGES = 20_000
MAX_MERGED_AREA = 200_000
MAX_TOTAL_TEXT = 32 * 1024 * 1024
MAX_BAD_CELLS = 20
_GRID_ROWS = 1_048_576
_GRID_COLUMNS = 16_384

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?", re.ASCII)
_ISO_DATE = re.compile(r"[0-9T:.Z+-]{4,40}", re.ASCII)
_OTHER_BOOK = re.compile(r"(?<![\w\]])\[\d+\]")
_TYPES = frozenset(("n", "s", "str", "inlineStr", "b", "e", "d"))
_LONGEST_NUMBER = 400
_TRUE = ("1", "true")
_KEY_TAG = str(ColumnTag.KEY)
_NO_CELL: Attributes = {}
_COLUMNS = (*map(column_letters, range(1, MAX_COLUMNS + 1)), *["\0"] * (_GRID_COLUMNS - MAX_COLUMNS + 1))
"""The letters of the column after so many; where no data may stand a letter that no XML can hold."""


class SheetStream(TextStream):
    """Watches the cells of one sheet: `cells` holds those that say something, `faults` those that nothing writes."""

    def __init__(self, entry: SheetEntry, strings: SharedStrings, budget: Budget) -> None:
        super().__init__(entry.part, budget)
        self.entry = entry
        self.strings = strings
        self.findings: list[Finding] = []
        self.cells: list[StoredCell] = []
        self._row = self._column = 0
        self._row_text = "0"
        self._is_in_row = self._is_in_cell = False
        self._cells_seen = self._text_seen = 0
        self._cell = _NO_CELL
        self._reference = ""
        self._value: str | None = None
        self._has_formula = self._has_tags = False
        self._shared_external: set[str] = set()
        self._shared = ""
        self._formulas: set[str] = set()
        self._without_value: set[str] = set()
        self._external: set[str] = set()
        self._errors: set[str] = set()
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
            formulas_without_value=frozenset(self._without_value),
            external_formulas=frozenset(self._external),
            error_cells=frozenset(self._errors),
            merges=tuple(self._merges),
            hidden_rows=frozenset(self._hidden_rows),
            hidden_columns=tuple(self._hidden_columns),
        )

    def openers(self) -> Mapping[str, StartHandler]:
        return {
            **super().openers(),
            "c": self._open_cell,
            "v": self.capture,
            "f": self._open_formula,
            "row": self._open_row,
            "mergeCell": self._merge,
            "col": self._open_columns,
        }

    def closers(self) -> Mapping[str, EndHandler]:
        return {
            **super().closers(),
            "c": self._close_cell,
            "v": self._close_value,
            "f": self._close_formula,
            "row": self._close_row,
        }

    def _close_value(self) -> None:
        text = self.captured()
        if self._value is None:
            self._value = text

    def _open_formula(self, attributes: Attributes) -> None:
        self._has_formula = True
        self._shared = get_attribute(attributes, "si")
        self.capture()

    def _close_formula(self) -> None:
        text = self.captured()
        if _OTHER_BOOK.search(text) is not None or self._shared in self._shared_external:
            self._external.add(self.address)
            if self._shared:
                # The other cells of a shared formula don't repeat its text.
                self._shared_external.add(self._shared)

    def _open_row(self, attributes: Attributes) -> None:
        said = attributes.get("r", "")
        number = self._row + 1
        if said:
            if not said.isascii() or not said.isdigit() or len(said) > 7:
                self._refuse_reference(said)
            number = int(said)
        if not self._row < number <= _GRID_ROWS or self._is_in_row:
            self._refuse_reference(said)
        self._is_in_row = True
        self._row = number
        self._row_text = str(number)
        self._column = 0
        if attributes.get("hidden") in _TRUE and number <= MAX_ROWS:
            self._hidden_rows.add(number)

    def _close_row(self) -> None:
        self._is_in_row = False

    def _open_columns(self, attributes: Attributes) -> None:
        first, last = (get_attribute(attributes, name) for name in ("min", "max"))
        is_block = all(text.isascii() and text.isdigit() and len(text) <= 5 for text in (first, last))
        if is_block and get_attribute(attributes, "hidden") in _TRUE and len(self._hidden_columns) < MAX_COLUMNS:
            self._hidden_columns.append((int(first), int(last)))

    def _open_cell(self, attributes: Attributes) -> None:
        self._cells_seen += 1
        self._cell = attributes
        self._value = None
        self._has_formula = False
        self._pieces.clear()
        reference = attributes.get("r", "")
        if self._is_in_cell or not self._is_in_row:
            self._refuse_reference(reference)
        self._is_in_cell = True
        # Nearly every cell stands beside the one before it.
        if reference == _COLUMNS[self._column] + self._row_text:
            self._column += 1
            self._reference = reference
        else:
            self._place_cell(reference)

    def _place_cell(self, reference: str) -> None:
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
        column = column_number(parts[1])
        if not self._column < column <= _GRID_COLUMNS:
            self._refuse_reference(reference)
        self._column = column
        self._reference = reference

    def _close_cell(self) -> None:
        self._is_in_cell = False
        kind = self._cell.get("t", "n")
        text = self.join_text() if kind == "inlineStr" else self._value
        if self._has_formula:
            self._formulas.add(self.address)
            if not text:
                self._without_value.add(self.address)
        if text:
            if self._row > MAX_ROWS or self._column > MAX_COLUMNS:
                raise PartRefusedError(make_finding("file-data-far-away", sheet=self.entry.name, cell=self.address))
            self._check(kind, text)
            self.cells.append((self._row, self._column, kind, text, self._cell.get("s", "0")))

    @property
    def address(self) -> str:
        return self._reference or f"{column_letters(self._column)}{self._row}"

    def _check(self, kind: str, text: str) -> None:
        """What a cell of a kind says is what spreadsheet programs write there, else it is a fault."""
        if kind in ("inlineStr", "str"):
            self._text_said(text)
        elif kind == "n":
            if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
                self._fault(text)
        elif kind == "s":
            self._shared_string(text)
        elif kind == "e":
            self._errors.add(self.address)
        elif kind == "b":
            if text not in ("0", "1"):
                self._fault(text)
        elif kind not in _TYPES or not _ISO_DATE.fullmatch(text):
            self._fault(text)

    def _shared_string(self, text: str) -> None:
        if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) >= len(self.strings.texts):
            self._fault(f"text {text}")
            return
        index = int(text)
        if index in self.strings.key_tag_indexes:
            self._has_tags = True
        self._text_seen += len(self.strings.texts[index])

    def _text_said(self, text: str) -> None:
        if text.strip() == _KEY_TAG:
            self._has_tags = True
        self._text_seen += len(text)

    def chunk_done(self) -> None:
        self.budget.cell_count += self._cells_seen
        self.budget.text_length += self._text_seen
        self._cells_seen = self._text_seen = 0
        if self.budget.cell_count > MAX_TOTAL_CELLS or len(self.cells) > MAX_CELLS:
            raise PartRefusedError(make_finding("file-too-much-data", sheet=self.entry.name, detail=self.short_name))
        if self.budget.text_length > MAX_TOTAL_TEXT:
            raise PartRefusedError(make_finding("file-text-too-long", sheet=self.entry.name, detail=self.short_name))

    def _merge(self, attributes: Attributes) -> None:
        reference = get_attribute(attributes, "ref")
        first, _, last = reference.partition(":")
        corners = [_REFERENCE.fullmatch(one) for one in (first, last or first)]
        if corners[0] is None or corners[1] is None:
            self._refuse_reference(reference)
            return
        (left, top), (right, bottom) = ((column_number(one[1]), int(one[2])) for one in corners if one is not None)
        if not (left <= right <= _GRID_COLUMNS and top <= bottom <= _GRID_ROWS):
            self._refuse_reference(reference)
        self._merges.append(reference)
        self._merged_area += (right - left + 1) * (bottom - top + 1)
        if len(self._merges) > MAX_MERGES or self._merged_area > MAX_MERGED_AREA:
            raise PartRefusedError(make_finding("file-merges", sheet=self.entry.name, detail=reference))

    def _fault(self, text: str) -> None:
        self.findings.append(
            make_finding("file-bad-cell", sheet=self.entry.name, cell=self.address, found=repr(text[:60]))
        )
        if len(self.findings) >= MAX_BAD_CELLS:
            raise PartRefusedError(self.findings.pop())

    def _refuse_reference(self, reference: str) -> None:
        raise PartRefusedError(
            make_finding("file-bad-reference", sheet=self.entry.name, reference=reference[:40] or self.short_name)
        )
