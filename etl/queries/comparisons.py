"""Compare a figure with the same period of the year before; for levels, compute the step of the year."""

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
    """A figure with its comparisons; None where there is no year before, or where the indicator is no level."""

    figure: Figure
    year_before: Figure | None
    year_step: YearStep | None


def compare_figure(scope: QueryScope, indicator: Indicator) -> FigureComparison:
    """Return the indicator's figure in the scope with both comparisons."""
    figure = scope.get_figure(indicator.code)
    return FigureComparison(figure, find_year_before(scope, figure), find_year_step(scope, indicator, figure))


def find_year_before(scope: QueryScope, figure: Figure) -> Figure | None:
    """Return the figure of the same period a year before, counted up to the same quarter of its year.

    None before the plan begins. Numbers that were corrected since then have their present values.
    """
    last = figure.counted_quarter
    if last is None:
        return None
    until = last.shift(-QUARTERS_PER_YEAR)
    period = _get_year_before(figure.requested_period)
    settings = scope.plan.settings
    if until < settings.first_quarter or (isinstance(period, Years) and period.first < settings.first_year):
        return None
    return _make_scope_until(scope, until).get_figure(figure.indicator, period=period)


def _get_year_before(period: Period) -> Period:
    if isinstance(period, Quarter):
        return period.shift(-QUARTERS_PER_YEAR)
    return Years(period.first - 1, period.last - 1) if isinstance(period, Years) else PlanToDate()


def _make_scope_until(scope: QueryScope, until: Quarter) -> QueryScope:
    """Return the same selection on the day after the quarter's due date, without later quarters."""
    due = scope.plan.settings.calendar.get_due_date(until)
    return replace(scope, snapshot=scope.snapshot.select_until(until), today=min(scope.today, due + timedelta(days=1)))


def find_year_step(scope: QueryScope, indicator: Indicator, figure: Figure) -> YearStep | None:
    """Return the step of the year that the figure counts in; None for a quarter, and where it is no level."""
    quarter = figure.counted_quarter
    is_level = indicator.target_basis is TargetBasis.LEVEL and not indicator.is_flow and not indicator.is_stage
    if not is_level or quarter is None or isinstance(figure.requested_period, Quarter):
        return None
    year = quarter.year
    now = scope.get_figure(indicator.code, period=Years(year, year))
    if year == scope.plan.settings.first_year:
        start, target_before = now.baseline, now.baseline
    else:
        earlier = scope.get_figure(indicator.code, period=Years(year - 1, year - 1))
        start, target_before = earlier.counted_value.amount, earlier.target
        if isinstance(start, Decimal) and earlier.counted_value.sites != now.counted_value.sites:
            # Amounts of different sets of sites cannot be compared.
            start = NoValue.NOT_DEFINED
    amount = now.counted_value.amount
    share = compute_year_step(start=start, now=amount, target_before=target_before, target=now.target)
    return YearStep(year, start, amount, target_before, now.target, share)
