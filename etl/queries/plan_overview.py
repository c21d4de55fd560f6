"""Where does the whole plan stand: objectives by rating, what needs attention, the two clocks, the returns."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from etl.indicators.figures import count_ratings
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.reporting import compute_reporting_rate
from etl.indicators.results import Figure, NoValue, Rating, RatingCounts, ReportingRate
from etl.indicators.vocabulary import Objective
from etl.queries.reporting_status import (
    OverdueReturns,
    ReturnsGrid,
    get_overall_rate,
    get_returns_grid,
    list_overdue_returns,
)
from etl.queries.scope import QueryScope

MAX_GRID_SITES = 30
"""So many sites stand in the overview's grid of returns; where there are more, those first that owe most."""


@dataclass(frozen=True)
class ObjectiveSummary:
    objective: Objective
    figures: tuple[Figure, ...]
    rating_counts: RatingCounts


@dataclass(frozen=True)
class Overview:
    """The plan on one screen. `attention` is worst first; `time_gone` a share of the plan's days."""

    objectives: tuple[ObjectiveSummary, ...]
    rating_counts: RatingCounts
    attention: tuple[Figure, ...]
    counted_quarter: Quarter | None
    time_elapsed: Decimal
    reporting_rate: ReportingRate
    returns_grid: ReturnsGrid
    overdue_returns: tuple[OverdueReturns, ...]
    """The sites that still owe returns, the one whose latest is missing first."""


def get_plan_overview(scope: QueryScope) -> Overview:
    """The overview for the chosen period, sites and programme."""
    summaries = tuple(_summary(scope, objective) for objective in scope.plan.objectives)
    figures = tuple(figure for summary in summaries for figure in summary.figures)
    counted, owed = find_counted_quarter(scope), list_overdue_returns(scope)
    return Overview(
        objectives=summaries,
        rating_counts=count_ratings(figure.rating for figure in figures),
        attention=tuple(sorted((one for one in figures if needs_attention(one)), key=urgency_key)),
        counted_quarter=counted,
        time_elapsed=get_time_elapsed(scope.snapshot.plans, counted),
        reporting_rate=_reporting(scope, counted),
        returns_grid=get_returns_grid(scope, max_sites=MAX_GRID_SITES, overdue=owed),
        overdue_returns=owed,
    )


def _summary(scope: QueryScope, objective: Objective) -> ObjectiveSummary:
    figures = tuple(scope.get_figure(indicator.code) for indicator in scope.list_indicators(objective.code))
    return ObjectiveSummary(objective, figures, count_ratings(figure.rating for figure in figures))


def needs_attention(figure: Figure) -> bool:
    """At risk or off track, also where returns that are missing could still decide otherwise."""
    return figure.rating.needs_attention or figure.rating is Rating.INCOMPLETE


def urgency_key(figure: Figure) -> tuple[int, Decimal]:
    """A key that sorts the worst first: off track before at risk, then by pace."""
    order = (Rating.OFF_TRACK, Rating.AT_RISK, Rating.INCOMPLETE, Rating.NO_DATA)
    place = order.index(figure.rating) if figure.rating in order else len(order)
    pace = figure.pace if isinstance(figure.pace, Decimal) else Decimal(0)
    return place, pace


def find_counted_quarter(scope: QueryScope) -> Quarter | None:
    """The last quarter of the plan that has ended and whose returns are due or all in."""
    plans = scope.snapshot.plans
    ended = plans.latest.settings.calendar.last_ended(scope.today)
    quarter = min(ended, plans.latest.settings.last_quarter)
    while quarter >= plans.latest.settings.first_quarter:
        if plans.is_due(quarter, scope.today) or _all_in(scope, quarter):
            return quarter
        quarter = quarter.plus(-1)
    return None


def _all_in(scope: QueryScope, quarter: Quarter) -> bool:
    """Whether every return of the quarter has come, and at least one was asked for."""
    rate = compute_reporting_rate(
        scope.snapshot.plans,
        scope.record.received_returns,
        sites=scope.sites,
        today=date.max,
        first=quarter,
        last=quarter,
    )
    return rate.received == rate.expected > 0


def get_time_elapsed(plans: Plans, quarter: Quarter | None) -> Decimal:
    """The share of the plan's days that had passed when the quarter ended; 0 before the first one counts."""
    if quarter is None:
        return Decimal(0)
    settings = plans.latest.settings
    start, end = settings.calendar.start(settings.first_quarter), settings.calendar.end(settings.last_quarter)
    return Decimal((settings.calendar.end(quarter) - start).days + 1) / Decimal((end - start).days + 1)


def _reporting(scope: QueryScope, quarter: Quarter | None) -> ReportingRate:
    return ReportingRate(expected=0, received=0, on_time=0) if quarter is None else get_overall_rate(scope, quarter)


def has_value(figure: Figure) -> bool:
    return not isinstance(figure.actual.amount, NoValue)
