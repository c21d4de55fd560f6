"""From somebody's table to ordinary returns: one for each site and quarter, each number with its sheet and cell."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan, Plans, PlanVersion
from etl.indicators.vocabulary import Basis, CellKey
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.number_specs import classify_formula, make_number_spec
from etl.returns.form.parsed_return import ParsedCell, ParsedReturn
from etl.returns.form.rows import FormError, FormRow, form_rows
from etl.returns.form_identity import FormIdentity
from etl.returns.layouts.assign_quarters import assign_quarters
from etl.returns.layouts.entries import TableEntries, TableEntry, TableReader
from etl.returns.layouts.layout import Layout
from etl.returns.layouts.shape import TableShape, find_shape
from etl.returns.numbers import CellLocation, read_number, repr_text
from etl.returns.workbook.cells import WorkbookData
from etl.returns.workbook.facts import WorkbookFacts


@dataclass(frozen=True)
class ParsedTable:
    """What a workbook says by a layout. Findings of a return stand with the return, not here."""

    layout: Layout
    shapes: tuple[TableShape, ...]
    returns: tuple[ParsedReturn, ...]
    findings: tuple[Finding, ...]

    @property
    def is_acceptable(self) -> bool:
        """Whether its returns may be looked at one by one: no fault that is of the table itself."""
        return bool(self.returns) and not any(finding.is_error for finding in self.findings)

    @property
    def number_count(self) -> int:
        """How many cells were bound to a number of the plan."""
        return sum(len(one.cells) for one in self.returns)


def parse_table(
    workbook: WorkbookData, facts: WorkbookFacts, *, plans: Plans, layout: Layout, site: str = ""
) -> ParsedTable:
    """Everything that the workbook's visible sheets say by the layout; `site` is said for sheets that name none."""
    if any(sheet.has_tags for sheet in facts.sheets):
        return ParsedTable(layout, (), (), (make_finding("layout-is-form"),))
    calendar = plans.latest.settings.calendar
    sheets = [sheet for sheet in workbook.sheets if sheet.state == "visible"]
    shapes = [shape for sheet in sheets if (shape := find_shape(sheet, layout, calendar)) is not None]
    if not shapes:
        return ParsedTable(layout, (), (), (make_finding("layout-no-table", layout=layout.name),))
    reader = TableReader(plans.latest, layout, site)
    tables = [reader.read(shape) for shape in shapes]
    taking = _Taking(plans, facts, tables)
    returns = taking.take()
    return ParsedTable(layout, tuple(shapes), returns, tuple(taking.findings))


class _Taking:
    """Sorts entries into returns, collecting findings on the way."""

    def __init__(self, plans: Plans, facts: WorkbookFacts, tables: list[TableEntries]) -> None:
        self.plans = plans
        self.facts = facts
        self.findings = [finding for table in tables for finding in table.findings]
        self._entries = [entry for table in tables for entry in table.entries]
        computed = Counter[str]()
        for table in tables:
            computed.update(table.computed_counts)
        self.findings += [
            make_finding("layout-computed", indicator=code, count=count) for code, count in computed.items()
        ]

    def take(self) -> tuple[ParsedReturn, ...]:
        inside = self._inside_the_plan()
        placed = assign_quarters(inside, self.plans.latest)
        self.findings += placed.findings
        by_return: dict[tuple[Quarter, str], list[TableEntry]] = defaultdict(list)
        for entry in placed.entries:
            if isinstance(entry.period, Quarter):
                by_return[entry.period, entry.site].append(entry)
        found_returns = []
        for quarter, site in sorted(by_return):
            basis = Basis.YEAR_TO_DATE if (site, quarter) in placed.year_to_date else Basis.QUARTER
            taken = self._return(site, quarter, basis, by_return[quarter, site])
            if taken is not None:
                found_returns.append(taken)
        return tuple(found_returns)

    def _inside_the_plan(self) -> list[TableEntry]:
        settings = self.plans.latest.settings
        outside = Counter[str]()
        inside = []
        for entry in self._entries:
            year = entry.period.year if isinstance(entry.period, Quarter) else entry.period
            if settings.first_year <= year <= settings.last_year:
                inside.append(entry)
            else:
                outside[str(entry.period)] += 1
        self.findings += [
            make_finding("layout-outside-plan", period=period, count=count) for period, count in outside.items()
        ]
        return inside

    def _return(self, site: str, quarter: Quarter, basis: Basis, entries: list[TableEntry]) -> ParsedReturn | None:
        version = self.plans.version_in_force(quarter)
        asked = _asked(version, site, quarter)
        chosen: dict[CellKey, TableEntry] = {}
        for entry in entries:
            if entry.key not in asked:
                self._tell(entry, "layout-not-asked", quarter)
            elif entry.key in chosen:
                self._tell_twice(chosen[entry.key], entry, quarter)
            else:
                chosen[entry.key] = entry
        if not chosen:
            return None
        findings: list[Finding] = []
        if len(chosen) < len(asked):
            absent = make_finding(
                "layout-not-in-table", site=site, quarter=quarter, count=len(chosen), asked=len(asked)
            )
            findings.append(absent)
        rows = tuple(row for key, row in asked.items() if key in chosen)
        cells = tuple(self._cell(version.plan, row, chosen[row.key], findings) for row in rows)
        identity = FormIdentity(site, quarter, version.number)
        return ParsedReturn(identity, basis, rows, cells, tuple(findings))

    def _cell(self, plan: Plan, row: FormRow, entry: TableEntry, findings: list[Finding]) -> ParsedCell:
        cell = entry.cell
        formula = classify_formula(self.facts.find_sheet(cell.sheet), cell.address)
        number = read_number(
            cell, make_number_spec(plan, row), CellLocation(cell.sheet, cell.address, str(row.key)), formula
        )
        findings.extend(number.findings)
        return ParsedCell(row.key, number.value, number.state, cell.text, cell.sheet, cell.address, entry.note)

    def _tell(self, entry: TableEntry, code: str, quarter: Quarter) -> None:
        place = {"sheet": entry.cell.sheet, "cell": entry.cell.address, "key": str(entry.key)}
        self.findings.append(make_finding(code, **place, site=entry.site, quarter=quarter))

    def _tell_twice(self, first: TableEntry, second: TableEntry, quarter: Quarter) -> None:
        place = {"sheet": second.cell.sheet, "cell": second.cell.address, "key": str(second.key)}
        told = {"site": second.site, "quarter": str(quarter), "first_cell": first.cell.address}
        if first.cell.text == second.cell.text:
            self.findings.append(make_finding("layout-value-twice", **place, **told))
            return
        values = {"first": repr_text(first.cell.text), "second": repr_text(second.cell.text)}
        self.findings.append(make_finding("layout-value-differs", **place, **told, **values))


def _asked(version: PlanVersion, site: str, quarter: Quarter) -> dict[CellKey, FormRow]:
    """The rows that the site's form of the quarter would have; none where it has no form."""
    try:
        rows: Iterable[FormRow] = form_rows(version.plan, site, quarter)
    except FormError:
        rows = ()
    return {row.key: row for row in rows}
