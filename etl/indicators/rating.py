"""On track, at risk, off track, achieved, and what can't be rated (arithmetic, section 6; fine print, E6)."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from etl.indicators.exact import Exact
from etl.indicators.plans import PlanSettings
from etl.indicators.progress import DISTANCE, NONE
from etl.indicators.results import NoValue, Rating
from etl.indicators.vocabulary import Direction, Indicator

_MAINTAIN_ON_TRACK = Fraction(10, 100)
_MAINTAIN_AT_RISK = Fraction(20, 100)


@dataclass(frozen=True)
class RatingInputs:
    """All that a rating looks at, exactly."""

    indicator: Indicator
    settings: PlanSettings
    rule: str
    target: Exact
    expected: Fraction | None
    actual: Exact
    counted_value: Exact
    pace: Exact
    is_applicable: bool
    """Whether a chosen site reports the indicator at all."""
    has_counted_quarter: bool
    is_last_quarter: bool
    """Whether the counted quarter is the period's last asked one, so that a level is final."""
    has_target_or_path: bool
    """Whether the period has a target, or the path to one reaches into it."""
    year_target: Fraction | None
    """A quarter's year target; the period's own elsewhere."""
    answered_cells: int
    expected_cells: int

    @property
    def is_increase(self) -> bool:
        return self.indicator.direction is Direction.INCREASE

    @property
    def is_increasing_flow(self) -> bool:
        return self.is_increase and self.indicator.is_number_flow


def compute_rating(inputs: RatingInputs) -> Rating:
    """The rating, by the first rule that holds; `incomplete` is decided by who knows the missing returns."""
    return _unratable(inputs) or rate_value(inputs)


def _unratable(judged: RatingInputs) -> Rating | None:
    if not judged.is_applicable:
        return Rating.NO_DATA
    if judged.is_increasing_flow and judged.year_target == 0:
        return Rating.NO_TARGET
    if not judged.has_counted_quarter:
        return Rating.NOT_DUE if judged.has_target_or_path else Rating.NO_TARGET
    if judged.expected is None and isinstance(judged.target, NoValue):
        return Rating.NO_TARGET
    if judged.is_increasing_flow and judged.counted_value == 0 and judged.expected is not None and judged.expected < 1:
        return Rating.NOT_DUE
    if not isinstance(judged.counted_value, Fraction) or _is_thin(judged):
        return Rating.NO_DATA
    return None


def _is_thin(judged: RatingInputs) -> bool:
    if not judged.expected_cells:
        return judged.answered_cells == 0
    return Fraction(judged.answered_cells, judged.expected_cells) < Fraction(judged.settings.min_reported)


def rate_value(inputs: RatingInputs) -> Rating:
    """The rating of a value that can be rated."""
    if inputs.rule == DISTANCE:
        return _rate_distance(inputs)
    if inputs.rule == NONE:
        return _rate_met_or_not(inputs)
    if is_met(inputs):
        return Rating.ACHIEVED
    if inputs.expected is None:
        return Rating.NOT_DUE
    return _rate_pace(inputs, inputs.expected)


def is_met(inputs: RatingInputs) -> bool:
    """Whether the period's full target is met for good: at once for a rising flow, else only at the end."""
    if isinstance(inputs.target, NoValue):
        return False
    value = inputs.actual if inputs.is_increasing_flow else inputs.counted_value
    if isinstance(value, NoValue) or not (inputs.is_increasing_flow or inputs.is_last_quarter):
        return False
    return value >= inputs.target if inputs.is_increase else value <= inputs.target


def is_over_target(inputs: RatingInputs) -> bool:
    """Whether the target was passed by so much that it was set badly."""
    value = inputs.actual if inputs.is_increasing_flow else inputs.counted_value
    if isinstance(inputs.target, NoValue) or isinstance(value, NoValue) or not inputs.is_increase:
        return False
    return value > Fraction(inputs.settings.over_target) * inputs.target and value - inputs.target > 1


def _rate_distance(judged: RatingInputs) -> Rating:
    if judged.expected is None:
        return Rating.NOT_DUE
    if isinstance(judged.pace, NoValue):
        return Rating.ON_TRACK if judged.counted_value == judged.expected else Rating.OFF_TRACK
    if judged.pace <= _MAINTAIN_ON_TRACK:
        return Rating.ON_TRACK
    return Rating.AT_RISK if judged.pace <= _MAINTAIN_AT_RISK else Rating.OFF_TRACK


def _rate_met_or_not(judged: RatingInputs) -> Rating:
    """A falling indicator without a baseline: met or not, known when the period ends."""
    if not judged.is_last_quarter or isinstance(judged.counted_value, NoValue):
        return Rating.NOT_DUE
    if isinstance(judged.target, Fraction):
        return Rating.ACHIEVED if judged.counted_value <= judged.target else Rating.OFF_TRACK
    if judged.expected is None:
        return Rating.NOT_DUE
    return Rating.ON_TRACK if judged.counted_value <= judged.expected else Rating.OFF_TRACK


def _rate_pace(judged: RatingInputs, expected: Fraction) -> Rating:
    if isinstance(judged.counted_value, NoValue):
        return Rating.NO_DATA
    shortfall = expected - judged.counted_value if judged.is_increase else judged.counted_value - expected
    slack = _exactly(judged.settings.tolerance) * abs(expected)
    is_count = judged.indicator.whole and not judged.indicator.is_ratio
    on_track, at_risk = _thresholds(judged)
    if shortfall <= 0 or _reaches(judged.pace, on_track) or shortfall < slack or (is_count and shortfall < 1):
        return Rating.ON_TRACK
    if _reaches(judged.pace, at_risk) or shortfall < 2 * slack or (is_count and shortfall <= 1):
        return Rating.AT_RISK
    return Rating.OFF_TRACK


_exactly = lru_cache(maxsize=256)(Fraction)
"""The thresholds of a plan are asked for with every rating."""


def _thresholds(judged: RatingInputs) -> tuple[Fraction, Fraction]:
    own, plan = judged.indicator, judged.settings
    return (
        _exactly(own.on_track if own.on_track is not None else plan.on_track),
        _exactly(own.at_risk if own.at_risk is not None else plan.at_risk),
    )


def _reaches(pace: Exact, threshold: Fraction) -> bool:
    return isinstance(pace, Fraction) and pace >= threshold


_ORDER = (Rating.OFF_TRACK, Rating.AT_RISK, Rating.ON_TRACK, Rating.ACHIEVED)


def is_better(rating: Rating, other: Rating) -> bool:
    """Whether one rating is better than another; what can't be rated is better than nothing."""
    return rating in _ORDER and other in _ORDER and _ORDER.index(rating) > _ORDER.index(other)
