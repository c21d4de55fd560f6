"""Storing returns and moving them through their life. Nothing is deleted."""

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from etl.database.read.returns import find_missing_files
from etl.database.records import NewReturn, ReturnCell
from etl.database.rows import to_row
from etl.database.tables import cells, findings, received_files, return_events, returns
from etl.database.write.bulk_rows import insert_rows
from etl.database.write.data_version import mark_sites_changed
from etl.indicators.vocabulary import Basis, ReturnState
from etl.returns.findings.finding import Finding, Severity

FILE_COLUMNS = ("sha256", "name", "size", "compressed", "received_at")
CELL_COLUMNS = ("return_id", "indicator", "part", "state", "value", "raw", "sheet", "address", "note")
FINDING_COLUMNS = ("return_id", "position", "code", "severity", "sheet", "cell", "key", "parameters", "suggestion")


def store_file(connection: Connection, *, sha256: str, data: bytes, name: str, when: datetime) -> bool:
    """Keeps the bytes as they came; False when the same bytes are kept already, whose first name stays."""
    if not find_missing_files(connection, [sha256]):
        return False
    insert_rows(connection, received_files, FILE_COLUMNS, [file_row(sha256=sha256, data=data, name=name, when=when)])
    return True


def file_row(*, sha256: str, data: bytes, name: str, when: datetime) -> tuple[object, ...]:
    # A workbook is a zip: compressing it again would take longer than storing it and gain a thirtieth.
    return sha256, name, len(data), zlib.compress(data, 0 if data.startswith(b"PK") else -1), when


def insert_return(connection: Connection, new: NewReturn) -> int:
    """The number of the new return, which begins as a draft of its sender; its file must be kept already."""
    values = {**to_row(new), "state": ReturnState.DRAFT, "approver": ""}
    inserted = int(connection.execute(insert(returns).values(values).returning(returns.c.id)).scalar_one())
    _insert_event(connection, inserted, None, ReturnState.DRAFT, who=new.sender, when=new.created_at, comment="")
    mark_sites_changed(connection, [new.site])
    return inserted


def insert_cells(connection: Connection, return_id: int, new_cells: Iterable[ReturnCell]) -> None:
    """Stores the numbers of a return; a key given twice is an IntegrityError."""
    insert_rows(connection, cells, CELL_COLUMNS, cell_rows(return_id, new_cells))


def cell_rows(return_id: int, new_cells: Iterable[ReturnCell]) -> Iterator[tuple[object, ...]]:
    for cell in new_cells:
        key = cell.key
        told = cell.state, cell.value, cell.raw, cell.sheet, cell.address, cell.note
        yield (return_id, key.indicator, key.part, *told)


def insert_findings(connection: Connection, return_id: int, new_findings: Iterable[Finding]) -> None:
    """Stores what was found in a return's file, in the order given."""
    insert_rows(connection, findings, FINDING_COLUMNS, finding_rows(return_id, new_findings))


def finding_rows(return_id: int, new_findings: Iterable[Finding]) -> Iterator[tuple[object, ...]]:
    for position, finding in enumerate(new_findings):
        place = finding.sheet, finding.cell, finding.key
        kind = finding.code, str(finding.severity)
        yield (return_id, position, *kind, *place, finding.parameters, finding.suggestion)


def change_return_state(
    connection: Connection,
    *,
    return_id: int,
    expected_state: ReturnState,
    new_state: ReturnState,
    actor: str,
    when: datetime,
    comment: str = "",
) -> bool:
    """Moves a return on and writes the step; False, and nothing done, when it is no longer in the state seen.

    What is open or standing must be superseded first: a second one is an IntegrityError.
    """
    moved = connection.execute(
        update(returns)
        .where(returns.c.id == return_id, returns.c.state == expected_state)
        .values(state=new_state, **_marks(connection, return_id, new_state, who=actor, when=when))
    )
    if moved.rowcount != 1:
        return False
    _insert_event(connection, return_id, expected_state, new_state, who=actor, when=when, comment=comment)
    of_site = select(returns.c.site).where(returns.c.id == return_id)
    mark_sites_changed(connection, [connection.execute(of_site).scalar_one()])
    return True


def add_comment(connection: Connection, *, return_id: int, actor: str, when: datetime, comment: str) -> None:
    """Writes a comment into a return's thread: a step that leaves its state as it is."""
    state = connection.execute(select(returns.c.state).where(returns.c.id == return_id)).scalar_one()
    _insert_event(connection, return_id, state, state, who=actor, when=when, comment=comment)


def clear_draft(connection: Connection, return_id: int, *, basis: Basis, plan_version: int) -> None:
    """Takes out what was read from a draft's file, to be put in anew as it is read now; the file stays."""
    of_draft = select(returns.c.id).where(returns.c.id == return_id, returns.c.state == ReturnState.DRAFT)
    for table in (cells, findings):
        connection.execute(delete(table).where(table.c.return_id.in_(of_draft)))
    renewed = update(returns).where(returns.c.id.in_(of_draft)).values(basis=basis, plan_version=plan_version)
    connection.execute(renewed)


def supersede_return(
    connection: Connection, *, state: ReturnState, new_id: int, actor: str, when: datetime
) -> int | None:
    """Puts `by` in the place of the open (submitted) or standing (approved) return of the same site and quarter.

    The number of the return superseded; None when there was none. Done before `by` moves into that state.
    """
    new = connection.execute(select(returns.c.site, returns.c.quarter).where(returns.c.id == new_id)).one()
    old = connection.scalar(
        select(returns.c.id).where(
            returns.c.site == new.site,
            returns.c.quarter == new.quarter,
            returns.c.state == state,
            returns.c.id != new_id,
        )
    )
    if old is None:
        return None
    connection.execute(update(returns).where(returns.c.id == old).values(state=ReturnState.SUPERSEDED))
    connection.execute(update(returns).where(returns.c.id == new_id).values(supersedes=old))
    _insert_event(connection, old, state, ReturnState.SUPERSEDED, who=actor, when=when, comment="")
    return int(old)


def supersede_faulty_drafts(connection: Connection, *, new_id: int, actor: str, when: datetime) -> tuple[int, ...]:
    """Puts a draft in the place of its sender's older ones of the same site and quarter that hold errors.

    The numbers of those: they could only have been corrected, which the newer file does.
    """
    place = select(returns.c.site, returns.c.quarter, returns.c.sender)
    new = connection.execute(place.where(returns.c.id == new_id)).one()
    faulty = select(findings.c.return_id).where(findings.c.severity == str(Severity.ERROR))
    older = connection.scalars(
        select(returns.c.id).where(
            returns.c.site == new.site,
            returns.c.quarter == new.quarter,
            returns.c.sender == new.sender,
            returns.c.state == ReturnState.DRAFT,
            returns.c.id < new_id,
            returns.c.id.in_(faulty),
        )
    )
    numbers = tuple(sorted(older))
    for number in numbers:
        change_return_state(
            connection,
            return_id=number,
            expected_state=ReturnState.DRAFT,
            new_state=ReturnState.SUPERSEDED,
            actor=actor,
            when=when,
        )
    return numbers


def _marks(
    connection: Connection, return_id: int, new_state: ReturnState, *, who: str, when: datetime
) -> dict[str, Any]:
    """The times and names that a step leaves on the return itself."""
    if new_state is ReturnState.SUBMITTED:
        first = _first_submission(connection, return_id)
        return {"submitted_at": when, "first_submitted_at": min(first, when) if first else when}
    if new_state is ReturnState.APPROVED:
        return {"decided_at": when, "approver": who}
    if new_state is ReturnState.SENT_BACK:
        return {"decided_at": when}
    return {}


def _first_submission(connection: Connection, return_id: int) -> datetime | None:
    """When the site first submitted this quarter: a return that was sent back or corrected keeps its first date.

    A withdrawn submission doesn't count, or an empty one could be sent in time to be taken back.
    """
    this = select(returns.c.site, returns.c.quarter).where(returns.c.id == return_id).subquery()
    first: datetime | None = connection.scalar(
        select(func.min(returns.c.first_submitted_at)).where(
            returns.c.site == this.c.site,
            returns.c.quarter == this.c.quarter,
            returns.c.state != ReturnState.WITHDRAWN,
        )
    )
    return first


def _insert_event(
    connection: Connection,
    return_id: int,
    old_state: ReturnState | None,
    new_state: ReturnState,
    *,
    who: str,
    when: datetime,
    comment: str,
) -> None:
    connection.execute(
        insert(return_events).values(
            return_id=return_id, at=when, who=who, old_state=old_state, new_state=new_state, comment=comment
        )
    )
