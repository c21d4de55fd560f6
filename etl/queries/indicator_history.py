"""What happened to one indicator: quarter by quarter, year by year, by site and by part."""

from dataclasses import dataclass

from etl.indicators.figures import part_value
from etl.indicators.history import clip, history
from etl.indicators.periods import PlanToDate, Quarter, Years
from etl.indicators.results import Figure, SeriesPoint, Value
from etl.indicators.vocabulary import Indicator, Objective, Part, Site
from etl.queries.asking import Asking
from etl.queries.objective_progress import IndicatorProgress, progress_of


@dataclass(frozen=True)
class IndicatorHistory:
    indicator: Indicator
    objective: Objective
    progress: IndicatorProgress
    points: tuple[SeriesPoint, ...]
    unapproved: frozenset[Quarter]
    """The quarters whose shown value rests on returns that nobody has approved yet."""
    sites: tuple[tuple[Site, Figure], ...]
    """The chosen sites that report it, each with its own figure, in the plan's order."""
    parts: tuple[tuple[Part, Value], ...]

    @property
    def figure(self) -> Figure:
        return self.progress.figure


def indicator_history(asking: Asking, code: str) -> IndicatorHistory | None:
    """The indicator's history; None for a code that the newest plan doesn't have."""
    indicator = asking.plan.indicator_by_code.get(code)
    if indicator is None:
        return None
    progress = progress_of(asking, indicator)
    points = _points(asking, code)
    found = (asking.snapshot.plans.find_site(site) for site in progress.figure.sites)
    chosen = [site for site in found if site is not None]
    return IndicatorHistory(
        indicator=indicator,
        objective=asking.plan.objective_by_code[indicator.objective],
        progress=progress,
        points=points,
        unapproved=_unapproved(asking, code, points),
        sites=tuple((site, asking.figure(code, sites=(site.code,))) for site in chosen),
        parts=tuple((part, _part(asking, part)) for part in asking.plan.parts_of(code)),
    )


def _points(asking: Asking, code: str) -> tuple[SeriesPoint, ...]:
    points = history(asking.snapshot.plans, asking.record, indicator=code, sites=asking.sites, today=asking.today)
    if isinstance(asking.period, PlanToDate):
        return points
    if isinstance(asking.period, Quarter):
        return clip(points, Years(asking.period.year, asking.period.year))
    return clip(points, asking.period)


def _unapproved(asking: Asking, code: str, points: tuple[SeriesPoint, ...]) -> frozenset[Quarter]:
    if not asking.include_unapproved:
        return frozenset()
    approved = history(
        asking.snapshot.plans, asking.snapshot.approved, indicator=code, sites=asking.sites, today=asking.today
    )
    before = {point.quarter: (point.alone, point.to_date) for point in approved}
    return frozenset(point.quarter for point in points if before.get(point.quarter) != (point.alone, point.to_date))


def _part(asking: Asking, part: Part) -> Value:
    return part_value(
        asking.snapshot.plans,
        asking.record,
        indicator=part.indicator,
        part=part.key,
        sites=asking.sites,
        period=asking.period,
        today=asking.today,
    )
