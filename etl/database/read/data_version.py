"""The number that rises with every committed change."""

from sqlalchemy import Connection, select

from etl.database.tables import counters


def read_data_version(connection: Connection) -> int:
    """Equal numbers, equal data: read once per request, kept answers hang on it."""
    found = connection.execute(select(counters.c.value).where(counters.c.name == "data_version"))
    return int(found.scalar_one())
