"""The first results of the front page: indicators that the plan names, and the share that is on track."""

from collections.abc import Iterator

from etl.indicators.editions import EditionContents
from etl.indicators.vocabulary import Indicator

MAX_HEADLINES = 3
"""The share on track is the fourth."""


def list_headlines(contents: EditionContents) -> tuple[Indicator, ...]:
    """Return the indicators that the plan names in `headlines`; of a plan that names none, the first that fit.

    Those are counts with a target and a published value: one of each objective, outcomes before outputs, then others.
    """
    codes = contents.plan.settings.headline_codes
    named = [contents.plan.indicator_by_code[code] for code in codes if code in contents.plan.indicator_by_code]
    return tuple(named or dict.fromkeys(_iterate_candidates(contents)))[:MAX_HEADLINES]


def _iterate_candidates(contents: EditionContents) -> Iterator[Indicator]:
    by_objective = [
        sorted(filter(lambda item: _fits(contents, item), group), key=lambda indicator: indicator.level == "output")
        for group in (contents.list_objective_indicators(objective) for objective in contents.plan.objectives)
    ]
    for indicators in by_objective:
        yield from indicators[:1]
    for indicators in by_objective:
        yield from indicators[1:]


def _fits(contents: EditionContents, indicator: Indicator) -> bool:
    figure = contents.get_plan_to_date_figure(indicator.code)
    is_count = not indicator.is_ratio and not indicator.is_stage and indicator.unit != "%"
    return is_count and figure.value is not None and figure.target is not None
