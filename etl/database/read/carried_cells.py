"""Read which numbers of returns were carried over from earlier returns."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from etl.database.read.returns import read_cells, read_returns, read_returns_by_id
from etl.database.records import CellSource, ReturnCell, StoredReturn
from etl.database.return_tables import carried_cells
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import CellKey, ReturnState

_CURRENT = (ReturnState.SUBMITTED, ReturnState.APPROVED)


def read_current_return(
    connection: Connection, site: str, quarter: Quarter
) -> tuple[StoredReturn, tuple[ReturnCell, ...]] | None:
    """Return the submitted return of a site and quarter, else the approved one, and its cells; None without either.

    A cell that was carried over itself names the return whose file holds it.
    """
    found = read_returns(connection, sites=(site,), quarters=(quarter,), states=_CURRENT)
    current = min(found, key=lambda stored_return: _CURRENT.index(stored_return.state), default=None)
    if current is None:
        return None
    sources = read_source_returns(connection, [current.id])
    cells = tuple(
        ReturnCell(
            cell.key,
            cell.value,
            cell.raw,
            cell.sheet,
            cell.address,
            cell.note,
            sources.get((current.id, cell.key), current.id),
        )
        for cell in read_cells(connection, current.id)
    )
    return current, cells


def read_source_returns(connection: Connection, return_ids: Collection[int]) -> dict[tuple[int, CellKey], int]:
    """Return the earlier return of each carried number, by return and key."""
    rows = connection.execute(select(carried_cells).where(carried_cells.c.return_id.in_(return_ids)))
    return {(row.return_id, CellKey(row.indicator, row.part)): row.source_return for row in rows}


def trace_carried_cells(connection: Connection, sources: list[CellSource]) -> list[CellSource]:
    """Return the sources with the return whose file holds the cell, for numbers that were carried over."""
    source_ids = read_source_returns(connection, {source.origin.id for source in sources})
    if not source_ids:
        return sources
    earlier = read_returns_by_id(connection, set(source_ids.values()))
    return [
        CellSource(cell=source.cell, origin=earlier[source_id])
        if (source_id := source_ids.get((source.origin.id, source.cell.key))) is not None
        else source
        for source in sources
    ]
