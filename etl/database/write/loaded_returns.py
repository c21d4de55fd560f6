"""A return that comes in as submitted, or as approved, at once: the same rows as step by step, in few statements."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from etl.database.records import NewReturn
from etl.database.rows import row_of
from etl.database.tables import return_events, returns
from etl.database.write.many_rows import insert_rows
from etl.indicators.vocabulary import ReturnState

_EVENT = ("return_id", "at", "who", "old_state", "new_state", "comment")
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


def insert_submitted(connection: Connection, new: NewReturn, *, approve: bool, draft: int | None = None) -> Arrived:
    """Stores a return of its sender as submitted and, with `approve`, approved by them; its file must be kept already.

    What was open, and with `approve` what stood, is superseded. As after `insert_return`, `supersede` and
    `move_return`, but that whose site it is must be said by the caller. With `draft` that one of the sender's moves on.
    """
    now, who = new.created_at, new.sender
    others = _others(connection, new)
    was_open = _in_state(others, ReturnState.SUBMITTED)
    stood = _in_state(others, ReturnState.APPROVED) if approve else None
    gone = [number for number in (was_open, stood) if number is not None]
    if gone:
        connection.execute(update(returns).where(returns.c.id.in_(gone)).values(state=ReturnState.SUPERSEDED))
    first = min([now, *(one.first_submitted_at for one in others if one.first_submitted_at is not None)])
    values = {
        "state": ReturnState.APPROVED if approve else ReturnState.SUBMITTED,
        "first_submitted_at": first,
        "submitted_at": now,
        "decided_at": now if approve else None,
        "approver": who if approve else "",
        "supersedes": stood or was_open,
    }
    arrived = Arrived(_put(connection, new, values, draft), first, was_open, stood)
    steps: list[_Step] = [] if draft is not None else [(arrived.number, None, ReturnState.DRAFT)]
    steps += _steps(arrived, approve)
    insert_rows(connection, return_events, _EVENT, ((of, now, who, old, state, "") for of, old, state in steps))
    return arrived


def _put(connection: Connection, new: NewReturn, values: dict[str, Any], draft: int | None) -> int:
    """Inserts the return with its values, or gives them to the draft; its number."""
    if draft is not None:
        connection.execute(update(returns).where(returns.c.id == draft).values(values))
        return draft
    inserted = insert(returns).values({**row_of(new), **values}).returning(returns.c.id)
    return int(connection.execute(inserted).scalar_one())


def _others(connection: Connection, new: NewReturn) -> list[Row[Any]]:
    """The site's other returns of the quarter. A withdrawn one says nothing of when the quarter was first submitted."""
    here = select(returns.c.id, returns.c.state, returns.c.first_submitted_at).where(
        returns.c.site == new.site, returns.c.quarter == new.quarter, returns.c.state != ReturnState.WITHDRAWN
    )
    return list(connection.execute(here))


def _in_state(others: list[Row[Any]], state: ReturnState) -> int | None:
    return next((one.id for one in others if one.state is state), None)


def _steps(arrived: Arrived, approve: bool) -> Iterator[_Step]:
    if arrived.was_open is not None:
        yield arrived.was_open, ReturnState.SUBMITTED, ReturnState.SUPERSEDED
    yield arrived.number, ReturnState.DRAFT, ReturnState.SUBMITTED
    if arrived.stood is not None:
        yield arrived.stood, ReturnState.APPROVED, ReturnState.SUPERSEDED
    if approve:
        yield arrived.number, ReturnState.SUBMITTED, ReturnState.APPROVED
