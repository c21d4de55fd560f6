"""Achievement, progress, distance and pace, or the reason why there is none (docs/arithmetic.md, section E)."""

from fractions import Fraction

from etl.indicators.exact import Exact
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import Direction, Indicator, PercentRule

OF_TARGET = "of_target"
OF_CHANGE = "of_change"
DISTANCE = "distance"
STAGE = "stage"
NONE = "none"


def compute_achievement(*, target: Exact, actual: Exact) -> Exact:
    """Return the share of the target that is reached. Not clipped: 1.37 is 137 %. A negative target has no shares."""
    if isinstance(target, NoValue):
        return target
    if isinstance(actual, NoValue):
        return actual
    return _divide(actual, target)


def _divide(dividend: Fraction, divisor: Fraction) -> Exact:
    """Return the share; of a negative amount there is none, since a lower amount would be a larger share."""
    if divisor < 0:
        return NoValue.NOT_DEFINED
    return dividend / divisor if divisor else NoValue.TARGET_IS_ZERO


def compute_progress(*, direction: Direction, baseline: Fraction | None, target: Exact, actual: Exact) -> Exact:
    """Return the share of the planned change that is done: 0 is none, 1 is the target.

    Not clipped: below 0 the indicator moved the wrong way, above 1 it exceeded its target. Decreasing indicators need
    no special case, since both changes are negative. A target that is worse than the baseline has no such share: the
    whole of that change would not meet the target.
    """
    if isinstance(target, NoValue):
        return target
    if baseline is None:
        return NoValue.NO_BASELINE
    if isinstance(actual, NoValue):
        return actual
    if _is_worse(direction, target, baseline):
        return NoValue.NOT_DEFINED
    planned = target - baseline
    return (actual - baseline) / planned if planned else NoValue.TARGET_EQUALS_BASELINE


def _is_worse(direction: Direction, target: Fraction, baseline: Fraction) -> bool:
    return target < baseline if direction is Direction.INCREASE else target > baseline


def compute_distance(*, target: Exact, actual: Exact) -> Exact:
    """Return the distance from the target as a share of the target. It rates `maintain` indicators."""
    if isinstance(target, NoValue):
        return target
    if isinstance(actual, NoValue):
        return actual
    return abs(actual - target) / abs(target) if target else NoValue.TARGET_IS_ZERO


def choose_headline_rule(indicator: Indicator, baseline: Fraction | None) -> str:
    """Return which percentage is the headline: `of_target`, `of_change`, `distance`, or `none` and `stage` without."""
    if indicator.is_stage:
        return STAGE
    if indicator.direction is Direction.MAINTAIN:
        return DISTANCE
    if indicator.direction is Direction.DECREASE:
        return OF_CHANGE if baseline is not None else NONE
    if indicator.percent_rule is PercentRule.OF_CHANGE and baseline is not None:
        return OF_CHANGE
    return OF_TARGET


def compute_headline(
    indicator: Indicator, rule: str, *, baseline: Fraction | None, target: Exact, actual: Exact
) -> Exact:
    """Compute the percentage of the rule. Stages have an order and no distances, so they have no percentage."""
    if rule == STAGE:
        return NoValue.NOT_DEFINED
    if rule == OF_TARGET:
        return compute_achievement(target=target, actual=actual)
    if rule == OF_CHANGE:
        return compute_progress(direction=indicator.direction, baseline=baseline, target=target, actual=actual)
    if rule == DISTANCE:
        return compute_distance(target=target, actual=actual)
    return NoValue.NO_BASELINE


def compute_pace(
    indicator: Indicator, rule: str, *, baseline: Fraction | None, expected: Exact, counted_value: Exact
) -> Exact:
    """Compute the percentage of the rule for the counted value against the expected value.

    If no change, or one for the worse, is planned up to now, it is the counted value as a share of the expected one (of
    a decrease the other way round).
    """
    if rule == STAGE:
        return NoValue.NOT_DEFINED
    if isinstance(expected, NoValue):
        return expected
    is_no_change = baseline is not None and not _is_worse(indicator.direction, baseline, expected)
    if rule == OF_CHANGE and is_no_change and isinstance(counted_value, Fraction):
        is_increase = indicator.direction is Direction.INCREASE
        return _divide(counted_value, expected) if is_increase else _divide(expected, counted_value)
    return compute_headline(indicator, rule, baseline=baseline, target=expected, actual=counted_value)
