"""Lookup of roll-up rows, in memory or from a source that reads them when needed."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import SiteQuarter

QuarterRows = Mapping[Quarter, SiteQuarter]
NumberKey = tuple[str, str]
"""An indicator and one of its parts. A blank part means the total or the pair."""


class SiteRows(Protocol):
    """The rows of all sites."""

    def list_number_keys(self) -> Collection[NumberKey]:
        """Return the keys of all numbers that may have rows."""

    def find_rows(self, number: NumberKey, sites: Collection[str] | None) -> Mapping[str, QuarterRows]:
        """Return the rows of the sites (None: all) by site and quarter. Sites without rows may be absent.

        The rows of other sites may be included; the caller selects.
        """


@dataclass(frozen=True)
class InMemoryRows:
    """Rows in memory."""

    rows: Mapping[NumberKey, Mapping[str, QuarterRows]] = field(repr=False)

    def list_number_keys(self) -> Collection[NumberKey]:
        return self.rows.keys()

    def find_rows(self, number: NumberKey, sites: Collection[str] | None) -> Mapping[str, QuarterRows]:
        """Return the rows of all sites, whichever are requested."""
        return self.rows.get(number, {})


def index_rows(rows: Iterable[SiteQuarter]) -> InMemoryRows:
    """Index rows, which come in any order."""
    by_number: dict[NumberKey, dict[str, dict[Quarter, SiteQuarter]]] = {}
    for row in rows:
        by_number.setdefault((row.indicator, row.part), {}).setdefault(row.site, {})[row.quarter] = row
    return InMemoryRows(by_number)


@dataclass(frozen=True)
class RowsWithReplacedSites:
    """Rows in which all rows of some sites are replaced."""

    before: SiteRows
    sites: frozenset[str]
    after: InMemoryRows

    def list_number_keys(self) -> Collection[NumberKey]:
        return {*self.before.list_number_keys(), *self.after.list_number_keys()}

    def find_rows(self, number: NumberKey, sites: Collection[str] | None) -> Mapping[str, QuarterRows]:
        others = None if sites is None else [site for site in sites if site not in self.sites]
        if others == []:
            return self.after.find_rows(number, sites)
        before = self.before.find_rows(number, others)
        unchanged = {site: rows for site, rows in before.items() if site not in self.sites}
        return {**unchanged, **self.after.find_rows(number, sites)}


@dataclass(frozen=True)
class EarlierRows:
    """Rows of the quarters up to `last`, without those that a later year-to-date return covers."""

    rows: SiteRows
    last: Quarter

    def list_number_keys(self) -> Collection[NumberKey]:
        return self.rows.list_number_keys()

    def find_rows(self, number: NumberKey, sites: Collection[str] | None) -> Mapping[str, QuarterRows]:
        rows = self.rows.find_rows(number, sites)
        return {
            site: {
                quarter: row
                for quarter, row in rows[site].items()
                if quarter <= self.last and (row.covered_by is None or row.covered_by <= self.last)
            }
            for site in (rows if sites is None else sites)
            if site in rows
        }


def iterate_rows(rows: SiteRows, sites: Collection[str] | None = None) -> Iterator[SiteQuarter]:
    """Yield all rows of the sites (None: all), in no particular order."""
    for number in rows.list_number_keys():
        by_site = rows.find_rows(number, sites)
        for site in by_site if sites is None else [site for site in sites if site in by_site]:
            yield from by_site[site].values()
