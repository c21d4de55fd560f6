"""The history of one indicator by quarter, year, site and part."""

from dataclasses import dataclass

from etl.indicators.history import clip_to_period, compute_history, select_due_points
from etl.indicators.periods import PlanToDate, Quarter, Years
from etl.indicators.results import Amount, Figure, SeriesPoint, SiteQuarterKey
from etl.indicators.selected_sites import select_reporting_sites
from etl.indicators.site_groups import SiteGroup
from etl.indicators.vocabulary import Indicator, Objective, Site, TargetBasis
from etl.queries.covered_quarters import find_covered_keys
from etl.queries.objective_progress import IndicatorProgress, get_indicator_progress
from etl.queries.scope import QueryScope


@dataclass(frozen=True)
class IndicatorHistory:
    """All series of one indicator in a scope."""

    indicator: Indicator
    objective: Objective
    progress: IndicatorProgress
    points: tuple[SeriesPoint, ...]
    """The quarters of the period. Of an annual flow over several years, they count from `start`."""
    start: Quarter | None
    """The quarter from which the points of an annual flow are cumulative; None where each year starts again."""
    year_end_targets: tuple[tuple[Quarter, Amount], ...]
    """The target at the end of each year of the plan, on the scale of the points."""
    unapproved_quarters: frozenset[Quarter]
    """The quarters whose displayed value includes returns that are pending approval."""
    missing: tuple[SiteQuarterKey, ...]
    """The cells without a number, oldest first."""
    covered: tuple[SiteQuarterKey, ...]
    """The cells whose amount a year-to-date return has together with that of other quarters, oldest first."""
    sites: tuple[tuple[Site, Figure], ...]
    """The reporting sites in scope with their own figures, in the plan's order."""
    provinces: tuple[tuple[SiteGroup, Figure], ...]
    """The provinces of the reporting sites with their own figures, if all sites are in scope."""

    @property
    def figure(self) -> Figure:
        return self.progress.figure

    @property
    def due_points(self) -> tuple[SeriesPoint, ...]:
        """The points whose own quarter is due or reported, as charts show them."""
        return select_due_points(self.points)


def find_indicator_history(scope: QueryScope, code: str) -> IndicatorHistory | None:
    """Return the indicator's history; None where the newest plan does not have the code."""
    indicator = scope.plan.indicator_by_code.get(code)
    if indicator is None:
        return None
    progress = get_indicator_progress(scope, indicator)
    start = _find_start(scope, indicator)
    points = _make_points(scope, code, start)
    known_sites = (scope.snapshot.plans.find_site(site) for site in progress.figure.sites)
    sites = [site for site in known_sites if site is not None]
    without_number = tuple(dict.fromkeys(key for point in points for key in point.in_quarter.missing))
    covered = find_covered_keys(scope, code, without_number)
    return IndicatorHistory(
        indicator=indicator,
        objective=scope.plan.objective_by_code[indicator.objective],
        progress=progress,
        points=points,
        start=start,
        year_end_targets=_list_year_end_targets(scope, progress, start),
        unapproved_quarters=_find_unapproved_quarters(scope, code, points, start),
        missing=tuple(key for key in without_number if key not in covered),
        covered=tuple(key for key in without_number if key in covered),
        sites=tuple((site, scope.get_figure(code, sites=(site.code,))) for site in sites),
        provinces=_list_provinces(scope, indicator),
    )


def _list_provinces(scope: QueryScope, indicator: Indicator) -> tuple[tuple[SiteGroup, Figure], ...]:
    if scope.sites is not None:
        return ()
    return tuple(
        (province, scope.get_figure(indicator.code, sites=province))
        for province in scope.plan.provinces
        if select_reporting_sites(scope.plan, indicator, province)
    )


def _find_start(scope: QueryScope, indicator: Indicator) -> Quarter | None:
    """Return the first quarter of a period of several years, if the indicator is an annual flow."""
    period = scope.period
    if not indicator.is_number_flow or indicator.target_basis is not TargetBasis.ANNUAL:
        return None
    if isinstance(period, PlanToDate):
        return scope.plan.settings.first_quarter
    return Quarter(period.first, 1) if isinstance(period, Years) and period.first < period.last else None


def _list_year_end_targets(
    scope: QueryScope, progress: IndicatorProgress, start: Quarter | None
) -> tuple[tuple[Quarter, Amount], ...]:
    if start is None:
        return tuple((Quarter(year, 4), figure.target) for year, figure in progress.years)
    code = progress.indicator.code
    return tuple(
        (Quarter(year, 4), scope.get_figure(code, period=Years(start.year, year)).target)
        for year, _ in progress.years
        if year >= start.year
    )


def _make_points(scope: QueryScope, code: str, start: Quarter | None) -> tuple[SeriesPoint, ...]:
    points = compute_history(
        scope.snapshot.plans, scope.record, indicator=code, sites=scope.sites, today=scope.today, start=start
    )
    if isinstance(scope.period, PlanToDate):
        return points
    if isinstance(scope.period, Quarter):
        return clip_to_period(points, Years(scope.period.year, scope.period.year))
    return clip_to_period(points, scope.period)


def _find_unapproved_quarters(
    scope: QueryScope, code: str, points: tuple[SeriesPoint, ...], start: Quarter | None
) -> frozenset[Quarter]:
    if not scope.include_unapproved:
        return frozenset()
    approved_points = compute_history(
        scope.snapshot.plans, scope.snapshot.approved, indicator=code, sites=scope.sites, today=scope.today, start=start
    )
    approved = {point.quarter: (point.in_quarter, point.to_date) for point in approved_points}
    return frozenset(
        point.quarter for point in points if approved.get(point.quarter) != (point.in_quarter, point.to_date)
    )
