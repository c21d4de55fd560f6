"""Read a table row by row: match each value to a site, an indicator and a period, and report what does not match."""

from dataclasses import dataclass
from functools import cached_property

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import CellKey
from etl.returns.findings.finding import make_finding
from etl.returns.layouts.blank_labels import BlankLabels
from etl.returns.layouts.heading_words import HeadingKind, read_heading_words, split_heading_words
from etl.returns.layouts.layout import ColumnRole, Layout, LayoutKind
from etl.returns.layouts.matching import compact_text, matches_any
from etl.returns.layouts.names import MEN, NumberNames, SiteNames
from etl.returns.layouts.row_keys import RowKeyReader
from etl.returns.layouts.row_labels import RowLabels
from etl.returns.layouts.row_periods import read_row_period
from etl.returns.layouts.shape import TIME_ROLES, TableShape, ValueColumn, find_text_cells_above
from etl.returns.layouts.surroundings import (
    check_repeated_columns,
    has_same_headings,
    is_repeated_header,
)
from etl.returns.layouts.table_entries import SkippedCell, TableEntries, TableEntry
from etl.returns.layouts.table_findings import TableFindings
from etl.returns.layouts.table_periods import read_period
from etl.returns.layouts.title_checks import TableContents, TitleChecker
from etl.returns.layouts.title_words import names_place
from etl.returns.number_like import is_number_like
from etl.returns.numbers import has_no_value, shorten_text
from etl.returns.reasons import Reason
from etl.returns.workbook.cell_ranges import format_cells
from etl.returns.workbook.cells import CellData, CellKind, format_column


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
        self.last_site: str | None = None
        """The site of the rows above; blank below a total or a site that is not known."""
        self.labels = RowLabels(shape, self.keys)
        self._is_beyond_table = False
        self._hidden: list[CellData] = []
        self._indicator_by_row: dict[int, str] = {}
        self._is_site_chosen = False
        self._rows_by_key: dict[tuple[str, CellKey, tuple[str, ...]], int] = {}
        self._blanks = BlankLabels(shape, self.findings)

    def read(self) -> TableEntries:
        names = self.reader.number_names, self.reader.site_names
        self.table.findings += check_repeated_columns(self.shape, self.reader.layout, *names)
        sheet_site = self._find_sheet_site()
        if sheet_site is None and ColumnRole.SITE not in self.shape.column_by_role:
            self.findings.add("layout-site-missing", None)
            self._skip_all(Reason.ROW_UNKNOWN)
            self._check_titles()
            return self.table
        for row in self.shape.iter_rows():
            self._read_row(row, sheet_site or "")
        self._check_titles()
        self._report_labels()
        self._report_columns()
        self._report_hidden()
        return self.table

    def _check_titles(self) -> None:
        """Add the errors in the texts around the table, before those of its rows."""
        has_labels = bool(self._indicator_by_row) and self._indicator_by_row.keys() <= self.labels.result_rows
        contents = TableContents(self._indicator_by_row, has_labels, self._is_site_chosen)
        checker = TitleChecker(self.shape, self.reader.layout, self.reader.plan, self.keys, contents)
        place = len(self.shape.findings)
        self.table.findings[place:place] = checker.check()

    def _read_row(self, row: int, sheet_site: str) -> None:
        values = self._list_values(row)
        cells = [cell for _, cell in values]
        if self._is_other_table(row):
            same = has_same_headings(self.shape, row)
            self._skip(cells, Reason.LABEL if same and not self._is_beyond_table else Reason.ROW_UNKNOWN)
            return
        reason = self._read_label(row, cells, sheet_site)
        if reason is not None:
            self.keys.read(row, [], has_numbers=bool(cells))
            self._skip(cells, reason)
            return
        site, site_reason = self._read_site(row, sheet_site, bool(values))
        if values and site_reason is None:
            site_reason = self._check_names(row, site)
        key, key_reason = self.keys.read(row, cells)
        if site and self.keys.row_key is not None:
            self._check_repeated_row(site, self.keys.row_key, row)
        is_unclear = self._blanks.report_blank(row, site, self.keys.row_key, has_values=bool(values))
        if site_reason is not None or key is None or is_unclear:
            self._skip(cells, site_reason or key_reason or Reason.ROW_UNKNOWN)
            return
        note = self.shape.read_text(row, ColumnRole.NOTE)
        if values:
            self._indicator_by_row[row] = key.indicator
        for column, cell in values:
            self._add_entry(site, key, column, cell, note)

    def _read_label(self, row: int, cells: list[CellData], sheet_site: str) -> Reason | None:
        """Return why the label of a row, or one further up, says or may say that its numbers are no results."""
        reason = self.labels.find_reason(row)
        if reason is None and not cells:
            self._check_block(row, sheet_site)
        if reason is None and cells and (label := self.labels.find_label_above(row)) is not None:
            self.labels.rows_below.setdefault(label.address, []).append(row)
            reason = Reason.ROW_UNKNOWN
        if reason is None and cells and (label := self.labels.find_unclear_label(row)) is not None:
            self.findings.add("layout-label-unclear", label)
            reason = Reason.ROW_UNKNOWN
        return reason

    def _check_names(self, row: int, site: str) -> Reason | None:
        """Report a name beside a code that names another site than the row's: `Farmers trained by RTM`."""
        for role in (ColumnRole.CODE, ColumnRole.INDICATOR):
            cell = self.shape.find_cell(row, role)
            if cell is None or self.reader.number_names.find_indicator(cell.text).is_known:
                continue
            if set(self.reader.site_names.find_mentions(cell.text)) - {site}:
                self.findings.add("layout-site-block", cell)
                return Reason.ROW_UNKNOWN
        return None

    def _list_values(self, row: int) -> list[tuple[ValueColumn, CellData]]:
        """Return the non-empty value cells of a row with their columns."""
        return [
            (column, cell)
            for column in self.shape.value_columns
            if (cell := self.shape.sheet.cell_by_position.get((row, column.column))) is not None
        ]

    def _is_other_table(self, row: int) -> bool:
        """Whether the row has the headings again, or belongs to another table further down, which is an error."""
        is_header = is_repeated_header(self.shape, self.reader.layout, row) or self._has_only_headings(row)
        if is_header and not self._is_beyond_table and not has_same_headings(self.shape, row):
            self._is_beyond_table = True
            self.findings.add("layout-second-table", self.shape.grid.rows[row][0], rows=str(row))
        return is_header or self._is_beyond_table

    def _has_only_headings(self, row: int) -> bool:
        """Whether a row has nothing but texts over the values that say a period or a word such as "Target"."""
        if any(self.shape.find_cell(row, role) is not None for role in (ColumnRole.CODE, ColumnRole.INDICATOR)):
            return False
        values = {column.column for column in self.shape.value_columns}
        calendar = self.reader.plan.settings.calendar
        for cell in self.shape.grid.rows[row]:
            if cell.column not in values or cell.kind is not CellKind.TEXT or has_no_value(cell.text):
                return False
            period = read_period(cell.text, calendar)
            words = read_heading_words(cell.text)
            if (period.is_empty or period.rest) and (not words.kinds or words.rest):
                return False
        return True

    def _check_block(self, row: int, sheet_site: str) -> None:
        """Report a row without numbers that seems to name the site or the period of the rows below."""
        calendar = self.reader.plan.settings.calendar
        for cell in self.shape.grid.rows[row]:
            if cell.column in self.shape.column_by_role.values() and self._has_own_cell(row, cell):
                continue
            codes = self._find_sites([cell.text], among_words=True)
            is_place = names_place(cell.text) and not self.keys.is_name(cell)
            if (codes and codes != [self.last_site or sheet_site]) or (is_place and not codes):
                self.findings.add("layout-site-block", cell)
            words = split_heading_words(cell.text)
            period = read_period(words.rest if words.kinds <= {HeadingKind.RESULT} else cell.text, calendar)
            is_period = period.year is not None and period.problem is None and not period.rest
            if words.kinds and any(str(period.year) in column.heading for column in self.shape.value_columns):
                is_period = False
            if is_period and self.reader.layout.kind is LayoutKind.WIDE:
                self.labels.rows_below[cell.address] = [row + 1]

    def _has_own_cell(self, row: int, cell: CellData) -> bool:
        """Whether a cell of a known column stands where its role expects it, beside the name of an indicator."""
        is_site = cell.column == self.shape.column_by_role.get(ColumnRole.SITE)
        return is_site or len(self.shape.grid.rows[row]) > 1

    def _add_entry(self, site: str, key: CellKey, column: ValueColumn, cell: CellData, note: str) -> None:
        merged = self.shape.grid.origins.get((cell.row, cell.column)) is not None
        if merged:
            self.findings.add("cell-merged", cell, key=str(key), range=self.shape.grid.describe_area(cell))
            self._skip([cell], Reason.UNREADABLE)
            return
        entry_key = key if column.is_whole else self.keys.find_column_key(key, column, cell)
        if entry_key is None and has_no_value(cell.text):
            # The indicator has no such part, and the cell says so.
            return
        period = column.period
        if period is None:
            period = read_row_period(self.shape, cell, self.reader.plan, self.reader.layout, self.findings)
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
            site = sheet_site if self.last_site is None else self.last_site
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
        texts: list[tuple[CellData | None, str]] = [(None, self.shape.sheet.name)]
        texts += [(cell, cell.text) for cell in find_text_cells_above(self.shape)]
        codes = self._find_sites([text for _, text in texts])
        if ColumnRole.SITE not in self.shape.column_by_role:
            self._check_mentions(texts, codes)
        self._is_site_chosen = not codes and ColumnRole.SITE not in self.shape.column_by_role
        return codes[0] if len(codes) == 1 else self.reader.site or None

    def _check_mentions(self, texts: list[tuple[CellData | None, str]], codes: list[str]) -> None:
        """Report a text around the table that names another site, alone or among other words."""
        own = codes[0] if len(codes) == 1 else "" if codes else self.reader.site
        mentions = [(cell, text, self._find_sites([text], among_words=True)) for cell, text in texts]
        named = list(dict.fromkeys(code for _, _, sites in mentions for code in sites))
        others = [(cell, text) for cell, text, sites in mentions if set(sites) - {own}]
        if others and (own or len(named) > 1):
            cell, text = others[-1]
            sites = ", ".join(named) if len(named) > 1 else shorten_text(text)
            self.findings.add("layout-site-block", cell, found=sites)

    def _find_sites(self, texts: list[str], *, among_words: bool = False) -> list[str]:
        """Return the sites that texts name, alone or after a colon, or also among other words."""
        names = self.reader.site_names
        spellings = [part for text in texts for part in (text, text.rpartition(":")[2], text.rpartition("៖")[2])]
        codes = [code for text in spellings if (code := names.find(text).code)]
        mentions = [code for text in texts for code in names.find_mentions(text)] if among_words else []
        return list(dict.fromkeys((*codes, *mentions)))

    def _check_repeated_row(self, site: str, key: CellKey, row: int) -> None:
        """Report rows that name the same number and differ in a text that is not understood.

        Such a text may say that one of them is no result. Two values of a number in a long table are an error anyway.
        """
        if key.part == MEN:
            return
        texts_of_period = tuple(compact_text(self.shape.read_text(row, role)) for role in sorted(TIME_ROLES))
        if self.reader.layout.kind is LayoutKind.LONG and not any(texts_of_period):
            return
        first = self._rows_by_key.setdefault((site, key, texts_of_period), row)
        if first == row:
            return
        for column, heading in self._unknown_columns.items():
            pair = [self.shape.grid.find_cell(other_row, column) for other_row in (first, row)]
            texts = [cell.text.strip() if cell is not None else "" for cell in pair]
            cell = pair[1] or pair[0]
            if texts[0] != texts[1] and cell is not None:
                details = {"first": shorten_text(texts[0]), "second": shorten_text(texts[1]), "rows": f"{first}, {row}"}
                self.labels.used_columns.add(column)
                self.findings.add("layout-rows-alike", cell, key=str(key), heading=heading, **details)
                return

    @cached_property
    def _unknown_columns(self) -> dict[int, str]:
        """Return the columns that are not known, with their headings; the column itself where it has no heading."""
        known = {column.column for column in self.shape.value_columns} | set(self.shape.column_by_role.values())
        headings = {column.column: column for column in self.shape.other_columns}
        return {
            column: headings[column].heading if column in headings else format_column(column)
            for column in sorted({cell.column for cell in self.shape.sheet.cells} - known)
            if column not in headings or headings[column].reason is Reason.COLUMN_UNKNOWN
        }

    def _report_labels(self) -> None:
        by_address = {cell.address: cell for cell in self.shape.sheet.cells}
        for address, rows in self.labels.rows_below.items():
            self.findings.add("layout-rows-below-label", by_address[address], rows=", ".join(map(str, rows)))

    def _report_columns(self) -> None:
        """Report columns that are not known and hold no numbers; the account reports those with numbers."""
        cells = [cell for cell in self.shape.sheet.cells if cell.row >= self.shape.first_row]
        accounted_columns = {cell.column for cell in cells if is_number_like(cell)}
        accounted_columns |= self.labels.used_columns | self.findings.used_columns
        reported = {finding.cell for finding in self.table.findings}
        for column in self.shape.other_columns:
            is_unknown = column.reason in (Reason.COLUMN_UNKNOWN, Reason.HEADING_UNCLEAR)
            if is_unknown and column.cell not in reported and column.column not in accounted_columns:
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
