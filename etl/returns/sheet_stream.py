"""The gate's third step, for a sheet: cells that hold data, within bounds, in order, each of a kind that is written."""

import re
from collections.abc import Callable

from etl.returns.cells import column_letters, column_number
from etl.returns.facts import SheetFacts
from etl.returns.findings import Finding, found
from etl.returns.form_identity import ColumnTag
from etl.returns.package_stream import SheetEntry, Strings
from etl.returns.part_stream import MAX_DEPTH, Budget, PartRefusedError, PartStream, attribute

MAX_ROWS = 20_000
MAX_COLUMNS = 512
MAX_CELLS = 400_000
MAX_ALL_CELLS = 600_000
"""Empty cells that only have a style included, over all sheets: reading them takes time too."""
MAX_MERGES = 20_000
MAX_MERGED_AREA = 200_000
MAX_ALL_TEXT = 32 * 1024 * 1024
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
_Opener = Callable[[list[str]], None]


class SheetStream(PartStream):
    """Watches the cells of one sheet. `facts` holds what was learnt, `faults` the cells that nothing writes."""

    def __init__(self, entry: SheetEntry, strings: Strings, budget: Budget) -> None:
        super().__init__(entry.part, budget)
        self.entry = entry
        self.strings = strings
        self.faults: list[Finding] = []
        self._row = self._column = self._cells = 0
        self._columns: dict[str, int] = {}
        self._openers: dict[str, _Opener | None] = {}
        self._closers: dict[str, Callable[[], None] | None] = {}
        self._reference = self._type = ""
        self._row_text = "0"
        self._has_formula = self._has_value = self._has_tags = False
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

    def facts(self) -> SheetFacts:
        return SheetFacts(
            name=self.entry.name,
            part=self.entry.part,
            state=self.entry.state,
            has_tags=self._has_tags,
            formulas=frozenset(self._formulas),
            without_value=frozenset(self._without_value),
            external=frozenset(self._external),
            errors=frozenset(self._errors),
            merges=tuple(self._merges),
            hidden_rows=frozenset(self._hidden_rows),
            hidden_columns=tuple(self._hidden_columns),
        )

    # The elements of sheets are nearly all that a file has, so they come here without a call between.

    def _start(self, name: str, attributes: list[str]) -> None:
        self._elements += 1
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._refuse_depth()
        opens = self._openers[name] if name in self._openers else self._learn_handlers(name)
        if opens is not None:
            opens(attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        closes = self._closers[name]
        if closes is not None:
            closes()

    def _learn_handlers(self, name: str) -> _Opener | None:
        local = self._learn(name)
        openers: dict[str, _Opener] = {
            "c": self._open_cell,
            "v": self._open_text,
            "is": self._open_text,
            "f": self._open_formula,
            "row": self._open_row,
            "mergeCell": self._merge,
            "col": self._open_columns,
        }
        closers: dict[str, Callable[[], None]] = {
            "c": self._close_cell,
            "v": self._close_value,
            "is": self._close_inline,
            "f": self._close_formula,
        }
        self._closers[name] = closers.get(local)
        self._openers[name] = openers.get(local)
        return self._openers[name]

    def _open_text(self, _attributes: list[str]) -> None:
        self.capturing = True
        self._captured = 0
        self.text = []

    def _close_value(self) -> None:
        if self._type != "inlineStr":
            self._value("".join(self.text))
        self.capturing = False

    def _close_inline(self) -> None:
        self.capturing = False
        self._text("".join(self.text))

    def _open_formula(self, attributes: list[str]) -> None:
        self._has_formula = True
        self._shared = attribute(attributes, "si") if attributes else ""
        self.capture()

    def _close_formula(self) -> None:
        self._formula(self.captured())

    def _open_row(self, attributes: list[str]) -> None:
        said = attribute(attributes, "r")
        number = self._row + 1
        if said:
            if not said.isascii() or not said.isdigit() or len(said) > 7:
                self._refuse_reference(said)
            number = int(said)
        if not self._row < number <= _GRID_ROWS:
            self._refuse_reference(said)
        self._row = number
        self._row_text = str(number)
        self._column = 0
        if attribute(attributes, "hidden") in _TRUE and number <= MAX_ROWS:
            self._hidden_rows.add(number)

    def _open_columns(self, attributes: list[str]) -> None:
        first, last = (attribute(attributes, name) for name in ("min", "max"))
        is_block = all(text.isascii() and text.isdigit() and len(text) <= 5 for text in (first, last))
        if is_block and attribute(attributes, "hidden") in _TRUE and len(self._hidden_columns) < MAX_COLUMNS:
            self._hidden_columns.append((int(first), int(last)))

    def _open_cell(self, attributes: list[str]) -> None:
        self.budget.cells += 1
        if self.budget.cells > MAX_ALL_CELLS:
            raise PartRefusedError(found("file-too-much-data", sheet=self.entry.name, detail=self.place))
        reference, self._type = "", "n"
        pairs = iter(attributes)
        for name, value in zip(pairs, pairs, strict=False):
            if name == "r":
                reference = value
            elif name == "t":
                self._type = value
        self._has_formula = self._has_value = False
        # Nearly every cell stands in a column that was met before.
        known = self._columns.get(reference.removesuffix(self._row_text))
        if known is not None and self._column < known <= _GRID_COLUMNS and reference.endswith(self._row_text):
            self._column = known
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
        column = self._columns.get(parts[1]) or self._learn_column(parts[1])
        if not self._column < column <= _GRID_COLUMNS:
            self._refuse_reference(reference)
        self._column = column
        self._reference = reference

    def _learn_column(self, letters: str) -> int:
        self._columns[letters] = column_number(letters)
        return self._columns[letters]

    def _close_cell(self) -> None:
        if self._has_formula:
            self._formulas.add(self.cell)
            if not self._has_value:
                self._without_value.add(self.cell)
        if not self._has_value:
            return
        self._cells += 1
        if self._row > MAX_ROWS or self._column > MAX_COLUMNS:
            raise PartRefusedError(found("file-data-far-away", sheet=self.entry.name, cell=self.cell))
        if self._cells > MAX_CELLS:
            raise PartRefusedError(found("file-too-much-data", sheet=self.entry.name, detail=self.place))

    @property
    def cell(self) -> str:
        return self._reference or f"{column_letters(self._column)}{self._row}"

    def _value(self, text: str) -> None:
        if not text:
            return
        self._has_value = True
        if self._type == "s":
            self._shared_string(text)
        elif self._type == "n":
            if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
                self._fault(text)
        elif self._type == "e":
            self._errors.add(self.cell)
        elif self._type == "str":
            self._text(text)
        elif self._type == "b":
            if text not in ("0", "1"):
                self._fault(text)
        elif self._type not in _TYPES or not _ISO_DATE.fullmatch(text):
            self._fault(text)

    def _shared_string(self, text: str) -> None:
        if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) >= len(self.strings.lengths):
            self._fault(f"text {text}")
            return
        index = int(text)
        if index in self.strings.tags:
            self._has_tags = True
        self._count_text(self.strings.lengths[index])

    def _text(self, text: str) -> None:
        if text:
            self._has_value = True
            self._has_tags = self._has_tags or text.strip() == ColumnTag.KEY
            self._count_text(len(text))

    def _count_text(self, length: int) -> None:
        self.budget.text += length
        if self.budget.text > MAX_ALL_TEXT:
            raise PartRefusedError(found("file-text-too-long", sheet=self.entry.name, detail=self.place))

    def _formula(self, text: str) -> None:
        if _OTHER_BOOK.search(text) is not None or self._shared in self._shared_external:
            self._external.add(self.cell)
            if self._shared:
                # The other cells of a shared formula don't repeat its text.
                self._shared_external.add(self._shared)

    def _merge(self, attributes: list[str]) -> None:
        reference = attribute(attributes, "ref")
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
            raise PartRefusedError(found("file-merges", sheet=self.entry.name, detail=reference))

    def _fault(self, text: str) -> None:
        self.faults.append(found("file-bad-cell", sheet=self.entry.name, cell=self.cell, found=repr(text[:60])))
        if len(self.faults) >= MAX_BAD_CELLS:
            raise PartRefusedError(self.faults.pop())

    def _refuse_reference(self, reference: str) -> None:
        raise PartRefusedError(
            found("file-bad-reference", sheet=self.entry.name, reference=reference[:40] or self.place)
        )
