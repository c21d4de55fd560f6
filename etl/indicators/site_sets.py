"""Sets of sites as the bits of a whole number: thousands of sites are compared, joined and counted in one step."""

from collections.abc import Collection, Iterable

from etl.indicators.periods import Quarter
from etl.indicators.results import SiteQuarterKey

SiteSet = int
"""The sum of 2 to the power of each site's number."""

NO_SITE: SiteSet = 0


class SiteBits:
    """Which bit stands for which site, in the order in which the plan's versions name them: numbers never change."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = tuple(dict.fromkeys(codes))
        self._bit = {code: 1 << place for place, code in enumerate(self.codes)}
        self._sets: dict[SiteSet, frozenset[str]] = {}
        self._kept_places: dict[tuple[Quarter, SiteSet], tuple[SiteQuarterKey, ...]] = {}
        self._named: dict[SiteSet, tuple[str, ...]] = {NO_SITE: ()}

    def bit(self, code: str) -> SiteSet:
        """The set of this site alone; the empty one for a site that no version knows."""
        return self._bit.get(code, NO_SITE)

    def make_set(self, codes: Collection[str]) -> SiteSet:
        """The set of those that a version knows."""
        found = NO_SITE
        for code in codes:
            found |= self._bit.get(code, NO_SITE)
        return found

    def codes_in_order(self, sites: SiteSet) -> tuple[str, ...]:
        """The codes of the sites in it, in order of their numbers."""
        found = self._named.get(sites)
        if found is None:
            found = tuple(self.codes[place] for place in _places(sites))
            if len(self._named) >= _KEPT_AT_MOST:
                self._named.clear()
            self._named[sites] = found
        return found

    def code_set(self, sites: SiteSet) -> frozenset[str]:
        """The same as a set of codes."""
        found = self._sets.get(sites)
        if found is None:
            if len(self._sets) >= _KEPT_AT_MOST:
                self._sets.clear()
            found = self._sets[sites] = frozenset(self.codes_in_order(sites))
        return found

    def site_quarter_keys(self, quarter: Quarter, sites: SiteSet) -> tuple[SiteQuarterKey, ...]:
        """Each site's place in the quarter, in the same order."""
        found = self._kept_places.get((quarter, sites))
        if found is None:
            if len(self._kept_places) >= _KEPT_AT_MOST:
                self._kept_places.clear()
            found = self._kept_places[quarter, sites] = tuple(
                SiteQuarterKey(site, quarter) for site in self.codes_in_order(sites)
            )
        return found

    def sort_key(self, code: str) -> int:
        """A number that sorts sites as `names` does; unknown ones first."""
        return self._bit.get(code, NO_SITE).bit_length()


_KEPT_AT_MOST = 5_000


def count_sites(sites: SiteSet) -> int:
    """How many there are in it."""
    return sites.bit_count()


def _places(sites: SiteSet) -> Iterable[int]:
    while sites:
        lowest = sites & -sites
        yield lowest.bit_length() - 1
        sites ^= lowest
