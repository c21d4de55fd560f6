"""Row by row through a table: which cell says which number of which site and period, and what can't be said."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import CellKey, Source
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.layouts.layout import AliasKind, ColumnRole, Layout, LayoutKind
from etl.returns.layouts.matching import compact_text, matches_any, normalize_text
from etl.returns.layouts.names import NameMatch, NumberNames, SiteNames
from etl.returns.layouts.shape import TableShape, find_text_cells_above, format_heading
from etl.returns.layouts.table_periods import read_period, resolve_period
from etl.returns.numbers import repr_text
from etl.returns.workbook.cells import CellData

_WHOLE = ("total", "all", "សរុប", "ទាំងអស់")


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One cell of a table with what it says. The period is a quarter, or a year as a whole."""

    site: str
    key: CellKey
    period: Quarter | int
    cell: CellData
    note: str = ""


@dataclass
class TableEntries:
    """Everything that one table says, and everything that it leaves open."""

    shape: TableShape
    entries: list[TableEntry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    computed_counts: dict[str, int] = field(default_factory=dict)
    """How many numbers stand there of an indicator that the system computes itself."""
    sites: dict[str, None] = field(default_factory=dict)


@dataclass
class TableReader:
    """Reads the tables of one workbook by one layout; `site` is the one that a person named for all of them."""

    plan: Plan
    layout: Layout
    site: str = ""

    def __post_init__(self) -> None:
        self.site_names = SiteNames(self.plan, self.layout)
        self.number_names = NumberNames(self.plan, self.layout)

    def read(self, shape: TableShape) -> TableEntries:
        return _Rows(self, shape).read()


class _Rows:
    """One table on its way through, with what the rows above said."""

    def __init__(self, reader: TableReader, shape: TableShape) -> None:
        self.reader = reader
        self.shape = shape
        self.table = TableEntries(shape)
        self.last_indicator = ""
        self.last_site = ""
        self._told: set[tuple[str, str]] = set()

    def read(self) -> TableEntries:
        of_sheet = self._site_of_sheet()
        if of_sheet is None and ColumnRole.SITE not in self.shape.column_by_role:
            self._find("layout-site-missing", None)
            return self.table
        for row in self.shape.iter_rows():
            self._read_row(row, of_sheet or "")
        for cell, heading in self.shape.unknown_headings:
            self.table.findings.append(
                make_finding("layout-column-aside", sheet=self.shape.sheet.name, cell=cell, found=repr_text(heading))
            )
        return self.table

    def _read_row(self, row: int, of_sheet: str) -> None:
        cells = list(self._values(row))
        site = self._site_of_row(row, of_sheet) if ColumnRole.SITE in self.shape.column_by_role else of_sheet
        key = self._key_of_row(row, bool(cells))
        if site is None or key is None:
            return
        note = self.shape.read_text(row, ColumnRole.NOTE)
        for period, cell in cells:
            self.table.entries.append(TableEntry(site, key, period, cell, note))
            self.table.sites[site] = None

    def _values(self, row: int) -> Iterator[tuple[Quarter | int, CellData]]:
        """The filled value cells of a row, each with its period."""
        if self.reader.layout.kind is LayoutKind.WIDE:
            for column in self.shape.value_columns:
                cell = self.shape.sheet.cell_by_position.get((row, column.column))
                if cell is not None:
                    yield column.period, cell
            return
        cell = self.shape.find_cell(row, ColumnRole.VALUE)
        if cell is not None:
            period = self._period_of_row(row)
            if period is not None:
                yield period, cell

    def _period_of_row(self, row: int) -> Quarter | int | None:
        """What a row's own columns say of its time; year and quarter may stand apart."""
        calendar = self.reader.plan.settings.calendar
        cells = [self.shape.find_cell(row, role) for role in (ColumnRole.PERIOD, ColumnRole.YEAR, ColumnRole.QUARTER)]
        texts = [format_heading(cell) for cell in cells if cell is not None]
        quarter = self.shape.read_text(row, ColumnRole.QUARTER)
        if quarter in ("1", "2", "3", "4") or normalize_text(quarter) in ("i", "ii", "iii", "iv"):
            number = quarter if quarter.isdigit() else str(("i", "ii", "iii", "iv").index(normalize_text(quarter)) + 1)
            texts = [text for text in texts if text != quarter] + [f"Q{number}"]
        named = read_period(" ".join(texts), calendar)
        period = resolve_period(named)
        if period is None or named.rest or (named.quarter is not None and named.year is None):
            unread = (one for one in cells if one is not None and read_period(format_heading(one), calendar).is_empty)
            at = next(unread, None) or next((cell for cell in cells if cell is not None), None)
            self._find(
                "layout-period-unknown", at or self.shape.find_cell(row, ColumnRole.VALUE), found=" ".join(texts)
            )
            return None
        return period

    def _site_of_row(self, row: int, of_sheet: str) -> str | None:
        """The row's site; a blank one is that of the row above, as in a table whose cells are merged."""
        cell = self.shape.find_cell(row, ColumnRole.SITE)
        if cell is None:
            return self.last_site or of_sheet or None
        if matches_any(cell.text, (*_WHOLE, *self.reader.layout.total_headings)):
            # A row of all sites together is computed, and what follows it has a site of its own.
            self.last_site = ""
            return None
        named = self.reader.site_names.find(cell.text)
        if not named.is_known:
            self._find_name("layout-site-unknown", cell, named)
        self.last_site = named.code
        return named.code or None

    def _site_of_sheet(self) -> str | None:
        """The site by which the sheet is called, or that a text above the table names, or that a person named."""
        texts = [self.shape.sheet.name]
        for cell in find_text_cells_above(self.shape):
            texts += [cell.text, cell.text.rpartition(":")[2], cell.text.rpartition("៖")[2]]
        known = dict.fromkeys(code for text in texts if (code := self.reader.site_names.find(text).code))
        return next(iter(known)) if len(known) == 1 else self.reader.site or None

    def _key_of_row(self, row: int, has_values: bool) -> CellKey | None:
        """The number that a row is about. A row without values may be a heading and is never a fault."""
        code, name = (self.shape.find_cell(row, role) for role in (ColumnRole.CODE, ColumnRole.INDICATOR))
        part = self.shape.find_cell(row, ColumnRole.PART)
        for cell in (code, name):
            key = self.reader.number_names.find_key(cell.text) if cell is not None else None
            if key is not None:
                self.last_indicator = key.indicator
                return self._checked(key, row, cell, has_values)
        indicator, at = self._indicator_of_row(code, name)
        if indicator:
            self.last_indicator = indicator
            if part is None and at is code and name is not None:
                # The code again, and for a name that of the part: `SO3-01`, `of which women`.
                of_it = self.reader.number_names.find_part(indicator, name.text)
                if of_it.is_known and not self.reader.number_names.find_indicator(name.text).is_known:
                    return self._checked(CellKey(indicator, of_it.code), row, name, has_values)
            return self._with_part(indicator, part, row, at, has_values)
        if name is not None and code is None and self.last_indicator:
            of_last = self.reader.number_names.find_part(self.last_indicator, name.text)
            if of_last.is_known:
                return self._checked(CellKey(self.last_indicator, of_last.code), row, name, has_values)
        if name is None and code is None:
            return self._with_part(self.last_indicator, part, row, part, has_values) if self.last_indicator else None
        if has_values:
            self._find_name("layout-indicator-unknown", name or code, self._named(name or code))
        return None

    def _indicator_of_row(self, code: CellData | None, name: CellData | None) -> tuple[str, CellData | None]:
        """By the code, else by the name, else by a code that the name begins with."""
        for cell in (code, name):
            named = self._named(cell)
            if named.is_known:
                return named.code, cell
        for cell in (code, name):
            first = cell.text.replace(":", " ").split(maxsplit=1) if cell is not None else []
            named = self.reader.number_names.find_indicator(first[0]) if first else NameMatch()
            if named.is_known:
                return named.code, cell
        return "", None

    def _named(self, cell: CellData | None) -> NameMatch:
        return self.reader.number_names.find_indicator(cell.text) if cell is not None else NameMatch()

    def _with_part(
        self, indicator: str, part: CellData | None, row: int, at: CellData | None, has_values: bool
    ) -> CellKey | None:
        if part is None or matches_any(part.text, (*_WHOLE, *self.reader.layout.total_headings)):
            return self._checked(CellKey(indicator), row, at, has_values)
        named = self.reader.number_names.find_part(indicator, part.text)
        if named.is_known:
            return self._checked(CellKey(indicator, named.code), row, part, has_values)
        if has_values:
            parts = ", ".join(one.key for one in self.reader.plan.parts_of(indicator)) or "-"
            self._find("layout-part-unknown", part, indicator=indicator, parts=parts)
        return None

    def _checked(self, key: CellKey, row: int, at: CellData | None, has_values: bool) -> CellKey | None:
        """The key, unless nobody types it: what the system computes, a share by itself; the unit must be its own."""
        indicator = self.reader.plan.indicator_by_code[key.indicator]
        if not has_values:
            return None
        if indicator.source is not Source.RETURN:
            self.table.computed_counts[key.indicator] = self.table.computed_counts.get(key.indicator, 0) + 1
            return None
        if indicator.is_ratio and not key.part:
            self._find("layout-share-alone", at, indicator=key.indicator)
            return None
        self._check_unit(key, row)
        return key

    def _check_unit(self, key: CellKey, row: int) -> None:
        cell = self.shape.find_cell(row, ColumnRole.UNIT)
        indicator = self.reader.plan.indicator_by_code[key.indicator]
        if cell is None or indicator.is_ratio:
            return
        own = {compact_text(one) for one in (indicator.unit, indicator.unit_label.en, indicator.unit_label.km) if one}
        others = {compact_text(one.unit) for one in self.reader.plan.indicators if one.unit != "count"}
        also = {
            compact_text(one): compact_text(unit)
            for one, unit in self.reader.layout.aliases.get(AliasKind.UNIT, {}).items()
        }
        said = also.get(compact_text(cell.text), compact_text(cell.text))
        counts_plainly = indicator.unit == "count" and not indicator.unit_label.en
        if said in own or (counts_plainly and said not in others):
            return
        unit = indicator.unit_label.en or indicator.unit
        self._find("layout-unit-differs", cell, indicator=key.indicator, unit=unit)

    def _find_name(self, code: str, cell: CellData | None, named: NameMatch) -> None:
        if named.candidates:
            self._find("layout-name-ambiguous", cell, several=", ".join(named.candidates))
        else:
            self._find(code, cell, suggestion=named.nearest)

    def _find(self, code: str, cell: CellData | None, suggestion: str = "", **parameters: str) -> None:
        """A finding at a cell; the same text again is told once, where it stands first."""
        told = {"found": repr_text(cell.text)} if cell is not None and "found" not in parameters else {}
        if cell is None:
            told["sheet"] = self.shape.sheet.name
        mark = (code, parameters.get("found", "") or told.get("found", "") + str(parameters))
        if mark in self._told:
            return
        self._told.add(mark)
        place = {"sheet": self.shape.sheet.name, "cell": cell.address if cell is not None else ""}
        named = {name: text for name, text in {**told, **parameters}.items() if name != "sheet"}
        self.table.findings.append(make_finding(code, **place, suggestion=suggestion, **named))
