"""Reading returns with their cells, findings, steps and files."""

import zlib
from collections.abc import Collection

from sqlalchemy import Connection, Row, Select, select

from etl.database.records import ReceivedFile, ReturnCell, ReturnEvent, StoredReturn
from etl.database.tables import cells, findings, received_files, return_events, returns
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import CellKey, ReturnState
from etl.returns.findings.finding import Finding, Severity


def find_return(connection: Connection, return_id: int) -> StoredReturn | None:
    """The return of that number."""
    return _find(connection, _stored().where(returns.c.id == return_id))


def find_submitted_return(connection: Connection, *, site: str, quarter: Quarter) -> StoredReturn | None:
    """The submitted return that waits for a decision; at most one."""
    return _find_in(connection, ReturnState.SUBMITTED, site=site, quarter=quarter)


def find_approved_return(connection: Connection, *, site: str, quarter: Quarter) -> StoredReturn | None:
    """The approved return that counts; at most one."""
    return _find_in(connection, ReturnState.APPROVED, site=site, quarter=quarter)


def read_returns_of_file(connection: Connection, sha256: str) -> tuple[StoredReturn, ...]:
    """Every return that came in a file of these bytes, oldest first."""
    return _read(connection, _stored().where(returns.c.sha256 == sha256).order_by(returns.c.id))


def read_submitted_file_hashes(connection: Connection) -> frozenset[str]:
    """The SHA-256 of every file that a return came in which wasn't taken back and is more than a draft."""
    none_yet = (ReturnState.WITHDRAWN, ReturnState.DRAFT)
    return frozenset(connection.scalars(select(returns.c.sha256).where(returns.c.state.not_in(none_yet))))


def find_missing_files(connection: Connection, sha256s: Collection[str]) -> set[str]:
    """Those of the files that aren't kept."""
    kept = select(received_files.c.sha256).where(received_files.c.sha256.in_(sha256s))
    return set(sha256s).difference(connection.scalars(kept))


def read_returns(
    connection: Connection,
    *,
    sites: Collection[str] | None = None,
    quarters: Collection[Quarter] | None = None,
    states: Collection[ReturnState] | None = None,
) -> tuple[StoredReturn, ...]:
    """The returns of the chosen sites, quarters and states (None: all), by quarter, site and age."""
    chosen = _stored().order_by(returns.c.quarter, returns.c.site, returns.c.id)
    if sites is not None:
        chosen = chosen.where(returns.c.site.in_(sites))
    if quarters is not None:
        chosen = chosen.where(returns.c.quarter.in_(quarters))
    if states is not None:
        chosen = chosen.where(returns.c.state.in_(states))
    return _read(connection, chosen)


def read_returns_by_id(connection: Connection, ids: Collection[int]) -> dict[int, StoredReturn]:
    """The returns of those numbers, by number."""
    return {one.id: one for one in _read(connection, _stored().where(returns.c.id.in_(ids)))}


def read_cells(connection: Connection, return_id: int) -> tuple[ReturnCell, ...]:
    """The numbers of a return, by key."""
    rows = connection.execute(
        select(cells).where(cells.c.return_id == return_id).order_by(cells.c.indicator, cells.c.part)
    )
    return tuple(cell_from_row(row) for row in rows)


def read_findings(connection: Connection, return_id: int) -> tuple[Finding, ...]:
    """What was found in a return's file, in the order it was stored."""
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
    """The steps of a return's life, oldest first."""
    rows = connection.execute(
        select(return_events).where(return_events.c.return_id == return_id).order_by(return_events.c.id)
    )
    return tuple(ReturnEvent(row.at, row.who, row.old_state, row.new_state, row.comment) for row in rows)


def find_received_file(connection: Connection, sha256: str) -> ReceivedFile | None:
    """The bytes as they came."""
    row = connection.execute(select(received_files).where(received_files.c.sha256 == sha256)).one_or_none()
    if row is None:
        return None
    return ReceivedFile(row.sha256, row.name, zlib.decompress(row.compressed), row.received_at)


def return_from_row(row: Row[tuple[object, ...]]) -> StoredReturn:
    """The return in a row that has the columns of `return` and its file's name as `file_name`."""
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


def cell_from_row(row: Row[tuple[object, ...]]) -> ReturnCell:
    """The number in a row that has the columns of `cell`."""
    return ReturnCell(CellKey(row.indicator, row.part), row.value, row.raw, row.sheet, row.address, row.note)


def _stored() -> Select[tuple[object, ...]]:
    return select(returns, received_files.c.name.label("file_name")).join_from(returns, received_files)


def _read(connection: Connection, chosen: Select[tuple[object, ...]]) -> tuple[StoredReturn, ...]:
    return tuple(return_from_row(row) for row in connection.execute(chosen))


def _find(connection: Connection, chosen: Select[tuple[object, ...]]) -> StoredReturn | None:
    row = connection.execute(chosen).one_or_none()
    return None if row is None else return_from_row(row)


def _find_in(connection: Connection, state: ReturnState, *, site: str, quarter: Quarter) -> StoredReturn | None:
    chosen = _stored().where(returns.c.site == site, returns.c.quarter == quarter, returns.c.state == state)
    return _find(connection, chosen)
