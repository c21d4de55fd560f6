"""Increment the versions by which caches detect stale data."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, update

from etl.database.read.data_version import (
    CENTRE_VERSION,
    DATA_VERSION,
    make_site_counter_name,
    read_centre_version,
    read_data_version,
)
from etl.database.tables import counters
from etl.database.write.bulk_rows import upsert_rows


def increment_data_version(connection: Connection) -> None:
    """Increment the data version. Call this in every transaction that changes what a page shows."""
    _increment(connection, DATA_VERSION)


def mark_sites_changed(connection: Connection, sites: Iterable[str]) -> None:
    """Mark the sites whose returns or roll-up rows changed, so that caches reload only these.

    A site's counter is at least the data version at the end of this transaction.
    """
    by_then = read_data_version(connection) + 1
    upsert_rows(
        connection,
        counters,
        ("name", "value"),
        ((make_site_counter_name(site), by_then) for site in sites),
        key_count=1,
    )


def increment_centre_version(connection: Connection) -> int:
    """Increment the version of the centre rows and return it."""
    if not _increment(connection, CENTRE_VERSION):
        connection.execute(insert(counters).values(name=CENTRE_VERSION, value=1))
    return read_centre_version(connection)


def _increment(connection: Connection, name: str) -> bool:
    statement = update(counters).where(counters.c.name == name).values(value=counters.c.value + 1)
    return connection.execute(statement).rowcount == 1
