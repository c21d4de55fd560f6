"""Add submitted or approved returns in few statements, with the same rows as the single steps would write."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from etl.database.pending_rows import PendingRows
from etl.database.read.import_cache import QuarterStatus
from etl.database.read.returns import find_missing_files
from etl.database.records import AuditEvent, NewReturn, ReturnCell
from etl.database.return_tables import carried_cells
from etl.database.rows import make_row
from etl.database.tables import audit_events, cells, findings, received_files, return_events, returns
from etl.database.write.audit import AUDIT_EVENT_COLUMNS, make_audit_row
from etl.database.write.bulk_rows import insert_rows, set_last_id
from etl.database.write.messages import write_submission_notices
from etl.database.write.returns import (
    CARRIED_COLUMNS,
    CELL_COLUMNS,
    FILE_COLUMNS,
    FINDING_COLUMNS,
    iterate_carried_rows,
    iterate_cell_rows,
    iterate_finding_rows,
    make_file_row,
)
from etl.indicators.vocabulary import ReturnState
from etl.returns.findings.finding import Finding

_EVENT_COLUMNS = ("return_id", "at", "who", "old_state", "new_state", "comment")
_RETURN_COLUMNS = (
    "id",
    "site",
    "quarter",
    "sha256",
    "state",
    "basis",
    "plan_version",
    "sender",
    "created_at",
    "first_submitted_at",
    "submitted_at",
    "decided_at",
    "approver",
    "supersedes",
)
MAX_PENDING_BYTES = 8_000_000
"""Pending files are written early once they exceed this size."""
_Step = tuple[int, ReturnState | None, ReturnState]
"""A return's id, and its old and new state."""


@dataclass(frozen=True)
class SubmissionResult:
    """The id of an added return, when its quarter was first submitted, and the returns that it superseded."""

    number: int
    first_submitted: datetime
    superseded_submitted: int | None
    superseded_approved: int | None

    @property
    def superseded_ids(self) -> tuple[int, ...]:
        return tuple(number for number in (self.superseded_submitted, self.superseded_approved) if number is not None)

    @property
    def last_superseded(self) -> int | None:
        """The return that was superseded last."""
        return self.superseded_approved or self.superseded_submitted


def add_file(
    connection: Connection, pending: PendingRows, *, sha256: str, data: bytes, name: str, when: datetime
) -> bool:
    """Add a file to the pending rows; return False if the same bytes are already stored or pending."""
    if sha256 in pending.added_files or not (sha256 in pending.new_files or find_missing_files(connection, [sha256])):
        return False
    pending.files.append(make_file_row(sha256=sha256, data=data, name=name, when=when))
    pending.added_files.add(sha256)
    pending.new_files.discard(sha256)
    if sum(size for _, _, size, *_ in pending.files) > MAX_PENDING_BYTES:
        _write_files(connection, pending)
    return True


def _write_files(connection: Connection, pending: PendingRows) -> None:
    insert_rows(connection, received_files, FILE_COLUMNS, pending.files)
    pending.files.clear()


def add_submitted_return(
    connection: Connection,
    pending: PendingRows,
    new_return: NewReturn,
    before: QuarterStatus,
    *,
    approve: bool,
    draft: int | None = None,
) -> SubmissionResult:
    """Add a return as submitted by its sender and, with `approve`, as approved by them.

    Its file must be stored or pending. The quarter's submitted return and, with `approve`, its approved one are
    superseded; they must already be written. Once the pending rows are written, the result is the same as after
    `insert_return`, `supersede_return` and `change_return_state`, except that the caller marks the site as changed.
    With `draft`, that draft is submitted instead of a new return.
    """
    now, sender = new_return.created_at, new_return.sender
    superseded_approved = before.approved_id if approve else None
    first_submitted = now if before.first_submitted is None else min(now, before.first_submitted)
    number = _reserve_next_id(connection, pending) if draft is None else draft
    result = SubmissionResult(number, first_submitted, before.submitted_id, superseded_approved)
    if result.superseded_ids:
        superseded = returns.c.id.in_(result.superseded_ids)
        connection.execute(update(returns).where(superseded).values(state=ReturnState.SUPERSEDED))
    values = {
        "state": ReturnState.APPROVED if approve else ReturnState.SUBMITTED,
        "first_submitted_at": first_submitted,
        "submitted_at": now,
        "decided_at": now if approve else None,
        "approver": sender if approve else "",
        "supersedes": result.last_superseded,
    }
    if draft is None:
        row = {**make_row(new_return), **values, "id": number}
        pending.returns.append(tuple(row[name] for name in _RETURN_COLUMNS))
    else:
        connection.execute(update(returns).where(returns.c.id == draft).values(values))
    pending.quarters_by_site.setdefault(new_return.site, set()).add(new_return.quarter)
    pending.events.extend(
        (return_id, now, sender, old, new, "") for return_id, old, new in _iterate_steps(result, approve, draft)
    )
    return result


def add_return_contents(
    pending: PendingRows,
    number: int,
    new_cells: Iterable[ReturnCell],
    new_findings: Iterable[Finding],
    event: AuditEvent,
) -> None:
    """Add the cells and findings of a return, and the audit event of its import."""
    listed_cells = list(new_cells)
    pending.cells.extend(iterate_cell_rows(number, listed_cells))
    pending.carried_cells.extend(iterate_carried_rows(number, listed_cells))
    pending.findings.extend(iterate_finding_rows(number, new_findings))
    pending.audit_events.append(make_audit_row(event))


def write_pending_rows(connection: Connection, pending: PendingRows) -> None:
    """Write the pending rows, table by table."""
    _write_files(connection, pending)
    insert_rows(connection, returns, _RETURN_COLUMNS, pending.returns)
    if pending.last_number is not None:
        set_last_id(connection, returns, pending.last_number)
    insert_rows(connection, return_events, _EVENT_COLUMNS, pending.events)
    insert_rows(connection, cells, CELL_COLUMNS, pending.cells)
    insert_rows(connection, carried_cells, CARRIED_COLUMNS, pending.carried_cells)
    insert_rows(connection, findings, FINDING_COLUMNS, pending.findings)
    insert_rows(connection, audit_events, AUDIT_EVENT_COLUMNS, pending.audit_events)
    write_submission_notices(connection, pending.submissions)
    pending.clear()


def _reserve_next_id(connection: Connection, pending: PendingRows) -> int:
    """Return the next return id; no other transaction can use it, since writers are exclusive."""
    if pending.last_number is None:
        pending.last_number = int(connection.scalar(select(func.max(returns.c.id))) or 0)
    pending.last_number += 1
    return pending.last_number


def _iterate_steps(result: SubmissionResult, approve: bool, draft: int | None) -> Iterator[_Step]:
    if draft is None:
        yield result.number, None, ReturnState.DRAFT
    if result.superseded_submitted is not None:
        yield result.superseded_submitted, ReturnState.SUBMITTED, ReturnState.SUPERSEDED
    yield result.number, ReturnState.DRAFT, ReturnState.SUBMITTED
    if result.superseded_approved is not None:
        yield result.superseded_approved, ReturnState.APPROVED, ReturnState.SUPERSEDED
    if approve:
        yield result.number, ReturnState.SUBMITTED, ReturnState.APPROVED
