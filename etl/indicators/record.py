"""Reported data for the core: received returns, roll-up rows of each site, and tallies of all sites."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, TypeVar

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.received_returns import (
    ReceivedReturn,
    ReceivedReturns,
    index_received_returns,
    list_received_returns,
)
from etl.indicators.site_groups import SiteGroup
from etl.indicators.site_rollup import roll_up_site
from etl.indicators.site_rows import (
    EarlierRows,
    InMemoryRows,
    NumberKey,
    QuarterRows,
    RowsWithReplacedSites,
    SiteRows,
    index_rows,
)
from etl.indicators.site_sets import SiteSet
from etl.indicators.tallies import EMPTY_TALLY, Tallies, Tally, add_tallies, tally_site
from etl.indicators.vocabulary import SiteQuarter, SiteReturn

SelectedSites = frozenset[str] | SiteGroup
LoadCentreTallies = Callable[[Plans, NumberKey], Tallies]
"""Returns the tallies of all sites for a number."""
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Record:
    """All reported data on one basis: approved returns only, or submitted ones as well."""

    received_returns: ReceivedReturns
    rows: SiteRows = field(repr=False)
    load_centre_tallies: LoadCentreTallies | None = field(default=None, compare=False, repr=False)
    """Loads stored tallies of all sites. Without it they are computed from the rows."""
    cache: dict[Any, tuple[Plans, SiteSet, Any]] = field(default_factory=dict, compare=False, repr=False)
    """Values by key, each with the plans and the sites from whose rows it was computed."""

    def get_site_rows(self, indicator: str, part: str, site: str) -> QuarterRows:
        """Return the site's rows of an indicator or one of its parts, by quarter."""
        return self.rows.find_rows((indicator, part), (site,)).get(site, {})

    def get_tallies(self, plans: Plans, number: NumberKey, sites: SelectedSites | None) -> Tallies:
        """Return the tallies of the sites (None: all) for a number, by quarter."""
        if sites is None and self.load_centre_tallies is not None:
            return self.get_or_compute(plans, ("centre", number), 0, lambda: self._tally_centre(plans, number))
        site_set = -1 if sites is None else plans.site_bits.make_set(sites)
        return self.get_or_compute(
            plans, ("tallies", number, sites), site_set, lambda: self._tally_sites(plans, number, sites)
        )

    def _tally_centre(self, plans: Plans, number: NumberKey) -> Tallies:
        assert self.load_centre_tallies is not None
        return self.load_centre_tallies(plans, number)

    def _tally_sites(self, plans: Plans, number: NumberKey, sites: SelectedSites | None) -> Tallies:
        rows = self.rows.find_rows(number, sites)
        requested = rows if sites is None else [site for site in sites if site in rows]
        return add_tallies(tally_site(plans, rows[site]) for site in requested)

    def get_or_compute(self, plans: Plans, key: object, sites: SiteSet, compute: Callable[[], _Value]) -> _Value:
        """Return the cached value of the key, or compute and cache it. It depends on the rows of these sites only."""
        cached = self.cache.get(key)
        if cached is None or cached[0] is not plans:
            if len(self.cache) >= _MAX_CACHED:
                self.cache.clear()
            cached = self.cache[key] = plans, sites, compute()
        value: _Value = cached[2]
        return value

    def find_differing_indicators(self, other: "Record", site: str) -> frozenset[str]:
        """Return the indicators for which the two records have different rows of the site."""
        return frozenset(
            indicator
            for indicator, part in {*self.rows.list_number_keys(), *other.rows.list_number_keys()}
            if self.get_site_rows(indicator, part, site) != other.get_site_rows(indicator, part, site)
        )

    def select_until(self, last: Quarter) -> "Record":
        """Return a copy without the data of later quarters, for comparisons with an earlier time.

        A quarter that a later year-to-date return covers has no number in it: its amount came with that return.
        """
        earlier = Record(self.received_returns.select_until(last), EarlierRows(self.rows, last))
        if self.load_centre_tallies is None:
            return earlier
        load_all = self.load_centre_tallies

        def load_earlier(plans: Plans, number: NumberKey) -> Tallies:
            # Only levels are carried into quarters after the last.
            is_level = plans.is_level(number[0])
            return _EarlierTallies(
                load_all(plans, number), last, lambda: earlier.get_tallies(plans, number, None) if is_level else {}
            )

        return replace(earlier, load_centre_tallies=load_earlier)


class _EarlierTallies(Mapping[Quarter, Tally]):
    """Stored tallies up to a quarter; later ones, into which levels are carried, are computed from the rows."""

    def __init__(self, stored: Tallies, last: Quarter, compute_later: Callable[[], Tallies]) -> None:
        self._earlier = {
            quarter: tally.drop_covered_after(last) for quarter, tally in stored.items() if quarter <= last
        }
        self._last = last
        self._compute_later = compute_later

    def __getitem__(self, quarter: Quarter) -> Tally:
        return self._earlier[quarter] if quarter <= self._last else self._compute_later()[quarter]

    def get(self, quarter: Quarter, default: Any = None) -> Any:
        """Return the tally or the default, without the cost of a KeyError."""
        return (
            self._earlier.get(quarter, default)
            if quarter <= self._last
            else self._compute_later().get(quarter, default)
        )

    def __iter__(self) -> Iterator[Quarter]:
        return iter({**self._compute_later(), **self._earlier})

    def __len__(self) -> int:
        return len({**self._compute_later(), **self._earlier})


_MAX_CACHED = 50_000


def build_record_from_rows(rows: Iterable[SiteQuarter], received: Iterable[ReceivedReturn]) -> Record:
    """Build a record from roll-up rows and receipts, in any order."""
    return Record(index_received_returns(received), index_rows(rows))


def build_record(plans: Plans, returns: Iterable[SiteReturn]) -> Record:
    """Build a record from current returns, at most one for a site and quarter, in any order."""
    by_site: dict[str, list[SiteReturn]] = {}
    for return_ in returns:
        by_site.setdefault(return_.site, []).append(return_)
    rows = [row for site_returns in by_site.values() for row in roll_up_site(plans, site_returns)]
    return build_record_from_rows(rows, list_received_returns(chain.from_iterable(by_site.values())))


def replace_site_returns(plans: Plans, record: Record, site: str, returns: Iterable[SiteReturn]) -> Record:
    """Return a copy of the record in which these returns replace all data of the site."""
    return replace_returns_of_sites(plans, record, (site,), returns)


def replace_returns_of_sites(
    plans: Plans, record: Record, sites: Collection[str], returns: Iterable[SiteReturn]
) -> Record:
    """Return a copy of the record in which these returns replace all data of the sites, in any order."""
    by_site: dict[str, list[SiteReturn]] = {site: [] for site in sites}
    for return_ in returns:
        by_site[return_.site].append(return_)
    received = record.received_returns.with_sites(sites, list_received_returns(chain.from_iterable(by_site.values())))
    after = index_rows(row for site_returns in by_site.values() for row in roll_up_site(plans, site_returns))
    rows = RowsWithReplacedSites(record.rows, frozenset(sites), after)
    if record.load_centre_tallies is None:
        return Record(received, rows)
    return Record(received, rows, lambda plans, number: _replace_sites(plans, record, number, sites, after))


def _replace_sites(
    plans: Plans, record: Record, number: NumberKey, sites: Collection[str], after: InMemoryRows
) -> Tallies:
    """Return the tallies of all sites with the rows of some sites replaced."""
    tallies = dict(record.get_tallies(plans, number, None))
    before, new = record.rows.find_rows(number, sites), after.find_rows(number, sites)
    for site in sites:
        for quarter, tally in tally_site(plans, before.get(site, {})).items():
            tallies[quarter] = tallies[quarter].subtract(tally)
        for quarter, tally in tally_site(plans, new.get(site, {})).items():
            tallies[quarter] = tallies.get(quarter, EMPTY_TALLY).add(tally)
    return tallies


def retain_unaffected(
    cache: Mapping[Any, tuple[Plans, SiteSet, Any]], changed_sites: SiteSet
) -> dict[Any, tuple[Plans, SiteSet, Any]]:
    """Return the cache entries that depend on certain sites and on none of those that changed."""
    return {key: entry for key, entry in cache.items() if entry[1] and not entry[1] & changed_sites}
