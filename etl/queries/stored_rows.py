"""Read the rows of sites from the database on first use, and cache them while they are valid."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from threading import Lock

from etl.database.connection import Engine, reading
from etl.database.read.data_version import read_changed_sites
from etl.database.read.rollups import read_site_quarters
from etl.database.records import ApprovalBasis
from etl.errors import CardecError
from etl.indicators.periods import Quarter
from etl.indicators.site_rows import NumberKey, QuarterRows
from etl.indicators.vocabulary import SiteQuarter

READ_ALL_MAX_ROWS = 100_000
"""A database with no more rows than this is read at once: many times what CARDEC has."""
PREFETCH_MAX_SITES, PREFETCH_AFTER_READS = 3, 8
"""Up to so many sites are read with all their numbers after so many reads: the page of a site needs all of them."""
MAX_CACHED_ROWS = 1_000_000

_SiteRows = dict[str, dict[Quarter, SiteQuarter]]


class StaleSnapshotError(CardecError):
    """The rows to read have changed since the snapshot."""

    def __init__(self) -> None:
        super().__init__("Somebody saved a change while this was being prepared. Nothing was lost. Try again.")


class StoredRows:
    """The rows of one basis at a `data_version`. Threads can share it.

    Reading a site that has changed since raises StaleSnapshotError, since its rows would not match the others.
    """

    def __init__(
        self,
        engine: Engine,
        basis: ApprovalBasis,
        version: int,
        sites: Collection[str],
        numbers: Collection[NumberKey],
        *,
        is_small: bool,
    ) -> None:
        self.engine = engine
        self.basis = basis
        self.version = version
        self.sites = sites
        self._numbers = numbers
        self._is_small = is_small
        self._rows: dict[NumberKey, _SiteRows] = {}
        self._complete_sites: set[str] = set()
        """The sites whose rows are cached for all numbers."""
        self._sites_by_number: dict[NumberKey, set[str]] = {}
        """The sites whose rows are cached for one number."""
        self._read_counts: Counter[str] = Counter()
        self._read_before: dict[str, frozenset[NumberKey]] = {}
        """The numbers that were cached of a site before it changed: they will be needed again."""
        self._count = 0
        self._lock = Lock()

    def list_number_keys(self) -> Collection[NumberKey]:
        return self._numbers

    def find_rows(self, number: NumberKey, sites: Collection[str] | None) -> Mapping[str, QuarterRows]:
        """Return at least the rows of the sites (None: all); the mapping may contain other sites too."""
        requested = self.sites if sites is None else [site for site in sites if site in self.sites]
        if not self._has(number, requested):
            with self._lock:
                missing = [site for site in requested if not self._has(number, (site,))]
                if missing:
                    self._read(number, missing, is_all=sites is None)
        return self._rows.get(number, {})

    def carry_over(
        self,
        version: int,
        sites: Collection[str],
        numbers: Collection[NumberKey],
        changed_sites: Collection[str],
        *,
        is_small: bool,
    ) -> "StoredRows":
        """Return the rows at a later `data_version`, with the cached rows of sites that did not change."""
        after = StoredRows(self.engine, self.basis, version, sites, numbers, is_small=is_small)
        changed = set(changed_sites)
        with self._lock:
            after._rows = {number: _exclude_numbers(rows, changed) for number, rows in self._rows.items()}
            after._complete_sites = self._complete_sites - changed
            after._sites_by_number = {number: sites - changed for number, sites in self._sites_by_number.items()}
            after._count = self._count
            after._read_before = {**self._read_before, **{site: self._list_numbers(site) for site in changed}}
        return after

    def _list_numbers(self, site: str) -> frozenset[NumberKey]:
        cached = (number for number, sites in self._sites_by_number.items() if site in sites)
        return self._read_before.get(site, frozenset()).union(cached)

    def _has(self, number: NumberKey, sites: Iterable[str]) -> bool:
        complete, partial = self._complete_sites, self._sites_by_number.get(number, ())
        return all(site in complete or site in partial for site in sites)

    def _read(self, number: NumberKey, missing: list[str], *, is_all: bool) -> None:
        if self._count > MAX_CACHED_ROWS:
            self._rows, self._complete_sites, self._sites_by_number, self._count = {}, set(), {}, 0
        if self._is_small:
            missing = [site for site in self.sites if site not in self._complete_sites]
        numbers = self._select_numbers(number, missing)
        with reading(self.engine) as connection:
            rows = read_site_quarters(
                connection,
                basis=self.basis,
                numbers=numbers,
                sites=None if is_all and len(missing) == len(self.sites) else missing,
            )
            changed = read_changed_sites(connection, after=self.version, among=missing)
        if changed:
            raise StaleSnapshotError
        self._add(rows, missing, numbers)

    def _select_numbers(self, number: NumberKey, sites: list[str]) -> Collection[NumberKey] | None:
        """Return which numbers to read at once; None: all."""
        if self._is_small:
            return None
        if len(sites) > PREFETCH_MAX_SITES:
            return (number,)
        self._read_counts.update(sites)
        if all(self._read_counts[site] > PREFETCH_AFTER_READS for site in sites):
            return None
        return {number}.union(*(self._read_before.get(site, ()) for site in sites))

    def _add(self, rows: list[SiteQuarter], sites: list[str], numbers: Collection[NumberKey] | None) -> None:
        """Cache the rows. Mappings are replaced, not changed, because other threads may be reading them."""
        added: dict[NumberKey, _SiteRows] = {}
        requested = set(sites)
        for row in rows:
            if row.site in requested:
                added.setdefault((row.indicator, row.part), {}).setdefault(row.site, {})[row.quarter] = row
        for number, by_site in added.items():
            self._rows[number] = {**self._rows.get(number, {}), **by_site}
        self._count += len(rows)
        if numbers is None:
            self._complete_sites |= requested
        for number in numbers or ():
            self._sites_by_number[number] = self._sites_by_number.get(number, set()) | requested


def _exclude_numbers(rows: _SiteRows, sites: set[str]) -> _SiteRows:
    if rows.keys().isdisjoint(sites):
        return rows
    return {site: of_site for site, of_site in rows.items() if site not in sites}
