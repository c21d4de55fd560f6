"""The gate of OpenDocument tables: stream `content.xml` and note every cell, before pandas reads the values."""

from collections.abc import Mapping
from zipfile import ZipFile

from etl.returns.findings.finding import make_finding
from etl.returns.workbook.cells import CellKind, format_column
from etl.returns.workbook.ods_styles import STYLES, OdsStyle, OdsStyles, OdsStyleStream, find_first
from etl.returns.workbook.part_stream import (
    Attributes,
    Budget,
    EndHandler,
    PartRefusedError,
    StartHandler,
)
from etl.returns.workbook.sheet_stream import MAX_MERGED_AREA, MAX_MERGES
from etl.returns.workbook.table_sheet import SeenCell, TableSheet
from etl.returns.workbook.text_stream import has_marks, mark_run, strike_digits
from etl.returns.workbook.zip_directory import check_directory

_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_MAX_MANIFEST_SIZE = 1024 * 1024
_MAX_SHEETS = 64
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_EXTENSION = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_KINDS = {"boolean": CellKind.BOOLEAN, "string": CellKind.TEXT, "date": CellKind.DATE, "time": CellKind.DATE}
"""The kinds of cells by value type; the other types are numbers."""


def stream_ods(archive: ZipFile, size: int, budget: Budget) -> list[TableSheet]:
    """Return the sheets. Raises PartRefusedError, and what `zipfile` raises for a damaged archive."""
    for finding in check_directory(archive, size, budget.limits):
        raise PartRefusedError(finding)
    names = archive.namelist()
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        raise PartRefusedError(make_finding("file-macro"))
    if _MANIFEST in names:
        with archive.open(_MANIFEST) as manifest:
            if b"encryption-data" in manifest.read(_MAX_MANIFEST_SIZE):
                raise PartRefusedError(make_finding("file-password"))
    styles = OdsStyles()
    if STYLES in names:
        OdsStyleStream(STYLES, budget, styles).run(archive)
    stream = OdsStream(_CONTENT, budget, styles)
    stream.run(archive)
    return stream.sheets


class OdsStream(OdsStyleStream):
    """Stream the content of an OpenDocument spreadsheet. `sheets` collects the sheets.

    As in .xlsx, what is crossed out gets strokes, and a footnote behind a number raised digits.
    """

    def __init__(self, name: str, budget: Budget, styles: OdsStyles) -> None:
        super().__init__(name, budget, styles)
        self.sheets: list[TableSheet] = []
        self._sheet: TableSheet | None = None
        self._hidden_styles: set[str] = set()
        self._row_style = ""
        self._column_styles: list[tuple[int, int, str]] = []
        """The first and last column of each block with its style."""
        self._spans: list[str] = []
        """The styles of the runs that are open, the innermost last."""
        self._row = self._next_row = self._column = self._next_column = 1
        self._cell: Attributes = {}
        self._in_cell = self._in_annotation = False
        self._in_paragraph = False
        self._cell_text: list[str] = []
        self._runs: list[str] = []
        """The runs of the paragraph with their marks."""
        self._merged_area = 0

    def list_start_handlers(self) -> Mapping[str, StartHandler]:
        return {
            **super().list_start_handlers(),
            "table-properties": self._read_table_properties,
            "table": self._start_table,
            "table-column": self._read_columns,
            "table-row": self._start_row,
            "table-cell": self._start_cell,
            "covered-table-cell": self._start_cell,
            "annotation": self._start_annotation,
            "p": self._start_paragraph,
            "span": self._start_span,
            "s": lambda _: self._add_space(),
            "tab": lambda _: self._add_space(),
        }

    def list_end_handlers(self) -> Mapping[str, EndHandler]:
        return {
            **super().list_end_handlers(),
            "table": self._end_table,
            "table-cell": self._end_cell,
            "covered-table-cell": self._end_cell,
            "annotation": self._end_annotation,
            "p": self._end_paragraph,
            "span": self._end_span,
        }

    def _read_table_properties(self, attributes: Attributes) -> None:
        if attributes.get(f"{_TABLE}display") == "false":
            self._hidden_styles.add(self.style_name)

    def _start_table(self, attributes: Attributes) -> None:
        if self._sheet is not None:
            raise PartRefusedError(make_finding("file-unreadable"))
        is_hidden = attributes.get(f"{_TABLE}style-name") in self._hidden_styles
        name = attributes.get(f"{_TABLE}name", "")
        self._sheet = TableSheet(name, self.budget.limits, "hidden" if is_hidden else "visible")
        self.sheets.append(self._sheet)
        if len(self.sheets) > _MAX_SHEETS:
            raise PartRefusedError(make_finding("file-sheets", count=len(self.sheets), limit=_MAX_SHEETS))
        self._next_row = self._next_column = 1
        self._column_styles.clear()

    def _end_table(self) -> None:
        self._sheet = None

    def _read_columns(self, attributes: Attributes) -> None:
        first = self._next_column
        self._next_column += _read_count(attributes, "number-columns-repeated")
        style = attributes.get(f"{_TABLE}default-cell-style-name", "")
        if len(self._column_styles) < self.budget.limits.columns:
            self._column_styles.append((first, self._next_column - 1, style))
        is_hidden = attributes.get(f"{_TABLE}visibility") in ("collapse", "filter")
        if self._sheet is not None and is_hidden and len(self._sheet.hidden_columns) < self.budget.limits.columns:
            self._sheet.hidden_columns.append((first, self._next_column - 1))

    def _start_row(self, attributes: Attributes) -> None:
        self._row = self._next_row
        self._next_row += _read_count(attributes, "number-rows-repeated")
        self._next_column = 1
        self._row_style = attributes.get(f"{_TABLE}default-cell-style-name", "")
        if self._sheet is not None and attributes.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            last = min(self._next_row - 1, self.budget.limits.rows)
            self._sheet.hidden_rows.update(range(self._row, last + 1))

    def _start_cell(self, attributes: Attributes) -> None:
        if self._in_cell:
            raise PartRefusedError(make_finding("file-unreadable"))
        self._column = self._next_column
        self._next_column += _read_count(attributes, "number-columns-repeated")
        self._cell = attributes
        self._in_cell = self._sheet is not None
        self._cell_text.clear()

    def _start_annotation(self, _attributes: Attributes) -> None:
        self._in_annotation = True

    def _end_annotation(self) -> None:
        self._in_annotation = False

    def _start_paragraph(self, _attributes: Attributes) -> None:
        self._in_paragraph = True
        self._spans.clear()
        self._runs.clear()
        self.start_capture()

    def _start_span(self, attributes: Attributes) -> None:
        if self._in_paragraph:
            self._end_run()
            self._spans.append(attributes.get(f"{_TEXT}style-name", ""))

    def _end_span(self) -> None:
        if self._in_paragraph and self._spans:
            self._end_run()
            self._spans.pop()

    def _add_space(self) -> None:
        if self._in_paragraph:
            self._text.append(" ")

    def _end_run(self) -> None:
        """Add the text since the last run, with its marks, and begin another run."""
        styles = [self.styles.find_style(name) for name in reversed(self._spans)]
        is_raised = find_first(style.is_raised for style in styles)
        is_struck = find_first(style.is_struck for style in styles)
        before = self._runs[-1] if self._runs else ""
        self._runs.append(mark_run(self.end_capture(), before, is_raised=bool(is_raised), is_struck=bool(is_struck)))
        self.start_capture()

    def _end_paragraph(self) -> None:
        self._end_run()
        self.end_capture()
        self._in_paragraph = False
        text = "".join(self._runs)
        if self._in_cell and not self._in_annotation:
            self._cell_text.append(text)
            self.budget.text_length += len(text)

    def _end_cell(self) -> None:
        if self._sheet is None or not self._in_cell:
            return
        self._in_cell = False
        self._add_merge(self._sheet)
        cell = self._see_cell()
        if cell is None:
            if f"{_TABLE}formula" in self._cell and f"{_OFFICE}value-type" not in self._cell:
                self._sheet.formulas_without_value.add(f"{format_column(self._column)}{self._row}")
            return
        for row in range(self._row, self._next_row):
            for column in range(self._column, self._next_column):
                self._sheet.add_cell(row, column, cell)
                self.budget.cell_count += 1
                self._check_budget()
                if f"{_TABLE}formula" in self._cell:
                    self._sheet.formulas.add(f"{format_column(column)}{row}")

    def _find_style(self, column: int) -> OdsStyle:
        """Return the style of the cell, or that of its row or column."""
        name = self._cell.get(f"{_TABLE}style-name") or self._row_style
        if not name:
            name = next((style for first, last, style in self._column_styles if first <= column <= last), "")
        return self.styles.find_style(name)

    def _see_cell(self) -> SeenCell | None:
        value_type = self._cell.get(f"{_OFFICE}value-type", "")
        text = "\n".join(self._cell_text)
        if self._cell.get(f"{_EXTENSION}value-type") == "error":
            return SeenCell(CellKind.ERROR, text=text or "#VALUE!")
        kind = _KINDS.get(value_type, CellKind.NUMBER) if value_type else CellKind.TEXT
        style = self._find_style(self._column)
        if kind is CellKind.TEXT:
            text = text or self._cell.get(f"{_OFFICE}string-value", "")
            marked = strike_digits(text) if style.is_struck else text
            return SeenCell(kind, text=marked if has_marks(marked) else "") if text else None
        if kind is CellKind.BOOLEAN:
            return SeenCell(kind, text="TRUE" if self._cell.get(f"{_OFFICE}boolean-value") == "true" else "FALSE")
        if kind is CellKind.NUMBER and style.is_struck:
            return SeenCell(CellKind.TEXT, text=strike_digits(self._cell.get(f"{_OFFICE}value", "")))
        return SeenCell(kind, "0%" if value_type == "percentage" else style.number_format or "General")

    def _add_merge(self, sheet: TableSheet) -> None:
        rows, columns = (_read_count(self._cell, name) for name in ("number-rows-spanned", "number-columns-spanned"))
        if rows * columns == 1:
            return
        last = f"{format_column(self._column + columns - 1)}{self._row + rows - 1}"
        sheet.merges.append(f"{format_column(self._column)}{self._row}:{last}")
        self._merged_area += rows * columns
        if len(sheet.merges) > MAX_MERGES or self._merged_area > MAX_MERGED_AREA:
            raise PartRefusedError(make_finding("file-merges", sheet=sheet.name, detail=sheet.merges[-1]))

    def _check_budget(self) -> None:
        if self.budget.cell_count > self.budget.limits.total_cells:
            raise PartRefusedError(make_finding("file-too-much-data", detail=self.short_name))
        if self.budget.text_length > self.budget.limits.text_length:
            raise PartRefusedError(make_finding("file-text-too-long", detail=self.short_name))


def _read_count(attributes: Attributes, name: str) -> int:
    """Return a count of repeated or merged cells, 1 where none is written. ValueError, which refuses the part."""
    count = int(attributes.get(f"{_TABLE}{name}", "1"))
    if not 0 < count <= 2**20:
        raise ValueError(name)
    return count
