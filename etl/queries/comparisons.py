"""What stands beside a figure: the same period a year before, and for levels the step of the year alone."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.results import Figure, NoValue
from etl.indicators.vocabulary import Indicator, TargetBasis
from etl.indicators.year_step import YearStep, compute_year_step
from etl.queries.scope import QueryScope

QUARTERS_PER_YEAR = 4


@dataclass(frozen=True)
class FigureComparison:
    """A figure with what stands beside it; None where there is no year before, or no level."""

    figure: Figure
    year_before: Figure | None
    year_step: YearStep | None


def compare_figure(scope: QueryScope, indicator: Indicator) -> FigureComparison:
    """The indicator's figure for what was chosen, with both."""
    figure = scope.get_figure(indicator.code)
    return FigureComparison(figure, find_year_before(scope, figure), find_year_step(scope, indicator, figure))


def find_year_before(scope: QueryScope, figure: Figure) -> Figure | None:
    """The same period a year before, from what had been reported of its quarters up to the same one as now.

    None where the plan had not begun. Numbers that were corrected since then stand as they are known now.
    """
    last = figure.counted_quarter
    if last is None:
        return None
    until = last.plus(-QUARTERS_PER_YEAR)
    period = _year_before(figure.requested_period)
    settings = scope.plan.settings
    if until < settings.first_quarter or (isinstance(period, Years) and period.first < settings.first_year):
        return None
    return _earlier(scope, until).get_figure(figure.indicator, period=period)


def _year_before(period: Period) -> Period:
    if isinstance(period, Quarter):
        return period.plus(-QUARTERS_PER_YEAR)
    return Years(period.first - 1, period.last - 1) if isinstance(period, Years) else PlanToDate()


def _earlier(scope: QueryScope, until: Quarter) -> QueryScope:
    """The same selection when the quarter had just become due, without anything later; kept with the snapshot."""
    snapshot = scope.snapshot.until(until)
    due = scope.plan.settings.calendar.due(until)
    return replace(scope, snapshot=snapshot, today=min(scope.today, due + timedelta(days=1)))


def find_year_step(scope: QueryScope, indicator: Indicator, figure: Figure) -> YearStep | None:
    """Of the year that the figure is counted in; None for what is no level, and in a quarter's view."""
    quarter = figure.counted_quarter
    is_level = indicator.target_basis is TargetBasis.LEVEL and not indicator.is_flow
    if not is_level or quarter is None or isinstance(figure.requested_period, Quarter):
        return None
    year, settings = quarter.year, scope.plan.settings
    now = scope.get_figure(indicator.code, period=Years(year, year))
    if year == settings.first_year:
        start, before = now.baseline, now.baseline
    else:
        earlier = scope.get_figure(indicator.code, period=Years(year - 1, year - 1))
        start, before = earlier.counted_value.amount, earlier.target
        if isinstance(start, Decimal) and earlier.counted_value.sites != now.counted_value.sites:
            # A change between different sets of sites is none.
            start = NoValue.NOT_DEFINED
    amount, target = now.counted_value.amount, now.target
    share = compute_year_step(start=start, now=amount, target_before=before, target=target)
    return YearStep(year, start, amount, before, target, share)
