"""Who has reported and who has not: the grid of returns by site and quarter."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from etl.indicators.periods import Calendar, Quarter, quarters_between
from etl.indicators.reporting import owed_places, owing_sites, reporting_rate, reporting_rates
from etl.indicators.results import ReportingRate
from etl.indicators.vocabulary import Site
from etl.queries.asking import Asking
from etl.queries.snapshot import ReturnStanding


class Standing(StrEnum):
    """What a square of the grid says."""

    APPROVED = "approved"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    DRAFT = "draft"
    MISSING = "missing"
    NOT_DUE = "not_due"
    NOT_ASKED = "not_asked"

    @property
    def is_owed(self) -> bool:
        """Whether a return is still to be sent, or to be sent anew."""
        return self in (Standing.MISSING, Standing.NOT_DUE, Standing.SENT_BACK, Standing.DRAFT)


@dataclass(frozen=True)
class Square:
    site: str
    quarter: Quarter
    standing: Standing
    is_late: bool
    """First submitted after the due date."""
    number: int | None
    """The return's number, where there is one."""
    sender: str = ""
    due: date = date.max
    is_locked: bool = False


@dataclass(frozen=True)
class ReturnsGrid:
    quarters: tuple[Quarter, ...]
    rows: tuple[tuple[Site, tuple[Square, ...], ReportingRate], ...]
    """A site, a square for each quarter, and its own reporting rate over all of the plan."""
    locked: frozenset[Quarter] = frozenset()
    in_all: int = 0
    """How many sites there are to choose from; `rows` may be fewer."""

    @property
    def squares(self) -> tuple[Square, ...]:
        return tuple(square for _, squares, _ in self.rows for square in squares)


@dataclass(frozen=True)
class OwedReturns:
    """A site with the quarters whose return is due and doesn't stand: missing, a draft or sent back; latest first."""

    site: Site
    quarters: tuple[Quarter, ...]


def owed_returns(asking: Asking) -> tuple[OwedReturns, ...]:
    """The chosen sites that still owe returns, the one whose latest is missing first."""
    settings, known = asking.plan.settings, asking.plan.site_by_code
    last = min(settings.calendar.last_ended(asking.today), settings.last_quarter)
    plans, received = asking.snapshot.plans, asking.snapshot.submitted.received
    owed = owed_places(plans, received, sites=asking.sites, today=asking.today, last=last)
    found = [OwedReturns(known[code], tuple(reversed(quarters))) for code, quarters in owed.items() if code in known]
    return tuple(sorted(found, key=lambda one: (-one.quarters[0].index, -len(one.quarters), one.site.code)))


OfSite = Callable[[str], bool]
"""Whether somebody may see the drafts of a site."""


def no_drafts(site: str) -> bool:
    """For those who may send for no site."""
    return False


def returns_grid(
    asking: Asking,
    *,
    most_quarters: int = 12,
    year: int | None = None,
    sees_drafts: OfSite = no_drafts,
    most_sites: int | None = None,
    owed: Sequence[OwedReturns] = (),
    only: Iterable[Site] | None = None,
) -> ReturnsGrid:
    """The latest quarters of the plan that have ended (or those of a year), for the chosen sites in the plan's order.

    Sites that a newer plan leaves out follow, where a quarter was theirs. Where there are more than `most_sites`, so
    many of them are there, those first that owe most of `owed`; `only` says which and in what order. A draft is seen
    by those who may send for its site only; all others see what was there before it.
    """
    quarters = _quarters(asking, year)[-most_quarters:]
    every = _sites(asking, quarters)
    sites = every if only is None else list(only)
    if most_sites is not None and len(sites) > most_sites:
        sites = owing_most(sites, owed)[:most_sites]
    codes = {site.code for site in sites}
    newest = _newest(asking, quarters, codes, sees_drafts)
    columns = [_column(asking, quarter) for quarter in quarters]
    rates = site_rates(asking, codes)
    rows = tuple(
        (
            site,
            tuple(_square(site.code, column, newest.get((site.code, column.quarter))) for column in columns),
            rates[site.code],
        )
        for site in sites
    )
    return ReturnsGrid(quarters, rows, asking.snapshot.locked, len(every))


def grid_sites(asking: Asking, *, most_quarters: int = 12, year: int | None = None) -> tuple[Site, ...]:
    """The sites of a grid that shows all of them."""
    return tuple(_sites(asking, _quarters(asking, year)[-most_quarters:]))


def owing_most(sites: Iterable[Site], owed: Iterable[OwedReturns]) -> list[Site]:
    """Those first that owe most returns; in the plan's order those that owe equally many."""
    counts = {one.site.code: len(one.quarters) for one in owed}
    return sorted(sites, key=lambda site: -counts.get(site.code, 0))


def _newest(
    asking: Asking, quarters: tuple[Quarter, ...], sites: Collection[str], sees_drafts: OfSite
) -> dict[tuple[str, Quarter], ReturnStanding]:
    """The newest return of each site and quarter that may be seen; of one place the newest is kept last."""
    if not quarters:
        return {}
    returns_of, first = asking.snapshot.returns_of, quarters[0].index
    return {
        (one.site, one.quarter): one
        for code in sites
        for one in returns_of.get(code, ())
        if one.quarter.index >= first and (one.state != Standing.DRAFT or sees_drafts(code))
    }


def _quarters(asking: Asking, year: int | None) -> tuple[Quarter, ...]:
    settings = asking.plan.settings
    last = min(settings.calendar.last_ended(asking.today), settings.last_quarter)
    ended = quarters_between(settings.first_quarter, last)
    return tuple(one for one in ended if year in (None, one.year))


def _sites(asking: Asking, quarters: Iterable[Quarter]) -> list[Site]:
    """The newest plan's sites, then those that owed a return of one of the quarters by the plan of its time."""
    found = dict(asking.plan.site_by_code)
    plans = asking.snapshot.plans
    for quarter in quarters:
        plan = plans.in_force(quarter)
        if plan is not asking.plan:
            for site in owing_sites(plan, quarter):
                found.setdefault(site.code, site)
    return [site for code, site in found.items() if asking.sites is None or code in asking.sites]


def site_rate(asking: Asking, site: str) -> ReportingRate:
    """How many of a site's returns came, and came on time, over the whole plan."""
    return site_rates(asking, (site,))[site]


def site_rates(asking: Asking, sites: Collection[str]) -> dict[str, ReportingRate]:
    """The same of several, each by itself."""
    received = asking.snapshot.submitted.received
    return reporting_rates(asking.snapshot.plans, received, sites=sites, today=asking.today)


def whole_rate(asking: Asking, quarter: Quarter | None = None) -> ReportingRate:
    """The same of the chosen sites together, over the whole plan or in one quarter."""
    plans, received = asking.snapshot.plans, asking.snapshot.submitted.received
    return reporting_rate(plans, received, sites=asking.sites, today=asking.today, first=quarter, last=quarter)


_STATES = {
    "approved": Standing.APPROVED,
    "submitted": Standing.SUBMITTED,
    "sent_back": Standing.SENT_BACK,
    "draft": Standing.DRAFT,
}


@dataclass(frozen=True)
class _Column:
    """What the squares of a quarter have in common."""

    quarter: Quarter
    calendar: Calendar
    due: date
    is_due: bool
    is_locked: bool
    owing: frozenset[str]


def _column(asking: Asking, quarter: Quarter) -> _Column:
    plan = asking.snapshot.plans.in_force(quarter)
    calendar = plan.settings.calendar
    return _Column(
        quarter,
        calendar,
        calendar.due(quarter),
        calendar.is_due(quarter, asking.today),
        quarter in asking.snapshot.locked,
        frozenset([one.code for one in owing_sites(plan, quarter)]),
    )


def _square(site: str, column: _Column, newest: ReturnStanding | None) -> Square:
    quarter, due, locked = column.quarter, column.due, column.is_locked
    if newest is not None:
        first = newest.first_submitted
        late = first is not None and not column.calendar.is_on_time(quarter, first)
        return Square(site, quarter, _STATES[newest.state], late, newest.number, newest.sender, due, locked)
    standing = Standing.NOT_ASKED
    if site in column.owing:
        standing = Standing.MISSING if column.is_due else Standing.NOT_DUE
    return Square(site, quarter, standing, False, None, "", due, locked)
