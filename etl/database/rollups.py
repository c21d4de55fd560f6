"""Keeping the roll-up: the rows that each site contributes, recomputed where a return changed them."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, select

from etl.database.centre_rows import SiteMove, rebuild_centre_rows, renew_centre_rows
from etl.database.read.counting import Candidate, site_return, those_that_count
from etl.database.read.kept_record import KeptRecord, SiteBook, read_book
from etl.database.read.rollups import RowKey, read_rows_by_key
from etl.database.records import Counting, RollupDifference
from etl.database.tables import returns, rollups
from etl.database.write.data_version import touch_site
from etl.database.write.many_rows import delete_rows, insert_rows
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.resolving import resolve_site
from etl.indicators.vocabulary import Observation, SiteQuarter

_Rows = dict[RowKey, SiteQuarter]
_Number = tuple[Counting, str, str]


def refresh_rollups(connection: Connection, plans: Plans, *, site: str, quarter: Quarter) -> None:
    """Makes the site's rows what its returns say, after its return of one quarter came, went or was decided.

    Only rows that differ are written. Belongs in the transaction that changed the return.
    """
    refresh_changed(connection, plans, {site: {quarter}})


def refresh_changed(
    connection: Connection,
    plans: Plans,
    changed: Mapping[str, Collection[Quarter]],
    *,
    kept: KeptRecord | None = None,
) -> None:
    """The same for every site and quarter that changed in this transaction; the centre's rows are renewed once.

    `kept` is what is known already, with those changes; it then knows the new rows too.
    """
    moves: list[SiteMove] = []
    for site, quarters in changed.items():
        first, last = _touched(plans, min(quarters))[0], _touched(plans, max(quarters))[1]
        context = first.plus(-plans.longest_carry)
        book = kept.book(connection, site) if kept else read_book(connection, site, context, last)
        moves += _refresh_site(connection, plans, book, first, last)
    renew_centre_rows(connection, plans, moves, book=kept.centre if kept else None)
    for site in changed:
        touch_site(connection, site)


def _refresh_site(
    connection: Connection, plans: Plans, book: SiteBook, first: Quarter, last: Quarter
) -> list[SiteMove]:
    """Writes the site's rows of these whole years that are others now; what that moves at the centre."""
    said = book.between(first.plus(-plans.longest_carry), last)
    wanted = _compute(plans, said, book.said, first_year=first.year)
    stored = book.rows(connection, first.year, last.year)
    stale, fresh = _write_differences(connection, book.site, stored=stored, wanted=wanted)
    differing = {key[:3] for key in (*stale, *fresh)}
    beside = _rows_beside(connection, plans, book, first, last) if _has_level(plans, differing) else {}
    book.change_rows(stale, fresh)
    return _moves({**beside, **stored}, {**beside, **wanted}, differing)


def _has_level(plans: Plans, numbers: Iterable[_Number]) -> bool:
    return any(plans.is_level(code) for code in {code for _, code, _ in numbers})


def _rows_beside(connection: Connection, plans: Plans, book: SiteBook, first: Quarter, last: Quarter) -> _Rows:
    """The rows of the years before and after, as far as a level may be carried."""
    carry = plans.longest_carry
    found = book.rows(connection, first.plus(-carry).year, last.plus(carry).year)
    return {key: row for key, row in found.items() if not first <= row.quarter <= last}


def refresh_all_rollups(connection: Connection, plans: Plans) -> None:
    """Makes every row what the returns say: after a new version of the plan."""
    for site in _all_sites(connection):
        computed = _compute_all(connection, plans, site)
        _write_differences(connection, site, stored=read_rows_by_key(connection, site), wanted=computed)
        touch_site(connection, site)
    rebuild_centre_rows(connection, plans)


def compare_rollups(connection: Connection, plans: Plans) -> tuple[RollupDifference, ...]:
    """Every row that isn't what the returns say, site by site; none when all is well."""
    found: list[RollupDifference] = []
    for site in _all_sites(connection):
        computed, stored = _compute_all(connection, plans, site), read_rows_by_key(connection, site)
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


def _all_sites(connection: Connection) -> list[str]:
    """Every site that sent a return or has a row."""
    sent = connection.scalars(select(returns.c.site).distinct())
    return sorted({*sent, *connection.scalars(select(rollups.c.site).distinct())})


def _compute_all(connection: Connection, plans: Plans, site: str) -> _Rows:
    book = read_book(connection, site)
    return _compute(plans, book.candidates, book.said)


def _compute(
    plans: Plans,
    candidates: Collection[Candidate],
    said: dict[int, list[Observation]],
    *,
    first_year: int | None = None,
) -> _Rows:
    """The rows of both bases that the site's returns make, from the year on."""
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


def _moves(before: _Rows, after: _Rows, differing: set[_Number]) -> list[SiteMove]:
    """The numbers of which the site's rows are others now, each with all of its rows here."""
    mine, anew = _by_number(before, differing), _by_number(after, differing)
    return [SiteMove(one[0], one[1:], mine[one], anew[one]) for one in differing]


def _by_number(rows: _Rows, numbers: set[_Number]) -> dict[_Number, dict[Quarter, SiteQuarter]]:
    found: dict[_Number, dict[Quarter, SiteQuarter]] = {one: {} for one in numbers}
    for key, row in rows.items():
        of_number = found.get(key[:3])
        if of_number is not None:
            of_number[key[3]] = row
    return found


def _write_differences(
    connection: Connection, site: str, *, stored: _Rows, wanted: _Rows
) -> tuple[list[RowKey], _Rows]:
    """Takes out the rows that are no longer so, and puts in the new ones; both are told."""
    stale = [key for key, row in stored.items() if wanted.get(key) != row]
    fresh = {key: row for key, row in wanted.items() if stored.get(key) != row}
    delete_rows(connection, rollups, _NAMES, ((*key[:3], site, key[3]) for key in stale))
    insert_rows(connection, rollups, _ROW, ((key[0], *_values(row)) for key, row in fresh.items()))
    return stale, fresh


_NAMES = ("basis", "indicator", "part", "site", "quarter")
_ROW = ("basis", "indicator", "part", "site", "quarter", "state", "value", "denominator", "covered_by")


def _values(row: SiteQuarter) -> tuple[object, ...]:
    return (
        row.indicator,
        row.part,
        row.site,
        row.quarter,
        row.state,
        row.value,
        row.denominator,
        row.covered_by,
    )
