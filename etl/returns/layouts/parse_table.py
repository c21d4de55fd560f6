"""Parse the tables of a workbook into returns, one for each site and quarter; each number keeps its cell."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan, Plans, PlanVersion
from etl.indicators.vocabulary import Basis, CellKey
from etl.returns.account import AccountedNumber, CellKeyInWorkbook, TakenNumber, get_cell_key
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.number_specs import classify_formula, make_number_spec
from etl.returns.form.parsed_return import ParsedCell, ParsedReturn
from etl.returns.form.rows import FormError, FormRow, list_form_rows
from etl.returns.form_identity import FormIdentity
from etl.returns.layouts.account import list_account_findings, make_account
from etl.returns.layouts.assign_quarters import assign_quarters
from etl.returns.layouts.check_formulas import check_formulas
from etl.returns.layouts.check_men import check_men
from etl.returns.layouts.entries import TableReader
from etl.returns.layouts.layout import Layout
from etl.returns.layouts.missing_table import explain_missing_table
from etl.returns.layouts.names import MEN
from etl.returns.layouts.shape import TableShape, find_shape
from etl.returns.layouts.table_entries import SkippedCell, TableEntries, TableEntry
from etl.returns.layouts.table_periods import FiscalTotal, TablePeriod, YearToDate
from etl.returns.layouts.units import list_spellings
from etl.returns.numbers import CellLocation, NumberState, read_number, shorten_text
from etl.returns.reasons import Reason
from etl.returns.workbook.cell_ranges import format_cells
from etl.returns.workbook.cells import CellData, WorkbookData
from etl.returns.workbook.facts import WorkbookFacts


@dataclass(frozen=True)
class ParsedTable:
    """The returns in a workbook's tables. `findings` are about the tables; each return has its own findings."""

    layout: Layout
    shapes: tuple[TableShape, ...]
    returns: tuple[ParsedReturn, ...]
    findings: tuple[Finding, ...]
    account: tuple[AccountedNumber, ...] = ()
    """Every number of the workbook: where it was taken to, or why it was not taken."""

    @property
    def is_acceptable(self) -> bool:
        """Whether the returns can be processed: there are some, and the tables have no errors."""
        return bool(self.returns) and not any(finding.is_error for finding in self.findings)

    @property
    def number_count(self) -> int:
        """The number of cells that were matched to the plan."""
        return sum(len(return_.cells) for return_ in self.returns)


def parse_table(
    workbook: WorkbookData, facts: WorkbookFacts, *, plans: Plans, layout: Layout, site: str = ""
) -> ParsedTable:
    """Parse the visible sheets of a workbook with a layout. `site` applies to sheets that do not name one."""
    if any(sheet.has_tags for sheet in facts.sheets):
        return ParsedTable(layout, (), (), (make_finding("layout-is-form"),))
    calendar = plans.latest.settings.calendar
    reader = TableReader(plans.latest, layout, site)
    sheets = [sheet for sheet in workbook.sheets if sheet.state == "visible"]
    shapes = tuple(
        shape
        for sheet in sheets
        if (
            shape := find_shape(
                sheet,
                layout,
                calendar,
                facts.find_sheet(sheet.name),
                is_part_name=reader.number_names.is_any_part,
            )
        )
        is not None
    )
    if not shapes:
        account = make_account(workbook, (), {}, ())
        return ParsedTable(layout, (), (), (explain_missing_table(sheets, layout),), account)
    tables = [reader.read(shape) for shape in shapes]
    grouping = _EntryGrouping(plans, facts, reader, tables)
    returns = grouping.build_returns()
    account = make_account(workbook, shapes, grouping.taken, grouping.skipped)
    findings = [*grouping.findings, *list_account_findings(account)]
    if not returns and not any(finding.is_error for finding in findings):
        findings.append(make_finding("layout-no-results", sheet=shapes[0].sheet.name))
    return ParsedTable(layout, shapes, returns, tuple(findings), account)


class _EntryGrouping:
    """Groups entries into returns and collects findings, taken cells and skipped cells."""

    def __init__(self, plans: Plans, facts: WorkbookFacts, reader: TableReader, tables: list[TableEntries]) -> None:
        self.plans = plans
        self.facts = facts
        self.findings = [finding for table in tables for finding in table.findings]
        self.skipped = [skip for table in tables for skip in table.skipped]
        self.taken: dict[CellKeyInWorkbook, TakenNumber] = {}
        self._entries = [entry for table in tables for entry in table.entries]
        self.findings += check_men(self._entries, plans.latest, reader.number_names)
        for table in tables:
            self.findings += check_formulas(table.shape, facts.find_sheet(table.shape.sheet.name))
        self.findings += [
            _make_group_finding("layout-computed", cells, indicator=code)
            for table in tables
            for code, cells in table.computed.items()
        ]

    def build_returns(self) -> tuple[ParsedReturn, ...]:
        assigned = assign_quarters(self._select_planned_entries(), self.plans.latest)
        self.findings += assigned.findings
        self.skipped += assigned.skipped
        by_return: dict[tuple[Quarter, str], list[TableEntry]] = defaultdict(list)
        for entry in assigned.entries:
            if isinstance(entry.period, Quarter):
                by_return[entry.period, entry.site].append(entry)
        returns = []
        for quarter, site in sorted(by_return):
            basis = Basis.YEAR_TO_DATE if (site, quarter) in assigned.year_to_date else Basis.QUARTER
            return_ = self._build_return(site, quarter, basis, by_return[quarter, site])
            if return_ is not None:
                returns.append(return_)
        return tuple(returns)

    def _select_planned_entries(self) -> list[TableEntry]:
        settings = self.plans.latest.settings
        outside: dict[tuple[str, str], list[CellData]] = defaultdict(list)
        inside = []
        for entry in self._entries:
            if entry.key.part == MEN:
                self._skip(entry, Reason.MEN)
            elif settings.first_year <= _get_year(entry.period) <= settings.last_year:
                inside.append(entry)
            else:
                outside[entry.cell.sheet, str(entry.period)].append(entry.cell)
                self._skip(entry, Reason.OUTSIDE_PLAN)
        self.findings += [
            _make_group_finding("layout-outside-plan", cells, period=period) for (_, period), cells in outside.items()
        ]
        return inside

    def _skip(self, entry: TableEntry, reason: Reason) -> None:
        self.skipped.append(SkippedCell(entry.cell, reason))

    def _build_return(
        self, site: str, quarter: Quarter, basis: Basis, entries: list[TableEntry]
    ) -> ParsedReturn | None:
        version = self.plans.get_version_in_force(quarter)
        rows_by_key = _list_form_rows(version, site, quarter)
        entry_by_key: dict[CellKey, TableEntry] = {}
        for entry in entries:
            if entry.key not in rows_by_key:
                self._add_finding(entry, "layout-not-asked", quarter)
                self._skip(entry, Reason.NOT_ASKED)
            elif entry.key in entry_by_key:
                self._add_duplicate_finding(entry_by_key[entry.key], entry, quarter)
                self._skip(entry, Reason.REPEATED)
            else:
                entry_by_key[entry.key] = entry
        if not entry_by_key:
            return None
        findings: list[Finding] = []
        if len(entry_by_key) < len(rows_by_key):
            finding = make_finding(
                "layout-not-in-table", site=site, quarter=quarter, count=len(entry_by_key), asked=len(rows_by_key)
            )
            findings.append(finding)
        chosen_rows = tuple(row for key, row in rows_by_key.items() if key in entry_by_key)
        cells = tuple(
            self._parse_cell(version.plan, row, quarter, entry_by_key[row.key], findings) for row in chosen_rows
        )
        identity = FormIdentity(site, quarter, version.number)
        return ParsedReturn(identity, basis, chosen_rows, cells, tuple(findings))

    def _parse_cell(
        self, plan: Plan, row: FormRow, quarter: Quarter, entry: TableEntry, findings: list[Finding]
    ) -> ParsedCell:
        cell = entry.cell
        formula = classify_formula(self.facts.find_sheet(cell.sheet), cell.address)
        spec = make_number_spec(plan, row)
        spec = replace(spec, units=(*spec.units, *list_spellings(spec.units)))
        number = read_number(cell, spec, CellLocation(cell.sheet, cell.address, str(row.key)), formula)
        findings.extend(number.findings)
        if number.state is NumberState.UNREADABLE:
            self._skip(entry, Reason.UNREADABLE)
        else:
            self.taken[get_cell_key(cell)] = TakenNumber(entry.site, quarter, row.key)
        return ParsedCell(row.key, number.value, number.state, cell.text, cell.sheet, cell.address, entry.note)

    def _add_finding(self, entry: TableEntry, code: str, quarter: Quarter) -> None:
        location = {"sheet": entry.cell.sheet, "cell": entry.cell.address, "key": str(entry.key)}
        self.findings.append(make_finding(code, **location, site=entry.site, quarter=quarter))

    def _add_duplicate_finding(self, first: TableEntry, second: TableEntry, quarter: Quarter) -> None:
        location = {"sheet": second.cell.sheet, "cell": second.cell.address, "key": str(second.key)}
        details = {"site": second.site, "quarter": str(quarter), "first_cell": first.cell.address}
        if first.cell.text == second.cell.text:
            self.findings.append(make_finding("layout-value-twice", **location, **details))
            return
        values = {"first": shorten_text(first.cell.text), "second": shorten_text(second.cell.text)}
        self.findings.append(make_finding("layout-value-differs", **location, **details, **values))


def _make_group_finding(code: str, cells: list[CellData], **parameters: str) -> Finding:
    """Return a finding about several cells of a sheet, at the first of them."""
    listed = format_cells((cell.row, cell.column) for cell in cells)
    return make_finding(code, sheet=cells[0].sheet, cell=cells[0].address, count=len(cells), cells=listed, **parameters)


def _get_year(period: TablePeriod) -> int:
    if isinstance(period, int):
        return period
    return period.last.year if isinstance(period, (YearToDate, FiscalTotal)) else period.year


def _list_form_rows(version: PlanVersion, site: str, quarter: Quarter) -> dict[CellKey, FormRow]:
    """Return the rows of the site's form for the quarter; empty if the site has no form."""
    try:
        rows: Iterable[FormRow] = list_form_rows(version.plan, site, quarter)
    except FormError:
        rows = ()
    return {row.key: row for row in rows}
