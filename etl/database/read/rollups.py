"""Reading the roll-up: what every site contributed to every number, quarter by quarter."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, select, tuple_

from etl.database.records import Counting
from etl.database.tables import rollups
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import SiteQuarter

RowKey = tuple[Counting, str, str, Quarter]
"""Basis, indicator, part and quarter: names a row of one site."""

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
    numbers: Collection[tuple[str, str]] | None = None,
    sites: Collection[str] | None = None,
) -> list[SiteQuarter]:
    """The rows of chosen numbers (an indicator, a part) and sites (None: all), in no order that means anything."""
    chosen = select(*_COLUMNS).where(rollups.c.basis == basis)
    if numbers is not None:
        chosen = chosen.where(tuple_(rollups.c.indicator, rollups.c.part).in_(list(numbers)))
    if sites is not None:
        chosen = chosen.where(rollups.c.site.in_(sites))
    return [SiteQuarter(*row) for row in connection.execute(chosen)]


def read_both_bases(connection: Connection, *where: ColumnElement[bool]) -> list[tuple[Counting, SiteQuarter]]:
    """The rows that fulfil the conditions, each with its basis."""
    rows = connection.execute(select(rollups.c.basis, *_COLUMNS).where(*where))
    return [(row[0], SiteQuarter(*row[1:])) for row in rows]


def read_rows_by_key(
    connection: Connection, site: str, first: Quarter | None = None, last: Quarter | None = None
) -> dict[RowKey, SiteQuarter]:
    """The site's rows on either basis, from first to last quarter (None: from the beginning, to the end)."""
    where = [rollups.c.site == site]
    if first is not None:
        where.append(rollups.c.quarter >= first)
    if last is not None:
        where.append(rollups.c.quarter <= last)
    found = read_both_bases(connection, *where)
    return {(basis, row.indicator, row.part, row.quarter): row for basis, row in found}
