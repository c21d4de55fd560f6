"""A return on its way in: kept as a draft, then submitted, and for history approved; roll-ups and traces with it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection

from etl.database.read.counting import Candidate
from etl.database.read.kept_record import KeptRecord
from etl.database.records import AuditEvent, NewReturn, TypedCell
from etl.database.rollups import refresh_changed, refresh_rollups
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import raise_data_version
from etl.database.write.loaded_returns import Arrived, take_contents, take_submitted, write_arrivals
from etl.database.write.returns import (
    empty_draft,
    insert_cells,
    insert_findings,
    insert_return,
    move_return,
    supersede,
)
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import ReturnState
from etl.returns.findings.finding import Finding
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.numbers import NumberState


def store_draft(
    connection: Connection,
    parsed: ParsedReturn,
    findings: Iterable[Finding],
    *,
    sha256: str,
    who: str,
    now: datetime,
) -> int:
    """Keeps what was read and found as a draft, which counts nowhere; its number. The file itself must be kept."""
    number = insert_return(connection, _new(parsed, sha256=sha256, who=who, now=now))
    insert_cells(connection, number, _typed_cells(parsed))
    insert_findings(connection, number, findings)
    return number


def renew_draft(connection: Connection, number: int, parsed: ParsedReturn, findings: Iterable[Finding]) -> None:
    """Puts what a draft's file says now in the place of what it said when it came: plan and locks move on."""
    empty_draft(connection, number, basis=parsed.basis, plan_version=parsed.plan_version)
    insert_cells(connection, number, _typed_cells(parsed))
    insert_findings(connection, number, findings)


def submit_stored(
    connection: Connection,
    plans: Plans,
    number: int,
    *,
    site: str,
    quarter: Quarter,
    who: str,
    now: datetime,
) -> int | None:
    """Submits a draft; the number of the return whose place it took."""
    submitted = ReturnState.SUBMITTED
    superseded = supersede(connection, state=submitted, by=number, who=who, when=now)
    move_return(connection, return_id=number, seen_state=ReturnState.DRAFT, new_state=submitted, who=who, when=now)
    refresh_rollups(connection, plans, site=site, quarter=quarter)
    write_audit_event(connection, _event(f"{site} {quarter}", number, "return submitted", who=who, now=now))
    raise_data_version(connection)
    return superseded


def store_submitted(
    connection: Connection,
    plans: Plans,
    parsed: ParsedReturn,
    findings: Iterable[Finding],
    *,
    sha256: str,
    who: str,
    now: datetime,
    approve: bool,
    kept: KeptRecord,
    draft: int | None = None,
) -> Arrived:
    """Keeps what was read and found as a submitted return and, with `approve`, an approved one; the file must be kept.

    What is left is the same as after keeping a draft, submitting it and approving it. `kept` is what is known of the
    site, and knows the new return in the end. With `draft` that one is renewed and moved on, and no other is made.
    """
    if kept.arrivals.holds(parsed.site, parsed.quarter):
        # The new return takes the place of one that has to be there.
        settle(connection, plans, kept)
    book = kept.book(connection, parsed.site)
    new = _new(parsed, sha256=sha256, who=who, now=now)
    if draft is not None:
        empty_draft(connection, draft, basis=parsed.basis, plan_version=parsed.plan_version)
    before = book.standing(parsed.quarter)
    arrived = take_submitted(connection, kept.arrivals, new, before, approve=approve, draft=draft)
    book.take(_candidate(parsed, arrived, approve), list(parsed.observations()), gone=arrived.gone)
    act = "return loaded and approved" if approve else "return submitted"
    event = _event(f"{parsed.site} {parsed.quarter}", arrived.number, act, who=who, now=now)
    take_contents(kept.arrivals, arrived.number, _typed_cells(parsed), findings, event)
    if not kept.is_batch:
        settle(connection, plans, kept)
    return arrived


def settle(connection: Connection, plans: Plans, kept: KeptRecord) -> None:
    """Writes all returns that this transaction took in, renews the roll-ups for them, and tells that they changed."""
    changed = dict(kept.arrivals.places)
    if changed:
        write_arrivals(connection, kept.arrivals)
        refresh_changed(connection, plans, changed, kept=kept)
        raise_data_version(connection)
        kept.raised()


def _candidate(parsed: ParsedReturn, arrived: Arrived, approve: bool) -> Candidate:
    state = ReturnState.APPROVED if approve else ReturnState.SUBMITTED
    return Candidate(arrived.number, parsed.site, parsed.quarter, state, parsed.basis, arrived.first_submitted)


def _new(parsed: ParsedReturn, *, sha256: str, who: str, now: datetime) -> NewReturn:
    return NewReturn(
        site=parsed.site,
        quarter=parsed.quarter,
        sha256=sha256,
        basis=parsed.basis,
        plan_version=parsed.plan_version,
        sender=who,
        created_at=now,
    )


def _event(subject: str, number: int, act: str, *, who: str, now: datetime) -> AuditEvent:
    return AuditEvent(at=now, who=who, act=act, subject=subject, new=f"return {number}")


def _typed_cells(parsed: ParsedReturn) -> Iterator[TypedCell]:
    """The cells as they are kept; a blank or unreadable one is no cell."""
    for cell in parsed.cells:
        if cell.state in (NumberState.VALUE, NumberState.NOT_COLLECTED):
            yield TypedCell(cell.key, cell.value, cell.raw, cell.sheet, cell.address, cell.note)
