"""A return that comes in as submitted, or as approved, at once: the same rows as step by step, in few statements."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from etl.database.pending_rows import PendingRows
from etl.database.read.import_cache import QuarterStatus
from etl.database.read.returns import find_missing_files
from etl.database.records import AuditEvent, NewReturn, ReturnCell
from etl.database.rows import to_row
from etl.database.tables import audit_events, cells, findings, received_files, return_events, returns
from etl.database.write.audit import AUDIT_EVENT_COLUMNS, audit_row
from etl.database.write.bulk_rows import insert_rows, set_last_id
from etl.database.write.returns import CELL_COLUMNS, FILE_COLUMNS, FINDING_COLUMNS, cell_rows, file_row, finding_rows
from etl.indicators.vocabulary import ReturnState
from etl.returns.findings.finding import Finding

_EVENT = ("return_id", "at", "who", "old_state", "new_state", "comment")
_RETURN = (
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
"""Files of more together don't wait for the end of the transaction."""
_Step = tuple[int, ReturnState | None, ReturnState]


@dataclass(frozen=True)
class SubmissionResult:
    """The number of a return that came in, when its quarter was first submitted, and those whose places it took."""

    number: int
    first_submitted: datetime
    superseded_submitted: int | None
    superseded_approved: int | None

    @property
    def superseded_ids(self) -> tuple[int, ...]:
        return tuple(number for number in (self.superseded_submitted, self.superseded_approved) if number is not None)

    @property
    def last_superseded(self) -> int | None:
        """The one that it superseded last."""
        return self.superseded_approved or self.superseded_submitted


def add_file(
    connection: Connection, pending: PendingRows, *, sha256: str, data: bytes, name: str, when: datetime
) -> bool:
    """Keeps the bytes as `store_file` does, once the arrivals are written."""
    if sha256 in pending.added_files or not (sha256 in pending.new_files or find_missing_files(connection, [sha256])):
        return False
    pending.files.append(file_row(sha256=sha256, data=data, name=name, when=when))
    pending.added_files.add(sha256)
    pending.new_files.discard(sha256)
    if sum(size for _, _, size, *_ in pending.files) > MAX_PENDING_BYTES:
        _write_files(connection, pending)
    return True


def _write_files(connection: Connection, arrivals: PendingRows) -> None:
    insert_rows(connection, received_files, FILE_COLUMNS, arrivals.files)
    arrivals.files.clear()


def add_submitted_return(
    connection: Connection,
    pending: PendingRows,
    new: NewReturn,
    before: QuarterStatus,
    *,
    approve: bool,
    draft: int | None = None,
) -> SubmissionResult:
    """Takes in a return of its sender as submitted and, with `approve`, approved by them; its file must be kept.

    What was open before, and with `approve` what stood, is superseded: it must be written already. As after
    `insert_return`, `supersede` and `change_return_state` once the rows are flushed, but the
    caller marks the site as changed. With `draft` that one of the sender's moves on.
    """
    now, who = new.created_at, new.sender
    stood = before.approved_id if approve else None
    first = now if before.first_submitted is None else min(now, before.first_submitted)
    number = _next_number(connection, pending) if draft is None else draft
    arrived = SubmissionResult(number, first, before.submitted_id, stood)
    if arrived.superseded_ids:
        gone = update(returns).where(returns.c.id.in_(arrived.superseded_ids)).values(state=ReturnState.SUPERSEDED)
        connection.execute(gone)
    values = {
        "state": ReturnState.APPROVED if approve else ReturnState.SUBMITTED,
        "first_submitted_at": first,
        "submitted_at": now,
        "decided_at": now if approve else None,
        "approver": who if approve else "",
        "supersedes": arrived.last_superseded,
    }
    if draft is None:
        row = {**to_row(new), **values, "id": number}
        pending.returns.append(tuple(row[name] for name in _RETURN))
    else:
        connection.execute(update(returns).where(returns.c.id == draft).values(values))
    pending.quarters_by_site.setdefault(new.site, set()).add(new.quarter)
    pending.events.extend((of, now, who, old, state, "") for of, old, state in _steps(arrived, approve, draft))
    return arrived


def add_return_contents(
    pending: PendingRows,
    number: int,
    new_cells: Iterable[ReturnCell],
    new_findings: Iterable[Finding],
    event: AuditEvent,
) -> None:
    """Takes in the numbers of a return, what was found in its file, and the trace of its coming in."""
    pending.cells.extend(cell_rows(number, new_cells))
    pending.findings.extend(finding_rows(number, new_findings))
    pending.audit_events.append(audit_row(event))


def write_pending_rows(connection: Connection, pending: PendingRows) -> None:
    """Writes what was taken in, table by table."""
    _write_files(connection, pending)
    insert_rows(connection, returns, _RETURN, pending.returns)
    if pending.last_number is not None:
        set_last_id(connection, returns, pending.last_number)
    insert_rows(connection, return_events, _EVENT, pending.events)
    insert_rows(connection, cells, CELL_COLUMNS, pending.cells)
    insert_rows(connection, findings, FINDING_COLUMNS, pending.findings)
    insert_rows(connection, audit_events, AUDIT_EVENT_COLUMNS, pending.audit_events)
    pending.clear()


def _next_number(connection: Connection, arrivals: PendingRows) -> int:
    """The number of the next return: nobody else takes one meanwhile, because writers are alone."""
    if arrivals.last_number is None:
        arrivals.last_number = int(connection.scalar(select(func.max(returns.c.id))) or 0)
    arrivals.last_number += 1
    return arrivals.last_number


def _steps(arrived: SubmissionResult, approve: bool, draft: int | None) -> Iterator[_Step]:
    if draft is None:
        yield arrived.number, None, ReturnState.DRAFT
    if arrived.superseded_submitted is not None:
        yield arrived.superseded_submitted, ReturnState.SUBMITTED, ReturnState.SUPERSEDED
    yield arrived.number, ReturnState.DRAFT, ReturnState.SUBMITTED
    if arrived.superseded_approved is not None:
        yield arrived.superseded_approved, ReturnState.APPROVED, ReturnState.SUPERSEDED
    if approve:
        yield arrived.number, ReturnState.SUBMITTED, ReturnState.APPROVED
