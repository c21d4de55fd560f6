"""A return that comes in as submitted, or as approved, at once: the same rows as step by step, in few statements."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from etl.database.arrivals import Arrivals
from etl.database.read.kept_record import Standing
from etl.database.read.returns import find_new_files
from etl.database.records import AuditEvent, NewReturn, TypedCell
from etl.database.rows import row_of
from etl.database.tables import audit_events, cells, findings, received_files, return_events, returns
from etl.database.write.audit import AUDIT_EVENT, audit_row
from etl.database.write.many_rows import insert_rows, set_last_number
from etl.database.write.returns import CELL, FILE, FINDING, cell_rows, file_row, finding_rows
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
MOST_BYTES = 8_000_000
"""Files of more together don't wait for the end of the transaction."""
_Step = tuple[int, ReturnState | None, ReturnState]


@dataclass(frozen=True)
class Arrived:
    """The number of a return that came in, when its quarter was first submitted, and those whose places it took."""

    number: int
    first_submitted: datetime
    was_open: int | None
    stood: int | None

    @property
    def gone(self) -> tuple[int, ...]:
        return tuple(number for number in (self.was_open, self.stood) if number is not None)

    @property
    def superseded(self) -> int | None:
        """The one that it superseded last."""
        return self.stood or self.was_open


def take_file(
    connection: Connection, arrivals: Arrivals, *, sha256: str, data: bytes, name: str, when: datetime
) -> bool:
    """Keeps the bytes as `keep_file` does, once the arrivals are written."""
    if sha256 in arrivals.taken_files or not (sha256 in arrivals.new_files or find_new_files(connection, [sha256])):
        return False
    arrivals.files.append(file_row(sha256=sha256, data=data, name=name, when=when))
    arrivals.taken_files.add(sha256)
    arrivals.new_files.discard(sha256)
    if sum(size for _, _, size, *_ in arrivals.files) > MOST_BYTES:
        _write_files(connection, arrivals)
    return True


def _write_files(connection: Connection, arrivals: Arrivals) -> None:
    insert_rows(connection, received_files, FILE, arrivals.files)
    arrivals.files.clear()


def take_submitted(
    connection: Connection,
    arrivals: Arrivals,
    new: NewReturn,
    before: Standing,
    *,
    approve: bool,
    draft: int | None = None,
) -> Arrived:
    """Takes in a return of its sender as submitted and, with `approve`, approved by them; its file must be kept.

    What was open before, and with `approve` what stood, is superseded: it must be written already. As after
    `insert_return`, `supersede` and `move_return` once the arrivals are written, but that whose site it is must be
    said by the caller. With `draft` that one of the sender's moves on.
    """
    now, who = new.created_at, new.sender
    stood = before.standing if approve else None
    first = now if before.first_submitted is None else min(now, before.first_submitted)
    number = _next_number(connection, arrivals) if draft is None else draft
    arrived = Arrived(number, first, before.open, stood)
    if arrived.gone:
        gone = update(returns).where(returns.c.id.in_(arrived.gone)).values(state=ReturnState.SUPERSEDED)
        connection.execute(gone)
    values = {
        "state": ReturnState.APPROVED if approve else ReturnState.SUBMITTED,
        "first_submitted_at": first,
        "submitted_at": now,
        "decided_at": now if approve else None,
        "approver": who if approve else "",
        "supersedes": arrived.superseded,
    }
    if draft is None:
        row = {**row_of(new), **values, "id": number}
        arrivals.returns.append(tuple(row[name] for name in _RETURN))
    else:
        connection.execute(update(returns).where(returns.c.id == draft).values(values))
    arrivals.places.setdefault(new.site, set()).add(new.quarter)
    arrivals.events.extend((of, now, who, old, state, "") for of, old, state in _steps(arrived, approve, draft))
    return arrived


def take_contents(
    arrivals: Arrivals, number: int, typed: Iterable[TypedCell], found: Iterable[Finding], event: AuditEvent
) -> None:
    """Takes in the numbers of a return, what was found in its file, and the trace of its coming in."""
    arrivals.cells.extend(cell_rows(number, typed))
    arrivals.findings.extend(finding_rows(number, found))
    arrivals.audit_events.append(audit_row(event))


def write_arrivals(connection: Connection, arrivals: Arrivals) -> None:
    """Writes what was taken in, table by table."""
    _write_files(connection, arrivals)
    insert_rows(connection, returns, _RETURN, arrivals.returns)
    if arrivals.last_number is not None:
        set_last_number(connection, returns, arrivals.last_number)
    insert_rows(connection, return_events, _EVENT, arrivals.events)
    insert_rows(connection, cells, CELL, arrivals.cells)
    insert_rows(connection, findings, FINDING, arrivals.findings)
    insert_rows(connection, audit_events, AUDIT_EVENT, arrivals.audit_events)
    arrivals.clear()


def _next_number(connection: Connection, arrivals: Arrivals) -> int:
    """The number of the next return: nobody else takes one meanwhile, because writers are alone."""
    if arrivals.last_number is None:
        arrivals.last_number = int(connection.scalar(select(func.max(returns.c.id))) or 0)
    arrivals.last_number += 1
    return arrivals.last_number


def _steps(arrived: Arrived, approve: bool, draft: int | None) -> Iterator[_Step]:
    if draft is None:
        yield arrived.number, None, ReturnState.DRAFT
    if arrived.was_open is not None:
        yield arrived.was_open, ReturnState.SUBMITTED, ReturnState.SUPERSEDED
    yield arrived.number, ReturnState.DRAFT, ReturnState.SUBMITTED
    if arrived.stood is not None:
        yield arrived.stood, ReturnState.APPROVED, ReturnState.SUPERSEDED
    if approve:
        yield arrived.number, ReturnState.SUBMITTED, ReturnState.APPROVED
