"""The overview of the whole plan: objectives by rating, indicators that need attention, time and returns."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from etl.indicators.figures import count_ratings
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.reporting import compute_reporting_rate
from etl.indicators.results import Figure, Rating, RatingCounts, ReportingRate
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
"""The overview's grid of returns shows at most this many sites, most overdue first."""


@dataclass(frozen=True)
class ObjectiveSummary:
    """An objective with the figures of its indicators."""

    objective: Objective
    figures: tuple[Figure, ...]
    rating_counts: RatingCounts


@dataclass(frozen=True)
class Overview:
    """The whole plan on one page."""

    objectives: tuple[ObjectiveSummary, ...]
    rating_counts: RatingCounts
    attention: tuple[Figure, ...]
    """The figures that need attention, most behind first."""
    counted_quarter: Quarter | None
    time_elapsed: Decimal
    """Share of the plan's days that have passed."""
    reporting_rate: ReportingRate
    returns_grid: ReturnsGrid
    overdue_returns: tuple[OverdueReturns, ...]
    """The sites with overdue returns, latest overdue quarter first."""


def get_plan_overview(scope: QueryScope) -> Overview:
    """Return the overview of the scope's period, sites and programme."""
    summaries = tuple(_make_summary(scope, objective) for objective in scope.list_objectives())
    figures = tuple(figure for summary in summaries for figure in summary.figures)
    counted_quarter, overdue = find_counted_quarter(scope), list_overdue_returns(scope)
    return Overview(
        objectives=summaries,
        rating_counts=count_ratings(figure.rating for figure in figures),
        attention=tuple(sorted((figure for figure in figures if needs_attention(figure)), key=make_urgency_key)),
        counted_quarter=counted_quarter,
        time_elapsed=get_time_elapsed(scope.snapshot.plans, counted_quarter),
        reporting_rate=_compute_reporting_rate(scope, counted_quarter),
        returns_grid=get_returns_grid(scope, max_sites=MAX_GRID_SITES, overdue=overdue),
        overdue_returns=overdue,
    )


def _make_summary(scope: QueryScope, objective: Objective) -> ObjectiveSummary:
    figures = tuple(scope.get_figure(indicator.code) for indicator in scope.list_indicators(objective.code))
    return ObjectiveSummary(objective, figures, count_ratings(figure.rating for figure in figures))


def needs_attention(figure: Figure) -> bool:
    """Return whether a figure is at risk or off track, or may be once the missing returns are in."""
    return figure.rating.needs_attention or figure.rating is Rating.INCOMPLETE


def make_urgency_key(figure: Figure) -> tuple[int, Decimal]:
    """Return a sort key that puts the most behind first: by rating, then by pace."""
    order = (Rating.OFF_TRACK, Rating.AT_RISK, Rating.INCOMPLETE, Rating.NO_DATA)
    rank = order.index(figure.rating) if figure.rating in order else len(order)
    pace = figure.pace if isinstance(figure.pace, Decimal) else Decimal(0)
    return rank, pace


def find_counted_quarter(scope: QueryScope) -> Quarter | None:
    """Return the last quarter of the plan that has ended and whose returns are due or all received."""
    plans = scope.snapshot.plans
    last_ended = plans.latest.settings.calendar.find_last_ended_quarter(scope.today)
    quarter = min(last_ended, plans.latest.settings.last_quarter)
    while quarter >= plans.latest.settings.first_quarter:
        if plans.is_due(quarter, scope.today) or _is_complete(scope, quarter):
            return quarter
        quarter = quarter.shift(-1)
    return None


def _is_complete(scope: QueryScope, quarter: Quarter) -> bool:
    """Return whether at least one return was expected in the quarter and all are received."""
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
    """Return the share of the plan's days up to the end of the quarter; 0 without a quarter."""
    if quarter is None:
        return Decimal(0)
    settings = plans.latest.settings
    start, end = (
        settings.calendar.get_start_date(settings.first_quarter),
        settings.calendar.get_end_date(settings.last_quarter),
    )
    return Decimal((settings.calendar.get_end_date(quarter) - start).days + 1) / Decimal((end - start).days + 1)


def _compute_reporting_rate(scope: QueryScope, quarter: Quarter | None) -> ReportingRate:
    return ReportingRate(expected=0, received=0, on_time=0) if quarter is None else get_overall_rate(scope, quarter)
