"""Keeping the rows of the centre: what all sites together said, renewed by what a site's own rows were and are now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from etl.database.read.centre_rows import CentreBook, Place, read_centre_rows
from etl.database.read.plans import read_plans
from etl.database.read.rollups import read_both_bases
from etl.database.records import CentreDifference, Counting
from etl.database.tables import centre_rows, rollups
from etl.database.write.data_version import raise_centre_version
from etl.database.write.many_rows import put_rows
from etl.indicators.periods import Quarter, quarters_between
from etl.indicators.plans import Plans
from etl.indicators.tallies import EMPTY, Tally, tallies_of_site
from etl.indicators.vocabulary import SiteQuarter

Number = tuple[str, str]
_Place = tuple[Counting, Number, Quarter]
_Exchange = tuple[Quarter, Tally, Tally]
"""What a site brought to a quarter, and what it brings now."""


@dataclass(frozen=True)
class SiteMove:
    """The rows that a site had of a number and those that it has now: all of them, or those around what changed.

    Around: the whole years of what changed; of a level as many quarters before and after as it may be carried.
    """

    basis: Counting
    number: Number
    before: Mapping[Quarter, SiteQuarter]
    after: Mapping[Quarter, SiteQuarter]


def renew_centre_rows(
    connection: Connection, plans: Plans, moves: Iterable[SiteMove], *, book: CentreBook | None = None
) -> None:
    """Takes out of the centre's rows what the sites had brought, and adds what they bring now.

    Belongs in the transaction that changed the sites' rows, once for all of them. `book` is what is known of the
    centre's rows already, and knows the new ones in the end.
    """
    exchanged: dict[_Place, list[_Exchange]] = {}
    known: dict[Number, tuple[SiteMove, list[_Exchange]]] = {}
    for move in moves:
        same = known.get(move.number)
        # Where nothing is open both bases move alike, which is then worked out once.
        if same is None or same[0].before != move.before or same[0].after != move.after:
            same = known[move.number] = move, list(_exchanged(plans, move))
        for one in same[1]:
            exchanged.setdefault((move.basis, move.number, one[0]), []).append(one)
    if not exchanged:
        return
    centre = book or CentreBook()
    stored = centre.tallies(connection, {place[2] for place in exchanged})
    renewed = _renewed(stored, exchanged)
    _write(connection, renewed)
    for (basis, number, quarter), tally in renewed.items():
        centre.renew(quarter, (basis, number), tally)


def _renewed(
    stored: Mapping[Quarter, Mapping[Place, Tally]], exchanged: Mapping[_Place, list[_Exchange]]
) -> dict[_Place, Tally]:
    """The tallies after the exchange; those that are the same on both bases are worked out once."""
    found: dict[_Place, Tally] = {}
    seen: dict[tuple[Number, Quarter], tuple[Tally, list[_Exchange], Tally]] = {}
    for place, exchanges in exchanged.items():
        basis, number, quarter = place
        before = stored[quarter].get((basis, number), EMPTY)
        other = seen.get((number, quarter))
        if other is None or other[1] != exchanges or other[0] != before:
            after = before
            for _, was, becomes in exchanges:
                after = after.minus(was).plus(becomes)
            other = seen[number, quarter] = before, exchanges, after
        found[place] = other[2]
    return found


def rebuild_centre_rows(connection: Connection, plans: Plans) -> None:
    """Makes every row of the centre what its sites' rows add up to: after a new version of the plan."""
    stored, wanted = _read(connection, None), _add_up(connection, plans)
    differing = {
        place: wanted.get(place, EMPTY)
        for place in {*stored, *wanted}
        if stored.get(place, EMPTY) != wanted.get(place, EMPTY)
    }
    if differing:
        _write(connection, differing)


def compare_centre_rows(connection: Connection, plans: Plans) -> tuple[CentreDifference, ...]:
    """Every row of the centre that isn't what its sites' rows add up to; none when all is well."""
    stored, computed = _read(connection, None), _add_up(connection, plans)
    return tuple(
        CentreDifference(*place, stored.get(place), computed.get(place))
        for place in dict.fromkeys((*computed, *stored))
        if stored.get(place, EMPTY) != computed.get(place, EMPTY)
    )


def fill_centre_rows(connection: Connection) -> None:
    """Makes the rows of the centre where a database has rows of sites, and none of the centre yet."""
    has_sites = connection.execute(select(rollups.c.site).limit(1)).first() is not None
    if has_sites and connection.execute(select(centre_rows.c.basis).limit(1)).first() is None:
        plans = read_plans(connection)
        assert plans is not None
        rebuild_centre_rows(connection, plans)


def _exchanged(plans: Plans, move: SiteMove) -> Iterator[_Exchange]:
    """The quarters to which the site brings something else now, with what it brought and what it brings."""
    differing = [one for one in {*move.before, *move.after} if move.before.get(one) != move.after.get(one)]
    if not differing:
        return
    first, last = _reach(move, min(differing), max(differing))
    carry = plans.longest_carry if plans.is_level(move.number[0]) else 0
    before, after = (_within(rows, first.plus(-carry), last.plus(carry)) for rows in (move.before, move.after))
    span = first, last.plus(carry)
    brought, brings = tallies_of_site(plans, before, span), tallies_of_site(plans, after, span)
    for quarter in quarters_between(*span):
        was, becomes = brought.get(quarter, EMPTY), brings.get(quarter, EMPTY)
        if was != becomes:
            yield quarter, was, becomes


def _reach(move: SiteMove, first: Quarter, last: Quarter) -> tuple[Quarter, Quarter]:
    """The quarters that a change from first to last tells of: whole years, where a year to date covers quarters."""
    covers = any(row.covered_by is not None for rows in (move.before, move.after) for row in rows.values())
    return (Quarter(first.year, 1), Quarter(last.year, 4)) if covers else (first, last)


def _within(rows: Mapping[Quarter, SiteQuarter], first: Quarter, last: Quarter) -> dict[Quarter, SiteQuarter]:
    return {quarter: row for quarter, row in rows.items() if first <= quarter <= last}


def _add_up(connection: Connection, plans: Plans) -> dict[_Place, Tally]:
    """What the rows of all sites add up to, site by site."""
    found: dict[_Place, Tally] = {}
    for site in connection.scalars(select(rollups.c.site).distinct()).all():
        rows: dict[tuple[Counting, Number], dict[Quarter, SiteQuarter]] = {}
        for basis, row in read_both_bases(connection, rollups.c.site == site):
            rows.setdefault((basis, (row.indicator, row.part)), {})[row.quarter] = row
        for (basis, number), of_number in rows.items():
            for quarter, tally in tallies_of_site(plans, of_number).items():
                place = basis, number, quarter
                found[place] = found[place].plus(tally) if place in found else tally
    return found


def _read(connection: Connection, quarters: Iterable[Quarter] | None) -> dict[_Place, Tally]:
    return {(row.basis, row.number, row.quarter): row.tally for row in read_centre_rows(connection, quarters=quarters)}


def _write(connection: Connection, renewed: Mapping[_Place, Tally]) -> None:
    """A row from which everything was taken stays as an empty one, so that a reader who kept it sees that."""
    version = raise_centre_version(connection)
    rows = ((basis, *number, quarter, tally, version) for (basis, number, quarter), tally in renewed.items())
    put_rows(connection, centre_rows, _ROW, rows, keys=4)


_ROW = ("basis", "indicator", "part", "quarter", "tally", "version")
