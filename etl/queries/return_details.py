"""One return with all that belongs to it: numbers beside earlier ones, findings, evidence, thread, other versions."""

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
from etl.database.records import Evidence, ReceivedFile, ReturnCell, ReturnEvent, StoredReturn
from etl.indicators.plans import Plan, Plans
from etl.indicators.vocabulary import CellKey, ReturnState
from etl.queries.data_source import DataSource, NoPlanError
from etl.queries.localized_findings import localize_findings
from etl.returns.findings.finding import Finding, Severity
from etl.returns.form.rows import FormError, form_rows

__all__ = [
    "Evidence",
    "ReturnDetails",
    "ReturnEvent",
    "ReturnNumber",
    "StoredReturn",
    "ReturnCell",
    "find_return_details",
    "find_return_evidence",
    "find_return_file",
    "localize_findings",
]


@dataclass(frozen=True)
class ReturnNumber:
    """One number that the form asks for: as it was sent, as the quarter before had it, and as it stands approved."""

    key: CellKey
    cell: ReturnCell | None
    """None: it was left blank, or could not be read."""
    previous_value: Decimal | None
    approved_cell: ReturnCell | None


@dataclass(frozen=True)
class ReturnDetails:
    """A return as its page shows it."""

    stored_return: StoredReturn
    plan: Plan
    """The version that its form was bound to."""
    plans: Plans
    numbers: tuple[ReturnNumber, ...]
    findings: tuple[Finding, ...]
    confirmed_codes: frozenset[str]
    evidence: tuple[Evidence, ...]
    earlier_evidence: tuple[Evidence, ...]
    """What is attached to the other returns of the site and quarter, newest return first."""
    events: tuple[ReturnEvent, ...]
    versions: tuple[StoredReturn, ...]
    """Every return of the site and quarter, newest first, this one among them."""
    corrected_return: StoredReturn | None
    """The approved return that this one would correct; None where it is this one, or there is none."""
    is_locked: bool
    allows_own_approval: bool

    @property
    def has_errors(self) -> bool:
        return any(one.is_error for one in self.findings)

    @property
    def unconfirmed_codes(self) -> tuple[str, ...]:
        """The codes of the warnings that nobody has confirmed."""
        codes = dict.fromkeys(one.code for one in self.findings if one.severity is Severity.WARNING)
        return tuple(code for code in codes if code not in self.confirmed_codes)

    @property
    def is_correction(self) -> bool:
        """Whether it would take the place of an approved return."""
        return self.corrected_return is not None and self.stored_return.state in (
            ReturnState.DRAFT,
            ReturnState.SUBMITTED,
        )

    @property
    def is_late(self) -> bool:
        """Whether the quarter's first submission came after its due date."""
        first = self.stored_return.first_submitted_at
        return first is not None and not self.plan.settings.calendar.is_on_time(self.stored_return.quarter, first)


def find_return_details(source: DataSource, return_id: int) -> ReturnDetails | None:
    """The return; None for a number that there isn't. Who may see it is the caller's to check."""
    with reading(source.engine) as connection:
        stored = find_return(connection, return_id)
        if stored is None:
            return None
        snapshot = source.find_snapshot_in(connection)
        if snapshot is None:
            raise NoPlanError
        plan = next(one.plan for one in snapshot.plans.versions if one.number == stored.plan_version)
        standing = find_approved_return(connection, site=stored.site, quarter=stored.quarter)
        other = standing if standing is not None and standing.id != stored.id else None
        found = read_returns(connection, sites=(stored.site,), quarters=(stored.quarter,))
        versions = sorted(found, key=lambda one: -one.id)
        return ReturnDetails(
            stored_return=stored,
            plan=plan,
            plans=snapshot.plans,
            numbers=_numbers(connection, stored, plan, other),
            findings=read_findings(connection, return_id),
            confirmed_codes=read_confirmed_codes(connection, return_id),
            evidence=read_evidence(connection, return_id),
            earlier_evidence=tuple(
                kept for one in versions if one.id != return_id for kept in read_evidence(connection, one.id)
            ),
            events=read_events(connection, return_id),
            versions=tuple(versions),
            corrected_return=other,
            is_locked=stored.quarter in read_locked_quarters(connection),
            allows_own_approval=find_office_setting(connection, "own approval") == "yes",
        )


def find_return_file(source: DataSource, return_id: int) -> tuple[StoredReturn, ReceivedFile] | None:
    """The bytes as they came, with the return that they are; None for a number that there isn't."""
    with reading(source.engine) as connection:
        stored = find_return(connection, return_id)
        file = find_received_file(connection, stored.sha256) if stored else None
    return (stored, file) if stored and file else None


def find_return_evidence(
    source: DataSource, return_id: int, evidence_id: int
) -> tuple[StoredReturn, Evidence, bytes] | None:
    """One attached file with the return that it belongs to; None where there isn't one."""
    with reading(source.engine) as connection:
        stored = find_return(connection, return_id)
        found = find_evidence(connection, evidence_id)
    if stored is None or found is None or found[0].return_id != return_id:
        return None
    return stored, found[0], found[1]


def _numbers(
    connection: Connection, stored: StoredReturn, plan: Plan, standing: StoredReturn | None
) -> tuple[ReturnNumber, ...]:
    """In the order of the form; what the plan's form doesn't ask (an older sheet's rows) comes last."""
    sent = {one.key: one for one in read_cells(connection, stored.id)}
    before: Mapping[CellKey, ReturnCell] = {}
    if standing is not None:
        before = {one.key: one for one in read_cells(connection, standing.id)}
    last = read_effective_values(connection, site=stored.site, quarter=stored.quarter.plus(-1), basis="submitted")
    keys = dict.fromkeys([*_asked(plan, stored), *sent, *before])
    return tuple(ReturnNumber(key, sent.get(key), last.get(key), before.get(key)) for key in keys)


def _asked(plan: Plan, stored: StoredReturn) -> tuple[CellKey, ...]:
    try:
        return tuple(row.key for row in form_rows(plan, stored.site, stored.quarter))
    except FormError:
        return ()
