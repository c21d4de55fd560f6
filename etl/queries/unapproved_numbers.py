"""Which of an indicator's quarters rest on returns that nobody has approved yet."""

from collections.abc import Iterable

from etl.indicators.periods import Quarter
from etl.queries.scope import QueryScope


def find_unapproved_keys(scope: QueryScope, indicator: str, sites: Iterable[str]) -> frozenset[tuple[str, Quarter]]:
    """The sites and quarters whose number is another one with the returns that wait; none where they don't count."""
    if not scope.include_unapproved:
        return frozenset()
    submitted, approved, chosen = scope.snapshot.submitted, scope.snapshot.approved, set(sites)
    places = [place for place in submitted.received_returns.pending_approval() if place[0] in chosen]
    waiting = {site for site, _ in places}
    with_them, without = (record.rows.find_rows((indicator, ""), waiting) for record in (submitted, approved))
    return frozenset(
        (site, quarter)
        for site, quarter in places
        if with_them.get(site, {}).get(quarter) != without.get(site, {}).get(quarter)
    )
