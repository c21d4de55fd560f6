"""The form of a site and quarter as a page: its rows, what is known, what was typed, and the checks of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from etl.database.connection import Connection, Engine, reading
from etl.database.read.locks import read_locked_quarters
from etl.database.read.returns import find_received_file, find_return, read_cells, read_findings, read_returns
from etl.database.read.typed_returns import find_typed_draft
from etl.database.records import ReturnCell, StoredReturn, TypedDraft
from etl.indicators.effects import ChangeKind, NumberChange, compare_numbers
from etl.indicators.periods import CAMBODIA, Quarter
from etl.indicators.plans import Plans, PlanVersion
from etl.indicators.vocabulary import CellKey, Indicator, Objective, Observation, ReturnState, Site
from etl.queries.data_source import DataSource
from etl.queries.examine_file import examine_file
from etl.queries.form_contents import read_form_contents
from etl.returns.findings.finding import Finding
from etl.returns.form.claims import Confirmation
from etl.returns.form.layout import asks_for_basis, iterate_body_lines
from etl.returns.form.original_entries import collect_original_entries
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.form.rows import FormError, FormRow, get_active_site, list_form_rows
from etl.returns.form.spec import FormContents
from etl.returns.form.typed_form import build_typed_form
from etl.returns.intake import IntakeResult
from etl.returns.numbers import format_plain
from etl.returns.typed_entries import TypedEntries, TypedRow

_BASE_STATES = (ReturnState.DRAFT, ReturnState.SUBMITTED, ReturnState.SENT_BACK, ReturnState.APPROVED)
"""The states of a return with which the page begins unless another one is chosen."""


@dataclass(frozen=True)
class TypedForm:
    """What the page of a typed return displays."""

    plans: Plans
    version: PlanVersion
    site: Site
    quarter: Quarter
    rows: tuple[FormRow, ...]
    contents: FormContents
    draft: TypedDraft | None
    """What was typed and not yet submitted; None where the page begins anew."""
    draft_version: int
    """The version that the next save must name; 0 where nothing was ever saved."""
    base: StoredReturn | None
    """The return whose numbers the page carries over."""
    base_cells: tuple[ReturnCell, ...]
    entries: TypedEntries
    is_locked: bool

    @property
    def asks_for_basis(self) -> bool:
        """Whether the form asks if flows cover the quarter or the year to date."""
        return asks_for_basis(self.quarter)

    @property
    def lines(self) -> tuple[Objective | Indicator | FormRow, ...]:
        """The lines of the form: an objective, the name of a ratio, or a row to fill in."""
        return tuple(iterate_body_lines(self.version.plan, self.rows))

    @property
    def due(self) -> date:
        return self.version.plan.settings.calendar.get_due_date(self.quarter)

    @property
    def lost_keys(self) -> tuple[CellKey, ...]:
        """Return the numbers of the base that this version of the form doesn't have."""
        known = {row.key for row in self.rows}
        return tuple(cell.key for cell in self.base_cells if cell.key not in known)

    def list_changes(self, observations: Mapping[CellKey, Decimal | None]) -> tuple[NumberChange, ...]:
        """Return how numbers differ from the base's; nothing without a base."""
        return compare_with_base(self.base_cells, observations) if self.base is not None else ()


@dataclass(frozen=True)
class TypedFormCheck:
    """The findings of the typed entries and how they change the base; `data` is the return as a workbook."""

    data: bytes
    findings: tuple[Finding, ...]
    changes: tuple[NumberChange, ...]

    @property
    def has_errors(self) -> bool:
        return any(finding.is_error for finding in self.findings)


def find_typed_form(source: DataSource, site: str, quarter: Quarter, *, base_id: int | None = None) -> TypedForm | None:
    """Return the page's form; None where the site has nothing to report in the quarter, or before a plan is loaded.

    It continues the saved entries. Without them it begins with the numbers of the chosen return of the same site and
    quarter, else of the newest one that is not withdrawn or superseded, else with blanks.
    """
    with reading(source.engine) as connection:
        snapshot = source.find_snapshot_in(connection)
        if snapshot is None:
            return None
        version = snapshot.plans.get_version_in_force(quarter)
        try:
            rows, active_site = (
                list_form_rows(version.plan, site, quarter),
                get_active_site(version.plan, site, quarter),
            )
        except FormError:
            return None
        saved = find_typed_draft(connection, site=site, quarter=quarter)
        draft = saved if saved is not None and _is_open(connection, saved) else None
        base = _find_base(connection, site, quarter, draft.base_return if draft is not None else base_id, draft)
        form = TypedForm(
            plans=snapshot.plans,
            version=version,
            site=active_site,
            quarter=quarter,
            rows=rows,
            contents=read_form_contents(connection, version.plan, site, quarter),
            draft=draft,
            draft_version=saved.version if saved is not None else 0,
            base=base,
            base_cells=read_cells(connection, base.id) if base is not None else (),
            entries=draft.entries if draft is not None else TypedEntries(),
            is_locked=quarter in read_locked_quarters(connection),
        )
    return form if draft is not None else replace(form, entries=_make_first_entries(source.engine, form))


def check_typed_form(engine: Engine, form: TypedForm, entries: TypedEntries, *, today: date) -> TypedFormCheck:
    """Check entries as the workbook with the same entries would be checked. Nothing is stored."""
    contents = replace(form.contents, prepared_on=today)
    site, version = form.site.code, form.version
    data = build_typed_form(version.plan, version.number, site, form.quarter, entries, contents)
    result = _examine(engine, "typed.xlsx", data, site, form.quarter, today)
    parsed = result.parsed_return
    if parsed is None:
        return TypedFormCheck(data, result.findings, ())
    findings = tuple(_name_rows(finding, parsed) for finding in result.findings)
    return TypedFormCheck(data, findings, form.list_changes(_read_observations(parsed)))


def _name_rows(finding: Finding, parsed: ParsedReturn) -> Finding:
    """Return the finding with the labels of rows in place of cells, which the page does not have."""
    labels = {cell.address: parsed.row_by_key[cell.key].label for cell in parsed.cells if cell.address}
    others = {name: text for name, text in finding.parameters if name.endswith(("cell", "cells"))}
    places = {"cell": finding.cell, **others}
    parameters = {
        f"{name}{suffix}": ", ".join(f"“{labels[address].get_text(language)}”" for address in text.split(", "))
        for name, text in places.items()
        for suffix, language in (("", "en"), ("_km", "km"))
        if all(address in labels for address in text.split(", "))
    }
    return replace(finding, parameters=tuple({**dict(finding.parameters), **parameters}.items()))


def compare_with_base(
    base_cells: tuple[ReturnCell, ...], observations: Mapping[CellKey, Decimal | None]
) -> tuple[NumberChange, ...]:
    """Return every number that differs from the cells of the base return."""
    before = [Observation(cell.key, cell.value) for cell in base_cells]
    after = [Observation(key, value) for key, value in observations.items()]
    return tuple(change for change in compare_numbers(before, after) if change.kind is not ChangeKind.UNCHANGED)


def _read_observations(parsed: ParsedReturn) -> dict[CellKey, Decimal | None]:
    return {observation.key: observation.value for observation in parsed.iterate_observations()}


def _is_open(connection: Connection, draft: TypedDraft) -> bool:
    """Whether it has entries of which nothing was made yet, or only a return that is a draft itself."""
    if not draft.entries.rows:
        return False
    made = find_return(connection, draft.return_id) if draft.return_id is not None else None
    return made is None or made.state is ReturnState.DRAFT


def _find_base(
    connection: Connection, site: str, quarter: Quarter, base_id: int | None, draft: TypedDraft | None
) -> StoredReturn | None:
    returns = read_returns(connection, sites=(site,), quarters=(quarter,))
    if base_id is not None or draft is not None:
        return next((return_ for return_ in returns if return_.id == base_id), None)
    current = [return_ for return_ in returns if return_.state in _BASE_STATES]
    return max(current, key=lambda return_: return_.id, default=None)


def _make_first_entries(engine: Engine, form: TypedForm) -> TypedEntries:
    """Return the numbers and notes of the base as a person would type them, or blank rows."""
    cells = {cell.key: cell for cell in form.base_cells}
    rejected = _read_rejected_entries(engine, form.base) if form.base is not None else {}
    rows = tuple(_make_row(row, cells.get(row.key), rejected.get(str(row.key), "")) for row in form.rows)
    basis = form.base.basis if form.base is not None else form.contents.basis
    return TypedEntries(rows, basis.value if form.asks_for_basis else "")


def _make_row(row: FormRow, cell: ReturnCell | None, rejected_entry: str) -> TypedRow:
    if cell is None:
        return TypedRow(str(row.key), rejected_entry)
    if cell.value is None:
        return TypedRow(str(row.key), note=cell.note, is_not_collected=True)
    stage = next((stage for stage in row.stages if stage.rank == cell.value), None)
    return TypedRow(str(row.key), stage.code if stage is not None else format_plain(cell.value), cell.note)


def _read_rejected_entries(engine: Engine, base: StoredReturn) -> dict[str, str]:
    """Return the entries of a file with errors that could not be read, as they were typed; nothing for other files."""
    with reading(engine) as connection:
        has_errors = any(finding.is_error for finding in read_findings(connection, base.id))
        file = find_received_file(connection, base.sha256) if has_errors else None
    if file is None:
        return {}
    result = _examine(
        engine, file.name, file.data, base.site, base.quarter, base.created_at.astimezone(CAMBODIA).date()
    )
    parsed = result.parsed_return
    entries = collect_original_entries(parsed, result.findings) if parsed is not None else {}
    return {key: str(entry) for key, entry in entries.items()}


def _examine(engine: Engine, name: str, data: bytes, site: str, quarter: Quarter, today: date) -> IntakeResult:
    return examine_file(engine, name, data, today=today, confirmation=Confirmation(site, quarter))
