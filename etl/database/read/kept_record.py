"""What a loader of many returns keeps from one transaction to the next, as long as nobody else changes anything."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection

from etl.database.arrivals import Arrivals
from etl.database.read.centre_rows import CentreBook
from etl.database.read.counting import (
    Candidate,
    of_site,
    read_observations,
    read_site_history,
    site_return,
    those_that_count,
)
from etl.database.read.data_version import read_data_version
from etl.database.read.locks import read_locked_quarters
from etl.database.read.plans import KeptPlans
from etl.database.read.rollups import Number, SiteRows, read_rows_of_site
from etl.database.records import COUNTINGS, Counting
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import Observation, ReturnState, SiteQuarter, SiteReturn
from etl.returns.checks.context import EarlierReturn

MOST_OBSERVATIONS = 200_000
"""Over all sites kept: some tens of megabytes. Of more sites the one that was used least lately is read again."""


@dataclass
class SiteBook:
    """The returns of one site that count, what they say, and its roll-up rows, as they stand in this transaction."""

    site: str
    candidates: tuple[Candidate, ...]
    """In order of quarter."""
    said: dict[int, list[Observation]]
    first_submitted: dict[Quarter, datetime]
    """When the site first submitted each quarter, also where that return doesn't count any more."""
    earlier: dict[tuple[int, int], EarlierReturn] = field(default_factory=dict)
    """What checks compare with, by return and plan version."""
    _rows: dict[Counting, dict[Number, Mapping[Quarter, SiteQuarter]]] = field(
        default_factory=lambda: {basis: {} for basis in COUNTINGS}
    )
    """The roll-up rows of the years that were asked for."""
    _years: set[int] = field(default_factory=set)

    @property
    def size(self) -> int:
        return sum(map(len, self.said.values()))

    def between(self, first: Quarter, last: Quarter) -> tuple[Candidate, ...]:
        return tuple(one for one in self.candidates if first <= one.quarter <= last)

    def site_returns(self, first: Quarter, last: Quarter) -> list[tuple[int, SiteReturn]]:
        """What counts from first to last quarter with what is submitted, and its number."""
        counting = those_that_count(self.between(first, last), "submitted")
        return [(one.id, site_return(one, self.said.get(one.id, ()))) for one in counting]

    def rows(self, connection: Connection, first_year: int, last_year: int) -> SiteRows:
        """The roll-up rows as far as they are known: those of these years at the least."""
        for first, last in _runs(year for year in range(first_year, last_year + 1) if year not in self._years):
            read = read_rows_of_site(connection, self.site, Quarter(first, 1), Quarter(last, 4))
            self._years.update(range(first, last + 1))
            for basis, numbers in read.items():
                mine = self._rows[basis]
                mine.update({number: {**mine.get(number, {}), **rows} for number, rows in numbers.items()})
        return self._rows

    def change_rows(self, basis: Counting, number: Number, rows: Mapping[Quarter, SiteQuarter]) -> None:
        """Does to the rows of a number what was done in the database."""
        self._rows[basis][number] = rows

    def standing(self, quarter: Quarter) -> "Standing":
        """How the quarter stands before another return of it comes in."""
        here = {one.state: one.id for one in self.candidates if one.quarter == quarter}
        return Standing(
            here.get(ReturnState.SUBMITTED), here.get(ReturnState.APPROVED), self.first_submitted.get(quarter)
        )

    def take(self, new: Candidate, said: list[Observation], gone: Iterable[int]) -> None:
        """A return came in, in the place of those that are gone."""
        left = [one for one in self.candidates if one.id not in gone]
        self.candidates = tuple(sorted((*left, new), key=lambda one: one.quarter))
        self.said = {number: spoken for number, spoken in self.said.items() if number not in gone}
        self.said[new.id] = said
        self.first_submitted[new.quarter] = new.first_submitted


@dataclass(frozen=True)
class Standing:
    """The numbers of the returns that are open and that stand for a quarter, and when it was first submitted."""

    open: int | None
    standing: int | None
    first_submitted: datetime | None


class KeptRecord:
    """Plans, locks and the books of sites. Each transaction begins by `look_again`; one that fails must `forget`."""

    def __init__(self) -> None:
        self._version = -1
        self._kept_plans = KeptPlans()
        self._plans: Plans | None = None
        self._locked: frozenset[Quarter] | None = None
        self._books: dict[str, SiteBook] = {}
        self.centre = CentreBook()
        self.is_batch = False
        """Whether several returns of a transaction are written together, and their roll-ups renewed once."""
        self.arrivals = Arrivals()

    def look_again(self, connection: Connection) -> None:
        """Forgets everything where somebody else changed something: every act that does raises the data version."""
        version = read_data_version(connection)
        if version != self._version:
            self.forget()
            self._version = version

    def forget(self) -> None:
        self._version, self._plans, self._locked = -1, None, None
        self._books.clear()
        self.centre.forget()
        self.arrivals.clear()

    def raised(self) -> None:
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

    def book(self, connection: Connection, site: str) -> SiteBook:
        """The book of a site, read where it isn't kept."""
        found = self._books.pop(site, None)
        if found is None:
            found = read_book(connection, site)
            self._make_room(MOST_OBSERVATIONS - found.size)
        self._books[site] = found
        return found

    def _make_room(self, most: int) -> None:
        """Leaves out the books used least lately, but for those of sites whose returns aren't written yet."""
        kept = sum(one.size for one in self._books.values())
        for site in [site for site in self._books if site not in self.arrivals.places]:
            if kept <= most:
                return
            kept -= self._books.pop(site).size


def _runs(years: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of years without a gap."""
    for _, run in groupby(enumerate(years), key=lambda one: one[1] - one[0]):
        of_run = [year for _, year in run]
        yield of_run[0], of_run[-1]


def read_book(connection: Connection, site: str, first: Quarter | None = None, last: Quarter | None = None) -> SiteBook:
    """The book of a site, from first to last quarter (None: from the beginning, to the end)."""
    where = of_site(site, first, last)
    candidates, first_submitted = read_site_history(connection, *where)
    return SiteBook(site, candidates, read_observations(connection, *where), first_submitted)
