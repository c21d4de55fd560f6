"""One return with all that belongs to it: numbers beside earlier ones, findings, evidence, thread, other versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from etl.database.connection import Connection, reading
from etl.database.read.confirmations import find_office_choice, read_confirmed_codes
from etl.database.read.counting import read_typed_values
from etl.database.read.evidence import find_evidence, read_evidence
from etl.database.read.locks import read_locked_quarters
from etl.database.read.returns import (
    find_file,
    find_return,
    find_standing_return,
    read_cells,
    read_events,
    read_findings,
    read_returns,
)
from etl.database.records import Evidence, ReceivedFile, ReturnEvent, StoredReturn, TypedCell
from etl.indicators.plans import Plan, Plans
from etl.indicators.vocabulary import CellKey, ReturnState
from etl.queries.source import NoPlanError, Source
from etl.queries.told_findings import tell_findings
from etl.returns.findings.finding import Finding, Severity
from etl.returns.form.rows import FormError, form_rows

__all__ = [
    "Evidence",
    "OneReturn",
    "ReturnEvent",
    "SeenNumber",
    "StoredReturn",
    "TypedCell",
    "find_one_return",
    "find_return_evidence",
    "find_return_file",
    "tell_findings",
]


@dataclass(frozen=True)
class SeenNumber:
    """One number that the form asks for: as it was sent, as the quarter before had it, and as it stands approved."""

    key: CellKey
    cell: TypedCell | None
    """None: it was left blank, or could not be read."""
    last: Decimal | None
    standing: TypedCell | None


@dataclass(frozen=True)
class OneReturn:
    """A return as its page shows it."""

    stored: StoredReturn
    plan: Plan
    """The version that its form was bound to."""
    plans: Plans
    numbers: tuple[SeenNumber, ...]
    findings: tuple[Finding, ...]
    confirmed: frozenset[str]
    evidence: tuple[Evidence, ...]
    earlier_evidence: tuple[Evidence, ...]
    """What is attached to the other returns of the site and quarter, newest return first."""
    events: tuple[ReturnEvent, ...]
    versions: tuple[StoredReturn, ...]
    """Every return of the site and quarter, newest first, this one among them."""
    standing: StoredReturn | None
    """The approved return that this one would correct; None where it is this one, or there is none."""
    is_locked: bool
    lets_senders_approve: bool

    @property
    def has_errors(self) -> bool:
        return any(one.is_error for one in self.findings)

    @property
    def open_codes(self) -> tuple[str, ...]:
        """The codes of the warnings that nobody has confirmed."""
        codes = dict.fromkeys(one.code for one in self.findings if one.severity is Severity.WARNING)
        return tuple(code for code in codes if code not in self.confirmed)

    @property
    def is_correction(self) -> bool:
        """Whether it would take the place of an approved return."""
        return self.standing is not None and self.stored.state in (ReturnState.DRAFT, ReturnState.SUBMITTED)

    @property
    def is_late(self) -> bool:
        """Whether the quarter's first submission came after its due date."""
        first = self.stored.first_submitted_at
        return first is not None and not self.plan.settings.calendar.is_on_time(self.stored.quarter, first)


def find_one_return(source: Source, number: int) -> OneReturn | None:
    """The return; None for a number that there isn't. Who may see it is the caller's to check."""
    with reading(source.engine) as connection:
        stored = find_return(connection, number)
        if stored is None:
            return None
        snapshot = source.find_snapshot_in(connection)
        if snapshot is None:
            raise NoPlanError
        plan = next(one.plan for one in snapshot.plans.versions if one.number == stored.plan_version)
        standing = find_standing_return(connection, site=stored.site, quarter=stored.quarter)
        other = standing if standing is not None and standing.id != stored.id else None
        found = read_returns(connection, sites=(stored.site,), quarters=(stored.quarter,))
        versions = sorted(found, key=lambda one: -one.id)
        return OneReturn(
            stored=stored,
            plan=plan,
            plans=snapshot.plans,
            numbers=_numbers(connection, stored, plan, other),
            findings=read_findings(connection, number),
            confirmed=read_confirmed_codes(connection, number),
            evidence=read_evidence(connection, number),
            earlier_evidence=tuple(
                kept for one in versions if one.id != number for kept in read_evidence(connection, one.id)
            ),
            events=read_events(connection, number),
            versions=tuple(versions),
            standing=other,
            is_locked=stored.quarter in read_locked_quarters(connection),
            lets_senders_approve=find_office_choice(connection, "own approval") == "yes",
        )


def find_return_file(source: Source, number: int) -> tuple[StoredReturn, ReceivedFile] | None:
    """The bytes as they came, with the return that they are; None for a number that there isn't."""
    with reading(source.engine) as connection:
        stored = find_return(connection, number)
        file = find_file(connection, stored.sha256) if stored else None
    return (stored, file) if stored and file else None


def find_return_evidence(source: Source, number: int, evidence_id: int) -> tuple[StoredReturn, Evidence, bytes] | None:
    """One attached file with the return that it belongs to; None where there isn't one."""
    with reading(source.engine) as connection:
        stored = find_return(connection, number)
        found = find_evidence(connection, evidence_id)
    if stored is None or found is None or found[0].return_id != number:
        return None
    return stored, found[0], found[1]


def _numbers(
    connection: Connection, stored: StoredReturn, plan: Plan, standing: StoredReturn | None
) -> tuple[SeenNumber, ...]:
    """In the order of the form; what the plan's form doesn't ask (an older sheet's rows) comes last."""
    sent = {one.key: one for one in read_cells(connection, stored.id)}
    before: Mapping[CellKey, TypedCell] = {}
    if standing is not None:
        before = {one.key: one for one in read_cells(connection, standing.id)}
    last = read_typed_values(connection, site=stored.site, quarter=stored.quarter.plus(-1), basis="submitted")
    keys = dict.fromkeys([*_asked(plan, stored), *sent, *before])
    return tuple(SeenNumber(key, sent.get(key), last.get(key), before.get(key)) for key in keys)


def _asked(plan: Plan, stored: StoredReturn) -> tuple[CellKey, ...]:
    try:
        return tuple(row.key for row in form_rows(plan, stored.site, stored.quarter))
    except FormError:
        return ()
