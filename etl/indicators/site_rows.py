"""Where the rows of sites are found: in memory, or wherever somebody reads them from when they are asked for."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import SiteQuarter

QuarterRows = Mapping[Quarter, SiteQuarter]
NumberKey = tuple[str, str]
"""An indicator and one of its parts; no part: the total, or the pair."""


class SiteRows(Protocol):
    """The rows of every site."""

    def number_keys(self) -> Collection[NumberKey]:
        """What there may be rows of."""

    def find_rows(self, number: NumberKey, sites: Collection[str] | None) -> Mapping[str, QuarterRows]:
        """The rows of the sites (None: all) by site and quarter; a site that said nothing may be absent."""


@dataclass(frozen=True)
class InMemoryRows:
    """Rows that are all there."""

    rows: Mapping[NumberKey, Mapping[str, QuarterRows]] = field(repr=False)

    def number_keys(self) -> Collection[NumberKey]:
        return self.rows.keys()

    def find_rows(self, number: NumberKey, sites: Collection[str] | None) -> Mapping[str, QuarterRows]:
        """All that are there: choosing is left to who asks."""
        return self.rows.get(number, {})


def index_rows(rows: Iterable[SiteQuarter]) -> InMemoryRows:
    """The rows, in any order."""
    arranged: dict[NumberKey, dict[str, dict[Quarter, SiteQuarter]]] = {}
    for row in rows:
        arranged.setdefault((row.indicator, row.part), {}).setdefault(row.site, {})[row.quarter] = row
    return InMemoryRows(arranged)


@dataclass(frozen=True)
class RowsWithReplacedSites:
    """Rows with everything of some sites replaced."""

    before: SiteRows
    sites: frozenset[str]
    after: InMemoryRows

    def number_keys(self) -> Collection[NumberKey]:
        return {*self.before.number_keys(), *self.after.number_keys()}

    def find_rows(self, number: NumberKey, sites: Collection[str] | None) -> Mapping[str, QuarterRows]:
        others = None if sites is None else [site for site in sites if site not in self.sites]
        if others == []:
            return self.after.find_rows(number, sites)
        found = self.before.find_rows(number, others)
        kept = {site: rows for site, rows in found.items() if site not in self.sites}
        return {**kept, **self.after.find_rows(number, sites)}


@dataclass(frozen=True)
class EarlierRows:
    """Rows without those of quarters after the last."""

    rows: SiteRows
    last: Quarter

    def number_keys(self) -> Collection[NumberKey]:
        return self.rows.number_keys()

    def find_rows(self, number: NumberKey, sites: Collection[str] | None) -> Mapping[str, QuarterRows]:
        found = self.rows.find_rows(number, sites)
        chosen = found if sites is None else [site for site in sites if site in found]
        return {site: {q: row for q, row in found[site].items() if q <= self.last} for site in chosen}


def iterate_rows(rows: SiteRows, sites: Collection[str] | None = None) -> Iterator[SiteQuarter]:
    """All of them, of the sites (None: all), in no order that means anything."""
    for number in rows.number_keys():
        found = rows.find_rows(number, sites)
        for site in found if sites is None else [site for site in sites if site in found]:
            yield from found[site].values()
