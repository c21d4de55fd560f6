"""Ratings: achieved, on track, at risk, off track, or why there is none (docs/arithmetic.md, E6)."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from etl.indicators.exact import Exact
from etl.indicators.plan_settings import PlanSettings
from etl.indicators.progress import DISTANCE, NONE, OF_CHANGE, STAGE
from etl.indicators.results import NoValue, Rating
from etl.indicators.vocabulary import Direction, Indicator, TargetBasis

_MAINTAIN_ON_TRACK = Decimal("0.10")
_MAINTAIN_AT_RISK = Decimal("0.20")


@dataclass(frozen=True)
class RatingInputs:
    """The exact inputs of a rating."""

    indicator: Indicator
    settings: PlanSettings
    rule: str
    target: Exact
    expected: Fraction | None
    baseline: Fraction | None
    """The baseline on the scale of the expected value."""
    actual: Exact
    counted_value: Exact
    pace: Exact
    is_applicable: bool
    """Whether any selected site reports the indicator."""
    has_counted_quarter: bool
    is_last_quarter: bool
    """Whether the counted quarter is the last expected one of the period, so that a level is final."""
    has_target_or_path: bool
    """Whether the period has a target or an expected value; between reports, whether a target follows."""
    year_target: Fraction | None
    """The target of the year if the period is a quarter, else the target of the period."""
    answered_cells: int
    expected_cells: int

    @property
    def is_increase(self) -> bool:
        return self.indicator.direction is Direction.INCREASE

    @property
    def is_increasing_flow(self) -> bool:
        return self.is_increase and self.indicator.is_number_flow

    @property
    def is_annual_flow(self) -> bool:
        return self.indicator.is_number_flow and self.indicator.target_basis is TargetBasis.ANNUAL

    @property
    def is_worse_than_baseline(self) -> bool:
        """Whether the counted value is on the wrong side of the baseline. Cumulative targets have no baseline."""
        if self.baseline is None or not isinstance(self.counted_value, Fraction):
            return False
        if self.indicator.target_basis is TargetBasis.CUMULATIVE:
            return False
        return self.is_worse(self.counted_value, self.baseline)

    def is_worse(self, value: Fraction, other: Fraction) -> bool:
        return value < other if self.is_increase else value > other


def compute_rating(inputs: RatingInputs) -> Rating:
    """Return the rating. `incomplete` is decided by the caller, who has the missing returns."""
    return _find_reason_without_rating(inputs) or rate_value(inputs)


def _find_reason_without_rating(inputs: RatingInputs) -> Rating | None:
    if not inputs.is_applicable:
        return Rating.NO_DATA
    if inputs.is_increasing_flow and inputs.year_target == 0:
        return Rating.NO_TARGET
    if not inputs.has_counted_quarter:
        return Rating.NOT_DUE if inputs.has_target_or_path else Rating.NO_TARGET
    if inputs.expected is None and isinstance(inputs.target, NoValue):
        return Rating.NO_TARGET
    if inputs.expected is None and inputs.is_annual_flow:
        return Rating.NOT_DUE
    if inputs.is_increasing_flow and inputs.counted_value == 0 and inputs.expected is not None and inputs.expected < 1:
        return Rating.NOT_DUE
    if not isinstance(inputs.counted_value, Fraction) or _has_too_few_cells(inputs):
        return Rating.NO_DATA
    return None


def _has_too_few_cells(inputs: RatingInputs) -> bool:
    if not inputs.expected_cells:
        return inputs.answered_cells == 0
    return Fraction(inputs.answered_cells, inputs.expected_cells) < Fraction(inputs.settings.min_reported)


def rate_value(inputs: RatingInputs) -> Rating:
    """Return the rating of a value that can be rated."""
    if inputs.rule == DISTANCE:
        return _rate_distance(inputs)
    if inputs.rule == NONE:
        return _rate_met_or_not(inputs)
    if is_met(inputs):
        return Rating.ACHIEVED
    if inputs.expected is None:
        return Rating.NOT_DUE
    return _rate_stage(inputs, inputs.expected) if inputs.rule == STAGE else _rate_pace(inputs, inputs.expected)


def is_met(inputs: RatingInputs) -> bool:
    """Whether the full target is met: at any time for increasing flows and stages, else at the end of the period."""
    if isinstance(inputs.target, NoValue):
        return False
    value = inputs.actual if inputs.is_increasing_flow else inputs.counted_value
    is_final = inputs.is_increasing_flow or inputs.indicator.is_stage or inputs.is_last_quarter
    if isinstance(value, NoValue) or not is_final:
        return False
    return value >= inputs.target if inputs.is_increase else value <= inputs.target


def is_over_target(inputs: RatingInputs) -> bool:
    """Whether the value exceeds the target by so much that the target may be wrong."""
    value = inputs.actual if inputs.is_increasing_flow else inputs.counted_value
    is_amount = inputs.is_increase and not inputs.indicator.is_stage
    if isinstance(inputs.target, NoValue) or isinstance(value, NoValue) or not is_amount:
        return False
    return value > Fraction(inputs.settings.over_target) * inputs.target and value - inputs.target > 1


def _rate_stage(inputs: RatingInputs, expected: Fraction) -> Rating:
    """Rate a stage that has not reached its target (docs/arithmetic.md, E6 l)."""
    if isinstance(inputs.counted_value, NoValue):
        return Rating.NO_DATA
    if inputs.is_worse_than_baseline:
        return Rating.OFF_TRACK
    if inputs.counted_value >= expected:
        return Rating.ON_TRACK
    start = inputs.baseline if inputs.baseline is not None else inputs.indicator.stages[0].rank
    is_next = expected - inputs.counted_value == 1
    return Rating.AT_RISK if is_next and inputs.counted_value > start else Rating.OFF_TRACK


def _rate_distance(inputs: RatingInputs) -> Rating:
    if inputs.expected is None:
        return Rating.NOT_DUE
    if isinstance(inputs.pace, NoValue):
        return Rating.ON_TRACK if inputs.counted_value == inputs.expected else Rating.OFF_TRACK
    if inputs.pace <= _fraction(_MAINTAIN_ON_TRACK):
        return Rating.ON_TRACK
    return Rating.AT_RISK if inputs.pace <= _fraction(_MAINTAIN_AT_RISK) else Rating.OFF_TRACK


def _rate_met_or_not(inputs: RatingInputs) -> Rating:
    """Rate a decreasing indicator without a baseline: met or not, at the end of the period."""
    if not inputs.is_last_quarter or isinstance(inputs.counted_value, NoValue):
        return Rating.NOT_DUE
    if isinstance(inputs.target, Fraction):
        return Rating.ACHIEVED if inputs.counted_value <= inputs.target else Rating.OFF_TRACK
    if inputs.expected is None:
        return Rating.NOT_DUE
    return Rating.ON_TRACK if inputs.counted_value <= inputs.expected else Rating.OFF_TRACK


def _rate_pace(inputs: RatingInputs, expected: Fraction) -> Rating:
    if isinstance(inputs.counted_value, NoValue):
        return Rating.NO_DATA
    shortfall = expected - inputs.counted_value if inputs.is_increase else inputs.counted_value - expected
    is_count = inputs.indicator.whole and not inputs.indicator.is_ratio
    if _went_backwards(inputs, expected):
        return _rate_setback(inputs, is_within_one_unit=is_count and shortfall <= 1)
    slack = _compute_tolerance(inputs, expected)
    on_track, at_risk = _get_thresholds(inputs)
    if shortfall <= 0 or _reaches(inputs.pace, on_track) or shortfall < slack or (is_count and shortfall < 1):
        return Rating.ON_TRACK
    if _reaches(inputs.pace, at_risk) or shortfall < 2 * slack or (is_count and shortfall <= 1):
        return Rating.AT_RISK
    return Rating.OFF_TRACK


def _went_backwards(inputs: RatingInputs, expected: Fraction) -> bool:
    """Whether the value is worse than the baseline, and the plan doesn't expect a worse annual amount itself."""
    if not inputs.is_worse_than_baseline or inputs.baseline is None:
        return False
    is_planned = inputs.indicator.is_number_flow and inputs.is_worse(expected, inputs.baseline)
    return not is_planned


def _rate_setback(inputs: RatingInputs, *, is_within_one_unit: bool) -> Rating:
    """Rate a value that is worse than its baseline: never on track, and a level is off track whatever its pace is."""
    _, at_risk = _get_thresholds(inputs)
    is_amount = inputs.indicator.target_basis is not TargetBasis.LEVEL
    return Rating.AT_RISK if is_within_one_unit or (is_amount and _reaches(inputs.pace, at_risk)) else Rating.OFF_TRACK


def _compute_tolerance(inputs: RatingInputs, expected: Fraction) -> Fraction:
    """Return the tolerance: a share of the planned change up to now, or of the expected amount of a flow."""
    is_change = inputs.rule == OF_CHANGE or inputs.indicator.target_basis is TargetBasis.LEVEL
    start = inputs.baseline if is_change and inputs.baseline is not None else Fraction(0)
    return _fraction(inputs.settings.tolerance) * abs(expected - start)


_fraction = lru_cache(maxsize=256)(Fraction)
"""Cached, because every rating uses the thresholds of the plan."""


def get_rating_thresholds(indicator: Indicator, settings: PlanSettings) -> tuple[Decimal, Decimal]:
    """Return the shares for on track and at risk: the least pace, or the greatest distance of `maintain`."""
    if indicator.direction is Direction.MAINTAIN:
        return _MAINTAIN_ON_TRACK, _MAINTAIN_AT_RISK
    return (
        indicator.on_track if indicator.on_track is not None else settings.on_track,
        indicator.at_risk if indicator.at_risk is not None else settings.at_risk,
    )


def _get_thresholds(inputs: RatingInputs) -> tuple[Fraction, Fraction]:
    on_track, at_risk = get_rating_thresholds(inputs.indicator, inputs.settings)
    return _fraction(on_track), _fraction(at_risk)


def _reaches(pace: Exact, threshold: Fraction) -> bool:
    return isinstance(pace, Fraction) and pace >= threshold


_ORDER = (Rating.OFF_TRACK, Rating.AT_RISK, Rating.ON_TRACK, Rating.ACHIEVED)


def is_better(rating: Rating, other: Rating) -> bool:
    """Whether a rating is better than another. False if either is no rating of progress."""
    return rating in _ORDER and other in _ORDER and _ORDER.index(rating) > _ORDER.index(other)
