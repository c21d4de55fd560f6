"""Who has reported and who has not: the grid of returns by site and quarter."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from etl.indicators.periods import Calendar, Quarter, quarters_between
from etl.indicators.reporting import (
    compute_reporting_rate,
    compute_reporting_rates,
    overdue_quarters_by_site,
    sites_expected_to_report,
)
from etl.indicators.results import ReportingRate
from etl.indicators.vocabulary import Site
from etl.queries.scope import QueryScope
from etl.queries.snapshot import ActiveReturn


class GridStatus(StrEnum):
    """What a square of the grid says."""

    APPROVED = "approved"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    DRAFT = "draft"
    MISSING = "missing"
    NOT_DUE = "not_due"
    NOT_ASKED = "not_asked"

    @property
    def is_outstanding(self) -> bool:
        """Whether a return is still to be sent, or to be sent anew."""
        return self in (GridStatus.MISSING, GridStatus.NOT_DUE, GridStatus.SENT_BACK, GridStatus.DRAFT)


@dataclass(frozen=True)
class GridCell:
    site: str
    quarter: Quarter
    status: GridStatus
    is_late: bool
    """First submitted after the due date."""
    return_id: int | None
    """The return's number, where there is one."""
    sender: str = ""
    due: date = date.max
    is_locked: bool = False


@dataclass(frozen=True)
class ReturnsGrid:
    quarters: tuple[Quarter, ...]
    rows: tuple[tuple[Site, tuple[GridCell, ...], ReportingRate], ...]
    """A site, a square for each quarter, and its own reporting rate over all of the plan."""
    locked_quarters: frozenset[Quarter] = frozenset()
    site_count: int = 0
    """How many sites there are to choose from; `rows` may be fewer."""

    @property
    def cells(self) -> tuple[GridCell, ...]:
        return tuple(square for _, squares, _ in self.rows for square in squares)


@dataclass(frozen=True)
class OverdueReturns:
    """A site with the quarters whose return is due and doesn't stand: missing, a draft or sent back; latest first."""

    site: Site
    quarters: tuple[Quarter, ...]


def list_overdue_returns(scope: QueryScope) -> tuple[OverdueReturns, ...]:
    """The chosen sites that still owe returns, the one whose latest is missing first."""
    settings, known = scope.plan.settings, scope.plan.site_by_code
    last = min(settings.calendar.last_ended(scope.today), settings.last_quarter)
    plans, received = scope.snapshot.plans, scope.snapshot.submitted.received_returns
    owed = overdue_quarters_by_site(plans, received, sites=scope.sites, today=scope.today, last=last)
    found = [OverdueReturns(known[code], tuple(reversed(quarters))) for code, quarters in owed.items() if code in known]
    return tuple(sorted(found, key=lambda one: (-one.quarters[0].index, -len(one.quarters), one.site.code)))


SitePredicate = Callable[[str], bool]
"""Whether somebody may see the drafts of a site."""


def sees_no_drafts(site: str) -> bool:
    """For those who may send for no site."""
    return False


def get_returns_grid(
    scope: QueryScope,
    *,
    max_quarters: int = 12,
    year: int | None = None,
    sees_drafts: SitePredicate = sees_no_drafts,
    max_sites: int | None = None,
    overdue: Sequence[OverdueReturns] = (),
    only_sites: Iterable[Site] | None = None,
) -> ReturnsGrid:
    """The latest quarters of the plan that have ended (or those of a year), for the chosen sites in the plan's order.

    Sites that a newer plan leaves out follow, where a quarter was theirs. Where there are more than `max_sites`, so
    many of them are there, those first that owe most of `owed`; `only` says which and in what order. A draft is seen
    by those who may send for its site only; all others see what was there before it.
    """
    quarters = _quarters(scope, year)[-max_quarters:]
    every = _sites(scope, quarters)
    sites = every if only_sites is None else list(only_sites)
    if max_sites is not None and len(sites) > max_sites:
        sites = sort_by_overdue(sites, overdue)[:max_sites]
    codes = {site.code for site in sites}
    newest = _newest(scope, quarters, codes, sees_drafts)
    columns = [_column(scope, quarter) for quarter in quarters]
    rates = get_site_rates(scope, codes)
    rows = tuple(
        (
            site,
            tuple(_square(site.code, column, newest.get((site.code, column.quarter))) for column in columns),
            rates[site.code],
        )
        for site in sites
    )
    return ReturnsGrid(quarters, rows, scope.snapshot.locked_quarters, len(every))


def list_grid_sites(scope: QueryScope, *, max_quarters: int = 12, year: int | None = None) -> tuple[Site, ...]:
    """The sites of a grid that shows all of them."""
    return tuple(_sites(scope, _quarters(scope, year)[-max_quarters:]))


def sort_by_overdue(sites: Iterable[Site], overdue: Iterable[OverdueReturns]) -> list[Site]:
    """Those first that owe most returns; in the plan's order those that owe equally many."""
    counts = {one.site.code: len(one.quarters) for one in overdue}
    return sorted(sites, key=lambda site: -counts.get(site.code, 0))


def _newest(
    scope: QueryScope, quarters: tuple[Quarter, ...], sites: Collection[str], sees_drafts: SitePredicate
) -> dict[tuple[str, Quarter], ActiveReturn]:
    """The newest return of each site and quarter that may be seen; of one place the newest is kept last."""
    if not quarters:
        return {}
    returns_of, first = scope.snapshot.returns_by_site, quarters[0].index
    return {
        (one.site, one.quarter): one
        for code in sites
        for one in returns_of.get(code, ())
        if one.quarter.index >= first and (one.state != GridStatus.DRAFT or sees_drafts(code))
    }


def _quarters(scope: QueryScope, year: int | None) -> tuple[Quarter, ...]:
    settings = scope.plan.settings
    last = min(settings.calendar.last_ended(scope.today), settings.last_quarter)
    ended = quarters_between(settings.first_quarter, last)
    return tuple(one for one in ended if year in (None, one.year))


def _sites(scope: QueryScope, quarters: Iterable[Quarter]) -> list[Site]:
    """The newest plan's sites, then those that owed a return of one of the quarters by the plan of its time."""
    found = dict(scope.plan.site_by_code)
    plans = scope.snapshot.plans
    for quarter in quarters:
        plan = plans.plan_in_force(quarter)
        if plan is not scope.plan:
            for site in sites_expected_to_report(plan, quarter):
                found.setdefault(site.code, site)
    return [site for code, site in found.items() if scope.sites is None or code in scope.sites]


def get_site_rate(scope: QueryScope, site: str) -> ReportingRate:
    """How many of a site's returns came, and came on time, over the whole plan."""
    return get_site_rates(scope, (site,))[site]


def get_site_rates(scope: QueryScope, sites: Collection[str]) -> dict[str, ReportingRate]:
    """The same of several, each by itself."""
    received = scope.snapshot.submitted.received_returns
    return compute_reporting_rates(scope.snapshot.plans, received, sites=sites, today=scope.today)


def get_overall_rate(scope: QueryScope, quarter: Quarter | None = None) -> ReportingRate:
    """The same of the chosen sites together, over the whole plan or in one quarter."""
    plans, received = scope.snapshot.plans, scope.snapshot.submitted.received_returns
    return compute_reporting_rate(plans, received, sites=scope.sites, today=scope.today, first=quarter, last=quarter)


_STATES = {
    "approved": GridStatus.APPROVED,
    "submitted": GridStatus.SUBMITTED,
    "sent_back": GridStatus.SENT_BACK,
    "draft": GridStatus.DRAFT,
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


def _column(scope: QueryScope, quarter: Quarter) -> _Column:
    plan = scope.snapshot.plans.plan_in_force(quarter)
    calendar = plan.settings.calendar
    return _Column(
        quarter,
        calendar,
        calendar.due(quarter),
        calendar.is_due(quarter, scope.today),
        quarter in scope.snapshot.locked_quarters,
        frozenset([one.code for one in sites_expected_to_report(plan, quarter)]),
    )


def _square(site: str, column: _Column, newest: ActiveReturn | None) -> GridCell:
    quarter, due, locked = column.quarter, column.due, column.is_locked
    if newest is not None:
        first = newest.first_submitted
        late = first is not None and not column.calendar.is_on_time(quarter, first)
        return GridCell(site, quarter, _STATES[newest.state], late, newest.return_id, newest.sender, due, locked)
    standing = GridStatus.NOT_ASKED
    if site in column.owing:
        standing = GridStatus.MISSING if column.is_due else GridStatus.NOT_DUE
    return GridCell(site, quarter, standing, False, None, "", due, locked)
