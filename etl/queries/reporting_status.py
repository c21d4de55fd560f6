"""Which sites have reported in which quarter: the grid of returns, overdue returns and reporting rates.

Only people of its site see a draft in the grid. Everybody else sees the status before the draft, and reminders count a
draft as not submitted. A draft never hides a return that is pending or approved: it stands beside it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from etl.indicators.periods import Calendar, Quarter, list_quarters_between
from etl.indicators.reporting import (
    compute_reporting_rate,
    compute_reporting_rates,
    list_overdue_quarters,
    list_sites_expected_to_report,
)
from etl.indicators.results import ReportingRate
from etl.indicators.vocabulary import Site
from etl.queries.scope import QueryScope
from etl.queries.snapshot import ActiveReturn, select_current_return


class GridStatus(StrEnum):
    """The status of a site's return in a quarter."""

    APPROVED = "approved"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    DRAFT = "draft"
    MISSING = "missing"
    NOT_DUE = "not_due"
    NOT_ASKED = "not_asked"

    @property
    def is_outstanding(self) -> bool:
        """Whether the site still has to submit a return, or to submit it again."""
        return self in (GridStatus.MISSING, GridStatus.NOT_DUE, GridStatus.SENT_BACK, GridStatus.DRAFT)


@dataclass(frozen=True)
class GridCell:
    """The return of one site and quarter."""

    site: str
    quarter: Quarter
    status: GridStatus
    is_late: bool
    """Whether it was first submitted after the due date."""
    return_id: int | None
    sender: str = ""
    due: date = date.max
    is_locked: bool = False
    newer_draft: ActiveReturn | None = None
    """The newest draft that would replace the return, which is submitted or approved."""
    is_received: bool = False
    """Whether a return of the quarter is submitted or approved, the displayed one or another."""


@dataclass(frozen=True)
class ReturnsGrid:
    """The returns of sites (rows) by quarter (columns)."""

    quarters: tuple[Quarter, ...]
    rows: tuple[tuple[Site, tuple[GridCell, ...], ReportingRate], ...]
    """A site, its cell in each quarter, and its reporting rate over the whole plan."""
    locked_quarters: frozenset[Quarter] = frozenset()
    site_count: int = 0
    """How many sites are in scope; the grid may have fewer rows."""

    @property
    def cells(self) -> tuple[GridCell, ...]:
        return tuple(cell for _, cells, _ in self.rows for cell in cells)


@dataclass(frozen=True)
class OverdueReturns:
    """A site with the quarters whose return is due and missing, a draft or sent back, latest first."""

    site: Site
    quarters: tuple[Quarter, ...]


def list_overdue_returns(scope: QueryScope) -> tuple[OverdueReturns, ...]:
    """Return the sites in scope with overdue returns, latest overdue quarter first."""
    settings, sites = scope.plan.settings, scope.plan.site_by_code
    last = min(settings.calendar.find_last_ended_quarter(scope.today), settings.last_quarter)
    plans, received = scope.snapshot.plans, scope.snapshot.submitted.received_returns
    by_site = list_overdue_quarters(plans, received, sites=scope.sites, today=scope.today, last=last)
    overdue = [
        OverdueReturns(sites[code], tuple(reversed(quarters))) for code, quarters in by_site.items() if code in sites
    ]
    return tuple(sorted(overdue, key=lambda item: (-item.quarters[0].index, -len(item.quarters), item.site.code)))


SitePredicate = Callable[[str], bool]
"""A function that answers a question about a site code, such as whether somebody may see its drafts."""


def sees_no_drafts(site: str) -> bool:
    """Return False: the predicate of people who may send returns for no site."""
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
    """Return the grid of the latest quarters that have ended (or those of a year), sites in the plan's order.

    Sites that a newer plan leaves out follow, where they had to report in one of the quarters. With `max_sites`, the
    sites with most `overdue` returns come first and the rest is cut. `only_sites` gives the rows and their order.
    Only people who may send returns for a site see its drafts; for others the return before the draft counts.
    """
    quarters = _list_quarters(scope, year)[-max_quarters:]
    all_sites = _list_sites(scope, quarters)
    sites = all_sites if only_sites is None else list(only_sites)
    if max_sites is not None and len(sites) > max_sites:
        sites = sort_by_overdue(sites, overdue)[:max_sites]
    codes = {site.code for site in sites}
    returns = _group_visible_returns(scope, quarters, codes, sees_drafts)
    columns = [_make_column(scope, quarter) for quarter in quarters]
    rates = get_site_rates(scope, codes)
    rows = tuple(
        (
            site,
            tuple(_make_cell(site.code, column, returns.get((site.code, column.quarter), ())) for column in columns),
            rates[site.code],
        )
        for site in sites
    )
    return ReturnsGrid(quarters, rows, scope.snapshot.locked_quarters, len(all_sites))


def list_grid_sites(scope: QueryScope, *, max_quarters: int = 12, year: int | None = None) -> tuple[Site, ...]:
    """Return the sites of a grid without `max_sites`."""
    return tuple(_list_sites(scope, _list_quarters(scope, year)[-max_quarters:]))


def sort_by_overdue(sites: Iterable[Site], overdue: Iterable[OverdueReturns]) -> list[Site]:
    """Return the sites with most overdue returns first, else in the given order."""
    counts = {item.site.code: len(item.quarters) for item in overdue}
    return sorted(sites, key=lambda site: -counts.get(site.code, 0))


def _group_visible_returns(
    scope: QueryScope, quarters: tuple[Quarter, ...], sites: Collection[str], sees_drafts: SitePredicate
) -> dict[tuple[str, Quarter], list[ActiveReturn]]:
    """Return the visible returns of each site and quarter, the newest last."""
    if not quarters:
        return {}
    returns_by_site, first = scope.snapshot.returns_by_site, quarters[0].index
    visible_returns: dict[tuple[str, Quarter], list[ActiveReturn]] = {}
    for code in sites:
        for active in returns_by_site.get(code, ()):
            if active.quarter.index >= first and (active.state != GridStatus.DRAFT or sees_drafts(code)):
                visible_returns.setdefault((active.site, active.quarter), []).append(active)
    return visible_returns


def _list_quarters(scope: QueryScope, year: int | None) -> tuple[Quarter, ...]:
    settings = scope.plan.settings
    last = min(settings.calendar.find_last_ended_quarter(scope.today), settings.last_quarter)
    ended_quarters = list_quarters_between(settings.first_quarter, last)
    return tuple(quarter for quarter in ended_quarters if year in (None, quarter.year))


def _list_sites(scope: QueryScope, quarters: Iterable[Quarter]) -> list[Site]:
    """Return the newest plan's sites, then those that earlier plans expected to report in the quarters."""
    sites = dict(scope.plan.site_by_code)
    plans = scope.snapshot.plans
    for quarter in quarters:
        plan = plans.get_plan_in_force(quarter)
        if plan is not scope.plan:
            for site in list_sites_expected_to_report(plan, quarter):
                sites.setdefault(site.code, site)
    return [site for code, site in sites.items() if scope.sites is None or code in scope.sites]


def get_site_rate(scope: QueryScope, site: str) -> ReportingRate:
    """Return the reporting rate of a site over the whole plan."""
    return get_site_rates(scope, (site,))[site]


def get_site_rates(scope: QueryScope, sites: Collection[str]) -> dict[str, ReportingRate]:
    """Return the reporting rate of each site over the whole plan."""
    received = scope.snapshot.submitted.received_returns
    return compute_reporting_rates(scope.snapshot.plans, received, sites=sites, today=scope.today)


def get_overall_rate(scope: QueryScope, quarter: Quarter | None = None) -> ReportingRate:
    """Return the reporting rate of all sites in scope together, over the whole plan or in one quarter."""
    plans, received = scope.snapshot.plans, scope.snapshot.submitted.received_returns
    return compute_reporting_rate(plans, received, sites=scope.sites, today=scope.today, first=quarter, last=quarter)


@dataclass(frozen=True)
class _Column:
    """What the cells of a quarter have in common."""

    quarter: Quarter
    calendar: Calendar
    due: date
    is_due: bool
    is_locked: bool
    expected_sites: frozenset[str]


def _make_column(scope: QueryScope, quarter: Quarter) -> _Column:
    plan = scope.snapshot.plans.get_plan_in_force(quarter)
    calendar = plan.settings.calendar
    return _Column(
        quarter,
        calendar,
        calendar.get_due_date(quarter),
        calendar.is_due(quarter, scope.today),
        quarter in scope.snapshot.locked_quarters,
        frozenset([site.code for site in list_sites_expected_to_report(plan, quarter)]),
    )


def _make_cell(site: str, column: _Column, returns: Sequence[ActiveReturn]) -> GridCell:
    quarter, due, is_locked = column.quarter, column.due, column.is_locked
    if returns:
        active, newer_draft = select_current_return(returns)
        first = active.first_submitted
        is_late = first is not None and not column.calendar.is_on_time(quarter, first)
        status = GridStatus(active.state)
        return GridCell(
            site,
            quarter,
            status,
            is_late,
            active.return_id,
            active.sender,
            due,
            is_locked,
            newer_draft,
            is_received=any(other.state in (GridStatus.SUBMITTED, GridStatus.APPROVED) for other in returns),
        )
    status = GridStatus.NOT_ASKED
    if site in column.expected_sites:
        status = GridStatus.MISSING if column.is_due else GridStatus.NOT_DUE
    return GridCell(site, quarter, status, False, None, "", due, is_locked)
