"""Who has reported and who has not: the grid of returns by site and quarter."""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Square:
    site: str
    quarter: Quarter
    standing: Standing
    is_late: bool
    """First submitted after the due date."""
    number: int | None
    """The return's number, where there is one."""


@dataclass(frozen=True)
class ReturnsGrid:
    quarters: tuple[Quarter, ...]
    rows: tuple[tuple[Site, tuple[Square, ...], ReportingRate], ...]
    """A site, a square for each quarter, and its own reporting rate over all of the plan."""


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


def returns_grid(asking: Asking, *, most_quarters: int = 12) -> ReturnsGrid:
    """The latest quarters of the plan that have ended, for the chosen sites in the plan's order."""
    settings = asking.plan.settings
    last = min(settings.calendar.last_ended(asking.today), settings.last_quarter)
    quarters = tuple(quarters_between(settings.first_quarter, last))[-most_quarters:]
    newest = {(one.site, one.quarter): one for one in asking.snapshot.returns}
    sites = [site for site in asking.plan.sites if asking.sites is None or site.code in asking.sites]
    rows = tuple(
        (
            site,
            tuple(_square(asking, site.code, quarter, newest.get((site.code, quarter))) for quarter in quarters),
            site_rate(asking, site.code),
        )
        for site in sites
    )
    return ReturnsGrid(quarters, rows)


def site_rate(asking: Asking, site: str) -> ReportingRate:
    """How many of a site's returns came, and came on time, over the whole plan."""
    received = asking.snapshot.submitted.received.values()
    return reporting_rate(asking.snapshot.plans, received, sites=(site,), today=asking.today)


_STATES = {
    "approved": Standing.APPROVED,
    "submitted": Standing.SUBMITTED,
    "sent_back": Standing.SENT_BACK,
    "draft": Standing.DRAFT,
}


def _square(asking: Asking, site: str, quarter: Quarter, newest: ReturnStanding | None) -> Square:
    plan = asking.snapshot.plans.in_force(quarter)
    calendar = plan.settings.calendar
    if newest is not None and newest.state in _STATES:
        first = newest.first_submitted
        late = first is not None and not calendar.is_on_time(quarter, first)
        return Square(site, quarter, _STATES[newest.state], late, newest.number)
    if site not in {one.code for one in owing_sites(plan, quarter)}:
        return Square(site, quarter, Standing.NOT_ASKED, False, None)
    due = calendar.is_due(quarter, asking.today)
    return Square(site, quarter, Standing.MISSING if due else Standing.NOT_DUE, False, None)
