"""Read a table row by row: match each value to a site, an indicator and a period, and report what does not match."""

from dataclasses import dataclass

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import CellKey
from etl.returns.findings.finding import make_finding
from etl.returns.layouts.column_readings import find_row_reason
from etl.returns.layouts.heading_words import HeadingKind, read_heading_words
from etl.returns.layouts.layout import ColumnRole, Layout, LayoutKind
from etl.returns.layouts.matching import matches_any
from etl.returns.layouts.names import NumberNames, SiteNames
from etl.returns.layouts.reasons import Reason
from etl.returns.layouts.row_keys import RowKeyReader
from etl.returns.layouts.row_periods import read_row_period
from etl.returns.layouts.shape import TableShape, ValueColumn, find_text_cells_above
from etl.returns.layouts.table_entries import MEN, SkippedCell, TableEntries, TableEntry
from etl.returns.layouts.table_findings import TableFindings
from etl.returns.number_like import is_number_like
from etl.returns.numbers import shorten_text
from etl.returns.workbook.cell_ranges import format_cells
from etl.returns.workbook.cells import CellData, CellKind

_ROLES_OF_TEXT = (ColumnRole.SITE, ColumnRole.UNIT, ColumnRole.NOTE, ColumnRole.CODE)


@dataclass
class TableReader:
    """Reads the tables of a workbook with a layout. `site` applies to tables that do not name a site."""

    plan: Plan
    layout: Layout
    site: str = ""

    def __post_init__(self) -> None:
        self.site_names = SiteNames(self.plan, self.layout)
        self.number_names = NumberNames(self.plan, self.layout)

    def read(self, shape: TableShape) -> TableEntries:
        return _RowReader(self, shape).read()


class _RowReader:
    """The state while reading one table: what the rows above contained."""

    def __init__(self, reader: TableReader, shape: TableShape) -> None:
        self.reader = reader
        self.shape = shape
        self.table = TableEntries(shape, findings=list(shape.findings))
        self.findings = TableFindings(shape, self.table.findings)
        self.keys = RowKeyReader(reader.plan, reader.layout, reader.number_names, shape, self.table, self.findings)
        self.last_site = ""
        value_columns = {column.column for column in shape.value_columns}
        text_columns = {shape.column_by_role[role] for role in _ROLES_OF_TEXT if role in shape.column_by_role}
        self._label_columns = {cell.column for cell in shape.sheet.cells} - value_columns - text_columns
        self._used_label_columns: set[int] = set()
        self._hidden: list[CellData] = []
        self._rows_by_key: dict[tuple[str, CellKey], int] = {}

    def read(self) -> TableEntries:
        sheet_site = self._find_sheet_site()
        if sheet_site is None and ColumnRole.SITE not in self.shape.column_by_role:
            self.findings.add("layout-site-missing", None)
            self._skip_all(Reason.ROW_UNKNOWN)
            return self.table
        for row in self.shape.iter_rows():
            self._read_row(row, sheet_site or "")
        self._report_columns()
        self._report_hidden()
        return self.table

    def _read_row(self, row: int, sheet_site: str) -> None:
        values = self._list_values(row)
        cells = [cell for _, cell in values]
        reason = self._find_row_reason(row)
        if reason is not None:
            self.keys.read(row, [], has_numbers=bool(cells))
            self._skip(cells, reason)
            return
        site, site_reason = self._read_site(row, sheet_site, bool(values))
        key, key_reason = self.keys.read(row, cells)
        if site and self.keys.row_key is not None:
            self._check_repeated_row(site, self.keys.row_key, row)
        if site_reason is not None or key is None:
            self._skip(cells, site_reason or key_reason or Reason.ROW_UNKNOWN)
            return
        note = self.shape.read_text(row, ColumnRole.NOTE)
        for column, cell in values:
            self._add_entry(site, key, column, cell, note)

    def _list_values(self, row: int) -> list[tuple[ValueColumn | None, CellData]]:
        """Return the non-empty value cells of a row, in a wide table with their columns."""
        if self.reader.layout.kind is LayoutKind.WIDE:
            return [
                (column, cell)
                for column in self.shape.value_columns
                if (cell := self.shape.sheet.cell_by_position.get((row, column.column))) is not None
            ]
        column = self.shape.column_by_role[ColumnRole.VALUE]
        cell = self.shape.sheet.cell_by_position.get((row, column))
        return [(None, cell)] if cell is not None else []

    def _find_row_reason(self, row: int) -> Reason | None:
        """Return why the row holds no results, if a label such as "Target" stands beside its numbers."""
        for column in sorted(self._label_columns):
            cell = self.shape.grid.find_cell(row, column)
            if cell is not None and cell.kind is CellKind.TEXT and self.keys.is_row_label(cell):
                self._used_label_columns.add(column)
                reason = find_row_reason(cell.text)
                if reason is not None:
                    return reason
        return None

    def _add_entry(self, site: str, key: CellKey, column: ValueColumn | None, cell: CellData, note: str) -> None:
        merged = self.shape.grid.origins.get((cell.row, cell.column)) is not None
        if merged:
            self.findings.add("cell-merged", cell, key=str(key), range=self.shape.grid.describe_area(cell))
            self._skip([cell], Reason.UNREADABLE)
            return
        entry_key: CellKey | None = key
        period = column.period if column is not None else None
        if column is None:
            period = read_row_period(self.shape, cell, self.reader.plan, self.reader.layout, self.findings)
        elif column.sex is not None:
            entry_key = self.keys.find_sex(key, column.sex, column)
        if entry_key is None or period is None:
            self._skip([cell], Reason.ROW_UNKNOWN)
            return
        self.table.entries.append(TableEntry(site, entry_key, period, cell, note))
        if self.shape.is_hidden(cell):
            self._hidden.append(cell)

    def _read_site(self, row: int, sheet_site: str, has_values: bool) -> tuple[str, Reason | None]:
        """Return the row's site, or why there is none. A blank cell repeats the site of the row above."""
        if ColumnRole.SITE not in self.shape.column_by_role:
            return sheet_site, None
        cell = self.shape.find_cell(row, ColumnRole.SITE)
        if cell is None:
            site = self.last_site or sheet_site
            if not site and has_values:
                self.findings.add_blank(row, ColumnRole.SITE)
            return site, None if site else Reason.ROW_UNKNOWN
        labels = self.reader.layout.total_headings
        if read_heading_words(cell.text).is_only(HeadingKind.TOTAL) or matches_any(cell.text, labels):
            # A total of all sites is computed, and the next row must name its own site.
            self.last_site = ""
            return "", Reason.TOTAL
        match = self.reader.site_names.find(cell.text)
        if not match.is_known and has_values:
            self.findings.add_name("layout-site-unknown", cell, match)
        self.last_site = match.code
        return match.code, None if match.is_known else Reason.ROW_UNKNOWN

    def _find_sheet_site(self) -> str | None:
        """Return the site in the sheet's name or in a text above the table, or the default site."""
        texts = [self.shape.sheet.name]
        for cell in find_text_cells_above(self.shape):
            texts += [cell.text, cell.text.rpartition(":")[2], cell.text.rpartition("៖")[2]]
        codes = dict.fromkeys(code for text in texts if (code := self.reader.site_names.find(text).code))
        return next(iter(codes)) if len(codes) == 1 else self.reader.site or None

    def _check_repeated_row(self, site: str, key: CellKey, row: int) -> None:
        """Report rows of a wide table that name the same number and differ in a text that is not understood.

        Such a text may say that one of them is no result.
        """
        if self.reader.layout.kind is not LayoutKind.WIDE or key.part == MEN:
            return
        first = self._rows_by_key.setdefault((site, key), row)
        if first == row:
            return
        for column in self.shape.other_columns:
            if column.reason is not Reason.COLUMN_UNKNOWN:
                continue
            pair = [self.shape.grid.find_cell(other_row, column.column) for other_row in (first, row)]
            texts = [cell.text.strip() if cell is not None else "" for cell in pair]
            cell = pair[1] or pair[0]
            if texts[0] != texts[1] and cell is not None:
                details = {"first": shorten_text(texts[0]), "second": shorten_text(texts[1]), "rows": f"{first}, {row}"}
                self._used_label_columns.add(column.column)
                self.findings.add("layout-rows-alike", cell, key=str(key), heading=column.heading, **details)
                return

    def _report_columns(self) -> None:
        """Report columns that are not known and hold no numbers; the account reports those with numbers."""
        cells = [cell for cell in self.shape.sheet.cells if cell.row >= self.shape.first_row]
        numeric = {cell.column for cell in cells if is_number_like(cell)}
        reported = {finding.cell for finding in self.shape.findings}
        for column in self.shape.other_columns:
            is_unknown = column.reason is Reason.COLUMN_UNKNOWN or (
                column.reason is Reason.HEADING_UNCLEAR and column.cell not in reported
            )
            if is_unknown and column.column not in numeric | self._used_label_columns:
                location = {"sheet": self.shape.sheet.name, "cell": column.cell}
                heading = shorten_text(column.heading)
                self.table.findings.append(make_finding("layout-column-aside", **location, found=heading))

    def _report_hidden(self) -> None:
        if self._hidden:
            cells = format_cells((cell.row, cell.column) for cell in self._hidden)
            self.findings.add("layout-rows-hidden", self._hidden[0], hidden_cells=cells)

    def _skip(self, cells: list[CellData], reason: Reason) -> None:
        self.table.skipped.extend(SkippedCell(cell, reason) for cell in cells)

    def _skip_all(self, reason: Reason) -> None:
        for row in self.shape.iter_rows():
            self._skip([cell for _, cell in self._list_values(row)], reason)
