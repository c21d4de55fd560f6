"""How far is one objective: its indicators, and each of them year by year."""

from dataclasses import dataclass

from etl.indicators.figures import count_ratings
from etl.indicators.periods import Years
from etl.indicators.results import Figure, RatingCounts
from etl.indicators.vocabulary import Indicator, Objective
from etl.queries.plan_overview import urgency_key
from etl.queries.scope import QueryScope
from etl.queries.unapproved_numbers import find_unapproved_keys


@dataclass(frozen=True)
class IndicatorProgress:
    indicator: Indicator
    figure: Figure
    years: tuple[tuple[int, Figure], ...]
    """Every year of the plan with its own figure, whatever period is chosen."""
    unapproved_years: frozenset[int] = frozenset()
    """Those that hold numbers which nobody has approved yet."""


@dataclass(frozen=True)
class ObjectiveProgress:
    objective: Objective
    rating_counts: RatingCounts
    indicators: tuple[IndicatorProgress, ...]
    """Worst first."""


def find_objective_progress(scope: QueryScope, code: str) -> ObjectiveProgress | None:
    """The objective's progress; None for a code that the plan doesn't have."""
    objective = scope.plan.objective_by_code.get(code)
    if objective is None:
        return None
    found = [get_indicator_progress(scope, indicator) for indicator in scope.list_indicators(code)]
    return ObjectiveProgress(
        objective=objective,
        rating_counts=count_ratings(one.figure.rating for one in found),
        indicators=tuple(sorted(found, key=lambda one: urgency_key(one.figure))),
    )


def get_indicator_progress(scope: QueryScope, indicator: Indicator) -> IndicatorProgress:
    """One indicator's figure for what was chosen, and one for each year."""
    settings = scope.plan.settings
    years = range(settings.first_year, settings.last_year + 1)
    figure = scope.get_figure(indicator.code)
    waiting = find_unapproved_keys(scope, indicator.code, figure.sites)
    return IndicatorProgress(
        indicator=indicator,
        figure=figure,
        years=tuple((year, scope.get_figure(indicator.code, period=Years(year, year))) for year in years),
        unapproved_years=frozenset(quarter.year for _, quarter in waiting),
    )
