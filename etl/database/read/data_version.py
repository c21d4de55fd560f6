"""The numbers that rise with every committed change, and which of them each site changed with last."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from etl.database.tables import counters

DATA_VERSION = "data_version"
CENTRE_VERSION = "centre_version"
_SITE = "site "


def site_counter_name(site: str) -> str:
    """The name of a site's own counter."""
    return _SITE + site


def read_data_version(connection: Connection) -> int:
    """Equal numbers, equal data: read once per request, kept answers hang on it."""
    return int(connection.execute(select(counters.c.value).where(counters.c.name == DATA_VERSION)).scalar_one())


def read_changed_sites(
    connection: Connection, *, after: int = -1, among: Collection[str] | None = None
) -> frozenset[str]:
    """The sites (None: among all) whose returns or roll-up rows changed after a `data_version`; by default at any time.

    A site of which nothing ever came is never among them.
    """
    chosen = select(counters.c.name).where(counters.c.value > after)
    if among is None:
        chosen = chosen.where(counters.c.name.startswith(_SITE))
    else:
        chosen = chosen.where(counters.c.name.in_([site_counter_name(site) for site in among]))
    return frozenset(name.removeprefix(_SITE) for name in connection.scalars(chosen))


def read_centre_version(connection: Connection) -> int:
    """How often the rows of the centre were renewed."""
    return int(
        connection.execute(select(counters.c.value).where(counters.c.name == CENTRE_VERSION)).scalar_one_or_none() or 0
    )
