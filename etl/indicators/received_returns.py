"""The received returns by site and quarter, and the sites that sent theirs on time."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.site_sets import NO_SITE, SiteSet
from etl.indicators.vocabulary import SiteReturn


@dataclass(frozen=True, slots=True)
class ReceivedReturn:
    """The receipt of a site's return: when it was first submitted and whether it is approved."""

    site: str
    quarter: Quarter
    first_submitted: datetime
    approved: bool
    """Whether the quarter has an approved return: this one, or the one that it corrects."""
    is_correction: bool = False
    """Whether it waits for approval while the return that it corrects is approved."""

    @property
    def is_pending(self) -> bool:
        return self.is_correction or not self.approved


_BySite = Mapping[str, ReceivedReturn]


class ReceivedSites(NamedTuple):
    """The sites whose return of a quarter was received, and those whose return is on time and approved."""

    received: SiteSet
    on_time_and_approved: SiteSet


class ReceivedReturns(Mapping[tuple[str, Quarter], ReceivedReturn]):
    """The current returns by site and quarter. Copies share the quarters that did not change."""

    def __init__(self, by_quarter: Mapping[Quarter, _BySite]) -> None:
        self.by_quarter = by_quarter
        self._sites: dict[Quarter, tuple[Plans, ReceivedSites]] = {}
        self._pending: dict[Quarter, tuple[str, ...]] = {}

    def __getitem__(self, key: tuple[str, Quarter]) -> ReceivedReturn:
        return self.by_quarter[key[1]][key[0]]

    def get(self, key: tuple[str, Quarter], default: object = None) -> ReceivedReturn | None:  # type: ignore[override]
        """Return the current return of the site and quarter, or None."""
        by_site = self.by_quarter.get(key[1])
        return None if by_site is None else by_site.get(key[0])

    def __contains__(self, key: object) -> bool:
        return isinstance(key, tuple) and key[0] in self.by_quarter.get(key[1], {})

    def __iter__(self) -> Iterator[tuple[str, Quarter]]:
        return ((site, quarter) for quarter, by_site in self.by_quarter.items() for site in by_site)

    def __len__(self) -> int:
        return sum(len(by_site) for by_site in self.by_quarter.values())

    def select_until(self, last: Quarter) -> "ReceivedReturns":
        """Return a copy without the returns of later quarters."""
        return ReceivedReturns({quarter: by_site for quarter, by_site in self.by_quarter.items() if quarter <= last})

    def with_sites(self, sites: Collection[str], returns: Iterable[ReceivedReturn]) -> "ReceivedReturns":
        """Return a copy in which these returns replace all returns of the sites."""
        by_quarter: dict[Quarter, _BySite] = dict(self.by_quarter)
        new = {quarter: dict[str, ReceivedReturn]() for quarter in by_quarter}
        for return_ in returns:
            new.setdefault(return_.quarter, {})[return_.site] = return_
        sites_cache, pending_cache = dict(self._sites), dict(self._pending)
        for quarter, new_by_site in new.items():
            old = by_quarter.get(quarter, {})
            if {site: old[site] for site in sites if site in old} != new_by_site:
                other_returns = {site: return_ for site, return_ in old.items() if site not in sites}
                by_quarter[quarter] = {**other_returns, **new_by_site}
                sites_cache.pop(quarter, None)
                pending_cache.pop(quarter, None)
        copy = ReceivedReturns({quarter: by_site for quarter, by_site in by_quarter.items() if by_site})
        copy._sites, copy._pending = sites_cache, pending_cache
        return copy

    def find_differing_quarters(self, other: "ReceivedReturns") -> set[Quarter]:
        """Return the quarters in which the two have different returns."""
        quarters = {*self.by_quarter, *other.by_quarter}
        pairs = ((quarter, self.by_quarter.get(quarter), other.by_quarter.get(quarter)) for quarter in quarters)
        return {quarter for quarter, left, right in pairs if left is not right and left != right}

    def iterate_pending_approval(self) -> Iterator[tuple[str, Quarter]]:
        """Yield the sites and quarters whose return is pending approval."""
        for quarter, by_site in self.by_quarter.items():
            if quarter not in self._pending:
                self._pending[quarter] = tuple(site for site, return_ in by_site.items() if return_.is_pending)
            yield from ((site, quarter) for site in self._pending[quarter])

    def get_received_sites(self, plans: Plans, quarter: Quarter) -> ReceivedSites:
        """Return the sites whose return of the quarter was received, by the calendar of the plan in force."""
        cached = self._sites.get(quarter)
        if cached is None or cached[0] is not plans:
            cached = self._sites[quarter] = plans, self._find_sites(plans, quarter)
        return cached[1]

    def _find_sites(self, plans: Plans, quarter: Quarter) -> ReceivedSites:
        calendar, get_bit = plans.get_plan_in_force(quarter).settings.calendar, plans.site_bits.get_bit
        received = on_time_and_approved = NO_SITE
        for site, return_ in self.by_quarter.get(quarter, {}).items():
            received |= get_bit(site)
            if return_.approved and calendar.is_on_time(quarter, return_.first_submitted):
                on_time_and_approved |= get_bit(site)
        return ReceivedSites(received, on_time_and_approved)


def index_received_returns(returns: Iterable[ReceivedReturn]) -> ReceivedReturns:
    """Index current returns by quarter and site. At most one for a site and quarter, in any order."""
    by_quarter: dict[Quarter, dict[str, ReceivedReturn]] = {}
    for return_ in returns:
        by_quarter.setdefault(return_.quarter, {})[return_.site] = return_
    return ReceivedReturns(by_quarter)


def list_received_returns(returns: Iterable[SiteReturn]) -> tuple[ReceivedReturn, ...]:
    """Return the receipts of the returns, in their order."""
    return tuple(
        ReceivedReturn(
            return_.site,
            return_.quarter,
            return_.first_submitted,
            return_.approved,
            is_correction=return_.is_correction,
        )
        for return_ in returns
    )
