"""One return with its numbers, findings, evidence, events and versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from etl.database.connection import Connection, reading
from etl.database.read.confirmations import find_office_setting, read_confirmed_codes
from etl.database.read.effective_returns import read_effective_values
from etl.database.read.evidence import find_evidence, read_evidence
from etl.database.read.locks import read_locked_quarters
from etl.database.read.returns import (
    find_approved_return,
    find_received_file,
    find_return,
    read_cells,
    read_events,
    read_findings,
    read_returns,
)
from etl.database.read.typed_returns import read_typed_returns
from etl.database.records import Evidence, ReceivedFile, ReturnCell, ReturnEvent, StoredReturn, TypedReturn
from etl.indicators.plans import Plan, Plans
from etl.indicators.vocabulary import CellKey, ReturnState, parse_key
from etl.queries.data_source import DataSource, NoPlanError
from etl.queries.localized_findings import localize_findings
from etl.returns.findings.finding import Finding, Severity
from etl.returns.form.rows import FormError, list_form_rows

__all__ = [
    "Evidence",
    "ReturnCell",
    "ReturnDetails",
    "ReturnEvent",
    "ReturnNumber",
    "StoredReturn",
    "find_return_details",
    "find_return_evidence",
    "find_return_file",
    "localize_findings",
]


@dataclass(frozen=True)
class ReturnNumber:
    """One number of the form, with the number of the quarter before and the approved number."""

    key: CellKey
    cell: ReturnCell | None
    """None where the cell is blank or cannot be read."""
    previous_value: Decimal | None
    approved_cell: ReturnCell | None


@dataclass(frozen=True)
class ReturnDetails:
    """Everything that the page of a return displays."""

    stored_return: StoredReturn
    plan: Plan
    """The version that its form is bound to."""
    plans: Plans
    numbers: tuple[ReturnNumber, ...]
    findings: tuple[Finding, ...]
    confirmed_codes: frozenset[str]
    evidence: tuple[Evidence, ...]
    earlier_evidence: tuple[Evidence, ...]
    """The evidence of other returns of the site and quarter, newest return first."""
    events: tuple[ReturnEvent, ...]
    versions: tuple[StoredReturn, ...]
    """All returns of the site and quarter including this one, newest first."""
    corrected_return: StoredReturn | None
    """The approved return that this one would supersede; None where it is this one, or there is none."""
    is_locked: bool
    allows_own_approval: bool
    """Whether senders may approve their own returns."""
    typed: TypedReturn | None
    """Who typed it on the page; None for an uploaded file."""

    @property
    def has_errors(self) -> bool:
        return any(finding.is_error for finding in self.findings)

    @property
    def rejected_entries(self) -> dict[CellKey, str]:
        """What was entered in cells that have an error instead of a number."""
        errors = (finding for finding in self.findings if finding.is_error and finding.key)
        entries = ((finding.key, dict(finding.parameters).get("found")) for finding in errors)
        return {parse_key(key): entry for key, entry in entries if entry is not None}

    @property
    def unconfirmed_codes(self) -> tuple[str, ...]:
        """The codes of warnings that nobody has confirmed."""
        codes = dict.fromkeys(finding.code for finding in self.findings if finding.severity is Severity.WARNING)
        return tuple(code for code in codes if code not in self.confirmed_codes)

    @property
    def is_correction(self) -> bool:
        """Whether it would supersede an approved return."""
        return self.corrected_return is not None and self.stored_return.state in (
            ReturnState.DRAFT,
            ReturnState.SUBMITTED,
        )

    @property
    def newer_drafts(self) -> tuple[StoredReturn, ...]:
        """The drafts of the site and quarter that were made after this one, newest first."""
        drafts = (version for version in self.versions if version.state is ReturnState.DRAFT)
        return tuple(draft for draft in drafts if draft.id > self.stored_return.id)

    @property
    def is_late(self) -> bool:
        """Whether the quarter's first submission came after the due date."""
        first = self.stored_return.first_submitted_at
        quarter = self.stored_return.quarter
        return first is not None and not self.plan.settings.calendar.is_on_time(quarter, first)


def find_return_details(source: DataSource, return_id: int) -> ReturnDetails | None:
    """Return the details of a return; None for an unknown id. The caller checks who may see it."""
    with reading(source.engine) as connection:
        stored_return = find_return(connection, return_id)
        if stored_return is None:
            return None
        snapshot = source.find_snapshot_in(connection)
        if snapshot is None:
            raise NoPlanError
        plan = next(version.plan for version in snapshot.plans.versions if version.number == stored_return.plan_version)
        approved = find_approved_return(connection, site=stored_return.site, quarter=stored_return.quarter)
        corrected = approved if approved is not None and approved.id != stored_return.id else None
        returns = read_returns(connection, sites=(stored_return.site,), quarters=(stored_return.quarter,))
        versions = sorted(returns, key=lambda version: -version.id)
        return ReturnDetails(
            stored_return=stored_return,
            plan=plan,
            plans=snapshot.plans,
            numbers=_list_numbers(connection, stored_return, plan, corrected),
            findings=read_findings(connection, return_id),
            confirmed_codes=read_confirmed_codes(connection, return_id),
            evidence=read_evidence(connection, return_id),
            earlier_evidence=tuple(
                evidence
                for version in versions
                if version.id != return_id
                for evidence in read_evidence(connection, version.id)
            ),
            events=read_events(connection, return_id),
            versions=tuple(versions),
            corrected_return=corrected,
            is_locked=stored_return.quarter in read_locked_quarters(connection),
            allows_own_approval=find_office_setting(connection, "own approval") == "yes",
            typed=read_typed_returns(connection, [return_id]).get(return_id),
        )


def find_return_file(source: DataSource, return_id: int) -> tuple[StoredReturn, ReceivedFile] | None:
    """Return a return with its original file; None for an unknown id."""
    with reading(source.engine) as connection:
        stored_return = find_return(connection, return_id)
        file = find_received_file(connection, stored_return.sha256) if stored_return else None
    return (stored_return, file) if stored_return and file else None


def find_return_evidence(
    source: DataSource, return_id: int, evidence_id: int
) -> tuple[StoredReturn, Evidence, bytes] | None:
    """Return a return with one of its evidence files; None where the return does not have it."""
    with reading(source.engine) as connection:
        stored_return = find_return(connection, return_id)
        evidence_file = find_evidence(connection, evidence_id)
    if stored_return is None or evidence_file is None:
        return None
    evidence, data = evidence_file
    return (stored_return, evidence, data) if evidence.return_id == return_id else None


def _list_numbers(
    connection: Connection, stored_return: StoredReturn, plan: Plan, approved: StoredReturn | None
) -> tuple[ReturnNumber, ...]:
    """Return the numbers in the order of the form; rows of older forms come last."""
    cells = {cell.key: cell for cell in read_cells(connection, stored_return.id)}
    approved_cells: Mapping[CellKey, ReturnCell] = {}
    if approved is not None:
        approved_cells = {cell.key: cell for cell in read_cells(connection, approved.id)}
    previous = read_effective_values(
        connection, site=stored_return.site, quarter=stored_return.quarter.shift(-1), basis="submitted"
    )
    keys = dict.fromkeys([*_list_form_keys(plan, stored_return), *cells, *approved_cells])
    return tuple(ReturnNumber(key, cells.get(key), previous.get(key), approved_cells.get(key)) for key in keys)


def _list_form_keys(plan: Plan, stored_return: StoredReturn) -> tuple[CellKey, ...]:
    try:
        return tuple(row.key for row in list_form_rows(plan, stored_return.site, stored_return.quarter))
    except FormError:
        return ()
