"""Read a table row by row: match each value to a site, an indicator and a period, and report what does not match."""

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
from etl.returns.numbers import shorten_text
from etl.returns.workbook.cells import CellData

_TOTAL_LABELS = ("total", "all", "សរុប", "ទាំងអស់")


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A value cell of a table and what it means. The period is a quarter or a whole year."""

    site: str
    key: CellKey
    period: Quarter | int
    cell: CellData
    note: str = ""


@dataclass
class TableEntries:
    """The entries of a table, and the findings about it."""

    shape: TableShape
    entries: list[TableEntry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    computed_counts: dict[str, int] = field(default_factory=dict)
    """The number of values by indicator, for indicators that the system computes itself."""
    sites: dict[str, None] = field(default_factory=dict)


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
        self.table = TableEntries(shape)
        self.last_indicator = ""
        self.last_site = ""
        self._reported: set[tuple[str, str]] = set()

    def read(self) -> TableEntries:
        sheet_site = self._find_sheet_site()
        if sheet_site is None and ColumnRole.SITE not in self.shape.column_by_role:
            self._add_finding("layout-site-missing", None)
            return self.table
        for row in self.shape.iter_rows():
            self._read_row(row, sheet_site or "")
        for cell, heading in self.shape.unknown_headings:
            self.table.findings.append(
                make_finding("layout-column-aside", sheet=self.shape.sheet.name, cell=cell, found=shorten_text(heading))
            )
        return self.table

    def _read_row(self, row: int, sheet_site: str) -> None:
        values = list(self._read_values(row))
        site = self._read_site(row, sheet_site) if ColumnRole.SITE in self.shape.column_by_role else sheet_site
        key = self._read_key(row, bool(values))
        if site is None or key is None:
            return
        note = self.shape.read_text(row, ColumnRole.NOTE)
        for period, cell in values:
            self.table.entries.append(TableEntry(site, key, period, cell, note))
            self.table.sites[site] = None

    def _read_values(self, row: int) -> Iterator[tuple[Quarter | int, CellData]]:
        """Yield the non-empty value cells of a row, each with its period."""
        if self.reader.layout.kind is LayoutKind.WIDE:
            for column in self.shape.value_columns:
                cell = self.shape.sheet.cell_by_position.get((row, column.column))
                if cell is not None:
                    yield column.period, cell
            return
        cell = self.shape.find_cell(row, ColumnRole.VALUE)
        if cell is not None:
            period = self._read_period(row)
            if period is not None:
                yield period, cell

    def _read_period(self, row: int) -> Quarter | int | None:
        """Read the period from a row's columns. Year and quarter may be in separate columns."""
        calendar = self.reader.plan.settings.calendar
        cells = [self.shape.find_cell(row, role) for role in (ColumnRole.PERIOD, ColumnRole.YEAR, ColumnRole.QUARTER)]
        texts = [format_heading(cell) for cell in cells if cell is not None]
        quarter = self.shape.read_text(row, ColumnRole.QUARTER)
        if quarter in ("1", "2", "3", "4") or normalize_text(quarter) in ("i", "ii", "iii", "iv"):
            number = quarter if quarter.isdigit() else str(("i", "ii", "iii", "iv").index(normalize_text(quarter)) + 1)
            texts = [text for text in texts if text != quarter] + [f"Q{number}"]
        match = read_period(" ".join(texts), calendar)
        period = resolve_period(match)
        if period is None or match.rest or (match.quarter is not None and match.year is None):
            unreadable = (
                cell for cell in cells if cell is not None and read_period(format_heading(cell), calendar).is_empty
            )
            faulty_cell = next(unreadable, None) or next((cell for cell in cells if cell is not None), None)
            self._add_finding(
                "layout-period-unknown",
                faulty_cell or self.shape.find_cell(row, ColumnRole.VALUE),
                found=" ".join(texts),
            )
            return None
        return period

    def _read_site(self, row: int, sheet_site: str) -> str | None:
        """Return the row's site. A blank cell repeats the site of the row above, as in tables with merged cells."""
        cell = self.shape.find_cell(row, ColumnRole.SITE)
        if cell is None:
            return self.last_site or sheet_site or None
        if matches_any(cell.text, (*_TOTAL_LABELS, *self.reader.layout.total_headings)):
            # A total of all sites is computed, and the next row must name its own site.
            self.last_site = ""
            return None
        match = self.reader.site_names.find(cell.text)
        if not match.is_known:
            self._add_name_finding("layout-site-unknown", cell, match)
        self.last_site = match.code
        return match.code or None

    def _find_sheet_site(self) -> str | None:
        """Return the site in the sheet's name or in a text above the table, or the default site."""
        texts = [self.shape.sheet.name]
        for cell in find_text_cells_above(self.shape):
            texts += [cell.text, cell.text.rpartition(":")[2], cell.text.rpartition("៖")[2]]
        codes = dict.fromkeys(code for text in texts if (code := self.reader.site_names.find(text).code))
        return next(iter(codes)) if len(codes) == 1 else self.reader.site or None

    def _read_key(self, row: int, has_values: bool) -> CellKey | None:
        """Return the key of the row. A row without values may be a heading and never causes a finding."""
        code, name = (self.shape.find_cell(row, role) for role in (ColumnRole.CODE, ColumnRole.INDICATOR))
        part = self.shape.find_cell(row, ColumnRole.PART)
        for cell in (code, name):
            key = self.reader.number_names.find_key(cell.text) if cell is not None else None
            if key is not None:
                self.last_indicator = key.indicator
                return self._check_key(key, row, cell, has_values)
        indicator, indicator_cell = self._read_indicator(code, name)
        if indicator:
            self.last_indicator = indicator
            if part is None and indicator_cell is code and name is not None:
                # The code is repeated, and the name column names the part: `SO3-01`, `of which women`.
                part_match = self.reader.number_names.find_part(indicator, name.text)
                if part_match.is_known and not self.reader.number_names.find_indicator(name.text).is_known:
                    return self._check_key(CellKey(indicator, part_match.code), row, name, has_values)
            return self._add_part(indicator, part, row, indicator_cell, has_values)
        if name is not None and code is None and self.last_indicator:
            part_match = self.reader.number_names.find_part(self.last_indicator, name.text)
            if part_match.is_known:
                return self._check_key(CellKey(self.last_indicator, part_match.code), row, name, has_values)
        if name is None and code is None:
            return self._add_part(self.last_indicator, part, row, part, has_values) if self.last_indicator else None
        if has_values:
            self._add_name_finding("layout-indicator-unknown", name or code, self._find_indicator(name or code))
        return None

    def _read_indicator(self, code: CellData | None, name: CellData | None) -> tuple[str, CellData | None]:
        """Find the indicator by code, else by name, else by a code at the start of the name."""
        for cell in (code, name):
            match = self._find_indicator(cell)
            if match.is_known:
                return match.code, cell
        for cell in (code, name):
            name_parts = cell.text.replace(":", " ").split(maxsplit=1) if cell is not None else []
            match = self.reader.number_names.find_indicator(name_parts[0]) if name_parts else NameMatch()
            if match.is_known:
                return match.code, cell
        return "", None

    def _find_indicator(self, cell: CellData | None) -> NameMatch:
        return self.reader.number_names.find_indicator(cell.text) if cell is not None else NameMatch()

    def _add_part(
        self, indicator: str, part: CellData | None, row: int, cell: CellData | None, has_values: bool
    ) -> CellKey | None:
        if part is None or matches_any(part.text, (*_TOTAL_LABELS, *self.reader.layout.total_headings)):
            return self._check_key(CellKey(indicator), row, cell, has_values)
        match = self.reader.number_names.find_part(indicator, part.text)
        if match.is_known:
            return self._check_key(CellKey(indicator, match.code), row, part, has_values)
        if has_values:
            known_parts = self.reader.plan.list_parts_and_participations(indicator)
            parts = ", ".join(known_part.key for known_part in known_parts) or "-"
            self._add_finding("layout-part-unknown", part, indicator=indicator, parts=parts)
        return None

    def _check_key(self, key: CellKey, row: int, cell: CellData | None, has_values: bool) -> CellKey | None:
        """Return the key if it can be entered: not computed, not a ratio without its parts. Checks the unit as well."""
        indicator = self.reader.plan.indicator_by_code[key.indicator]
        if not has_values:
            return None
        if indicator.source is not Source.RETURN:
            self.table.computed_counts[key.indicator] = self.table.computed_counts.get(key.indicator, 0) + 1
            return None
        if indicator.is_ratio and not key.part:
            self._add_finding("layout-share-alone", cell, indicator=key.indicator)
            return None
        self._check_unit(key, row)
        return key

    def _check_unit(self, key: CellKey, row: int) -> None:
        cell = self.shape.find_cell(row, ColumnRole.UNIT)
        indicator = self.reader.plan.indicator_by_code[key.indicator]
        if cell is None or indicator.is_ratio or indicator.is_stage:
            return
        names = (indicator.unit, indicator.unit_label.en, indicator.unit_label.km)
        own_units = {compact_text(name) for name in names if name}
        other_units = {compact_text(other.unit) for other in self.reader.plan.indicators if other.unit != "count"}
        aliases = self.reader.layout.aliases.get(AliasKind.UNIT, {})
        unit_by_alias = {compact_text(alias): compact_text(unit) for alias, unit in aliases.items()}
        text = compact_text(cell.text)
        text = unit_by_alias.get(text, text)
        is_plain_count = indicator.unit == "count" and not indicator.unit_label.en
        if text in own_units or (is_plain_count and text not in other_units):
            return
        unit = indicator.unit_label.en or indicator.unit
        self._add_finding("layout-unit-differs", cell, indicator=key.indicator, unit=unit)

    def _add_name_finding(self, code: str, cell: CellData | None, match: NameMatch) -> None:
        if match.candidates:
            self._add_finding("layout-name-ambiguous", cell, several=", ".join(match.candidates))
        else:
            self._add_finding(code, cell, suggestion=match.nearest)

    def _add_finding(self, code: str, cell: CellData | None, suggestion: str = "", **parameters: str) -> None:
        """Add a finding at a cell. The same text is reported once, at its first cell."""
        details = {"found": shorten_text(cell.text)} if cell is not None and "found" not in parameters else {}
        if cell is None:
            details["sheet"] = self.shape.sheet.name
        identity = (code, parameters.get("found", "") or details.get("found", "") + str(parameters))
        if identity in self._reported:
            return
        self._reported.add(identity)
        location = {"sheet": self.shape.sheet.name, "cell": cell.address if cell is not None else ""}
        message_parameters = {name: text for name, text in {**details, **parameters}.items() if name != "sheet"}
        self.table.findings.append(make_finding(code, **location, suggestion=suggestion, **message_parameters))
