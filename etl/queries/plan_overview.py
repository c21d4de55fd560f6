"""Where does the whole plan stand: objectives by rating, what needs attention, the two clocks, the returns."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from etl.indicators.figures import tally
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.reporting import reporting_rate
from etl.indicators.results import Figure, NoValue, Rating, ReportingRate, Tally
from etl.indicators.vocabulary import Objective
from etl.queries.asking import Asking
from etl.queries.reporting_status import OwedReturns, ReturnsGrid, owed_returns, returns_grid, whole_rate

SITES_SHOWN = 30
"""So many sites stand in the overview's grid of returns; where there are more, those first that owe most."""


@dataclass(frozen=True)
class ObjectiveSummary:
    objective: Objective
    figures: tuple[Figure, ...]
    tally: Tally


@dataclass(frozen=True)
class Overview:
    """The plan on one screen. `attention` is worst first; `time_gone` a share of the plan's days."""

    objectives: tuple[ObjectiveSummary, ...]
    tally: Tally
    attention: tuple[Figure, ...]
    counted_quarter: Quarter | None
    time_gone: Decimal
    reporting: ReportingRate
    returns: ReturnsGrid
    owed: tuple[OwedReturns, ...]
    """The sites that still owe returns, the one whose latest is missing first."""


def plan_overview(asking: Asking) -> Overview:
    """The overview for the chosen period, sites and programme."""
    summaries = tuple(_summary(asking, objective) for objective in asking.plan.objectives)
    figures = tuple(figure for summary in summaries for figure in summary.figures)
    counted, owed = last_counted(asking), owed_returns(asking)
    return Overview(
        objectives=summaries,
        tally=tally(figure.rating for figure in figures),
        attention=tuple(sorted((one for one in figures if is_in_need(one)), key=need)),
        counted_quarter=counted,
        time_gone=time_gone(asking.snapshot.plans, counted),
        reporting=_reporting(asking, counted),
        returns=returns_grid(asking, most_sites=SITES_SHOWN, owed=owed),
        owed=owed,
    )


def _summary(asking: Asking, objective: Objective) -> ObjectiveSummary:
    figures = tuple(asking.figure(indicator.code) for indicator in asking.indicators(objective.code))
    return ObjectiveSummary(objective, figures, tally(figure.rating for figure in figures))


def is_in_need(figure: Figure) -> bool:
    """At risk or off track, also where returns that are missing could still decide otherwise."""
    return figure.rating.needs_attention or figure.rating is Rating.INCOMPLETE


def need(figure: Figure) -> tuple[int, Decimal]:
    """A key that sorts the worst first: off track before at risk, then by pace."""
    order = (Rating.OFF_TRACK, Rating.AT_RISK, Rating.INCOMPLETE, Rating.NO_DATA)
    place = order.index(figure.rating) if figure.rating in order else len(order)
    pace = figure.pace if isinstance(figure.pace, Decimal) else Decimal(0)
    return place, pace


def last_counted(asking: Asking) -> Quarter | None:
    """The last quarter of the plan that has ended and whose returns are due or all in."""
    plans = asking.snapshot.plans
    ended = plans.latest.settings.calendar.last_ended(asking.today)
    quarter = min(ended, plans.latest.settings.last_quarter)
    while quarter >= plans.latest.settings.first_quarter:
        if plans.is_due(quarter, asking.today) or _all_in(asking, quarter):
            return quarter
        quarter = quarter.plus(-1)
    return None


def _all_in(asking: Asking, quarter: Quarter) -> bool:
    """Whether every return of the quarter has come, and at least one was asked for."""
    rate = reporting_rate(
        asking.snapshot.plans,
        asking.record.received,
        sites=asking.sites,
        today=date.max,
        first=quarter,
        last=quarter,
    )
    return rate.received == rate.expected > 0


def time_gone(plans: Plans, quarter: Quarter | None) -> Decimal:
    """The share of the plan's days that had passed when the quarter ended; 0 before the first one counts."""
    if quarter is None:
        return Decimal(0)
    settings = plans.latest.settings
    start, end = settings.calendar.start(settings.first_quarter), settings.calendar.end(settings.last_quarter)
    return Decimal((settings.calendar.end(quarter) - start).days + 1) / Decimal((end - start).days + 1)


def _reporting(asking: Asking, quarter: Quarter | None) -> ReportingRate:
    return ReportingRate(expected=0, received=0, on_time=0) if quarter is None else whole_rate(asking, quarter)


def has_value(figure: Figure) -> bool:
    return not isinstance(figure.actual.amount, NoValue)
