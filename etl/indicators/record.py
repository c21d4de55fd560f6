"""What has been reported, arranged for the core: tallies of all sites, the rows of each, and who sent when."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.received import ReceivedReturns, received_returns
from etl.indicators.resolving import resolve_site
from etl.indicators.site_rows import EarlierRows, Number, QuarterRows, RowsInMemory, RowsWithSites, SiteRows, arrange
from etl.indicators.site_sets import SiteSet
from etl.indicators.tallies import EMPTY, Tallies, Tally, add_tallies, tallies_of_site
from etl.indicators.vocabulary import Received, SiteQuarter, SiteReturn, received_of

Centre = Callable[[Plans, Number], Tallies]
"""What all sites together said of a number."""
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Record:
    """Everything reported on one basis (approved, or submitted as well)."""

    received: ReceivedReturns
    rows: SiteRows = field(repr=False)
    centre: Centre | None = field(default=None, compare=False, repr=False)
    """The tallies of all sites, where somebody keeps them; else they are made of the rows."""
    made: dict[Any, tuple[Plans, SiteSet, Any]] = field(default_factory=dict, compare=False, repr=False)
    """What was made of the rows of some sites already, with the plans by which it was."""

    def site_rows(self, indicator: str, part: str, site: str) -> QuarterRows:
        """The site's rows of an indicator or one of its parts, by quarter; empty when nothing was said."""
        return self.rows.of((indicator, part), (site,)).get(site, {})

    def tallies(self, plans: Plans, number: Number, sites: frozenset[str] | None) -> Tallies:
        """What the sites (None: all) said of a number, by quarter."""
        if sites is None and self.centre is not None:
            return self.keep(plans, ("centre", number), 0, lambda: self._centre(plans, number))
        chosen = -1 if sites is None else plans.site_numbers.set_of(sites)
        return self.keep(plans, ("tallies", number, sites), chosen, lambda: self._tallies(plans, number, sites))

    def _centre(self, plans: Plans, number: Number) -> Tallies:
        assert self.centre is not None
        return self.centre(plans, number)

    def _tallies(self, plans: Plans, number: Number, sites: frozenset[str] | None) -> Tallies:
        found = self.rows.of(number, sites)
        chosen = found if sites is None else [site for site in sites if site in found]
        return add_tallies(tallies_of_site(plans, found[site]) for site in chosen)

    def keep(self, plans: Plans, name: object, sites: SiteSet, make: Callable[[], _Made]) -> _Made:
        """What was made under the name before, else what `make` makes now of the rows of these sites."""
        known = self.made.get(name)
        if known is None or known[0] is not plans:
            if len(self.made) >= _KEPT_AT_MOST:
                self.made.clear()
            known = self.made[name] = plans, sites, make()
        found: _Made = known[2]
        return found

    def indicators_that_differ(self, other: "Record", site: str) -> frozenset[str]:
        """The indicators of which the two records hold different rows for the site."""
        return frozenset(
            indicator
            for indicator, part in {*self.rows.numbers(), *other.rows.numbers()}
            if self.site_rows(indicator, part, site) != other.site_rows(indicator, part, site)
        )

    def until(self, last: Quarter) -> "Record":
        """The same without anything that was said of later quarters: what a comparison with an earlier time takes."""
        stopped = Record(self.received.until(last), EarlierRows(self.rows, last))
        if self.centre is None:
            return stopped
        whole = self.centre

        def centre(plans: Plans, number: Number) -> Tallies:
            # Nothing but a level is brought to quarters after those in which it was said.
            is_level = plans.is_level(number[0])
            return _Stopped(
                whole(plans, number), last, lambda: stopped.tallies(plans, number, None) if is_level else {}
            )

        return replace(stopped, centre=centre)


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


def record_of_rows(rows: Iterable[SiteQuarter], received: Iterable[Received]) -> Record:
    """The record that roll-up rows and the list of standing returns make, in any order."""
    return Record(received_returns(received), arrange(rows))


def record_of(plans: Plans, returns: Iterable[SiteReturn]) -> Record:
    """The record of standing returns, at most one for a site and quarter, in any order."""
    by_site: dict[str, list[SiteReturn]] = {}
    for one in returns:
        by_site.setdefault(one.site, []).append(one)
    rows = [row for site_returns in by_site.values() for row in resolve_site(plans, site_returns)]
    return record_of_rows(rows, received_of(one for found in by_site.values() for one in found))


def record_with_site(plans: Plans, record: Record, site: str, returns: Iterable[SiteReturn]) -> Record:
    """The record with these standing returns in the place of everything that the site said and sent."""
    return record_with_sites(plans, record, (site,), returns)


def record_with_sites(plans: Plans, record: Record, sites: Collection[str], returns: Iterable[SiteReturn]) -> Record:
    """The same for several sites, whose returns come in any order."""
    sent: dict[str, list[SiteReturn]] = {site: [] for site in sites}
    for one in returns:
        sent[one.site].append(one)
    received = record.received.with_sites(sites, received_of(one for found in sent.values() for one in found))
    after = arrange(row for found in sent.values() for row in resolve_site(plans, found))
    rows = RowsWithSites(record.rows, frozenset(sites), after)
    if record.centre is None:
        return Record(received, rows)
    return Record(received, rows, lambda plans, number: _exchanged(plans, record, number, sites, after))


def _exchanged(plans: Plans, record: Record, number: Number, sites: Collection[str], after: RowsInMemory) -> Tallies:
    """The tallies of all sites once some of them say something else."""
    found = dict(record.tallies(plans, number, None))
    before, anew = record.rows.of(number, sites), after.of(number, sites)
    for site in sites:
        for quarter, tally in tallies_of_site(plans, before.get(site, {})).items():
            found[quarter] = found[quarter].minus(tally)
        for quarter, tally in tallies_of_site(plans, anew.get(site, {})).items():
            found[quarter] = found.get(quarter, EMPTY).plus(tally)
    return found


def kept_for(made: Mapping[Any, tuple[Plans, SiteSet, Any]], changed: SiteSet) -> dict[Any, tuple[Plans, SiteSet, Any]]:
    """What was made of the rows of other sites than those that changed, and of some sites at all."""
    return {name: one for name, one in made.items() if one[1] and not one[1] & changed}
