"""Read the data version, which rises with every committed change, and the version of each site's last change."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from etl.database.tables import counters

DATA_VERSION = "data_version"
CENTRE_VERSION = "centre_version"
_SITE_PREFIX = "site "


def make_site_counter_name(site: str) -> str:
    return _SITE_PREFIX + site


def read_data_version(connection: Connection) -> int:
    """Return the data version. Equal versions mean equal data; caches compare it once per request."""
    return int(connection.execute(select(counters.c.value).where(counters.c.name == DATA_VERSION)).scalar_one())


def read_changed_sites(
    connection: Connection, *, after: int = -1, among: Collection[str] | None = None
) -> frozenset[str]:
    """Return the sites (None: among all) whose returns or roll-up rows changed after a data version.

    By default, return every site that ever changed; sites without any return are never included.
    """
    query = select(counters.c.name).where(counters.c.value > after)
    if among is None:
        query = query.where(counters.c.name.startswith(_SITE_PREFIX))
    else:
        query = query.where(counters.c.name.in_([make_site_counter_name(site) for site in among]))
    return frozenset(name.removeprefix(_SITE_PREFIX) for name in connection.scalars(query))


def read_centre_version(connection: Connection) -> int:
    """Return how often the centre rows were updated."""
    return int(
        connection.execute(select(counters.c.value).where(counters.c.name == CENTRE_VERSION)).scalar_one_or_none() or 0
    )
