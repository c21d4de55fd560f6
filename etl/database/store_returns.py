"""A return on its way in: kept as a draft, then submitted, and for history approved; roll-ups and traces with it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection

from etl.database.read.effective_returns import Candidate
from etl.database.read.import_cache import ImportCache
from etl.database.records import AuditEvent, NewReturn, ReturnCell
from etl.database.rollups import refresh_changed_rollups, refresh_rollups
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import increment_data_version
from etl.database.write.pending_returns import (
    SubmissionResult,
    add_return_contents,
    add_submitted_return,
    write_pending_rows,
)
from etl.database.write.returns import (
    change_return_state,
    clear_draft,
    insert_cells,
    insert_findings,
    insert_return,
    supersede_return,
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
    actor: str,
    now: datetime,
) -> int:
    """Keeps what was read and found as a draft, which counts nowhere; its number. The file itself must be kept."""
    number = insert_return(connection, _new(parsed, sha256=sha256, who=actor, now=now))
    insert_cells(connection, number, _typed_cells(parsed))
    insert_findings(connection, number, findings)
    return number


def update_draft(connection: Connection, return_id: int, parsed: ParsedReturn, findings: Iterable[Finding]) -> None:
    """Puts what a draft's file says now in the place of what it said when it came: plan and locks move on."""
    clear_draft(connection, return_id, basis=parsed.basis, plan_version=parsed.plan_version)
    insert_cells(connection, return_id, _typed_cells(parsed))
    insert_findings(connection, return_id, findings)


def submit_draft(
    connection: Connection,
    plans: Plans,
    return_id: int,
    *,
    site: str,
    quarter: Quarter,
    actor: str,
    now: datetime,
) -> int | None:
    """Submits a draft; the number of the return whose place it took."""
    submitted = ReturnState.SUBMITTED
    superseded = supersede_return(connection, state=submitted, new_id=return_id, actor=actor, when=now)
    change_return_state(
        connection, return_id=return_id, expected_state=ReturnState.DRAFT, new_state=submitted, actor=actor, when=now
    )
    refresh_rollups(connection, plans, site=site, quarter=quarter)
    write_audit_event(connection, _event(f"{site} {quarter}", return_id, "return submitted", who=actor, now=now))
    increment_data_version(connection)
    return superseded


def store_submitted_return(
    connection: Connection,
    plans: Plans,
    parsed: ParsedReturn,
    findings: Iterable[Finding],
    *,
    sha256: str,
    actor: str,
    now: datetime,
    approve: bool,
    cache: ImportCache,
    draft: int | None = None,
) -> SubmissionResult:
    """Keeps what was read and found as a submitted return and, with `approve`, an approved one; the file must be kept.

    What is left is the same as after keeping a draft, submitting it and approving it. `kept` is what is known of the
    site, and knows the new return in the end. With `draft` that one is renewed and moved on, and no other is made.
    """
    if cache.pending.has_return(parsed.site, parsed.quarter):
        # The new return takes the place of one that has to be there.
        flush_pending(connection, plans, cache)
    book = cache.site_data(connection, parsed.site)
    new = _new(parsed, sha256=sha256, who=actor, now=now)
    if draft is not None:
        clear_draft(connection, draft, basis=parsed.basis, plan_version=parsed.plan_version)
    before = book.quarter_status(parsed.quarter)
    arrived = add_submitted_return(connection, cache.pending, new, before, approve=approve, draft=draft)
    book.add_return(
        _candidate(parsed, arrived, approve), list(parsed.observations()), superseded_ids=arrived.superseded_ids
    )
    act = "return loaded and approved" if approve else "return submitted"
    event = _event(f"{parsed.site} {parsed.quarter}", arrived.number, act, who=actor, now=now)
    add_return_contents(cache.pending, arrived.number, _typed_cells(parsed), findings, event)
    if not cache.is_batch:
        flush_pending(connection, plans, cache)
    return arrived


def flush_pending(connection: Connection, plans: Plans, cache: ImportCache) -> None:
    """Writes all returns that this transaction took in, renews the roll-ups for them, and tells that they changed."""
    changed = dict(cache.pending.quarters_by_site)
    if changed:
        write_pending_rows(connection, cache.pending)
        refresh_changed_rollups(connection, plans, changed, cache=cache)
        increment_data_version(connection)
        cache.advance_version()


def _candidate(parsed: ParsedReturn, arrived: SubmissionResult, approve: bool) -> Candidate:
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
    return AuditEvent(at=now, actor=who, action=act, subject=subject, new=f"return {number}")


def _typed_cells(parsed: ParsedReturn) -> Iterator[ReturnCell]:
    """The cells as they are kept; a blank or unreadable one is no cell."""
    for cell in parsed.cells:
        if cell.state in (NumberState.VALUE, NumberState.NOT_COLLECTED):
            yield ReturnCell(cell.key, cell.value, cell.raw, cell.sheet, cell.address, cell.note)
