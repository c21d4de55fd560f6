"""Telling every reader that something they may have kept is out of date."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, update

from etl.database.read.data_version import (
    CENTRE_VERSION,
    DATA_VERSION,
    read_centre_version,
    read_data_version,
    site_counter_name,
)
from etl.database.tables import counters
from etl.database.write.bulk_rows import upsert_rows


def increment_data_version(connection: Connection) -> None:
    """Caches hang on this number; every act that changes what a page shows raises it, in its own transaction."""
    _raise(connection, DATA_VERSION)


def mark_sites_changed(connection: Connection, sites: Iterable[str]) -> None:
    """Says whose returns or roll-up rows changed, so that a reader who kept the others reads only these again.

    A site's number is the `data_version` that this transaction will have raised by its end, at the least.
    """
    by_then = read_data_version(connection) + 1
    upsert_rows(
        connection, counters, ("name", "value"), ((site_counter_name(site), by_then) for site in sites), key_count=1
    )


def increment_centre_version(connection: Connection) -> int:
    """The number of this renewal of the centre's rows."""
    if not _raise(connection, CENTRE_VERSION):
        connection.execute(insert(counters).values(name=CENTRE_VERSION, value=1))
    return read_centre_version(connection)


def _raise(connection: Connection, name: str) -> bool:
    raised = update(counters).where(counters.c.name == name).values(value=counters.c.value + 1)
    return connection.execute(raised).rowcount == 1
