"""Maintain the centre rows: the tally of all sites by number and quarter, updated from the changes of each site."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from etl.database.read.centre_rows import CentreRowCache, RowKey, read_centre_rows
from etl.database.read.plans import read_plans
from etl.database.read.rollups import NumberKey, read_rows_with_basis
from etl.database.records import APPROVAL_BASES, ApprovalBasis, CentreDifference
from etl.database.tables import centre_rows, rollups
from etl.database.write.bulk_rows import upsert_rows
from etl.database.write.data_version import increment_centre_version
from etl.indicators.periods import Quarter, list_quarters_between
from etl.indicators.plans import Plans
from etl.indicators.tallies import EMPTY_TALLY, Tally, tally_site
from etl.indicators.vocabulary import SiteQuarter

_RowKey = tuple[ApprovalBasis, NumberKey, Quarter]
_Exchange = tuple[tuple[ApprovalBasis, ...], Tally, Tally]
"""The rows of a site on these bases, before and after a change."""


@dataclass(frozen=True)
class SiteChange:
    """A change to a site's roll-up rows of one number, on these bases.

    `before` and `after` hold at least the whole years around the change and, for a level, as many quarters before and
    after as the level may be carried.
    """

    bases: tuple[ApprovalBasis, ...]
    number: NumberKey
    before: Mapping[Quarter, SiteQuarter]
    after: Mapping[Quarter, SiteQuarter]
    changed_quarters: Sequence[Quarter]
    """In order; never empty."""


def refresh_centre_rows(
    connection: Connection, plans: Plans, changes: Iterable[SiteChange], *, cache: CentreRowCache | None = None
) -> None:
    """Replace the sites' old contributions to the centre rows by their new ones.

    Call this once, in the transaction that changed the sites' rows. `cache` holds centre rows that were read before
    and is updated with the new ones.
    """
    exchanges_by_quarter: dict[Quarter, dict[NumberKey, list[_Exchange]]] = {}
    for change in changes:
        for quarter, old, new in _iterate_contribution_changes(plans, change):
            exchanges_by_quarter.setdefault(quarter, {}).setdefault(change.number, []).append((change.bases, old, new))
    if not exchanges_by_quarter:
        return
    centre = cache or CentreRowCache()
    stored_tallies = centre.get_tallies(connection, exchanges_by_quarter)
    tallies = {
        (basis, number, quarter): tally
        for quarter, numbers in exchanges_by_quarter.items()
        for number, exchanges in numbers.items()
        for basis, tally in _exchange_tallies(stored_tallies[quarter], number, exchanges)
    }
    _write(connection, tallies)
    for (basis, number, quarter), tally in tallies.items():
        centre.update(quarter, (basis, number), tally)


def _exchange_tallies(
    stored_tallies: Mapping[RowKey, Tally], number: NumberKey, exchanges: Sequence[_Exchange]
) -> Iterator[tuple[ApprovalBasis, Tally]]:
    """Yield the new tally of each basis; computed once where both bases hold and change the same."""
    before = [stored_tallies.get((basis, number), EMPTY_TALLY) for basis in APPROVAL_BASES]
    if before[0] == before[1] and all(len(bases) == len(APPROVAL_BASES) for bases, _, _ in exchanges):
        after = _apply_exchanges(before[0], exchanges)
        yield from ((basis, after) for basis in APPROVAL_BASES)
        return
    for basis, tally in zip(APPROVAL_BASES, before, strict=True):
        of_basis = [exchange for exchange in exchanges if basis in exchange[0]]
        if of_basis:
            yield basis, _apply_exchanges(tally, of_basis)


def _apply_exchanges(tally: Tally, exchanges: Iterable[_Exchange]) -> Tally:
    for _, old, new in exchanges:
        tally = tally.subtract(old).add(new)
    return tally


def rebuild_centre_rows(connection: Connection, plans: Plans) -> None:
    """Recompute every centre row from the sites' rows, as needed after a new version of the plan."""
    stored_tallies, computed_tallies = _read(connection, None), _sum_site_rows(connection, plans)
    differing = {
        key: computed_tallies.get(key, EMPTY_TALLY)
        for key in {*stored_tallies, *computed_tallies}
        if stored_tallies.get(key, EMPTY_TALLY) != computed_tallies.get(key, EMPTY_TALLY)
    }
    if differing:
        _write(connection, differing)


def compare_centre_rows(connection: Connection, plans: Plans) -> tuple[CentreDifference, ...]:
    """Return every centre row that differs from the sum of its sites' rows."""
    stored_tallies, computed_tallies = _read(connection, None), _sum_site_rows(connection, plans)
    return tuple(
        CentreDifference(*key, stored_tallies.get(key), computed_tallies.get(key))
        for key in dict.fromkeys((*computed_tallies, *stored_tallies))
        if stored_tallies.get(key, EMPTY_TALLY) != computed_tallies.get(key, EMPTY_TALLY)
    )


def fill_centre_rows(connection: Connection) -> None:
    """Create the centre rows of a database that has site rows but no centre rows yet."""
    has_sites = connection.execute(select(rollups.c.site).limit(1)).first() is not None
    if has_sites and connection.execute(select(centre_rows.c.basis).limit(1)).first() is None:
        plans = read_plans(connection)
        assert plans is not None
        rebuild_centre_rows(connection, plans)


def _iterate_contribution_changes(plans: Plans, change: SiteChange) -> Iterator[tuple[Quarter, Tally, Tally]]:
    """Yield each quarter where the site's contribution changes, with its old and new tally."""
    first, last = _find_affected_range(change)
    carry = plans.max_carry_quarters if plans.is_level(change.number[0]) else 0
    before, after = (
        _filter_range(rows, first.shift(-carry), last.shift(carry)) for rows in (change.before, change.after)
    )
    span = first, last.shift(carry)
    old_tallies, new_tallies = tally_site(plans, before, span), tally_site(plans, after, span)
    for quarter in list_quarters_between(*span):
        old, new = old_tallies.get(quarter, EMPTY_TALLY), new_tallies.get(quarter, EMPTY_TALLY)
        if old != new:
            yield quarter, old, new


def _find_affected_range(change: SiteChange) -> tuple[Quarter, Quarter]:
    """Return the first and last affected quarter; whole years where a year-to-date return covers quarters."""
    first, last = change.changed_quarters[0], change.changed_quarters[-1]
    if any(row.covered_by is not None for rows in (change.before, change.after) for row in rows.values()):
        return Quarter(first.year, 1), Quarter(last.year, 4)
    return first, last


def _filter_range(rows: Mapping[Quarter, SiteQuarter], first: Quarter, last: Quarter) -> dict[Quarter, SiteQuarter]:
    return {quarter: rows[quarter] for quarter in list_quarters_between(first, last) if quarter in rows}


def _sum_site_rows(connection: Connection, plans: Plans) -> dict[_RowKey, Tally]:
    """Sum the rows of all sites, one site at a time."""
    tallies: dict[_RowKey, Tally] = {}
    for site in connection.scalars(select(rollups.c.site).distinct()).all():
        rows: dict[tuple[ApprovalBasis, NumberKey], dict[Quarter, SiteQuarter]] = {}
        for basis, row in read_rows_with_basis(connection, rollups.c.site == site):
            rows.setdefault((basis, (row.indicator, row.part)), {})[row.quarter] = row
        for (basis, number), number_rows in rows.items():
            for quarter, tally in tally_site(plans, number_rows).items():
                key = basis, number, quarter
                tallies[key] = tallies[key].add(tally) if key in tallies else tally
    return tallies


def _read(connection: Connection, quarters: Iterable[Quarter] | None) -> dict[_RowKey, Tally]:
    return {(row.basis, row.number, row.quarter): row.tally for row in read_centre_rows(connection, quarters=quarters)}


def _write(connection: Connection, tallies: Mapping[_RowKey, Tally]) -> None:
    """Write the tallies. Empty ones are kept as rows, so that caches see that nothing is left."""
    version = increment_centre_version(connection)
    rows = ((basis, *number, quarter, tally, version) for (basis, number, quarter), tally in tallies.items())
    upsert_rows(connection, centre_rows, _COLUMNS, rows, key_count=4)


_COLUMNS = ("basis", "indicator", "part", "quarter", "tally", "version")
