"""Read the sources of numbers: the cells behind them, with file, sender and approver."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Connection, select

from etl.database.read.carried_cells import trace_carried_cells
from etl.database.read.effective_returns import read_candidates, select_effective
from etl.database.read.returns import make_cell, read_returns, read_returns_by_id
from etl.database.read.typed_returns import read_typed_returns
from etl.database.records import ApprovalBasis, CellSource
from etl.database.tables import cells, returns
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import ReturnState


def read_sources(
    connection: Connection,
    *,
    basis: ApprovalBasis,
    indicators: Collection[str],
    sites: Collection[str],
    quarters: Collection[Quarter],
    part: str | None = None,
) -> tuple[CellSource, ...]:
    """Return the cells of effective returns, by quarter, site and key: all parts, or one `part`.

    Callers ask separately for what a figure takes from elsewhere: a reference, a carried level, or the earlier
    quarters of a year-to-date return.
    """
    where = (returns.c.site.in_(sites), returns.c.quarter.in_(quarters))
    effective = select_effective(read_candidates(connection, *where), basis)
    origins = read_returns_by_id(connection, [candidate.id for candidate in effective])
    query = select(cells).where(cells.c.return_id.in_(origins), cells.c.indicator.in_(indicators))
    if part is not None:
        query = query.where(cells.c.part == part)
    sources = [CellSource(cell=make_cell(row), origin=origins[row.return_id]) for row in connection.execute(query)]
    traced = _add_typed_returns(connection, trace_carried_cells(connection, sources))
    return tuple(sorted(traced, key=_sort_key))


def _add_typed_returns(connection: Connection, sources: list[CellSource]) -> list[CellSource]:
    """Return the sources with who typed their return on the page, where somebody did."""
    typed = read_typed_returns(connection, {source.origin.id for source in sources})
    if not typed:
        return sources
    return [replace(source, typed=typed.get(source.origin.id)) for source in sources]


def read_all_sources(connection: Connection, basis: ApprovalBasis) -> tuple[CellSource, ...]:
    """Return the cells of all effective returns, by quarter, site and key."""
    effective = {candidate.id for candidate in select_effective(read_candidates(connection), basis)}
    states = (ReturnState.SUBMITTED, ReturnState.APPROVED)
    origins = {origin.id: origin for origin in read_returns(connection, states=states) if origin.id in effective}
    query = select(cells).join(returns, cells.c.return_id == returns.c.id).where(returns.c.state.in_(states))
    rows = (row for row in connection.execute(query) if row.return_id in origins)
    sources = [CellSource(cell=make_cell(row), origin=origins[row.return_id]) for row in rows]
    return tuple(sorted(trace_carried_cells(connection, sources), key=_sort_key))


def _sort_key(source: CellSource) -> tuple[Quarter, str, str, str]:
    return source.origin.quarter, source.origin.site, source.cell.key.indicator, source.cell.key.part
