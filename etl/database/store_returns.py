"""Store a parsed return as a draft, or as submitted or approved, with its roll-ups and audit events."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection

from etl.database.read.effective_returns import Candidate
from etl.database.read.import_cache import ImportCache
from etl.database.records import AuditEvent, NewReturn, ReturnCell
from etl.database.rollups import refresh_changed_rollups, refresh_rollups
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import increment_data_version
from etl.database.write.messages import write_submission_notices
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
    parsed_return: ParsedReturn,
    findings: Iterable[Finding],
    *,
    sha256: str,
    actor: str,
    now: datetime,
) -> int:
    """Store a parsed return and its findings as a draft; return its id. The file must already be stored."""
    return_id = insert_return(connection, _make_new_return(parsed_return, sha256=sha256, actor=actor, now=now))
    insert_cells(connection, return_id, _iterate_new_cells(parsed_return))
    insert_findings(connection, return_id, findings)
    return return_id


def update_draft(
    connection: Connection, return_id: int, parsed_return: ParsedReturn, findings: Iterable[Finding]
) -> None:
    """Replace a draft's contents by a new reading of its file, since plan and locks may have changed."""
    clear_draft(connection, return_id, basis=parsed_return.basis, plan_version=parsed_return.plan_version)
    insert_cells(connection, return_id, _iterate_new_cells(parsed_return))
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
    """Submit a draft; return the id of the return that it supersedes, if any."""
    submitted = ReturnState.SUBMITTED
    superseded = supersede_return(connection, state=submitted, new_id=return_id, actor=actor, when=now)
    change_return_state(
        connection, return_id=return_id, expected_state=ReturnState.DRAFT, new_state=submitted, actor=actor, when=now
    )
    refresh_rollups(connection, plans, site=site, quarter=quarter)
    write_audit_event(connection, _make_event(f"{site} {quarter}", return_id, "return submitted", actor=actor, now=now))
    write_submission_notices(connection, [(return_id, site, quarter, actor, now)])
    increment_data_version(connection)
    return superseded


def store_submitted_return(
    connection: Connection,
    plans: Plans,
    parsed_return: ParsedReturn,
    findings: Iterable[Finding],
    *,
    sha256: str,
    actor: str,
    now: datetime,
    approve: bool,
    cache: ImportCache,
    draft: int | None = None,
) -> SubmissionResult:
    """Store a parsed return and its findings as submitted or, with `approve`, as approved.

    The result is the same as storing a draft, submitting it and approving it. The file must already be stored. The
    new return is added to `cache`. With `draft`, that draft is updated and submitted instead of a new return.
    """
    if cache.pending.has_return(parsed_return.site, parsed_return.quarter):
        # The new return supersedes a pending one, which must be written first.
        flush_pending(connection, plans, cache)
    site_data = cache.get_site_data(connection, parsed_return.site)
    new = _make_new_return(parsed_return, sha256=sha256, actor=actor, now=now)
    if draft is not None:
        clear_draft(connection, draft, basis=parsed_return.basis, plan_version=parsed_return.plan_version)
    before = site_data.get_quarter_status(parsed_return.quarter)
    result = add_submitted_return(connection, cache.pending, new, before, approve=approve, draft=draft)
    site_data.add_return(
        _make_candidate(parsed_return, result, approve),
        list(parsed_return.iterate_observations()),
        superseded_ids=result.superseded_ids,
    )
    action = "return loaded and approved" if approve else "return submitted"
    event = _make_event(f"{parsed_return.site} {parsed_return.quarter}", result.number, action, actor=actor, now=now)
    add_return_contents(cache.pending, result.number, _iterate_new_cells(parsed_return), findings, event)
    if not approve:
        cache.pending.submissions.append((result.number, parsed_return.site, parsed_return.quarter, actor, now))
    if not cache.is_batch:
        flush_pending(connection, plans, cache)
    return result


def flush_pending(connection: Connection, plans: Plans, cache: ImportCache) -> None:
    """Write the pending returns of this transaction, update their roll-ups and increment the data version."""
    changed = dict(cache.pending.quarters_by_site)
    if changed:
        write_pending_rows(connection, cache.pending)
        refresh_changed_rollups(connection, plans, changed, cache=cache)
        increment_data_version(connection)
        cache.advance_version()


def _make_candidate(parsed_return: ParsedReturn, result: SubmissionResult, approve: bool) -> Candidate:
    state = ReturnState.APPROVED if approve else ReturnState.SUBMITTED
    return Candidate(
        result.number, parsed_return.site, parsed_return.quarter, state, parsed_return.basis, result.first_submitted
    )


def _make_new_return(parsed_return: ParsedReturn, *, sha256: str, actor: str, now: datetime) -> NewReturn:
    return NewReturn(
        site=parsed_return.site,
        quarter=parsed_return.quarter,
        sha256=sha256,
        basis=parsed_return.basis,
        plan_version=parsed_return.plan_version,
        sender=actor,
        created_at=now,
    )


def _make_event(subject: str, return_id: int, action: str, *, actor: str, now: datetime) -> AuditEvent:
    return AuditEvent(at=now, actor=actor, action=action, subject=subject, new=f"return {return_id}")


def _iterate_new_cells(parsed_return: ParsedReturn) -> Iterator[ReturnCell]:
    """Yield the cells to store, without blank and unreadable ones."""
    for cell in parsed_return.cells:
        if cell.state in (NumberState.VALUE, NumberState.NOT_COLLECTED):
            yield ReturnCell(cell.key, cell.value, cell.raw, cell.sheet, cell.address, cell.note, cell.source_return)
