"""Read the centre rows: the tally of all sites for each number and quarter."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from etl.database.records import ApprovalBasis, CentreRow
from etl.database.tables import centre_rows
from etl.indicators.periods import Quarter
from etl.indicators.tallies import Tally

RowKey = tuple[ApprovalBasis, tuple[str, str]]
"""A basis and a number: the key of a centre row within a quarter."""
MAX_TALLIES = 60_000
"""The size of the cache, some tens of megabytes."""

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
    """Return the rows written after a centre version, of the given quarters (None: all), in no particular order.

    An empty tally means that no site contributes any more.
    """
    query = select(*_COLUMNS)
    if after is not None:
        query = query.where(centre_rows.c.version > after)
    if quarters is not None:
        query = query.where(centre_rows.c.quarter.in_(tuple(quarters)))
    rows = connection.execute(query)
    return [CentreRow(basis, (indicator, part), quarter, tally) for basis, indicator, part, quarter, tally in rows]


class CentreRowCache:
    """A cache of the centre rows as of this transaction, filled quarter by quarter on demand."""

    def __init__(self) -> None:
        self._tallies: dict[Quarter, dict[RowKey, Tally]] = {}

    def get_tallies(
        self, connection: Connection, quarters: Iterable[Quarter]
    ) -> Mapping[Quarter, Mapping[RowKey, Tally]]:
        """Return the tallies by quarter, basis and number, at least of the given quarters."""
        if sum(map(len, self._tallies.values())) > MAX_TALLIES:
            self._tallies.clear()
        missing = set(quarters) - self._tallies.keys()
        if missing:
            self._tallies.update({quarter: {} for quarter in missing})
            for row in read_centre_rows(connection, quarters=missing):
                self._tallies[row.quarter][row.basis, row.number] = row.tally
        return self._tallies

    def update(self, quarter: Quarter, key: RowKey, tally: Tally) -> None:
        """Record a tally that was written to the database."""
        self._tallies[quarter][key] = tally

    def clear(self) -> None:
        self._tallies.clear()
