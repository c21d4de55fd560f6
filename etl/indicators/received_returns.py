"""Which returns stand, by site and quarter, with what the system's own indicators count of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.site_sets import NO_SITE, SiteSet
from etl.indicators.vocabulary import ReceivedReturn

_OfQuarter = Mapping[str, ReceivedReturn]


class ReceivedSites(NamedTuple):
    """The sites whose return of a quarter stands, and those of them whose came in time and is approved."""

    received: SiteSet
    on_time_and_approved: SiteSet


class ReceivedReturns(Mapping[tuple[str, Quarter], ReceivedReturn]):
    """The standing returns by site and quarter; quarters that a change leaves alone are shared with the one before."""

    def __init__(self, by_quarter: Mapping[Quarter, _OfQuarter]) -> None:
        self.by_quarter = by_quarter
        self._came: dict[Quarter, tuple[Plans, ReceivedSites]] = {}
        self._waiting: dict[Quarter, tuple[str, ...]] = {}

    def __getitem__(self, place: tuple[str, Quarter]) -> ReceivedReturn:
        return self.by_quarter[place[1]][place[0]]

    def get(self, key: tuple[str, Quarter], default: object = None) -> ReceivedReturn | None:  # type: ignore[override]
        """The return that stands at the place, or None."""
        of_quarter = self.by_quarter.get(key[1])
        return None if of_quarter is None else of_quarter.get(key[0])

    def __contains__(self, place: object) -> bool:
        return isinstance(place, tuple) and place[0] in self.by_quarter.get(place[1], {})

    def __iter__(self) -> Iterator[tuple[str, Quarter]]:
        return ((site, quarter) for quarter, found in self.by_quarter.items() for site in found)

    def __len__(self) -> int:
        return sum(len(found) for found in self.by_quarter.values())

    def until(self, last: Quarter) -> "ReceivedReturns":
        """The same without those of later quarters."""
        return ReceivedReturns({quarter: one for quarter, one in self.by_quarter.items() if quarter <= last})

    def with_sites(self, sites: Collection[str], returns: Iterable[ReceivedReturn]) -> "ReceivedReturns":
        """The same with these returns in the place of all that the sites sent."""
        by_quarter: dict[Quarter, _OfQuarter] = dict(self.by_quarter)
        anew = {quarter: dict[str, ReceivedReturn]() for quarter in by_quarter}
        for one in returns:
            anew.setdefault(one.quarter, {})[one.site] = one
        came, waiting = dict(self._came), dict(self._waiting)
        for quarter, sent in anew.items():
            before = by_quarter.get(quarter, {})
            if {site: before[site] for site in sites if site in before} != sent:
                kept = {site: one for site, one in before.items() if site not in sites}
                by_quarter[quarter] = {**kept, **sent}
                came.pop(quarter, None)
                waiting.pop(quarter, None)
        after = ReceivedReturns({quarter: found for quarter, found in by_quarter.items() if found})
        after._came, after._waiting = came, waiting
        return after

    def differing_quarters(self, other: "ReceivedReturns") -> set[Quarter]:
        """The quarters of which the two tell anything different."""
        quarters = {*self.by_quarter, *other.by_quarter}
        pairs = ((one, self.by_quarter.get(one), other.by_quarter.get(one)) for one in quarters)
        return {quarter for quarter, mine, others in pairs if mine is not others and mine != others}

    def pending_approval(self) -> Iterator[tuple[str, Quarter]]:
        """The places whose return waits for approval."""
        for quarter, found in self.by_quarter.items():
            if quarter not in self._waiting:
                self._waiting[quarter] = tuple(site for site, one in found.items() if not one.approved)
            yield from ((site, quarter) for site in self._waiting[quarter])

    def received_sites(self, plans: Plans, quarter: Quarter) -> ReceivedSites:
        """The sites whose return of the quarter stands, by the calendar of the quarter's own plan."""
        known = self._came.get(quarter)
        if known is None or known[0] is not plans:
            known = self._came[quarter] = plans, self._count(plans, quarter)
        return known[1]

    def _count(self, plans: Plans, quarter: Quarter) -> ReceivedSites:
        calendar, bit = plans.plan_in_force(quarter).settings.calendar, plans.site_bits.bit
        received = kept = NO_SITE
        for site, one in self.by_quarter.get(quarter, {}).items():
            received |= bit(site)
            if one.approved and calendar.is_on_time(quarter, one.first_submitted):
                kept |= bit(site)
        return ReceivedSites(received, kept)


def index_received_returns(returns: Iterable[ReceivedReturn]) -> ReceivedReturns:
    """The standing returns, at most one for a site and quarter, in any order."""
    by_quarter: dict[Quarter, dict[str, ReceivedReturn]] = {}
    for one in returns:
        by_quarter.setdefault(one.quarter, {})[one.site] = one
    return ReceivedReturns(by_quarter)
