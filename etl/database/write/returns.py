"""Store returns and change their state. Returns are never deleted."""

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from etl.database.read.returns import find_missing_files
from etl.database.records import NewReturn, ReturnCell
from etl.database.rows import make_row
from etl.database.tables import cells, findings, received_files, return_events, returns
from etl.database.write.bulk_rows import insert_rows
from etl.database.write.data_version import mark_sites_changed
from etl.indicators.vocabulary import Basis, ReturnState
from etl.returns.findings.finding import Finding, Severity

FILE_COLUMNS = ("sha256", "name", "size", "compressed", "received_at")
CELL_COLUMNS = ("return_id", "indicator", "part", "state", "value", "raw", "sheet", "address", "note")
CARRIED_COLUMNS = ("return_id", "indicator", "part", "source_return")
FINDING_COLUMNS = ("return_id", "position", "code", "severity", "sheet", "cell", "key", "parameters", "suggestion")


def store_file(connection: Connection, *, sha256: str, data: bytes, name: str, when: datetime) -> bool:
    """Store a received file; return False if the same bytes are already stored, under their first name."""
    if not find_missing_files(connection, [sha256]):
        return False
    insert_rows(
        connection, received_files, FILE_COLUMNS, [make_file_row(sha256=sha256, data=data, name=name, when=when)]
    )
    return True


def make_file_row(*, sha256: str, data: bytes, name: str, when: datetime) -> tuple[object, ...]:
    """Return a file's values in the order of `FILE_COLUMNS`, with compressed data."""
    # A workbook is a zip file: compressing it again takes longer than storing it and saves only 3 %.
    return sha256, name, len(data), zlib.compress(data, 0 if data.startswith(b"PK") else -1), when


def insert_return(connection: Connection, new: NewReturn) -> int:
    """Store a new return as a draft and return its id; its file must already be stored."""
    values = {**make_row(new), "state": ReturnState.DRAFT, "approver": ""}
    return_id = int(connection.execute(insert(returns).values(values).returning(returns.c.id)).scalar_one())
    _insert_event(connection, return_id, None, ReturnState.DRAFT, actor=new.sender, when=new.created_at, comment="")
    mark_sites_changed(connection, [new.site])
    return return_id


def insert_cells(connection: Connection, return_id: int, new_cells: Iterable[ReturnCell]) -> None:
    """Store the cells of a return; a duplicate key is an IntegrityError."""
    insert_rows(connection, cells, CELL_COLUMNS, iterate_cell_rows(return_id, new_cells))


def iterate_cell_rows(return_id: int, new_cells: Iterable[ReturnCell]) -> Iterator[tuple[object, ...]]:
    """Yield the cells' values in the order of `CELL_COLUMNS`."""
    for cell in new_cells:
        key = cell.key
        values = cell.state, cell.value, cell.raw, cell.sheet, cell.address, cell.note
        yield (return_id, key.indicator, key.part, *values)


def iterate_carried_rows(return_id: int, new_cells: Iterable[ReturnCell]) -> Iterator[tuple[object, ...]]:
    """Yield the values of the cells that were carried over, in the order of `CARRIED_COLUMNS`."""
    for cell in new_cells:
        if cell.source_return is not None:
            yield (return_id, cell.key.indicator, cell.key.part, cell.source_return)


def insert_findings(connection: Connection, return_id: int, new_findings: Iterable[Finding]) -> None:
    """Store the findings of a return, in the given order."""
    insert_rows(connection, findings, FINDING_COLUMNS, iterate_finding_rows(return_id, new_findings))


def iterate_finding_rows(return_id: int, new_findings: Iterable[Finding]) -> Iterator[tuple[object, ...]]:
    """Yield the findings' values in the order of `FINDING_COLUMNS`."""
    for position, finding in enumerate(new_findings):
        location = finding.sheet, finding.cell, finding.key
        kind = finding.code, str(finding.severity)
        yield (return_id, position, *kind, *location, finding.parameters, finding.suggestion)


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
    """Change the state of a return and write an event; return False if it is no longer in the expected state.

    Supersede the quarter's current return first: a second submitted or approved one is an IntegrityError.
    """
    result = connection.execute(
        update(returns)
        .where(returns.c.id == return_id, returns.c.state == expected_state)
        .values(state=new_state, **_make_state_values(connection, return_id, new_state, actor=actor, when=when))
    )
    if result.rowcount != 1:
        return False
    _insert_event(connection, return_id, expected_state, new_state, actor=actor, when=when, comment=comment)
    site_query = select(returns.c.site).where(returns.c.id == return_id)
    mark_sites_changed(connection, [connection.execute(site_query).scalar_one()])
    return True


def add_comment(connection: Connection, *, return_id: int, actor: str, when: datetime, comment: str) -> None:
    """Add a comment to a return's history: an event that doesn't change the state."""
    state = connection.execute(select(returns.c.state).where(returns.c.id == return_id)).scalar_one()
    _insert_event(connection, return_id, state, state, actor=actor, when=when, comment=comment)


def clear_draft(connection: Connection, return_id: int, *, basis: Basis, plan_version: int) -> None:
    """Delete a draft's cells and findings before they are stored anew; the file stays."""
    draft_query = select(returns.c.id).where(returns.c.id == return_id, returns.c.state == ReturnState.DRAFT)
    for table in (cells, findings):
        connection.execute(delete(table).where(table.c.return_id.in_(draft_query)))
    statement = update(returns).where(returns.c.id.in_(draft_query))
    connection.execute(statement.values(basis=basis, plan_version=plan_version))


def supersede_return(
    connection: Connection, *, state: ReturnState, new_id: int, actor: str, when: datetime
) -> int | None:
    """Supersede the return in that state (submitted or approved) of the new return's site and quarter.

    Return the superseded return's id, or None. Call this before the new return moves into that state.
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
    _insert_event(connection, old, state, ReturnState.SUPERSEDED, actor=actor, when=when, comment="")
    return int(old)


def supersede_faulty_drafts(connection: Connection, *, new_id: int, actor: str, when: datetime) -> tuple[int, ...]:
    """Supersede the sender's older drafts with errors of the same site and quarter; return their ids.

    Such drafts could only be corrected, and the newer file does that.
    """
    key = select(returns.c.site, returns.c.quarter, returns.c.sender)
    new = connection.execute(key.where(returns.c.id == new_id)).one()
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


def _make_state_values(
    connection: Connection, return_id: int, new_state: ReturnState, *, actor: str, when: datetime
) -> dict[str, Any]:
    """Return the timestamps and names that a new state sets on the return itself."""
    if new_state is ReturnState.SUBMITTED:
        first = _find_first_submission(connection, return_id)
        return {"submitted_at": when, "first_submitted_at": min(first, when) if first else when}
    if new_state is ReturnState.APPROVED:
        return {"decided_at": when, "approver": actor}
    if new_state is ReturnState.SENT_BACK:
        return {"decided_at": when}
    return {}


def _find_first_submission(connection: Connection, return_id: int) -> datetime | None:
    """Return when the site first submitted this quarter; a return sent back or corrected keeps its first date.

    Withdrawn returns are ignored: otherwise a site could submit an empty return in time and withdraw it.
    """
    key = select(returns.c.site, returns.c.quarter).where(returns.c.id == return_id).subquery()
    first: datetime | None = connection.scalar(
        select(func.min(returns.c.first_submitted_at)).where(
            returns.c.site == key.c.site,
            returns.c.quarter == key.c.quarter,
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
    actor: str,
    when: datetime,
    comment: str,
) -> None:
    connection.execute(
        insert(return_events).values(
            return_id=return_id, at=when, who=actor, old_state=old_state, new_state=new_state, comment=comment
        )
    )
