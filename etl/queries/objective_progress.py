"""How far is one objective: its indicators, and each of them year by year."""

from dataclasses import dataclass

from etl.indicators.figures import tally
from etl.indicators.periods import Years
from etl.indicators.results import Figure, Tally
from etl.indicators.vocabulary import Indicator, Objective
from etl.queries.asking import Asking
from etl.queries.plan_overview import need
from etl.queries.waiting import waiting_places


@dataclass(frozen=True)
class IndicatorProgress:
    indicator: Indicator
    figure: Figure
    years: tuple[tuple[int, Figure], ...]
    """Every year of the plan with its own figure, whatever period is chosen."""
    waiting_years: frozenset[int] = frozenset()
    """Those that hold numbers which nobody has approved yet."""


@dataclass(frozen=True)
class ObjectiveProgress:
    objective: Objective
    tally: Tally
    indicators: tuple[IndicatorProgress, ...]
    """Worst first."""


def objective_progress(asking: Asking, code: str) -> ObjectiveProgress | None:
    """The objective's progress; None for a code that the plan doesn't have."""
    objective = asking.plan.objective_by_code.get(code)
    if objective is None:
        return None
    found = [progress_of(asking, indicator) for indicator in asking.indicators(code)]
    return ObjectiveProgress(
        objective=objective,
        tally=tally(one.figure.rating for one in found),
        indicators=tuple(sorted(found, key=lambda one: need(one.figure))),
    )


def progress_of(asking: Asking, indicator: Indicator) -> IndicatorProgress:
    """One indicator's figure for what was chosen, and one for each year."""
    settings = asking.plan.settings
    years = range(settings.first_year, settings.last_year + 1)
    figure = asking.figure(indicator.code)
    waiting = waiting_places(asking, indicator.code, figure.sites)
    return IndicatorProgress(
        indicator=indicator,
        figure=figure,
        years=tuple((year, asking.figure(indicator.code, period=Years(year, year))) for year in years),
        waiting_years=frozenset(quarter.year for _, quarter in waiting),
    )
