"""The rows of sites, read from the database when somebody asks for them, and kept for as long as they hold."""

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
"""A database with no more rows than this is read whole: many times what CARDEC has."""
PREFETCH_MAX_SITES, PREFETCH_AFTER_READS = 3, 8
"""So many sites are read with all of their numbers once each was asked for so often: a site's page asks for all."""
MAX_CACHED_ROWS = 1_000_000

_SiteRows = dict[str, dict[Quarter, SiteQuarter]]


class StaleSnapshotError(CardecError):
    """What was to be read belongs to a moment that has passed: somebody has just saved something."""

    def __init__(self) -> None:
        super().__init__("Something was saved while this was put together. Nothing was lost; please try again.")


class StoredRows:
    """The rows of one basis as they stood at a `data_version`; safe to share between threads.

    PassedError where a site that is asked for has changed since, so that what is read would not belong to the rest.
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
        self._whole_sites: set[str] = set()
        self._asked_of: Counter[str] = Counter()
        self._sites_of: dict[NumberKey, set[str]] = {}
        self._read_before: dict[str, frozenset[NumberKey]] = {}
        self._count = 0
        self._lock = Lock()

    def number_keys(self) -> Collection[NumberKey]:
        return self._numbers

    def find_rows(self, number: NumberKey, sites: Collection[str] | None) -> Mapping[str, QuarterRows]:
        """At least the rows of the sites (None: all); those of others may be there as well."""
        wanted = self.sites if sites is None else [site for site in sites if site in self.sites]
        if not self._has(number, wanted):
            with self._lock:
                missing = [site for site in wanted if not self._has(number, (site,))]
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
        """The same at a later moment: what was read of the sites that have not changed since still holds."""
        after = StoredRows(self.engine, self.basis, version, sites, numbers, is_small=is_small)
        gone = set(changed_sites)
        with self._lock:
            after._rows = {number: _without(rows, gone) for number, rows in self._rows.items()}
            after._whole_sites = self._whole_sites - gone
            after._sites_of = {number: sites - gone for number, sites in self._sites_of.items()}
            after._count = self._count
            after._read_before = {**self._read_before, **{site: self._numbers_of(site) for site in gone}}
        return after

    def _numbers_of(self, site: str) -> frozenset[NumberKey]:
        """What is kept of a site, or was before it changed: it will be asked for again."""
        now = (number for number, sites in self._sites_of.items() if site in sites)
        return self._read_before.get(site, frozenset()).union(now)

    def _has(self, number: NumberKey, sites: Iterable[str]) -> bool:
        whole, some = self._whole_sites, self._sites_of.get(number, ())
        return all(site in whole or site in some for site in sites)

    def _read(self, number: NumberKey, missing: list[str], *, is_all: bool) -> None:
        if self._count > MAX_CACHED_ROWS:
            self._rows, self._whole_sites, self._sites_of, self._count = {}, set(), {}, 0
        if self._is_small:
            missing = [site for site in self.sites if site not in self._whole_sites]
        numbers = self._to_read(number, missing)
        with reading(self.engine) as connection:
            found = read_site_quarters(
                connection,
                basis=self.basis,
                numbers=numbers,
                sites=None if is_all and len(missing) == len(self.sites) else missing,
            )
            passed = read_changed_sites(connection, after=self.version, among=missing)
        if passed:
            raise StaleSnapshotError
        self._keep(found, missing, numbers)

    def _to_read(self, number: NumberKey, sites: list[str]) -> Collection[NumberKey] | None:
        """Which numbers of the sites are read at once; None: all."""
        if self._is_small:
            return None
        if len(sites) > PREFETCH_MAX_SITES:
            return (number,)
        self._asked_of.update(sites)
        if all(self._asked_of[site] > PREFETCH_AFTER_READS for site in sites):
            return None
        return {number}.union(*(self._read_before.get(site, ()) for site in sites))

    def _keep(self, found: list[SiteQuarter], sites: list[str], numbers: Collection[NumberKey] | None) -> None:
        """What was read, by number and site; others go on reading what was there before."""
        rows: dict[NumberKey, _SiteRows] = {}
        known = set(sites)
        for row in found:
            if row.site in known:
                rows.setdefault((row.indicator, row.part), {}).setdefault(row.site, {})[row.quarter] = row
        for one, by_site in rows.items():
            self._rows[one] = {**self._rows.get(one, {}), **by_site}
        self._count += len(found)
        if numbers is None:
            self._whole_sites |= known
        for number in numbers or ():
            self._sites_of[number] = self._sites_of.get(number, set()) | known


def _without(rows: _SiteRows, sites: set[str]) -> _SiteRows:
    if rows.keys().isdisjoint(sites):
        return rows
    return {site: of_site for site, of_site in rows.items() if site not in sites}
