"""Maintain the roll-up: each site's contribution to each number, recomputed where a return changes it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from etl.database.centre_rows import SiteChange, rebuild_centre_rows, refresh_centre_rows
from etl.database.read.effective_returns import Candidate, make_site_return, select_effective
from etl.database.read.import_cache import ImportCache, SiteData, read_site_data
from etl.database.read.rollups import NumberKey, NumberRows, SiteRows, read_rows_of_site
from etl.database.records import APPROVAL_BASES, ApprovalBasis, RollupDifference
from etl.database.tables import returns, rollups
from etl.database.write.bulk_rows import delete_rows, insert_rows
from etl.database.write.data_version import mark_sites_changed
from etl.indicators.periods import Quarter, list_quarters_between
from etl.indicators.plans import Plans
from etl.indicators.site_rollup import roll_up_site
from etl.indicators.vocabulary import Observation, SiteQuarter


def refresh_rollups(connection: Connection, plans: Plans, *, site: str, quarter: Quarter) -> None:
    """Update the site's rows after its return of one quarter was added, withdrawn or decided.

    Only rows that differ are written. Call this in the transaction that changes the return.
    """
    refresh_changed_rollups(connection, plans, {site: {quarter}})


def refresh_changed_rollups(
    connection: Connection,
    plans: Plans,
    changed: Mapping[str, Collection[Quarter]],
    *,
    cache: ImportCache | None = None,
) -> None:
    """Update the rows of every site and quarter that changed in this transaction, and the centre rows once.

    `cache` must already contain the changed returns; it is updated with the new rows.
    """
    changes: dict[str, list[SiteChange]] = {}
    for site, quarters in changed.items():
        first, last = _find_affected_quarters(plans, min(quarters))[0], _find_affected_quarters(plans, max(quarters))[1]
        context = first.shift(-plans.max_carry_quarters)
        site_data = cache.get_site_data(connection, site) if cache else read_site_data(connection, site, context, last)
        changes[site] = _update_site_data(connection, plans, site_data, first, last)
    _write_changes(connection, changes)
    all_changes = [change for site_changes in changes.values() for change in site_changes]
    refresh_centre_rows(connection, plans, all_changes, cache=cache.centre_rows if cache else None)
    mark_sites_changed(connection, changed)


def _update_site_data(
    connection: Connection, plans: Plans, site_data: SiteData, first: Quarter, last: Quarter
) -> list[SiteChange]:
    """Return the changes to the site's rows in these whole years, and apply them to `site_data`."""
    carry = plans.max_carry_quarters
    computed_rows = _compute(
        plans, site_data.list_candidates(first.shift(-carry), last), site_data.observations, first_year=first.year
    )
    # Include the years before and after, as far as a level may be carried.
    stored_rows = site_data.get_rollup_rows(connection, first.shift(-carry).year, last.shift(carry).year)
    changes = _find_changes(stored_rows, computed_rows, list_quarters_between(first, last))
    for change in changes:
        for basis in change.bases:
            site_data.set_rollup_rows(basis, change.number, change.after)
    return changes


def refresh_all_rollups(connection: Connection, plans: Plans) -> None:
    """Recompute every row from the returns, as needed after a new version of the plan."""
    for site in _list_all_sites(connection):
        stored_rows, computed_rows = read_rows_of_site(connection, site), _compute_all(connection, plans, site)
        _write_changes(
            connection, {site: _find_changes(stored_rows, computed_rows, _list_quarters(stored_rows, computed_rows))}
        )
        mark_sites_changed(connection, [site])
    rebuild_centre_rows(connection, plans)


def compare_rollups(connection: Connection, plans: Plans) -> tuple[RollupDifference, ...]:
    """Return every row that differs from the returns, site by site."""
    differences: list[RollupDifference] = []
    for site in _list_all_sites(connection):
        stored_rows, computed_rows = read_rows_of_site(connection, site), _compute_all(connection, plans, site)
        differences.extend(
            RollupDifference(basis, change.before.get(quarter), change.after.get(quarter))
            for change in _find_changes(stored_rows, computed_rows, _list_quarters(stored_rows, computed_rows))
            for basis in change.bases
            for quarter in change.changed_quarters
        )
    return tuple(differences)


def _find_affected_quarters(plans: Plans, quarter: Quarter) -> tuple[Quarter, Quarter]:
    """Return the first and the last quarter whose rows a return can change.

    A year-to-date return changes every quarter of its year, including earlier ones (they become covered). A level may
    be carried into the shares of later quarters, and those belong to whole years again.
    """
    return Quarter(quarter.year, 1), Quarter(quarter.shift(plans.max_carry_quarters).year, 4)


def _list_all_sites(connection: Connection) -> list[str]:
    """Return every site that has a return or a row."""
    reporting_sites = connection.scalars(select(returns.c.site).distinct())
    return sorted({*reporting_sites, *connection.scalars(select(rollups.c.site).distinct())})


def _compute_all(connection: Connection, plans: Plans, site: str) -> SiteRows:
    site_data = read_site_data(connection, site)
    return _compute(plans, site_data.candidates, site_data.observations)


def _compute(
    plans: Plans,
    candidates: Collection[Candidate],
    observations: dict[int, list[Observation]],
    *,
    first_year: int | None = None,
) -> SiteRows:
    """Compute the site's rows on both bases from its returns, starting with the year."""
    approved = _resolve(plans, select_effective(candidates, "approved"), observations, first_year)
    # Without a submitted return both bases hold the same rows, so compute them once.
    if all(candidate.is_approved for candidate in candidates):
        return {"approved": approved, "submitted": approved}
    return {
        "approved": approved,
        "submitted": _resolve(plans, select_effective(candidates, "submitted"), observations, first_year),
    }


def _resolve(
    plans: Plans, effective: Iterable[Candidate], observations: dict[int, list[Observation]], first_year: int | None
) -> NumberRows:
    site_returns = [make_site_return(candidate, observations.get(candidate.id, ())) for candidate in effective]
    number_rows: dict[NumberKey, dict[Quarter, SiteQuarter]] = {}
    for row in roll_up_site(plans, site_returns, first_year=first_year):
        number_rows.setdefault((row.indicator, row.part), {})[row.quarter] = row
    return number_rows


def _find_changes(stored_rows: SiteRows, computed_rows: SiteRows, quarters: Sequence[Quarter]) -> list[SiteChange]:
    """Return the changes in these quarters; one change for both bases where they are equal."""
    is_alike = (
        computed_rows["approved"] is computed_rows["submitted"] and stored_rows["approved"] == stored_rows["submitted"]
    )
    basis_groups = (APPROVAL_BASES,) if is_alike else tuple((basis,) for basis in APPROVAL_BASES)
    return [
        change
        for bases in basis_groups
        for change in _find_changes_on(bases, stored_rows[bases[0]], computed_rows[bases[0]], quarters)
    ]


def _find_changes_on(
    bases: tuple[ApprovalBasis, ...], stored_rows: NumberRows, computed_rows: NumberRows, quarters: Sequence[Quarter]
) -> Iterator[SiteChange]:
    for number in dict.fromkeys((*stored_rows, *computed_rows)):
        before, target = stored_rows.get(number, {}), computed_rows.get(number, {})
        changed = [quarter for quarter in quarters if before.get(quarter) != target.get(quarter)]
        if changed:
            after = {**before, **{quarter: target[quarter] for quarter in changed if quarter in target}}
            for quarter in changed:
                if quarter not in target:
                    del after[quarter]
            yield SiteChange(bases, number, before, after, changed)


def _list_quarters(*all_rows: SiteRows) -> Sequence[Quarter]:
    """Return the range from the first to the last quarter that has a row."""
    quarters = {
        quarter
        for rows in all_rows
        for numbers in rows.values()
        for by_quarter in numbers.values()
        for quarter in by_quarter
    }
    return list_quarters_between(min(quarters), max(quarters)) if quarters else ()


def _write_changes(connection: Connection, changes: Mapping[str, Iterable[SiteChange]]) -> None:
    """Delete the sites' outdated rows and insert the new ones."""
    outdated: list[tuple[object, ...]] = []
    fresh: list[tuple[object, ...]] = []
    for site, site_changes in changes.items():
        rows = [
            (basis, change, quarter)
            for change in site_changes
            for basis in change.bases
            for quarter in change.changed_quarters
        ]
        outdated += [
            (basis, *change.number, site, quarter) for basis, change, quarter in rows if quarter in change.before
        ]
        fresh += [
            (basis, *_list_column_values(change.after[quarter]))
            for basis, change, quarter in rows
            if quarter in change.after
        ]
    delete_rows(connection, rollups, _KEY_COLUMNS, outdated)
    insert_rows(connection, rollups, _COLUMNS, fresh)


_KEY_COLUMNS = ("basis", "indicator", "part", "site", "quarter")
_COLUMNS = ("basis", "indicator", "part", "site", "quarter", "state", "value", "denominator", "covered_by")


def _list_column_values(row: SiteQuarter) -> tuple[object, ...]:
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
