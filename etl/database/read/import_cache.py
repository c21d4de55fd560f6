"""Cache for imports of many returns, kept across transactions until another transaction changes the data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection

from etl.database.pending_rows import PendingRows
from etl.database.read.centre_rows import CentreRowCache
from etl.database.read.data_version import read_data_version
from etl.database.read.effective_returns import (
    Candidate,
    make_site_conditions,
    make_site_return,
    read_observations,
    read_site_history,
    select_effective,
)
from etl.database.read.locks import read_locked_quarters
from etl.database.read.plans import read_plans
from etl.database.read.rollups import NumberKey, SiteRows, read_rows_of_site
from etl.database.records import APPROVAL_BASES, ApprovalBasis
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import Observation, ReturnState, SiteQuarter, SiteReturn
from etl.returns.checks.context import OtherReturn

MAX_OBSERVATIONS = 200_000
"""The size of the cache, some tens of megabytes; the least recently used sites are evicted."""


@dataclass
class SiteData:
    """The returns, observations and roll-up rows of one site, as of this transaction."""

    site: str
    candidates: tuple[Candidate, ...]
    """In order of quarter."""
    observations: dict[int, list[Observation]]
    first_submitted: dict[Quarter, datetime]
    """When the site first submitted each quarter, even if that return is no longer effective."""
    earlier_returns: dict[tuple[int, int], OtherReturn] = field(default_factory=dict)
    """The earlier returns that checks compare with, by return id and plan version."""
    _rows: dict[ApprovalBasis, dict[NumberKey, Mapping[Quarter, SiteQuarter]]] = field(
        default_factory=lambda: {basis: {} for basis in APPROVAL_BASES}
    )
    """The roll-up rows of the years read so far."""
    _years: set[int] = field(default_factory=set)

    @property
    def size(self) -> int:
        return sum(map(len, self.observations.values()))

    def list_candidates(self, first: Quarter, last: Quarter) -> tuple[Candidate, ...]:
        return tuple(candidate for candidate in self.candidates if first <= candidate.quarter <= last)

    def list_site_returns(self, first: Quarter, last: Quarter) -> list[tuple[int, SiteReturn]]:
        """Return the effective returns from first to last quarter on basis `submitted`, each with its id."""
        effective = select_effective(self.list_candidates(first, last), "submitted")
        return [
            (candidate.id, make_site_return(candidate, self.observations.get(candidate.id, ())))
            for candidate in effective
        ]

    def get_rollup_rows(self, connection: Connection, first_year: int, last_year: int) -> SiteRows:
        """Return the roll-up rows known so far, at least those of the given years."""
        for first, last in _iterate_runs(year for year in range(first_year, last_year + 1) if year not in self._years):
            read = read_rows_of_site(connection, self.site, Quarter(first, 1), Quarter(last, 4))
            self._years.update(range(first, last + 1))
            for basis, numbers in read.items():
                known = self._rows[basis]
                known.update({number: {**known.get(number, {}), **rows} for number, rows in numbers.items()})
        return self._rows

    def set_rollup_rows(self, basis: ApprovalBasis, number: NumberKey, rows: Mapping[Quarter, SiteQuarter]) -> None:
        """Record a number's rows that were written to the database."""
        self._rows[basis][number] = rows

    def get_quarter_status(self, quarter: Quarter) -> "QuarterStatus":
        """Return the current returns of a quarter, before another one is added."""
        ids = {candidate.state: candidate.id for candidate in self.candidates if candidate.quarter == quarter}
        return QuarterStatus(
            ids.get(ReturnState.SUBMITTED), ids.get(ReturnState.APPROVED), self.first_submitted.get(quarter)
        )

    def add_return(self, candidate: Candidate, observations: list[Observation], superseded_ids: Iterable[int]) -> None:
        """Add a return that supersedes others."""
        remaining = [other for other in self.candidates if other.id not in superseded_ids]
        self.candidates = tuple(sorted((*remaining, candidate), key=lambda item: item.quarter))
        self.observations = {
            return_id: values for return_id, values in self.observations.items() if return_id not in superseded_ids
        }
        self.observations[candidate.id] = observations
        self.first_submitted[candidate.quarter] = candidate.first_submitted


@dataclass(frozen=True)
class QuarterStatus:
    """The ids of a quarter's submitted and approved returns, and when it was first submitted."""

    submitted_id: int | None
    approved_id: int | None
    first_submitted: datetime | None


class ImportCache:
    """Cached plans, locks and site data. Call `refresh` in each new transaction, and `clear` after a failed one."""

    def __init__(self) -> None:
        self._version = -1
        self._plans: Plans | None = None
        self._locked: frozenset[Quarter] | None = None
        self._site_data: dict[str, SiteData] = {}
        self.centre_rows = CentreRowCache()
        self.is_batch = False
        """Whether several returns of a transaction are written together, with one update of their roll-ups."""
        self.pending = PendingRows()

    def refresh(self, connection: Connection) -> None:
        """Clear the cache if another transaction changed the data, which increments the data version."""
        version = read_data_version(connection)
        if version != self._version:
            self.clear()
            self._version = version

    def clear(self) -> None:
        self._version, self._plans, self._locked = -1, None, None
        self._site_data.clear()
        self.centre_rows.clear()
        self.pending.clear()

    def advance_version(self) -> None:
        """Follow a data version that this transaction incremented itself; the cache already has its changes."""
        self._version += 1

    def get_plans(self, connection: Connection) -> Plans | None:
        if self._plans is None:
            self._plans = read_plans(connection)
        return self._plans

    def get_locked_quarters(self, connection: Connection) -> frozenset[Quarter]:
        if self._locked is None:
            self._locked = read_locked_quarters(connection)
        return self._locked

    def get_site_data(self, connection: Connection, site: str) -> SiteData:
        """Return the data of a site, from the cache or the database."""
        data = self._site_data.pop(site, None)
        if data is None:
            data = read_site_data(connection, site)
            self._evict(MAX_OBSERVATIONS - data.size)
        self._site_data[site] = data
        return data

    def _evict(self, max_size: int) -> None:
        """Evict the least recently used sites, except sites with pending returns."""
        size = sum(data.size for data in self._site_data.values())
        for site in [site for site in self._site_data if site not in self.pending.quarters_by_site]:
            if size <= max_size:
                return
            size -= self._site_data.pop(site).size


def _iterate_runs(years: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last year of each run of consecutive years."""
    for _, run in groupby(enumerate(years), key=lambda pair: pair[1] - pair[0]):
        run_years = [year for _, year in run]
        yield run_years[0], run_years[-1]


def read_site_data(
    connection: Connection, site: str, first: Quarter | None = None, last: Quarter | None = None
) -> SiteData:
    """Read the data of a site from first to last quarter (None: unbounded)."""
    where = make_site_conditions(site, first, last)
    candidates, first_submitted = read_site_history(connection, *where)
    return SiteData(site, candidates, read_observations(connection, *where), first_submitted)
