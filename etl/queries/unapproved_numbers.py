"""Find the numbers that include returns pending approval."""

from collections.abc import Iterable

from etl.indicators.periods import Quarter
from etl.indicators.totals import list_terms
from etl.queries.scope import QueryScope


def find_unapproved_keys(scope: QueryScope, indicator: str, sites: Iterable[str]) -> frozenset[tuple[str, Quarter]]:
    """Return the sites and quarters whose number differs with pending returns; none where the scope excludes them."""
    if not scope.include_unapproved:
        return frozenset()
    submitted, approved, site_codes = scope.snapshot.submitted, scope.snapshot.approved, set(sites)
    keys = [key for key in submitted.received_returns.iterate_pending_approval() if key[0] in site_codes]
    pending_sites = {site for site, _ in keys}
    unapproved: set[tuple[str, Quarter]] = set()
    for term in list_terms(scope.snapshot.plans, indicator):
        with_pending, without = (record.rows.find_rows((term, ""), pending_sites) for record in (submitted, approved))
        unapproved |= {
            (site, quarter)
            for site, quarter in keys
            if with_pending.get(site, {}).get(quarter) != without.get(site, {}).get(quarter)
        }
    return frozenset(unapproved)
