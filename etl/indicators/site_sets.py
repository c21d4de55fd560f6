"""Sets of sites as the bits of an integer, so that operations on thousands of sites take one step."""

from collections.abc import Collection, Iterable
from typing import TypeVar

from etl.indicators.periods import Quarter
from etl.indicators.results import CarriedLevel, SiteQuarterKey

SiteSet = int
"""An integer with one bit for each site in the set."""

NO_SITE: SiteSet = 0
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class SiteBits:
    """Maps sites to bits, in the order in which the plan's versions list the sites. Bits never change."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = tuple(dict.fromkeys(codes))
        self._bit = {code: 1 << position for position, code in enumerate(self.codes)}
        self._sets: dict[SiteSet, frozenset[str]] = {}
        self._keys: dict[tuple[Quarter, SiteSet], tuple[SiteQuarterKey, ...]] = {}
        self._levels: dict[tuple[Quarter, SiteSet], tuple[CarriedLevel, ...]] = {}
        self._codes: dict[SiteSet, tuple[str, ...]] = {NO_SITE: ()}

    def get_bit(self, code: str) -> SiteSet:
        """Return the set of this site alone; the empty set for an unknown site."""
        return self._bit.get(code, NO_SITE)

    def make_set(self, codes: Collection[str]) -> SiteSet:
        """Return the set of the sites. Unknown codes are ignored."""
        sites = NO_SITE
        for code in codes:
            sites |= self._bit.get(code, NO_SITE)
        return sites

    def list_codes(self, sites: SiteSet) -> tuple[str, ...]:
        """Return the codes of the sites in the set, in the order of their bits."""
        cached = self._codes.get(sites)
        if cached is None:
            codes = tuple(self.codes[position] for position in _iterate_positions(sites))
            cached = _store(self._codes, sites, codes)
        return cached

    def get_codes(self, sites: SiteSet) -> frozenset[str]:
        cached = self._sets.get(sites)
        if cached is None:
            cached = _store(self._sets, sites, frozenset(self.list_codes(sites)))
        return cached

    def list_site_quarter_keys(self, quarter: Quarter, sites: SiteSet) -> tuple[SiteQuarterKey, ...]:
        """Return the key of each site and the quarter, in the order of `list_codes`."""
        cached = self._keys.get((quarter, sites))
        if cached is None:
            keys = tuple(SiteQuarterKey(site, quarter) for site in self.list_codes(sites))
            cached = _store(self._keys, (quarter, sites), keys)
        return cached

    def list_carried_levels(self, since: Quarter, sites: SiteSet) -> tuple[CarriedLevel, ...]:
        """Return the level of each site that is carried since the quarter, in the order of `list_codes`."""
        cached = self._levels.get((since, sites))
        if cached is None:
            levels = tuple(CarriedLevel(site, since) for site in self.list_codes(sites))
            cached = _store(self._levels, (since, sites), levels)
        return cached

    def get_position(self, code: str) -> int:
        """Return a key that sorts sites in the order of their bits, unknown sites first."""
        return self._bit.get(code, NO_SITE).bit_length()


_MAX_CACHED = 5_000


def _store(cache: dict[_Key, _Value], key: _Key, value: _Value) -> _Value:
    """Cache the value and return it. A full cache is emptied first."""
    if len(cache) >= _MAX_CACHED:
        cache.clear()
    cache[key] = value
    return value


def count_sites(sites: SiteSet) -> int:
    """Return the number of sites in the set."""
    return sites.bit_count()


def _iterate_positions(sites: SiteSet) -> Iterable[int]:
    while sites:
        lowest = sites & -sites
        yield lowest.bit_length() - 1
        sites ^= lowest
