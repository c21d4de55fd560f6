"""Keeping the rows of the centre: what all sites together said, renewed by what a site's own rows were and are now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from etl.database.read.centre_rows import CentreRowCache, RowKey, read_centre_rows
from etl.database.read.plans import read_plans
from etl.database.read.rollups import NumberKey, read_both_bases
from etl.database.records import APPROVAL_BASES, ApprovalBasis, CentreDifference
from etl.database.tables import centre_rows, rollups
from etl.database.write.bulk_rows import upsert_rows
from etl.database.write.data_version import increment_centre_version
from etl.indicators.periods import Quarter, quarters_between
from etl.indicators.plans import Plans
from etl.indicators.tallies import EMPTY_TALLY, Tally, tally_site
from etl.indicators.vocabulary import SiteQuarter

_Place = tuple[ApprovalBasis, NumberKey, Quarter]
_Exchange = tuple[tuple[ApprovalBasis, ...], Tally, Tally]
"""What a site brought on these bases, and what it brings now."""


@dataclass(frozen=True)
class SiteChange:
    """A number of which a site has other rows in some quarters than it had, on these bases.

    Before and after hold all of its rows, or those around what changed: the whole years of it; of a level as many
    quarters before and after as it may be carried.
    """

    bases: tuple[ApprovalBasis, ...]
    number: NumberKey
    before: Mapping[Quarter, SiteQuarter]
    after: Mapping[Quarter, SiteQuarter]
    changed_quarters: Sequence[Quarter]
    """In order; at least one."""


def refresh_centre_rows(
    connection: Connection, plans: Plans, changes: Iterable[SiteChange], *, cache: CentreRowCache | None = None
) -> None:
    """Takes out of the centre's rows what the sites had brought, and adds what they bring now.

    Belongs in the transaction that changed the sites' rows, once for all of them. `book` is what is known of the
    centre's rows already, and knows the new ones in the end.
    """
    exchanged: dict[Quarter, dict[NumberKey, list[_Exchange]]] = {}
    for move in changes:
        for quarter, was, becomes in _exchanged(plans, move):
            exchanged.setdefault(quarter, {}).setdefault(move.number, []).append((move.bases, was, becomes))
    if not exchanged:
        return
    centre = cache or CentreRowCache()
    stored = centre.tallies(connection, exchanged)
    renewed = {
        (basis, number, quarter): tally
        for quarter, numbers in exchanged.items()
        for number, exchanges in numbers.items()
        for basis, tally in _renewed(stored[quarter], number, exchanges)
    }
    _write(connection, renewed)
    for (basis, number, quarter), tally in renewed.items():
        centre.update(quarter, (basis, number), tally)


def _renewed(
    stored: Mapping[RowKey, Tally], number: NumberKey, exchanges: Sequence[_Exchange]
) -> Iterator[tuple[ApprovalBasis, Tally]]:
    """The tallies after the exchange; where both bases stand and move alike it is worked out once."""
    before = [stored.get((basis, number), EMPTY_TALLY) for basis in APPROVAL_BASES]
    if before[0] == before[1] and all(len(bases) == len(APPROVAL_BASES) for bases, _, _ in exchanges):
        after = _after(before[0], exchanges)
        yield from ((basis, after) for basis in APPROVAL_BASES)
        return
    for basis, tally in zip(APPROVAL_BASES, before, strict=True):
        on_basis = [one for one in exchanges if basis in one[0]]
        if on_basis:
            yield basis, _after(tally, on_basis)


def _after(tally: Tally, exchanges: Iterable[_Exchange]) -> Tally:
    for _, was, becomes in exchanges:
        tally = tally.minus(was).plus(becomes)
    return tally


def rebuild_centre_rows(connection: Connection, plans: Plans) -> None:
    """Makes every row of the centre what its sites' rows add up to: after a new version of the plan."""
    stored, wanted = _read(connection, None), _add_up(connection, plans)
    differing = {
        place: wanted.get(place, EMPTY_TALLY)
        for place in {*stored, *wanted}
        if stored.get(place, EMPTY_TALLY) != wanted.get(place, EMPTY_TALLY)
    }
    if differing:
        _write(connection, differing)


def compare_centre_rows(connection: Connection, plans: Plans) -> tuple[CentreDifference, ...]:
    """Every row of the centre that isn't what its sites' rows add up to; none when all is well."""
    stored, computed = _read(connection, None), _add_up(connection, plans)
    return tuple(
        CentreDifference(*place, stored.get(place), computed.get(place))
        for place in dict.fromkeys((*computed, *stored))
        if stored.get(place, EMPTY_TALLY) != computed.get(place, EMPTY_TALLY)
    )


def fill_centre_rows(connection: Connection) -> None:
    """Makes the rows of the centre where a database has rows of sites, and none of the centre yet."""
    has_sites = connection.execute(select(rollups.c.site).limit(1)).first() is not None
    if has_sites and connection.execute(select(centre_rows.c.basis).limit(1)).first() is None:
        plans = read_plans(connection)
        assert plans is not None
        rebuild_centre_rows(connection, plans)


def _exchanged(plans: Plans, move: SiteChange) -> Iterator[tuple[Quarter, Tally, Tally]]:
    """The quarters to which the site brings something else now, with what it brought and what it brings."""
    first, last = _reach(move)
    carry = plans.max_carry_quarters if plans.is_level(move.number[0]) else 0
    before, after = (_within(rows, first.plus(-carry), last.plus(carry)) for rows in (move.before, move.after))
    span = first, last.plus(carry)
    brought, brings = tally_site(plans, before, span), tally_site(plans, after, span)
    for quarter in quarters_between(*span):
        was, becomes = brought.get(quarter, EMPTY_TALLY), brings.get(quarter, EMPTY_TALLY)
        if was != becomes:
            yield quarter, was, becomes


def _reach(move: SiteChange) -> tuple[Quarter, Quarter]:
    """The quarters that the change tells of: whole years, where a year to date covers quarters."""
    first, last = move.changed_quarters[0], move.changed_quarters[-1]
    if any(row.covered_by is not None for rows in (move.before, move.after) for row in rows.values()):
        return Quarter(first.year, 1), Quarter(last.year, 4)
    return first, last


def _within(rows: Mapping[Quarter, SiteQuarter], first: Quarter, last: Quarter) -> dict[Quarter, SiteQuarter]:
    return {quarter: rows[quarter] for quarter in quarters_between(first, last) if quarter in rows}


def _add_up(connection: Connection, plans: Plans) -> dict[_Place, Tally]:
    """What the rows of all sites add up to, site by site."""
    found: dict[_Place, Tally] = {}
    for site in connection.scalars(select(rollups.c.site).distinct()).all():
        rows: dict[tuple[ApprovalBasis, NumberKey], dict[Quarter, SiteQuarter]] = {}
        for basis, row in read_both_bases(connection, rollups.c.site == site):
            rows.setdefault((basis, (row.indicator, row.part)), {})[row.quarter] = row
        for (basis, number), of_number in rows.items():
            for quarter, tally in tally_site(plans, of_number).items():
                place = basis, number, quarter
                found[place] = found[place].plus(tally) if place in found else tally
    return found


def _read(connection: Connection, quarters: Iterable[Quarter] | None) -> dict[_Place, Tally]:
    return {(row.basis, row.number, row.quarter): row.tally for row in read_centre_rows(connection, quarters=quarters)}


def _write(connection: Connection, renewed: Mapping[_Place, Tally]) -> None:
    """A row from which everything was taken stays as an empty one, so that a reader who kept it sees that."""
    version = increment_centre_version(connection)
    rows = ((basis, *number, quarter, tally, version) for (basis, number, quarter), tally in renewed.items())
    upsert_rows(connection, centre_rows, _ROW, rows, key_count=4)


_ROW = ("basis", "indicator", "part", "quarter", "tally", "version")
