"""Read returns with their cells, findings, events and files."""

import zlib
from collections.abc import Collection

from sqlalchemy import Connection, Row, Select, select

from etl.database.records import ReceivedFile, ReturnCell, ReturnEvent, StoredReturn
from etl.database.tables import cells, findings, received_files, return_events, returns
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import CellKey, ReturnState
from etl.returns.findings.finding import Finding, Severity


def find_return(connection: Connection, return_id: int) -> StoredReturn | None:
    return _find(connection, _select_returns().where(returns.c.id == return_id))


def find_approved_return(connection: Connection, *, site: str, quarter: Quarter) -> StoredReturn | None:
    """Find the approved return; there is at most one."""
    is_match = (returns.c.site == site, returns.c.quarter == quarter, returns.c.state == ReturnState.APPROVED)
    return _find(connection, _select_returns().where(*is_match))


def read_returns_of_file(connection: Connection, sha256: str) -> tuple[StoredReturn, ...]:
    """Return every return from a file with these bytes, oldest first."""
    return _read(connection, _select_returns().where(returns.c.sha256 == sha256).order_by(returns.c.id))


def read_submitted_file_hashes(connection: Connection) -> frozenset[str]:
    """Return the SHA-256 of every file whose return was submitted and not withdrawn."""
    none_yet = (ReturnState.WITHDRAWN, ReturnState.DRAFT)
    return frozenset(connection.scalars(select(returns.c.sha256).where(returns.c.state.not_in(none_yet))))


def find_missing_files(connection: Connection, sha256s: Collection[str]) -> set[str]:
    """Return those of the files that are not stored."""
    stored = select(received_files.c.sha256).where(received_files.c.sha256.in_(sha256s))
    return set(sha256s).difference(connection.scalars(stored))


def read_returns(
    connection: Connection,
    *,
    sites: Collection[str] | None = None,
    quarters: Collection[Quarter] | None = None,
    states: Collection[ReturnState] | None = None,
) -> tuple[StoredReturn, ...]:
    """Return the returns of the given sites, quarters and states (None: all), by quarter, site and id."""
    query = _select_returns().order_by(returns.c.quarter, returns.c.site, returns.c.id)
    if sites is not None:
        query = query.where(returns.c.site.in_(sites))
    if quarters is not None:
        query = query.where(returns.c.quarter.in_(quarters))
    if states is not None:
        query = query.where(returns.c.state.in_(states))
    return _read(connection, query)


def read_returns_by_id(connection: Connection, ids: Collection[int]) -> dict[int, StoredReturn]:
    """Return the returns with these ids, by id."""
    return {
        stored_return.id: stored_return
        for stored_return in _read(connection, _select_returns().where(returns.c.id.in_(ids)))
    }


def read_cells(connection: Connection, return_id: int) -> tuple[ReturnCell, ...]:
    """Return the cells of a return, ordered by key."""
    rows = connection.execute(
        select(cells).where(cells.c.return_id == return_id).order_by(cells.c.indicator, cells.c.part)
    )
    return tuple(make_cell(row) for row in rows)


def read_findings(connection: Connection, return_id: int) -> tuple[Finding, ...]:
    """Return the findings of a return, in stored order."""
    rows = connection.execute(select(findings).where(findings.c.return_id == return_id).order_by(findings.c.position))
    return tuple(
        Finding(
            code=row.code,
            severity=Severity(row.severity),
            sheet=row.sheet,
            cell=row.cell,
            key=row.key,
            parameters=row.parameters,
            suggestion=row.suggestion,
        )
        for row in rows
    )


def read_events(connection: Connection, return_id: int) -> tuple[ReturnEvent, ...]:
    """Return the events of a return, oldest first."""
    rows = connection.execute(
        select(return_events).where(return_events.c.return_id == return_id).order_by(return_events.c.id)
    )
    return tuple(ReturnEvent(row.at, row.who, row.old_state, row.new_state, row.comment) for row in rows)


def find_received_file(connection: Connection, sha256: str) -> ReceivedFile | None:
    """Find a received file, with its bytes."""
    row = connection.execute(select(received_files).where(received_files.c.sha256 == sha256)).one_or_none()
    if row is None:
        return None
    return ReceivedFile(row.sha256, row.name, zlib.decompress(row.compressed), row.received_at)


def make_stored_return(row: Row[tuple[object, ...]]) -> StoredReturn:
    """Build a return from a row with the columns of `return` and the file's name as `file_name`."""
    return StoredReturn(
        id=row.id,
        site=row.site,
        quarter=row.quarter,
        state=row.state,
        basis=row.basis,
        plan_version=row.plan_version,
        sha256=row.sha256,
        file_name=row.file_name,
        sender=row.sender,
        created_at=row.created_at,
        first_submitted_at=row.first_submitted_at,
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
        approver=row.approver,
        supersedes=row.supersedes,
    )


def make_cell(row: Row[tuple[object, ...]]) -> ReturnCell:
    """Build a cell from a row with the columns of `cell`."""
    return ReturnCell(CellKey(row.indicator, row.part), row.value, row.raw, row.sheet, row.address, row.note)


def _select_returns() -> Select[tuple[object, ...]]:
    return select(returns, received_files.c.name.label("file_name")).join_from(returns, received_files)


def _read(connection: Connection, query: Select[tuple[object, ...]]) -> tuple[StoredReturn, ...]:
    return tuple(make_stored_return(row) for row in connection.execute(query))


def _find(connection: Connection, query: Select[tuple[object, ...]]) -> StoredReturn | None:
    row = connection.execute(query).one_or_none()
    return None if row is None else make_stored_return(row)
