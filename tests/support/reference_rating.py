"""The slow oracle, section E: percentages, pace and the rating of a value that can be rated. Plain fractions."""

from dataclasses import dataclass
from fractions import Fraction

from etl.indicators.periods import Period
from etl.indicators.plans import Plan
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import Indicator

Exact = Fraction | NoValue


@dataclass
class Judgement:
    """All that a rating looks at; rating twice with other amounts serves E6j."""

    plan: Plan
    indicator: Indicator
    period: Period
    target: Exact
    expected: Exact
    base_expected: Fraction | None
    rule: str
    is_last: bool
    is_zero_target: bool
    line_reaches: bool


def headline_rule(indicator: Indicator, has_baseline: bool) -> str:
    """E2."""
    if indicator.direction == "maintain":
        return "distance"
    if indicator.percent_rule == "of_target" and indicator.direction == "increase":
        return "of_target"
    if has_baseline:
        return "of_change"
    return "of_target" if indicator.direction == "increase" else "none"


def share_of(actual: Exact, target: Exact) -> Exact:
    if isinstance(target, NoValue):
        return target
    if isinstance(actual, NoValue):
        return actual
    return NoValue.TARGET_IS_ZERO if target == 0 else actual / target


def share_of_change(actual: Exact, target: Exact, baseline: Fraction | None) -> Exact:
    if isinstance(target, NoValue):
        return target
    if baseline is None:
        return NoValue.NO_BASELINE
    if isinstance(actual, NoValue):
        return actual
    return NoValue.TARGET_EQUALS_BASELINE if target == baseline else (actual - baseline) / (target - baseline)


def by_rule(rule: str, actual: Exact, target: Exact, baseline: Fraction | None) -> Exact:
    if rule == "of_target":
        return share_of(actual, target)
    if rule == "of_change":
        return share_of_change(actual, target, baseline)
    if rule == "none":
        return NoValue.NO_BASELINE
    if isinstance(target, NoValue):
        return target
    if isinstance(actual, NoValue):
        return actual
    return NoValue.TARGET_IS_ZERO if target == 0 else abs(actual - target) / abs(target)


def pace_of(judgement: Judgement, counted: Exact) -> Exact:
    """E4."""
    expected = judgement.expected
    if isinstance(expected, NoValue):
        return expected
    same = judgement.rule == "of_change" and expected == judgement.base_expected
    if not same or isinstance(counted, NoValue):
        return by_rule(judgement.rule, counted, expected, judgement.base_expected)
    above, below = (counted, expected) if judgement.indicator.direction == "increase" else (expected, counted)
    return NoValue.TARGET_IS_ZERO if below == 0 else above / below


def rate(judgement: Judgement, actual: Exact, counted: Exact) -> str:
    """E6, d to i."""
    indicator, expected = judgement.indicator, judgement.expected
    assert isinstance(counted, Fraction)
    has_target = not isinstance(judgement.target, NoValue)
    if indicator.direction == "maintain":
        return _rate_by_distance(counted, expected)
    if indicator.direction == "decrease" and judgement.rule == "none":
        return _rate_met_or_not(judgement, counted)
    if has_target and _is_met(judgement, actual, counted):
        return "achieved"
    if isinstance(expected, NoValue):
        return "not_due"
    return _rate_by_pace(judgement, counted, expected)


def _rate_by_distance(counted: Fraction, expected: Exact) -> str:
    """E6d."""
    if isinstance(expected, NoValue):
        return "not_due"
    distance = abs(counted - expected)
    if distance <= Fraction(1, 10) * abs(expected):
        return "on_track"
    return "at_risk" if distance <= Fraction(1, 5) * abs(expected) else "off_track"


def _rate_met_or_not(judgement: Judgement, counted: Fraction) -> str:
    """E6e; without a target of its own a year or quarter is judged by the line, and never achieved."""
    if not judgement.is_last:
        return "not_due"
    if isinstance(judgement.target, NoValue):
        return "on_track" if isinstance(judgement.expected, Fraction) and counted <= judgement.expected else "off_track"
    return "achieved" if counted <= judgement.target else "off_track"


def _rate_by_pace(judgement: Judgement, counted: Fraction, expected: Fraction) -> str:
    """E6, g to i."""
    indicator, settings = judgement.indicator, judgement.plan.settings
    shortfall = counted - expected if indicator.direction == "decrease" else expected - counted
    pace = pace_of(judgement, counted)
    tolerance = Fraction(settings.tolerance) * abs(expected)
    on_track = Fraction(settings.on_track if indicator.on_track is None else indicator.on_track)
    at_risk = Fraction(settings.at_risk if indicator.at_risk is None else indicator.at_risk)
    is_whole = indicator.whole and not indicator.is_ratio
    if shortfall <= 0 or _reaches(pace, on_track) or shortfall < tolerance or (is_whole and shortfall < 1):
        return "on_track"
    if _reaches(pace, at_risk) or shortfall < 2 * tolerance or (is_whole and shortfall <= 1):
        return "at_risk"
    return "off_track"


def _reaches(pace: Exact, band: Fraction) -> bool:
    return isinstance(pace, Fraction) and pace >= band


def _meeting_value(judgement: Judgement, actual: Exact, counted: Exact) -> Fraction | None:
    indicator = judgement.indicator
    if indicator.direction == "increase" and indicator.is_flow and not indicator.is_ratio:
        return actual if isinstance(actual, Fraction) else None
    return counted if judgement.is_last and isinstance(counted, Fraction) else None


def _is_met(judgement: Judgement, actual: Exact, counted: Exact) -> bool:
    value = _meeting_value(judgement, actual, counted)
    if value is None or isinstance(judgement.target, NoValue):
        return False
    return value <= judgement.target if judgement.indicator.direction == "decrease" else value >= judgement.target


def is_over(judgement: Judgement, actual: Exact, counted: Exact) -> bool:
    value = _meeting_value(judgement, actual, counted)
    if judgement.indicator.direction != "increase" or value is None or isinstance(judgement.target, NoValue):
        return False
    return value > Fraction(judgement.plan.settings.over_target) * judgement.target and value - judgement.target > 1
