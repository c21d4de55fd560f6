"""What has been reported, arranged for the core: tallies of all sites, the rows of each, and who sent when."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.received_returns import ReceivedReturns, index_received_returns
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
from etl.indicators.vocabulary import ReceivedReturn, SiteQuarter, SiteReturn, list_received_returns

LoadCentreTallies = Callable[[Plans, NumberKey], Tallies]
"""What all sites together said of a number."""
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Record:
    """Everything reported on one basis (approved, or submitted as well)."""

    received_returns: ReceivedReturns
    rows: SiteRows = field(repr=False)
    load_centre_tallies: LoadCentreTallies | None = field(default=None, compare=False, repr=False)
    """The tallies of all sites, where somebody keeps them; else they are made of the rows."""
    cache: dict[Any, tuple[Plans, SiteSet, Any]] = field(default_factory=dict, compare=False, repr=False)
    """What was made of the rows of some sites already, with the plans by which it was."""

    def site_rows(self, indicator: str, part: str, site: str) -> QuarterRows:
        """The site's rows of an indicator or one of its parts, by quarter; empty when nothing was said."""
        return self.rows.find_rows((indicator, part), (site,)).get(site, {})

    def tallies(self, plans: Plans, number: NumberKey, sites: frozenset[str] | None) -> Tallies:
        """What the sites (None: all) said of a number, by quarter."""
        if sites is None and self.load_centre_tallies is not None:
            return self.get_or_compute(plans, ("centre", number), 0, lambda: self._centre(plans, number))
        chosen = -1 if sites is None else plans.site_bits.make_set(sites)
        return self.get_or_compute(
            plans, ("tallies", number, sites), chosen, lambda: self._tallies(plans, number, sites)
        )

    def _centre(self, plans: Plans, number: NumberKey) -> Tallies:
        assert self.load_centre_tallies is not None
        return self.load_centre_tallies(plans, number)

    def _tallies(self, plans: Plans, number: NumberKey, sites: frozenset[str] | None) -> Tallies:
        found = self.rows.find_rows(number, sites)
        chosen = found if sites is None else [site for site in sites if site in found]
        return add_tallies(tally_site(plans, found[site]) for site in chosen)

    def get_or_compute(self, plans: Plans, key: object, sites: SiteSet, compute: Callable[[], _Made]) -> _Made:
        """What was made under the name before, else what `make` makes now of the rows of these sites."""
        known = self.cache.get(key)
        if known is None or known[0] is not plans:
            if len(self.cache) >= _KEPT_AT_MOST:
                self.cache.clear()
            known = self.cache[key] = plans, sites, compute()
        found: _Made = known[2]
        return found

    def differing_indicators(self, other: "Record", site: str) -> frozenset[str]:
        """The indicators of which the two records hold different rows for the site."""
        return frozenset(
            indicator
            for indicator, part in {*self.rows.number_keys(), *other.rows.number_keys()}
            if self.site_rows(indicator, part, site) != other.site_rows(indicator, part, site)
        )

    def until(self, last: Quarter) -> "Record":
        """The same without anything that was said of later quarters: what a comparison with an earlier time takes."""
        stopped = Record(self.received_returns.until(last), EarlierRows(self.rows, last))
        if self.load_centre_tallies is None:
            return stopped
        whole = self.load_centre_tallies

        def centre(plans: Plans, number: NumberKey) -> Tallies:
            # Nothing but a level is brought to quarters after those in which it was said.
            is_level = plans.is_level(number[0])
            return _Stopped(
                whole(plans, number), last, lambda: stopped.tallies(plans, number, None) if is_level else {}
            )

        return replace(stopped, load_centre_tallies=centre)


class _Stopped(Mapping[Quarter, Tally]):
    """The centre's tallies up to a quarter; of later ones, into which levels are carried, those that the rows make."""

    def __init__(self, whole: Tallies, last: Quarter, of_rows: Callable[[], Tallies]) -> None:
        self._kept = {quarter: tally for quarter, tally in whole.items() if quarter <= last}
        self._last = last
        self._of_rows = of_rows

    def __getitem__(self, quarter: Quarter) -> Tally:
        return self._kept[quarter] if quarter <= self._last else self._of_rows()[quarter]

    def get(self, quarter: Quarter, default: Any = None) -> Any:
        """Without the price of a KeyError."""
        return self._kept.get(quarter, default) if quarter <= self._last else self._of_rows().get(quarter, default)

    def __iter__(self) -> Iterator[Quarter]:
        return iter({**self._of_rows(), **self._kept})

    def __len__(self) -> int:
        return len({**self._of_rows(), **self._kept})


_KEPT_AT_MOST = 50_000


def build_record_from_rows(rows: Iterable[SiteQuarter], received: Iterable[ReceivedReturn]) -> Record:
    """The record that roll-up rows and the list of standing returns make, in any order."""
    return Record(index_received_returns(received), index_rows(rows))


def build_record(plans: Plans, returns: Iterable[SiteReturn]) -> Record:
    """The record of standing returns, at most one for a site and quarter, in any order."""
    by_site: dict[str, list[SiteReturn]] = {}
    for one in returns:
        by_site.setdefault(one.site, []).append(one)
    rows = [row for site_returns in by_site.values() for row in roll_up_site(plans, site_returns)]
    return build_record_from_rows(rows, list_received_returns(one for found in by_site.values() for one in found))


def record_with_site(plans: Plans, record: Record, site: str, returns: Iterable[SiteReturn]) -> Record:
    """The record with these standing returns in the place of everything that the site said and sent."""
    return record_with_sites(plans, record, (site,), returns)


def record_with_sites(plans: Plans, record: Record, sites: Collection[str], returns: Iterable[SiteReturn]) -> Record:
    """The same for several sites, whose returns come in any order."""
    sent: dict[str, list[SiteReturn]] = {site: [] for site in sites}
    for one in returns:
        sent[one.site].append(one)
    received = record.received_returns.with_sites(
        sites, list_received_returns(one for found in sent.values() for one in found)
    )
    after = index_rows(row for found in sent.values() for row in roll_up_site(plans, found))
    rows = RowsWithReplacedSites(record.rows, frozenset(sites), after)
    if record.load_centre_tallies is None:
        return Record(received, rows)
    return Record(received, rows, lambda plans, number: _exchanged(plans, record, number, sites, after))


def _exchanged(plans: Plans, record: Record, number: NumberKey, sites: Collection[str], after: InMemoryRows) -> Tallies:
    """The tallies of all sites once some of them say something else."""
    found = dict(record.tallies(plans, number, None))
    before, anew = record.rows.find_rows(number, sites), after.find_rows(number, sites)
    for site in sites:
        for quarter, tally in tally_site(plans, before.get(site, {})).items():
            found[quarter] = found[quarter].minus(tally)
        for quarter, tally in tally_site(plans, anew.get(site, {})).items():
            found[quarter] = found.get(quarter, EMPTY_TALLY).plus(tally)
    return found


def retain_unaffected(
    cache: Mapping[Any, tuple[Plans, SiteSet, Any]], changed_sites: SiteSet
) -> dict[Any, tuple[Plans, SiteSet, Any]]:
    """What was made of the rows of other sites than those that changed, and of some sites at all."""
    return {name: one for name, one in cache.items() if one[1] and not one[1] & changed_sites}
