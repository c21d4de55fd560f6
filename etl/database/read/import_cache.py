"""What a loader of many returns keeps from one transaction to the next, as long as nobody else changes anything."""

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
    read_observations,
    read_site_history,
    select_effective,
    site_conditions,
    to_site_return,
)
from etl.database.read.locks import read_locked_quarters
from etl.database.read.plans import PlanCache
from etl.database.read.rollups import NumberKey, SiteRows, read_rows_of_site
from etl.database.records import APPROVAL_BASES, ApprovalBasis
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import Observation, ReturnState, SiteQuarter, SiteReturn
from etl.returns.checks.context import OtherReturn

MAX_OBSERVATIONS = 200_000
"""Over all sites kept: some tens of megabytes. Of more sites the one that was used least lately is read again."""


@dataclass
class SiteData:
    """The returns of one site that count, what they say, and its roll-up rows, as they stand in this transaction."""

    site: str
    candidates: tuple[Candidate, ...]
    """In order of quarter."""
    observations: dict[int, list[Observation]]
    first_submitted: dict[Quarter, datetime]
    """When the site first submitted each quarter, also where that return doesn't count any more."""
    earlier_returns: dict[tuple[int, int], OtherReturn] = field(default_factory=dict)
    """What checks compare with, by return and plan version."""
    _rows: dict[ApprovalBasis, dict[NumberKey, Mapping[Quarter, SiteQuarter]]] = field(
        default_factory=lambda: {basis: {} for basis in APPROVAL_BASES}
    )
    """The roll-up rows of the years that were asked for."""
    _years: set[int] = field(default_factory=set)

    @property
    def size(self) -> int:
        return sum(map(len, self.observations.values()))

    def candidates_between(self, first: Quarter, last: Quarter) -> tuple[Candidate, ...]:
        return tuple(one for one in self.candidates if first <= one.quarter <= last)

    def site_returns(self, first: Quarter, last: Quarter) -> list[tuple[int, SiteReturn]]:
        """What counts from first to last quarter with what is submitted, and its number."""
        counting = select_effective(self.candidates_between(first, last), "submitted")
        return [(one.id, to_site_return(one, self.observations.get(one.id, ()))) for one in counting]

    def rollup_rows(self, connection: Connection, first_year: int, last_year: int) -> SiteRows:
        """The roll-up rows as far as they are known: those of these years at the least."""
        for first, last in _runs(year for year in range(first_year, last_year + 1) if year not in self._years):
            read = read_rows_of_site(connection, self.site, Quarter(first, 1), Quarter(last, 4))
            self._years.update(range(first, last + 1))
            for basis, numbers in read.items():
                mine = self._rows[basis]
                mine.update({number: {**mine.get(number, {}), **rows} for number, rows in numbers.items()})
        return self._rows

    def set_rollup_rows(self, basis: ApprovalBasis, number: NumberKey, rows: Mapping[Quarter, SiteQuarter]) -> None:
        """Does to the rows of a number what was done in the database."""
        self._rows[basis][number] = rows

    def quarter_status(self, quarter: Quarter) -> "QuarterStatus":
        """How the quarter stands before another return of it comes in."""
        here = {one.state: one.id for one in self.candidates if one.quarter == quarter}
        return QuarterStatus(
            here.get(ReturnState.SUBMITTED), here.get(ReturnState.APPROVED), self.first_submitted.get(quarter)
        )

    def add_return(self, candidate: Candidate, observations: list[Observation], superseded_ids: Iterable[int]) -> None:
        """A return came in, in the place of those that are gone."""
        left = [one for one in self.candidates if one.id not in superseded_ids]
        self.candidates = tuple(sorted((*left, candidate), key=lambda one: one.quarter))
        self.observations = {
            number: spoken for number, spoken in self.observations.items() if number not in superseded_ids
        }
        self.observations[candidate.id] = observations
        self.first_submitted[candidate.quarter] = candidate.first_submitted


@dataclass(frozen=True)
class QuarterStatus:
    """The numbers of the returns that are open and that stand for a quarter, and when it was first submitted."""

    submitted_id: int | None
    approved_id: int | None
    first_submitted: datetime | None


class ImportCache:
    """Plans, locks and the books of sites. Each transaction begins by `refresh`; one that fails must `forget`."""

    def __init__(self) -> None:
        self._version = -1
        self._kept_plans = PlanCache()
        self._plans: Plans | None = None
        self._locked: frozenset[Quarter] | None = None
        self._books: dict[str, SiteData] = {}
        self.centre_rows = CentreRowCache()
        self.is_batch = False
        """Whether several returns of a transaction are written together, and their roll-ups renewed once."""
        self.pending = PendingRows()

    def refresh(self, connection: Connection) -> None:
        """Forgets everything where somebody else changed something: every act that does raises the data version."""
        version = read_data_version(connection)
        if version != self._version:
            self.clear()
            self._version = version

    def clear(self) -> None:
        self._version, self._plans, self._locked = -1, None, None
        self._books.clear()
        self.centre_rows.clear()
        self.pending.clear()

    def advance_version(self) -> None:
        """This transaction raised the data version itself, and what is kept holds what it did."""
        self._version += 1

    def plans(self, connection: Connection) -> Plans | None:
        if self._plans is None:
            self._plans = self._kept_plans.read(connection)
        return self._plans

    def locked_quarters(self, connection: Connection) -> frozenset[Quarter]:
        if self._locked is None:
            self._locked = read_locked_quarters(connection)
        return self._locked

    def site_data(self, connection: Connection, site: str) -> SiteData:
        """The book of a site, read where it isn't kept."""
        found = self._books.pop(site, None)
        if found is None:
            found = read_site_data(connection, site)
            self._make_room(MAX_OBSERVATIONS - found.size)
        self._books[site] = found
        return found

    def _make_room(self, most: int) -> None:
        """Leaves out the books used least lately, but for those of sites whose returns aren't written yet."""
        kept = sum(one.size for one in self._books.values())
        for site in [site for site in self._books if site not in self.pending.quarters_by_site]:
            if kept <= most:
                return
            kept -= self._books.pop(site).size


def _runs(years: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of years without a gap."""
    for _, run in groupby(enumerate(years), key=lambda one: one[1] - one[0]):
        of_run = [year for _, year in run]
        yield of_run[0], of_run[-1]


def read_site_data(
    connection: Connection, site: str, first: Quarter | None = None, last: Quarter | None = None
) -> SiteData:
    """The book of a site, from first to last quarter (None: from the beginning, to the end)."""
    where = site_conditions(site, first, last)
    candidates, first_submitted = read_site_history(connection, *where)
    return SiteData(site, candidates, read_observations(connection, *where), first_submitted)
