"""Telling every reader that something they may have kept is out of date."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, update

from etl.database.read.data_version import (
    CENTRE_VERSION,
    DATA_VERSION,
    counter_of_site,
    read_centre_version,
    read_data_version,
)
from etl.database.tables import counters
from etl.database.write.many_rows import put_rows


def raise_data_version(connection: Connection) -> None:
    """Caches hang on this number; every act that changes what a page shows raises it, in its own transaction."""
    _raise(connection, DATA_VERSION)


def touch_sites(connection: Connection, sites: Iterable[str]) -> None:
    """Says whose returns or roll-up rows changed, so that a reader who kept the others reads only these again.

    A site's number is the `data_version` that this transaction will have raised by its end, at the least.
    """
    by_then = read_data_version(connection) + 1
    put_rows(connection, counters, ("name", "value"), ((counter_of_site(site), by_then) for site in sites), keys=1)


def raise_centre_version(connection: Connection) -> int:
    """The number of this renewal of the centre's rows."""
    if not _raise(connection, CENTRE_VERSION):
        connection.execute(insert(counters).values(name=CENTRE_VERSION, value=1))
    return read_centre_version(connection)


def _raise(connection: Connection, name: str) -> bool:
    raised = update(counters).where(counters.c.name == name).values(value=counters.c.value + 1)
    return connection.execute(raised).rowcount == 1
