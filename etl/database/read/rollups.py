"""Read the roll-up: each site's contribution to each number, by quarter."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Connection, select, tuple_

from etl.database.records import APPROVAL_BASES, ApprovalBasis
from etl.database.tables import rollups
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import SiteQuarter

NumberKey = tuple[str, str]
"""An indicator and one of its parts; a blank part is the total, or the pair of a ratio."""
NumberRows = Mapping[NumberKey, Mapping[Quarter, SiteQuarter]]
SiteRows = Mapping[ApprovalBasis, NumberRows]
"""The rows of one site by basis, number and quarter."""

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
    basis: ApprovalBasis,
    numbers: Collection[tuple[str, str]] | None = None,
    sites: Collection[str] | None = None,
) -> list[SiteQuarter]:
    """Return the rows of the given numbers and sites (None: all), in no particular order."""
    query = select(*_COLUMNS).where(rollups.c.basis == basis)
    if numbers is not None:
        query = query.where(tuple_(rollups.c.indicator, rollups.c.part).in_(list(numbers)))
    if sites is not None:
        query = query.where(rollups.c.site.in_(sites))
    return [SiteQuarter(*row) for row in connection.execute(query)]


def read_rows_with_basis(
    connection: Connection, *where: ColumnElement[bool]
) -> list[tuple[ApprovalBasis, SiteQuarter]]:
    """Return the rows that match the conditions, each with its basis."""
    rows = connection.execute(select(rollups.c.basis, *_COLUMNS).where(*where))
    return [(row[0], SiteQuarter(*row[1:])) for row in rows]


def read_rows_of_site(
    connection: Connection, site: str, first: Quarter | None = None, last: Quarter | None = None
) -> SiteRows:
    """Return the site's rows on both bases from first to last quarter (None: unbounded)."""
    where = [rollups.c.site == site]
    if first is not None:
        where.append(rollups.c.quarter >= first)
    if last is not None:
        where.append(rollups.c.quarter <= last)
    site_rows: dict[ApprovalBasis, dict[NumberKey, dict[Quarter, SiteQuarter]]] = {
        basis: {} for basis in APPROVAL_BASES
    }
    for basis, row in read_rows_with_basis(connection, *where):
        site_rows[basis].setdefault((row.indicator, row.part), {})[row.quarter] = row
    return site_rows
