"""Keeping the roll-up: the rows that each site contributes, recomputed where a return changed them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from etl.database.centre_rows import SiteChange, rebuild_centre_rows, refresh_centre_rows
from etl.database.read.effective_returns import Candidate, select_effective, to_site_return
from etl.database.read.import_cache import ImportCache, SiteData, read_site_data
from etl.database.read.rollups import NumberKey, NumberRows, SiteRows, read_rows_of_site
from etl.database.records import APPROVAL_BASES, ApprovalBasis, RollupDifference
from etl.database.tables import returns, rollups
from etl.database.write.bulk_rows import delete_rows, insert_rows
from etl.database.write.data_version import mark_sites_changed
from etl.indicators.periods import Quarter, quarters_between
from etl.indicators.plans import Plans
from etl.indicators.site_rollup import roll_up_site
from etl.indicators.vocabulary import Observation, SiteQuarter


def refresh_rollups(connection: Connection, plans: Plans, *, site: str, quarter: Quarter) -> None:
    """Makes the site's rows what its returns say, after its return of one quarter came, went or was decided.

    Only rows that differ are written. Belongs in the transaction that changed the return.
    """
    refresh_changed_rollups(connection, plans, {site: {quarter}})


def refresh_changed_rollups(
    connection: Connection,
    plans: Plans,
    changed: Mapping[str, Collection[Quarter]],
    *,
    cache: ImportCache | None = None,
) -> None:
    """The same for every site and quarter that changed in this transaction; the centre's rows are renewed once.

    `kept` is what is known already, with those changes; it then knows the new rows too.
    """
    moves: dict[str, list[SiteChange]] = {}
    for site, quarters in changed.items():
        first, last = _touched(plans, min(quarters))[0], _touched(plans, max(quarters))[1]
        context = first.plus(-plans.max_carry_quarters)
        book = cache.site_data(connection, site) if cache else read_site_data(connection, site, context, last)
        moves[site] = _move_site(connection, plans, book, first, last)
    _write_moves(connection, moves)
    together = [move for of_site in moves.values() for move in of_site]
    refresh_centre_rows(connection, plans, together, cache=cache.centre_rows if cache else None)
    mark_sites_changed(connection, changed)


def _move_site(connection: Connection, plans: Plans, book: SiteData, first: Quarter, last: Quarter) -> list[SiteChange]:
    """The site's numbers of which rows of these whole years are others now, as its book then has them."""
    carry = plans.max_carry_quarters
    wanted = _compute(
        plans, book.candidates_between(first.plus(-carry), last), book.observations, first_year=first.year
    )
    # The years before and after too, as far as a level may be carried.
    stored = book.rollup_rows(connection, first.plus(-carry).year, last.plus(carry).year)
    moves = _moves(stored, wanted, quarters_between(first, last))
    for move in moves:
        for basis in move.bases:
            book.set_rollup_rows(basis, move.number, move.after)
    return moves


def refresh_all_rollups(connection: Connection, plans: Plans) -> None:
    """Makes every row what the returns say: after a new version of the plan."""
    for site in _all_sites(connection):
        stored, computed = read_rows_of_site(connection, site), _compute_all(connection, plans, site)
        _write_moves(connection, {site: _moves(stored, computed, _quarters_of(stored, computed))})
        mark_sites_changed(connection, [site])
    rebuild_centre_rows(connection, plans)


def compare_rollups(connection: Connection, plans: Plans) -> tuple[RollupDifference, ...]:
    """Every row that isn't what the returns say, site by site; none when all is well."""
    found: list[RollupDifference] = []
    for site in _all_sites(connection):
        stored, computed = read_rows_of_site(connection, site), _compute_all(connection, plans, site)
        found.extend(
            RollupDifference(basis, move.before.get(quarter), move.after.get(quarter))
            for move in _moves(stored, computed, _quarters_of(stored, computed))
            for basis in move.bases
            for quarter in move.changed_quarters
        )
    return tuple(found)


def _touched(plans: Plans, quarter: Quarter) -> tuple[Quarter, Quarter]:
    """The first and the last quarter whose rows a return can change.

    A year to date moves every quarter of its year, earlier ones too (they become covered). A level may be carried
    into the shares of later quarters; they belong to whole years in turn, whose later returns must be seen.
    """
    return Quarter(quarter.year, 1), Quarter(quarter.plus(plans.max_carry_quarters).year, 4)


def _all_sites(connection: Connection) -> list[str]:
    """Every site that sent a return or has a row."""
    sent = connection.scalars(select(returns.c.site).distinct())
    return sorted({*sent, *connection.scalars(select(rollups.c.site).distinct())})


def _compute_all(connection: Connection, plans: Plans, site: str) -> SiteRows:
    book = read_site_data(connection, site)
    return _compute(plans, book.candidates, book.observations)


def _compute(
    plans: Plans,
    candidates: Collection[Candidate],
    said: dict[int, list[Observation]],
    *,
    first_year: int | None = None,
) -> SiteRows:
    """The rows of both bases that the site's returns make, from the year on."""
    approved = _resolve(plans, select_effective(candidates, "approved"), said, first_year)
    # Where nothing is open both bases hold the same rows, which are then computed once.
    if all(one.is_approved for one in candidates):
        return {"approved": approved, "submitted": approved}
    return {
        "approved": approved,
        "submitted": _resolve(plans, select_effective(candidates, "submitted"), said, first_year),
    }


def _resolve(
    plans: Plans, counting: Iterable[Candidate], said: dict[int, list[Observation]], first_year: int | None
) -> NumberRows:
    returned = [to_site_return(one, said.get(one.id, ())) for one in counting]
    found: dict[NumberKey, dict[Quarter, SiteQuarter]] = {}
    for row in roll_up_site(plans, returned, first_year=first_year):
        found.setdefault((row.indicator, row.part), {})[row.quarter] = row
    return found


def _moves(stored: SiteRows, wanted: SiteRows, quarters: Sequence[Quarter]) -> list[SiteChange]:
    """The numbers whose rows of these quarters are others now; both bases at once where they are alike."""
    is_alike = wanted["approved"] is wanted["submitted"] and stored["approved"] == stored["submitted"]
    together = (APPROVAL_BASES,) if is_alike else tuple((basis,) for basis in APPROVAL_BASES)
    return [move for bases in together for move in _moves_on(bases, stored[bases[0]], wanted[bases[0]], quarters)]


def _moves_on(
    bases: tuple[ApprovalBasis, ...], stored: NumberRows, wanted: NumberRows, quarters: Sequence[Quarter]
) -> Iterator[SiteChange]:
    for number in dict.fromkeys((*stored, *wanted)):
        before, now = stored.get(number, {}), wanted.get(number, {})
        changed = [quarter for quarter in quarters if before.get(quarter) != now.get(quarter)]
        if changed:
            after = {**before, **{quarter: now[quarter] for quarter in changed if quarter in now}}
            for quarter in changed:
                if quarter not in now:
                    del after[quarter]
            yield SiteChange(bases, number, before, after, changed)


def _quarters_of(*several: SiteRows) -> Sequence[Quarter]:
    """From the first to the last quarter of which there is a row."""
    found = {quarter for rows in several for numbers in rows.values() for of in numbers.values() for quarter in of}
    return quarters_between(min(found), max(found)) if found else ()


def _write_moves(connection: Connection, moves: Mapping[str, Iterable[SiteChange]]) -> None:
    """Takes out the rows of the sites that are no longer so, and puts in the new ones."""
    stale: list[tuple[object, ...]] = []
    fresh: list[tuple[object, ...]] = []
    for site, of_site in moves.items():
        places = [
            (basis, move, quarter) for move in of_site for basis in move.bases for quarter in move.changed_quarters
        ]
        stale += [(basis, *move.number, site, quarter) for basis, move, quarter in places if quarter in move.before]
        fresh += [(basis, *_values(move.after[quarter])) for basis, move, quarter in places if quarter in move.after]
    delete_rows(connection, rollups, _NAMES, stale)
    insert_rows(connection, rollups, _ROW, fresh)


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
