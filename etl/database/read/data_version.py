"""The numbers that rise with every committed change: one for everything, one for each site."""

from sqlalchemy import Connection, select

from etl.database.tables import counters

DATA_VERSION = "data_version"
CENTRE_VERSION = "centre_version"
_SITE = "site "


def counter_of_site(site: str) -> str:
    """The name of a site's own counter."""
    return _SITE + site


def read_data_version(connection: Connection) -> int:
    """Equal numbers, equal data: read once per request, kept answers hang on it."""
    return int(connection.execute(select(counters.c.value).where(counters.c.name == DATA_VERSION)).scalar_one())


def read_site_versions(connection: Connection) -> dict[str, int]:
    """How often each site's returns or roll-up rows changed; a site of which nothing ever came has no number."""
    found = connection.execute(select(counters.c.name, counters.c.value).where(counters.c.name.startswith(_SITE)))
    return {name.removeprefix(_SITE): value for name, value in found}


def read_centre_version(connection: Connection) -> int:
    """How often the rows of the centre were renewed."""
    return int(
        connection.execute(select(counters.c.value).where(counters.c.name == CENTRE_VERSION)).scalar_one_or_none() or 0
    )
