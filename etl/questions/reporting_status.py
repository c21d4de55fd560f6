"""Who has reported and who has not: the grid of returns by site and quarter."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from etl.indicators.periods import Quarter, quarters_between
from etl.indicators.reporting import owing_sites, reporting_rate
from etl.indicators.results import ReportingRate
from etl.indicators.vocabulary import Site
from etl.questions.asking import Asking
from etl.questions.snapshot import ReturnStanding


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
    settings, plans = asking.plan.settings, asking.snapshot.plans
    received = asking.snapshot.submitted.received
    last = min(settings.calendar.last_ended(asking.today), settings.last_quarter)
    owed: dict[str, list[Quarter]] = {}
    for quarter in quarters_between(settings.first_quarter, last):
        plan = plans.in_force(quarter)
        if plan.settings.calendar.is_due(quarter, asking.today):
            for site in owing_sites(plan, quarter):
                if (site.code, quarter) not in received and (asking.sites is None or site.code in asking.sites):
                    owed.setdefault(site.code, []).append(quarter)
    known = asking.plan.site_by_code
    found = [OwedReturns(known[code], tuple(reversed(quarters))) for code, quarters in owed.items() if code in known]
    return tuple(sorted(found, key=lambda one: (-one.quarters[0].index, -len(one.quarters), one.site.code)))


OfSite = Callable[[str], bool]
"""Whether somebody may see the drafts of a site."""


def no_drafts(site: str) -> bool:
    """For those who may send for no site."""
    return False


def returns_grid(
    asking: Asking, *, most_quarters: int = 12, year: int | None = None, sees_drafts: OfSite = no_drafts
) -> ReturnsGrid:
    """The latest quarters of the plan that have ended (or those of a year), for the chosen sites in the plan's order.

    Sites that a newer plan leaves out follow, where a quarter was theirs. A draft is seen by those who may send for
    its site only; all others see what was there before it.
    """
    quarters = _quarters(asking, year)[-most_quarters:]
    newest = {
        (one.site, one.quarter): one
        for one in asking.snapshot.returns
        if one.state != Standing.DRAFT or sees_drafts(one.site)
    }
    rows = tuple(
        (
            site,
            tuple(_square(asking, site.code, quarter, newest.get((site.code, quarter))) for quarter in quarters),
            site_rate(asking, site.code),
        )
        for site in _sites(asking, quarters)
        if asking.sites is None or site.code in asking.sites
    )
    return ReturnsGrid(quarters, rows, asking.snapshot.locked)


def _quarters(asking: Asking, year: int | None) -> tuple[Quarter, ...]:
    settings = asking.plan.settings
    last = min(settings.calendar.last_ended(asking.today), settings.last_quarter)
    ended = quarters_between(settings.first_quarter, last)
    return tuple(one for one in ended if year in (None, one.year))


def _sites(asking: Asking, quarters: Iterable[Quarter]) -> list[Site]:
    """The newest plan's sites, then those that owed a return of one of the quarters by the plan of its time."""
    found = {site.code: site for site in asking.plan.sites}
    for quarter in quarters:
        for site in owing_sites(asking.snapshot.plans.in_force(quarter), quarter):
            found.setdefault(site.code, site)
    return list(found.values())


def site_rate(asking: Asking, site: str) -> ReportingRate:
    """How many of a site's returns came, and came on time, over the whole plan."""
    return _rate(asking, (site,))


def whole_rate(asking: Asking, quarter: Quarter | None = None) -> ReportingRate:
    """The same of the chosen sites together, over the whole plan or in one quarter."""
    return _rate(asking, asking.sites, quarter)


def _rate(asking: Asking, sites: tuple[str, ...] | None, quarter: Quarter | None = None) -> ReportingRate:
    received = asking.snapshot.submitted.received.values()
    plans, today = asking.snapshot.plans, asking.today
    return reporting_rate(plans, received, sites=sites, today=today, first=quarter, last=quarter)


_STATES = {
    "approved": Standing.APPROVED,
    "submitted": Standing.SUBMITTED,
    "sent_back": Standing.SENT_BACK,
    "draft": Standing.DRAFT,
}


def _square(asking: Asking, site: str, quarter: Quarter, newest: ReturnStanding | None) -> Square:
    plan = asking.snapshot.plans.in_force(quarter)
    calendar = plan.settings.calendar
    due, locked = calendar.due(quarter), quarter in asking.snapshot.locked
    if newest is not None:
        first = newest.first_submitted
        late = first is not None and not calendar.is_on_time(quarter, first)
        standing = _STATES[newest.state]
        return Square(site, quarter, standing, late, newest.number, newest.sender, due, locked)
    if site not in {one.code for one in owing_sites(plan, quarter)}:
        return Square(site, quarter, Standing.NOT_ASKED, False, None, "", due, locked)
    standing = Standing.MISSING if calendar.is_due(quarter, asking.today) else Standing.NOT_DUE
    return Square(site, quarter, standing, False, None, "", due, locked)
