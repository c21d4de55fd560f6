"""Where the rows of sites are found: in memory, or wherever somebody reads them from when they are asked for."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import SiteQuarter

QuarterRows = Mapping[Quarter, SiteQuarter]
Number = tuple[str, str]
"""An indicator and one of its parts; no part: the total, or the pair."""


class SiteRows(Protocol):
    """The rows of every site."""

    def numbers(self) -> Collection[Number]:
        """What there may be rows of."""

    def of(self, number: Number, sites: Collection[str] | None) -> Mapping[str, QuarterRows]:
        """The rows of the sites (None: all) by site and quarter; a site that said nothing may be absent."""


@dataclass(frozen=True)
class RowsInMemory:
    """Rows that are all there."""

    rows: Mapping[Number, Mapping[str, QuarterRows]] = field(repr=False)

    def numbers(self) -> Collection[Number]:
        return self.rows.keys()

    def of(self, number: Number, sites: Collection[str] | None) -> Mapping[str, QuarterRows]:
        """All that are there: choosing is left to who asks."""
        return self.rows.get(number, {})


def arrange(rows: Iterable[SiteQuarter]) -> RowsInMemory:
    """The rows, in any order."""
    arranged: dict[Number, dict[str, dict[Quarter, SiteQuarter]]] = {}
    for row in rows:
        arranged.setdefault((row.indicator, row.part), {}).setdefault(row.site, {})[row.quarter] = row
    return RowsInMemory(arranged)


@dataclass(frozen=True)
class RowsWithSites:
    """Rows with everything of some sites replaced."""

    before: SiteRows
    sites: frozenset[str]
    after: RowsInMemory

    def numbers(self) -> Collection[Number]:
        return {*self.before.numbers(), *self.after.numbers()}

    def of(self, number: Number, sites: Collection[str] | None) -> Mapping[str, QuarterRows]:
        others = None if sites is None else [site for site in sites if site not in self.sites]
        if others == []:
            return self.after.of(number, sites)
        found = self.before.of(number, others)
        kept = {site: rows for site, rows in found.items() if site not in self.sites}
        return {**kept, **self.after.of(number, sites)}


@dataclass(frozen=True)
class EarlierRows:
    """Rows without those of quarters after the last."""

    whole: SiteRows
    last: Quarter

    def numbers(self) -> Collection[Number]:
        return self.whole.numbers()

    def of(self, number: Number, sites: Collection[str] | None) -> Mapping[str, QuarterRows]:
        found = self.whole.of(number, sites)
        chosen = found if sites is None else [site for site in sites if site in found]
        return {site: {q: row for q, row in found[site].items() if q <= self.last} for site in chosen}


def every_row(rows: SiteRows, sites: Collection[str] | None = None) -> Iterator[SiteQuarter]:
    """All of them, of the sites (None: all), in no order that means anything."""
    for number in rows.numbers():
        found = rows.of(number, sites)
        for site in found if sites is None else [site for site in sites if site in found]:
            yield from found[site].values()
