"""Reading what all sites together said of each number, quarter by quarter."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from etl.database.records import ApprovalBasis, CentreRow
from etl.database.tables import centre_rows
from etl.indicators.periods import Quarter
from etl.indicators.tallies import Tally

RowKey = tuple[ApprovalBasis, tuple[str, str]]
"""A basis and a number: names a row of the centre in a quarter."""
MAX_TALLIES = 60_000
"""So many are kept, some tens of megabytes."""

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


class CentreRowCache:
    """The centre's rows as they stand in this transaction, read quarter by quarter as they are asked for."""

    def __init__(self) -> None:
        self._known: dict[Quarter, dict[RowKey, Tally]] = {}

    def tallies(self, connection: Connection, quarters: Iterable[Quarter]) -> Mapping[Quarter, Mapping[RowKey, Tally]]:
        """By quarter, the tally of each basis and number that has one; of the quarters asked for at the least."""
        wanted = set(quarters)
        if sum(map(len, self._known.values())) > MAX_TALLIES:
            self._known.clear()
        unread = wanted - self._known.keys()
        if unread:
            self._known.update({quarter: {} for quarter in unread})
            for row in read_centre_rows(connection, quarters=unread):
                self._known[row.quarter][row.basis, row.number] = row.tally
        return self._known

    def update(self, quarter: Quarter, key: RowKey, tally: Tally) -> None:
        """Does to a tally what was done in the database."""
        self._known[quarter][key] = tally

    def clear(self) -> None:
        self._known.clear()
