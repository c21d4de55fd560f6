"""Telling every reader that something they may have kept is out of date."""

from sqlalchemy import Connection, update

from etl.database.tables import counters


def raise_data_version(connection: Connection) -> None:
    """Caches hang on this number; every act that changes what a page shows raises it, in its own transaction."""
    connection.execute(update(counters).where(counters.c.name == "data_version").values(value=counters.c.value + 1))
