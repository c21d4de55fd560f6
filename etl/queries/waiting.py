"""Which of an indicator's quarters rest on returns that nobody has approved yet."""

from collections.abc import Iterable

from etl.indicators.periods import Quarter
from etl.queries.asking import Asking


def waiting_places(asking: Asking, indicator: str, sites: Iterable[str]) -> frozenset[tuple[str, Quarter]]:
    """The sites and quarters whose number is another one with the returns that wait; none where they don't count."""
    if not asking.include_unapproved:
        return frozenset()
    submitted, approved, chosen = asking.snapshot.submitted, asking.snapshot.approved, set(sites)
    places = [place for place in submitted.received.waiting() if place[0] in chosen]
    waiting = {site for site, _ in places}
    with_them, without = (record.rows.of((indicator, ""), waiting) for record in (submitted, approved))
    return frozenset(
        (site, quarter)
        for site, quarter in places
        if with_them.get(site, {}).get(quarter) != without.get(site, {}).get(quarter)
    )
