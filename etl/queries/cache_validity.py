"""Decide which cached results of a snapshot stay valid after a change of the data."""

from collections.abc import Collection, Iterable, Mapping

from etl.database.records import CentreRow
from etl.indicators.periods import Period, Quarter, Years
from etl.indicators.plans import Plans
from etl.indicators.received_returns import ReceivedReturns
from etl.indicators.record import retain_unaffected
from etl.indicators.results import Figure
from etl.indicators.site_groups import SiteGroup, SiteSelection
from etl.indicators.site_sets import NO_SITE
from etl.indicators.totals import list_terms
from etl.indicators.vocabulary import Source
from etl.queries.snapshot import FigureCacheKey, Snapshot

_FirstChanges = Mapping[tuple[bool, str], Quarter]
"""The first quarter with a change, by basis (with unapproved numbers or not) and indicator."""


def carry_over(before: Snapshot, after: Snapshot, rows: Iterable[CentreRow], changed_sites: frozenset[str]) -> None:
    """Copy the cached results that are still valid into the later snapshot and its snapshots up to a quarter.

    `rows` are the new rows of the centre. A figure depends on no quarter after its period, on no site but its own and
    on no indicator but its own, a total also on its terms; figures of the system's own indicators depend on which
    returns are current.
    """
    changes = _find_first_changes(before, after, rows)
    changed_set = after.plans.site_bits.make_set(changed_sites)
    after.figure_cache.update(_select_valid_figures(before.figure_cache, changes, changed_sites))
    first = min(changes.values(), default=None)
    for last, earlier in before.until_cache.items():
        later, is_untouched = after.select_until(last), first is None or first > last
        for basis in (False, True):
            cache = earlier.get_record(include_unapproved=basis).cache
            valid = retain_unaffected(cache, NO_SITE if is_untouched else changed_set)
            later.get_record(include_unapproved=basis).cache.update(valid)
        later.figure_cache.update(_select_valid_figures(earlier.figure_cache, changes, changed_sites, last=last))


def _find_first_changes(before: Snapshot, after: Snapshot, rows: Iterable[CentreRow]) -> _FirstChanges:
    changes: dict[tuple[bool, str], Quarter] = {}
    for row in rows:
        key = row.basis == "submitted", row.number[0]
        changes[key] = min(row.quarter, changes.get(key, row.quarter))
    for basis in (False, True):
        old, new = (snapshot.get_record(include_unapproved=basis).received_returns for snapshot in (before, after))
        first = _find_first_difference(old, new)
        if first is not None:
            changes.update(((basis, code), first) for code in _list_system_codes(after.plans))
    return {**changes, **_find_changes_of_totals(after.plans, changes)}


def _find_changes_of_totals(plans: Plans, changes: _FirstChanges) -> dict[tuple[bool, str], Quarter]:
    """Return the first change of each total: that of its terms, in any version of the plan, or its own."""
    codes = {item.code for version in plans.versions for item in version.plan.indicators if item.sum_of}
    changes_of_totals = {}
    for code in codes:
        for basis in (False, True):
            numbers = {code, *list_terms(plans, code)}
            quarters = [changes[basis, number] for number in numbers if (basis, number) in changes]
            if quarters:
                changes_of_totals[basis, code] = min(quarters)
    return changes_of_totals


def _find_first_difference(old: ReceivedReturns, new: ReceivedReturns) -> Quarter | None:
    return None if old is new else min(old.find_differing_quarters(new), default=None)


def _list_system_codes(plans: Plans) -> set[str]:
    return {
        indicator.code
        for version in plans.versions
        for indicator in version.plan.indicators
        if indicator.source is Source.SYSTEM
    }


def _select_valid_figures(
    figures: Mapping[FigureCacheKey, Figure],
    changes: _FirstChanges,
    changed_sites: Collection[str],
    *,
    last: Quarter | None = None,
) -> dict[FigureCacheKey, Figure]:
    """Return the figures whose indicator or sites did not change, or only after their period or after `last`."""
    valid = {}
    for key, figure in figures.items():
        first = changes.get((key.include_unapproved, key.indicator))
        if (
            first is None
            or (last is not None and first > last)
            or _ends_before(key.period, first)
            or _excludes(key.sites, changed_sites)
        ):
            valid[key] = figure
    return valid


def _excludes(selection: SiteSelection | None, changed_sites: Collection[str]) -> bool:
    """Return whether no selected site changed.

    A province counts as changed: another plan version may give it other sites.
    """
    if selection is None or isinstance(selection, SiteGroup):
        return False
    return not any(site in changed_sites for site in selection)


def _ends_before(period: Period, change: Quarter) -> bool:
    if isinstance(period, Quarter):
        return period < change
    return isinstance(period, Years) and period.last < change.year
