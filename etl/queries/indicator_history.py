"""What happened to one indicator: quarter by quarter, year by year, by site and by part."""

from dataclasses import dataclass

from etl.indicators.figures import compute_part_value
from etl.indicators.history import clip_to_period, compute_history
from etl.indicators.periods import PlanToDate, Quarter, Years
from etl.indicators.results import Figure, SeriesPoint, Value
from etl.indicators.vocabulary import Indicator, Objective, Part, Site
from etl.queries.objective_progress import IndicatorProgress, get_indicator_progress
from etl.queries.scope import QueryScope


@dataclass(frozen=True)
class IndicatorHistory:
    indicator: Indicator
    objective: Objective
    progress: IndicatorProgress
    points: tuple[SeriesPoint, ...]
    unapproved_quarters: frozenset[Quarter]
    """The quarters whose shown value rests on returns that nobody has approved yet."""
    sites: tuple[tuple[Site, Figure], ...]
    """The chosen sites that report it, each with its own figure, in the plan's order."""
    parts: tuple[tuple[Part, Value], ...]

    @property
    def figure(self) -> Figure:
        return self.progress.figure


def find_indicator_history(scope: QueryScope, code: str) -> IndicatorHistory | None:
    """The indicator's history; None for a code that the newest plan doesn't have."""
    indicator = scope.plan.indicator_by_code.get(code)
    if indicator is None:
        return None
    progress = get_indicator_progress(scope, indicator)
    points = _points(scope, code)
    found = (scope.snapshot.plans.find_site(site) for site in progress.figure.sites)
    chosen = [site for site in found if site is not None]
    return IndicatorHistory(
        indicator=indicator,
        objective=scope.plan.objective_by_code[indicator.objective],
        progress=progress,
        points=points,
        unapproved_quarters=_unapproved(scope, code, points),
        sites=tuple((site, scope.get_figure(code, sites=(site.code,))) for site in chosen),
        parts=tuple((part, _part(scope, part)) for part in scope.plan.parts_of(code)),
    )


def _points(scope: QueryScope, code: str) -> tuple[SeriesPoint, ...]:
    points = compute_history(scope.snapshot.plans, scope.record, indicator=code, sites=scope.sites, today=scope.today)
    if isinstance(scope.period, PlanToDate):
        return points
    if isinstance(scope.period, Quarter):
        return clip_to_period(points, Years(scope.period.year, scope.period.year))
    return clip_to_period(points, scope.period)


def _unapproved(scope: QueryScope, code: str, points: tuple[SeriesPoint, ...]) -> frozenset[Quarter]:
    if not scope.include_unapproved:
        return frozenset()
    approved = compute_history(
        scope.snapshot.plans, scope.snapshot.approved, indicator=code, sites=scope.sites, today=scope.today
    )
    before = {point.quarter: (point.in_quarter, point.to_date) for point in approved}
    return frozenset(
        point.quarter for point in points if before.get(point.quarter) != (point.in_quarter, point.to_date)
    )


def _part(scope: QueryScope, part: Part) -> Value:
    return compute_part_value(
        scope.snapshot.plans,
        scope.record,
        indicator=part.indicator,
        part=part.key,
        sites=scope.sites,
        period=scope.period,
        today=scope.today,
    )
