"""Reading the roll-up: what every site contributed to every number, quarter by quarter."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, select

from etl.database.records import Counting
from etl.database.tables import rollups
from etl.indicators.vocabulary import SiteQuarter

_COLUMNS = (
    rollups.c.indicator,
    rollups.c.part,
    rollups.c.site,
    rollups.c.quarter,
    rollups.c.state,
    rollups.c.value,
    rollups.c.denominator,
    rollups.c.covered_by,
)


def read_site_quarters(
    connection: Connection,
    *,
    basis: Counting,
    indicators: Collection[str] | None = None,
    sites: Collection[str] | None = None,
) -> list[SiteQuarter]:
    """The rows of the chosen indicators and sites (None: all), in no order that means anything."""
    chosen = select(*_COLUMNS).where(rollups.c.basis == basis)
    if indicators is not None:
        chosen = chosen.where(rollups.c.indicator.in_(indicators))
    if sites is not None:
        chosen = chosen.where(rollups.c.site.in_(sites))
    return [SiteQuarter(*row) for row in connection.execute(chosen)]


def read_site_quarters_of_both(
    connection: Connection, sites: Collection[str] | None
) -> dict[Counting, list[SiteQuarter]]:
    """The rows of the chosen sites (None: all) on either basis; what is the same on both is one object."""
    where = [] if sites is None else [rollups.c.site.in_(sites)]
    found: dict[Counting, list[SiteQuarter]] = {"approved": [], "submitted": []}
    approved: dict[SiteQuarter, SiteQuarter] = {}
    for basis, row in sorted(read_both_bases(connection, *where), key=lambda one: one[0]):
        found[basis].append(approved.setdefault(row, row))
    return found


def read_both_bases(connection: Connection, *where: ColumnElement[bool]) -> list[tuple[Counting, SiteQuarter]]:
    """The rows that fulfil the conditions, each with its basis."""
    rows = connection.execute(select(rollups.c.basis, *_COLUMNS).where(*where))
    return [(row[0], SiteQuarter(*row[1:])) for row in rows]
