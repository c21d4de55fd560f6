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
    """Return the share of the target that is reached. Not clipped: 1.37 is 137 %."""
    if isinstance(target, NoValue):
        return target
    if isinstance(actual, NoValue):
        return actual
    return actual / target if target else NoValue.TARGET_IS_ZERO


def compute_progress(*, baseline: Fraction | None, target: Exact, actual: Exact) -> Exact:
    """Return the share of the planned change that is done: 0 is none, 1 is the target.

    Not clipped: below 0 the indicator moved the wrong way, above 1 it exceeded its target. Decreasing indicators need
    no special case, since both changes are negative.
    """
    if isinstance(target, NoValue):
        return target
    if baseline is None:
        return NoValue.NO_BASELINE
    if isinstance(actual, NoValue):
        return actual
    planned = target - baseline
    return (actual - baseline) / planned if planned else NoValue.TARGET_EQUALS_BASELINE


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


def compute_headline(rule: str, *, baseline: Fraction | None, target: Exact, actual: Exact) -> Exact:
    """Compute the percentage of the rule. Stages have an order and no distances, so they have no percentage."""
    if rule == STAGE:
        return NoValue.NOT_DEFINED
    if rule == OF_TARGET:
        return compute_achievement(target=target, actual=actual)
    if rule == OF_CHANGE:
        return compute_progress(baseline=baseline, target=target, actual=actual)
    if rule == DISTANCE:
        return compute_distance(target=target, actual=actual)
    return NoValue.NO_BASELINE


def compute_pace(
    indicator: Indicator, rule: str, *, baseline: Fraction | None, expected: Exact, counted_value: Exact
) -> Exact:
    """Compute the percentage of the rule for the counted value against the expected value."""
    if rule == STAGE:
        return NoValue.NOT_DEFINED
    if isinstance(expected, NoValue):
        return expected
    if rule == OF_CHANGE and baseline == expected and isinstance(counted_value, Fraction):
        dividend, divisor = (
            (counted_value, expected) if indicator.direction is Direction.INCREASE else (expected, counted_value)
        )
        return dividend / divisor if divisor else NoValue.TARGET_IS_ZERO
    return compute_headline(rule, baseline=baseline, target=expected, actual=counted_value)
