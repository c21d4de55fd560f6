"""The progress of an objective: its indicators, each with every year of the plan."""

from dataclasses import dataclass

from etl.indicators.figures import count_ratings
from etl.indicators.part_targets import list_parts_with_targets
from etl.indicators.periods import Years
from etl.indicators.results import Figure, RatingCounts, Value
from etl.indicators.site_groups import SiteSelection
from etl.indicators.vocabulary import Indicator, Objective, Part
from etl.queries.plan_overview import make_urgency_key
from etl.queries.scope import QueryScope
from etl.queries.unapproved_numbers import find_unapproved_keys


@dataclass(frozen=True)
class IndicatorProgress:
    """An indicator's figure in a scope, and its figure of every year of the plan."""

    indicator: Indicator
    figure: Figure
    years: tuple[tuple[int, Figure], ...]
    unapproved_years: frozenset[int] = frozenset()
    """The years that include numbers pending approval."""
    participations: Value | None = None
    """The participations beside an indicator that counts new people."""
    parts: tuple[tuple[Part, Figure], ...] = ()
    """The parts that have targets of their own with their figures, in the plan's order."""


@dataclass(frozen=True)
class ObjectiveProgress:
    """An objective with its indicators, most behind first."""

    objective: Objective
    rating_counts: RatingCounts
    indicators: tuple[IndicatorProgress, ...]


def find_objective_progress(scope: QueryScope, code: str) -> ObjectiveProgress | None:
    """Return the objective's progress; None where the plan does not have the code."""
    objective = scope.plan.objective_by_code.get(code)
    if objective is None:
        return None
    indicators = [get_indicator_progress(scope, indicator) for indicator in scope.list_indicators(code)]
    return ObjectiveProgress(
        objective=objective,
        rating_counts=count_ratings(progress.figure.rating for progress in indicators),
        indicators=tuple(sorted(indicators, key=lambda progress: make_urgency_key(progress.figure))),
    )


def get_indicator_progress(scope: QueryScope, indicator: Indicator) -> IndicatorProgress:
    """Return the indicator's figure in the scope, and one for each year."""
    settings = scope.plan.settings
    years = range(settings.first_year, settings.last_year + 1)
    figure = scope.get_figure(indicator.code)
    unapproved = find_unapproved_keys(scope, indicator.code, figure.sites)
    return IndicatorProgress(
        indicator=indicator,
        figure=figure,
        years=tuple((year, scope.get_figure(indicator.code, period=Years(year, year))) for year in years),
        unapproved_years=frozenset(quarter.year for _, quarter in unapproved),
        participations=scope.compute_participations(indicator.code),
        parts=list_rated_parts(scope, indicator.code),
    )


def list_rated_parts(
    scope: QueryScope, code: str, *, sites: SiteSelection | None = None
) -> tuple[tuple[Part, Figure], ...]:
    """Return the parts that have targets of their own with their figures, in the plan's order."""
    parts = list_parts_with_targets(scope.plan, code)
    return tuple((part, scope.get_figure(code, part=part.key, sites=sites)) for part in parts)
