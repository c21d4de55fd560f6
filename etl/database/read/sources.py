"""Where a number comes from: the cells behind it, each with its file, its sender and who approved it."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from etl.database.read.effective_returns import read_candidates, select_effective
from etl.database.read.returns import cell_from_row, read_returns_by_id
from etl.database.records import ApprovalBasis, CellSource
from etl.database.tables import cells, returns
from etl.indicators.periods import Quarter


def read_sources(
    connection: Connection,
    *,
    basis: ApprovalBasis,
    indicators: Collection[str],
    sites: Collection[str],
    quarters: Collection[Quarter],
    part: str | None = None,
) -> tuple[CellSource, ...]:
    """The typed cells that count there, by quarter, site and key: all parts and sides of a pair, or one `part`.

    What a figure takes from elsewhere (a reference, a carried level, the earlier quarters of a year to date) is
    found by asking for that indicator and quarter.
    """
    where = (returns.c.site.in_(sites), returns.c.quarter.in_(quarters))
    counting = select_effective(read_candidates(connection, *where), basis)
    origins = read_returns_by_id(connection, [one.id for one in counting])
    chosen = select(cells).where(cells.c.return_id.in_(origins), cells.c.indicator.in_(indicators))
    if part is not None:
        chosen = chosen.where(cells.c.part == part)
    found = [CellSource(cell=cell_from_row(row), origin=origins[row.return_id]) for row in connection.execute(chosen)]
    return tuple(sorted(found, key=_place))


def _place(source: CellSource) -> tuple[Quarter, str, str, str]:
    return source.origin.quarter, source.origin.site, source.cell.key.indicator, source.cell.key.part
