"""Reference implementation of docs/arithmetic.md, section E: percentages, pace and ratings. Fractions."""

from dataclasses import dataclass
from fractions import Fraction

from etl.indicators.periods import Period
from etl.indicators.plans import Plan
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import Indicator

Exact = Fraction | NoValue


@dataclass
class RatingInputs:
    """The inputs of a rating. E6k rates twice, with other amounts."""

    plan: Plan
    indicator: Indicator
    period: Period
    target: Exact
    expected: Exact
    expected_baseline: Fraction | None
    rule: str
    is_last_quarter: bool
    is_zero_target: bool
    has_target_path: bool


def compute_headline_rule(indicator: Indicator, has_baseline: bool) -> str:
    """E2."""
    if indicator.measure == "stage":
        return "stage"
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
    return quotient(actual, target)


def quotient(above: Fraction, below: Fraction) -> Exact:
    """E3: no share of a negative amount."""
    if below == 0:
        return NoValue.TARGET_IS_ZERO
    return above / below if below > 0 else NoValue.NOT_DEFINED


def share_of_change(actual: Exact, target: Exact, baseline: Fraction | None, direction: str) -> Exact:
    if isinstance(target, NoValue):
        return target
    if baseline is None:
        return NoValue.NO_BASELINE
    if isinstance(actual, NoValue):
        return actual
    if target == baseline:
        return NoValue.TARGET_EQUALS_BASELINE
    is_rise = target > baseline
    if is_rise == (direction == "decrease"):
        return NoValue.NOT_DEFINED
    return (actual - baseline) / (target - baseline)


def compute_percentage(rule: str, actual: Exact, target: Exact, baseline: Fraction | None, direction: str) -> Exact:
    if rule == "stage":
        return NoValue.NOT_DEFINED
    if rule == "of_target":
        return share_of(actual, target)
    if rule == "of_change":
        return share_of_change(actual, target, baseline, direction)
    if rule == "none":
        return NoValue.NO_BASELINE
    if isinstance(target, NoValue):
        return target
    if isinstance(actual, NoValue):
        return actual
    return NoValue.TARGET_IS_ZERO if target == 0 else abs(actual - target) / abs(target)


def compute_pace(inputs: RatingInputs, counted_value: Exact) -> Exact:
    """E4."""
    expected = inputs.expected
    if inputs.indicator.measure == "stage":
        return NoValue.NOT_DEFINED
    if isinstance(expected, NoValue):
        return expected
    direction, baseline = inputs.indicator.direction, inputs.expected_baseline
    if inputs.rule == "of_change" and baseline is not None and isinstance(counted_value, Fraction):
        if direction == "increase" and expected <= baseline:
            return quotient(counted_value, expected)
        if direction == "decrease" and expected >= baseline:
            return quotient(expected, counted_value)
    return compute_percentage(inputs.rule, counted_value, expected, baseline, direction)


def compute_rating(inputs: RatingInputs, actual: Exact, counted_value: Exact) -> str:
    """E6, d to j."""
    indicator, expected = inputs.indicator, inputs.expected
    assert isinstance(counted_value, Fraction)
    has_target = not isinstance(inputs.target, NoValue)
    if indicator.measure == "stage":
        return _rate_stage(inputs, counted_value)
    if indicator.direction == "maintain":
        return _rate_by_distance(counted_value, expected)
    if indicator.direction == "decrease" and inputs.rule == "none":
        return _rate_met_or_not(inputs, counted_value)
    if has_target and _is_met(inputs, actual, counted_value):
        return "achieved"
    if isinstance(expected, NoValue):
        return "not_due"
    return _rate_by_pace(inputs, counted_value, expected)


def _rate_stage(inputs: RatingInputs, counted: Fraction) -> str:
    """E6l: steps are counted, never measured."""
    ranks = [Fraction(stage.rank) for stage in inputs.indicator.stages]
    if isinstance(inputs.target, Fraction) and counted >= inputs.target:
        return "achieved"
    if isinstance(inputs.expected, NoValue):
        return "not_due"
    started_at = ranks[0] if inputs.expected_baseline is None else inputs.expected_baseline
    steps_behind = sum(1 for rank in ranks if counted < rank <= inputs.expected)
    if inputs.expected_baseline is not None and counted < inputs.expected_baseline:
        return "off_track"
    if steps_behind == 0:
        return "on_track"
    return "at_risk" if steps_behind == 1 and counted > started_at else "off_track"


def _rate_by_distance(counted: Fraction, expected: Exact) -> str:
    """E6d."""
    if isinstance(expected, NoValue):
        return "not_due"
    distance = abs(counted - expected)
    if distance <= Fraction(1, 10) * abs(expected):
        return "on_track"
    return "at_risk" if distance <= Fraction(1, 5) * abs(expected) else "off_track"


def _rate_met_or_not(inputs: RatingInputs, counted: Fraction) -> str:
    """E6e: without a target of its own a year or quarter is rated by the line and never achieved."""
    if not inputs.is_last_quarter:
        return "not_due"
    if isinstance(inputs.target, NoValue):
        return "on_track" if isinstance(inputs.expected, Fraction) and counted <= inputs.expected else "off_track"
    return "achieved" if counted <= inputs.target else "off_track"


def _rate_by_pace(inputs: RatingInputs, counted: Fraction, expected: Fraction) -> str:
    """E6, g to j."""
    indicator, settings = inputs.indicator, inputs.plan.settings
    shortfall = counted - expected if indicator.direction == "decrease" else expected - counted
    pace = compute_pace(inputs, counted)
    tolerance = Fraction(settings.tolerance) * _compute_planned_amount(inputs, expected)
    on_track = Fraction(settings.on_track if indicator.on_track is None else indicator.on_track)
    at_risk = Fraction(settings.at_risk if indicator.at_risk is None else indicator.at_risk)
    is_whole = indicator.whole and not indicator.is_ratio
    if _is_below_baseline(inputs, counted, expected):
        if is_whole and shortfall <= 1:
            return "at_risk"
        return "at_risk" if indicator.target_basis != "level" and _reaches(pace, at_risk) else "off_track"
    if shortfall <= 0 or _reaches(pace, on_track) or shortfall < tolerance or (is_whole and shortfall < 1):
        return "on_track"
    if _reaches(pace, at_risk) or shortfall < 2 * tolerance or (is_whole and shortfall <= 1):
        return "at_risk"
    return "off_track"


def _compute_planned_amount(inputs: RatingInputs, expected: Fraction) -> Fraction:
    """E6g: what the tolerance is a share of."""
    baseline = inputs.expected_baseline
    if baseline is not None and (inputs.rule == "of_change" or inputs.indicator.target_basis == "level"):
        return abs(expected - baseline)
    return abs(expected)


def _is_below_baseline(inputs: RatingInputs, counted: Fraction, expected: Fraction) -> bool:
    """E6g: a value that went backwards; above its baseline where less is better."""
    indicator, baseline = inputs.indicator, inputs.expected_baseline
    if baseline is None or indicator.target_basis == "cumulative":
        return False
    sign = -1 if indicator.direction == "decrease" else 1
    is_annual_amount = indicator.over_time == "flow" and indicator.measure == "number"
    if is_annual_amount and sign * expected < sign * baseline:
        return False
    return sign * counted < sign * baseline


def _reaches(pace: Exact, band: Fraction) -> bool:
    return isinstance(pace, Fraction) and pace >= band


def _compute_meeting_value(inputs: RatingInputs, actual: Exact, counted: Exact) -> Fraction | None:
    indicator = inputs.indicator
    if indicator.direction == "increase" and indicator.is_flow and not indicator.is_ratio:
        return actual if isinstance(actual, Fraction) else None
    return counted if inputs.is_last_quarter and isinstance(counted, Fraction) else None


def _is_met(inputs: RatingInputs, actual: Exact, counted: Exact) -> bool:
    value = _compute_meeting_value(inputs, actual, counted)
    if value is None or isinstance(inputs.target, NoValue):
        return False
    return value <= inputs.target if inputs.indicator.direction == "decrease" else value >= inputs.target


def is_over_target(inputs: RatingInputs, actual: Exact, counted_value: Exact) -> bool:
    value = _compute_meeting_value(inputs, actual, counted_value)
    if inputs.indicator.measure == "stage":
        return False
    if inputs.indicator.direction != "increase" or value is None or isinstance(inputs.target, NoValue):
        return False
    return value > Fraction(inputs.plan.settings.over_target) * inputs.target and value - inputs.target > 1
