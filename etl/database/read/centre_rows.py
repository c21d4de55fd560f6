"""Reading what all sites together said of each number, quarter by quarter."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from etl.database.records import CentreRow
from etl.database.tables import centre_rows
from etl.indicators.periods import Quarter

_COLUMNS = (
    centre_rows.c.basis,
    centre_rows.c.indicator,
    centre_rows.c.part,
    centre_rows.c.quarter,
    centre_rows.c.tally,
)


def read_centre_rows(
    connection: Connection, *, after: int | None = None, quarters: Iterable[Quarter] | None = None
) -> list[CentreRow]:
    """The rows that were written since a renewal, of the chosen quarters (None: all), in no order that means anything.

    An empty tally: nothing is left of what was there.
    """
    chosen = select(*_COLUMNS)
    if after is not None:
        chosen = chosen.where(centre_rows.c.version > after)
    if quarters is not None:
        chosen = chosen.where(centre_rows.c.quarter.in_(tuple(quarters)))
    rows = connection.execute(chosen)
    return [CentreRow(basis, (indicator, part), quarter, tally) for basis, indicator, part, quarter, tally in rows]
