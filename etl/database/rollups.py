"""Keeping the roll-up: the rows that each site contributes, recomputed where a return changed them."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, insert, or_, select

from etl.database.centre_rows import SiteMove, rebuild_centre_rows, renew_centre_rows
from etl.database.read.counting import (
    Candidate,
    read_candidates,
    read_observations,
    site_return,
    those_that_count,
)
from etl.database.read.rollups import read_both_bases
from etl.database.records import Counting, RollupDifference
from etl.database.rows import row_of
from etl.database.tables import returns, rollups
from etl.database.write.data_version import touch_site
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.resolving import resolve_site
from etl.indicators.vocabulary import Observation, SiteQuarter

_Key = tuple[Counting, str, str, Quarter]
"""Basis, indicator, part and quarter: names a row of one site."""
_Rows = dict[_Key, SiteQuarter]


def refresh_rollups(connection: Connection, plans: Plans, *, site: str, quarter: Quarter) -> None:
    """Makes the site's rows what its returns say, after its return of one quarter came, went or was decided.

    Only rows that differ are written. Belongs in the transaction that changed the return.
    """
    first, last = _touched(plans, quarter)
    context = first.plus(-plans.longest_carry)
    window = (returns.c.quarter >= context, returns.c.quarter <= last)
    computed = _compute(connection, plans, site, *window, first_year=first.year)
    around = _read_stored(connection, site, _around(plans, first, last))
    stored = {key: row for key, row in around.items() if first <= row.quarter <= last}
    wanted = {key: row for key, row in computed.items() if first <= row.quarter <= last}
    _write_differences(connection, site, stored=stored, wanted=wanted)
    beside = {key: row for key, row in around.items() if key not in stored}
    renew_centre_rows(connection, plans, _moves(around, {**beside, **wanted}))
    touch_site(connection, site)


def refresh_all_rollups(connection: Connection, plans: Plans) -> None:
    """Makes every row what the returns say: after a new version of the plan."""
    for site in _all_sites(connection):
        computed = _compute(connection, plans, site)
        _write_differences(connection, site, stored=_read_stored(connection, site), wanted=computed)
        touch_site(connection, site)
    rebuild_centre_rows(connection, plans)


def compare_rollups(connection: Connection, plans: Plans) -> tuple[RollupDifference, ...]:
    """Every row that isn't what the returns say, site by site; none when all is well."""
    found: list[RollupDifference] = []
    for site in _all_sites(connection):
        computed, stored = _compute(connection, plans, site), _read_stored(connection, site)
        found.extend(
            RollupDifference(key[0], stored.get(key), computed.get(key))
            for key in dict.fromkeys((*computed, *stored))
            if stored.get(key) != computed.get(key)
        )
    return tuple(found)


def _touched(plans: Plans, quarter: Quarter) -> tuple[Quarter, Quarter]:
    """The first and the last quarter whose rows a return can change.

    A year to date moves every quarter of its year, earlier ones too (they become covered). A level may be carried
    into the shares of later quarters; they belong to whole years in turn, whose later returns must be seen.
    """
    return Quarter(quarter.year, 1), Quarter(quarter.plus(plans.longest_carry).year, 4)


def _around(plans: Plans, first: Quarter, last: Quarter) -> ColumnElement[bool]:
    """The rows of the quarters, and of levels as many before and after as they may be carried."""
    carry, quarter = plans.longest_carry, rollups.c.quarter
    codes = {one.code for version in plans.versions for one in version.plan.indicators if one.is_stock}
    beside = and_(rollups.c.indicator.in_(sorted(codes)), quarter >= first.plus(-carry), quarter <= last.plus(carry))
    return or_(and_(quarter >= first, quarter <= last), beside)


def _all_sites(connection: Connection) -> list[str]:
    """Every site that sent a return or has a row."""
    sent = connection.scalars(select(returns.c.site).distinct())
    return sorted({*sent, *connection.scalars(select(rollups.c.site).distinct())})


def _compute(
    connection: Connection, plans: Plans, site: str, *where: ColumnElement[bool], first_year: int | None = None
) -> _Rows:
    """The rows of both bases that the site's returns make, from the year on."""
    candidates = read_candidates(connection, returns.c.site == site, *where)
    said = read_observations(connection, returns.c.site == site, *where)
    approved = _resolve(plans, those_that_count(candidates, "approved"), said, first_year)
    # Where nothing is open both bases hold the same rows, which are then computed once.
    if all(one.is_approved for one in candidates):
        submitted = approved
    else:
        submitted = _resolve(plans, those_that_count(candidates, "submitted"), said, first_year)
    return {**_keyed("approved", approved), **_keyed("submitted", submitted)}


def _resolve(
    plans: Plans, counting: Iterable[Candidate], said: dict[int, list[Observation]], first_year: int | None
) -> tuple[SiteQuarter, ...]:
    found = [site_return(one, said.get(one.id, ())) for one in counting]
    return resolve_site(plans, found, first_year=first_year)


def _keyed(basis: Counting, rows: Iterable[SiteQuarter]) -> _Rows:
    return {(basis, row.indicator, row.part, row.quarter): row for row in rows}


def _read_stored(connection: Connection, site: str, *where: ColumnElement[bool]) -> _Rows:
    found: _Rows = {}
    for basis, row in read_both_bases(connection, rollups.c.site == site, *where):
        found[basis, row.indicator, row.part, row.quarter] = row
    return found


def _moves(before: _Rows, after: _Rows) -> list[SiteMove]:
    """The numbers of which the site's rows are others now, each with all of its rows here."""
    differing = {key[:3] for key in {*before, *after} if before.get(key) != after.get(key)}
    mine, anew = _by_number(before, differing), _by_number(after, differing)
    return [
        SiteMove(basis, (code, part), mine[basis, code, part], anew[basis, code, part])
        for basis, code, part in differing
    ]


def _by_number(
    rows: _Rows, numbers: set[tuple[Counting, str, str]]
) -> dict[tuple[Counting, str, str], dict[Quarter, SiteQuarter]]:
    found: dict[tuple[Counting, str, str], dict[Quarter, SiteQuarter]] = {one: {} for one in numbers}
    for (basis, code, part, quarter), row in rows.items():
        if (basis, code, part) in numbers:
            found[basis, code, part][quarter] = row
    return found


def _write_differences(connection: Connection, site: str, *, stored: _Rows, wanted: _Rows) -> None:
    """Takes out the rows that are no longer so, and puts in the new ones."""
    stale = [key for key, row in stored.items() if wanted.get(key) != row]
    fresh = [(key[0], row) for key, row in wanted.items() if stored.get(key) != row]
    if stale:
        connection.execute(_DELETE_ROW, [_names(site, key) for key in stale])
    if fresh:
        connection.execute(insert(rollups), [{"basis": basis, **row_of(row)} for basis, row in fresh])


_DELETE_ROW = delete(rollups).where(
    rollups.c.basis == bindparam("row_basis"),
    rollups.c.indicator == bindparam("row_indicator"),
    rollups.c.part == bindparam("row_part"),
    rollups.c.site == bindparam("row_site"),
    rollups.c.quarter == bindparam("row_quarter"),
)


def _names(site: str, key: _Key) -> dict[str, object]:
    basis, indicator, part, quarter = key
    return {
        "row_basis": basis,
        "row_indicator": indicator,
        "row_part": part,
        "row_site": site,
        "row_quarter": quarter,
    }
