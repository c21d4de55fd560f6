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
class Judged:
    """All that a rating looks at, exactly."""

    indicator: Indicator
    settings: PlanSettings
    rule: str
    target: Exact
    expected: Fraction | None
    actual: Exact
    counted: Exact
    pace: Exact
    is_applicable: bool
    """Whether a chosen site reports the indicator at all."""
    has_counted_quarter: bool
    is_last_quarter: bool
    """Whether the counted quarter is the period's last asked one, so that a level is final."""
    has_aim: bool
    """Whether the period has a target, or the path to one reaches into it."""
    year_target: Fraction | None
    """A quarter's year target; the period's own elsewhere."""
    present: int
    expected_cells: int

    @property
    def rises(self) -> bool:
        return self.indicator.direction is Direction.INCREASE

    @property
    def is_rising_flow(self) -> bool:
        return self.rises and self.indicator.is_number_flow


def rate(judged: Judged) -> Rating:
    """The rating, by the first rule that holds; `incomplete` is decided by who knows the missing returns."""
    return _unratable(judged) or rate_value(judged)


def _unratable(judged: Judged) -> Rating | None:
    if not judged.is_applicable:
        return Rating.NO_DATA
    if judged.is_rising_flow and judged.year_target == 0:
        return Rating.NO_TARGET
    if not judged.has_counted_quarter:
        return Rating.NOT_DUE if judged.has_aim else Rating.NO_TARGET
    if judged.expected is None and isinstance(judged.target, NoValue):
        return Rating.NO_TARGET
    if judged.is_rising_flow and judged.counted == 0 and judged.expected is not None and judged.expected < 1:
        return Rating.NOT_DUE
    if not isinstance(judged.counted, Fraction) or _is_thin(judged):
        return Rating.NO_DATA
    return None


def _is_thin(judged: Judged) -> bool:
    if not judged.expected_cells:
        return judged.present == 0
    return Fraction(judged.present, judged.expected_cells) < Fraction(judged.settings.min_reported)


def rate_value(judged: Judged) -> Rating:
    """The rating of a value that can be rated."""
    if judged.rule == DISTANCE:
        return _rate_distance(judged)
    if judged.rule == NONE:
        return _rate_met_or_not(judged)
    if is_met(judged):
        return Rating.ACHIEVED
    if judged.expected is None:
        return Rating.NOT_DUE
    return _rate_pace(judged, judged.expected)


def is_met(judged: Judged) -> bool:
    """Whether the period's full target is met for good: at once for a rising flow, else only at the end."""
    if isinstance(judged.target, NoValue):
        return False
    value = judged.actual if judged.is_rising_flow else judged.counted
    if isinstance(value, NoValue) or not (judged.is_rising_flow or judged.is_last_quarter):
        return False
    return value >= judged.target if judged.rises else value <= judged.target


def is_over_target(judged: Judged) -> bool:
    """Whether the target was passed by so much that it was set badly."""
    value = judged.actual if judged.is_rising_flow else judged.counted
    if isinstance(judged.target, NoValue) or isinstance(value, NoValue) or not judged.rises:
        return False
    return value > Fraction(judged.settings.over_target) * judged.target and value - judged.target > 1


def _rate_distance(judged: Judged) -> Rating:
    if judged.expected is None:
        return Rating.NOT_DUE
    if isinstance(judged.pace, NoValue):
        return Rating.ON_TRACK if judged.counted == judged.expected else Rating.OFF_TRACK
    if judged.pace <= _MAINTAIN_ON_TRACK:
        return Rating.ON_TRACK
    return Rating.AT_RISK if judged.pace <= _MAINTAIN_AT_RISK else Rating.OFF_TRACK


def _rate_met_or_not(judged: Judged) -> Rating:
    """A falling indicator without a baseline: met or not, known when the period ends."""
    if not judged.is_last_quarter or isinstance(judged.counted, NoValue):
        return Rating.NOT_DUE
    if isinstance(judged.target, Fraction):
        return Rating.ACHIEVED if judged.counted <= judged.target else Rating.OFF_TRACK
    if judged.expected is None:
        return Rating.NOT_DUE
    return Rating.ON_TRACK if judged.counted <= judged.expected else Rating.OFF_TRACK


def _rate_pace(judged: Judged, expected: Fraction) -> Rating:
    if isinstance(judged.counted, NoValue):
        return Rating.NO_DATA
    shortfall = expected - judged.counted if judged.rises else judged.counted - expected
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


def _thresholds(judged: Judged) -> tuple[Fraction, Fraction]:
    own, plan = judged.indicator, judged.settings
    return (
        _exactly(own.on_track if own.on_track is not None else plan.on_track),
        _exactly(own.at_risk if own.at_risk is not None else plan.at_risk),
    )


def _reaches(pace: Exact, threshold: Fraction) -> bool:
    return isinstance(pace, Fraction) and pace >= threshold


_ORDER = (Rating.OFF_TRACK, Rating.AT_RISK, Rating.ON_TRACK, Rating.ACHIEVED)


def is_better(rating: Rating, than: Rating) -> bool:
    """Whether one rating is better than another; what can't be rated is better than nothing."""
    return rating in _ORDER and than in _ORDER and _ORDER.index(rating) > _ORDER.index(than)
