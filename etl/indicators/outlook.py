"""The pace needed until the end of the plan, and the projection (docs/arithmetic.md, section F)."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import lcm

from etl.indicators.aggregation import Scope
from etl.indicators.exact import Exact, convert_to_decimal
from etl.indicators.periods import Quarter, Years, list_quarters_between
from etl.indicators.results import NoValue, Outlook
from etl.indicators.targets import IndicatorTargets
from etl.indicators.vocabulary import Direction

_FEWEST_POINTS = 3
_FLOW_QUARTERS = 4
_LEVEL_QUARTERS = 8


def compute_outlook(
    scope: Scope, targets: IndicatorTargets, *, counted_quarter: Quarter, counted_value: Exact
) -> Outlook | None:
    """Compute the outlook at the end of the plan; None for ratio flows, stages, `maintain` and without a target."""
    settings, indicator = targets.plan.settings, targets.indicator
    if indicator.is_ratio_flow or indicator.is_stage or indicator.direction is Direction.MAINTAIN:
        return None
    target = targets.get_target(Years(settings.first_year, settings.last_year))
    if isinstance(target, NoValue) or isinstance(counted_value, NoValue):
        return None
    remaining = max(0, settings.last_quarter.index - counted_quarter.index)
    needed = target - counted_value
    projected = _project_value(scope, targets, counted_quarter, counted_value)
    return Outlook(
        target=convert_to_decimal(target),
        needed=convert_to_decimal(needed),
        remaining_quarters=remaining,
        needed_per_quarter=convert_to_decimal(needed / remaining) if remaining else None,
        projected=None if projected is None else convert_to_decimal(projected),
    )


def _project_value(
    scope: Scope, targets: IndicatorTargets, counted_quarter: Quarter, counted: Fraction
) -> Fraction | None:
    points = _list_complete_quarters(
        scope, targets, counted_quarter, limit=_FLOW_QUARTERS if targets.indicator.is_flow else _LEVEL_QUARTERS
    )
    if targets.indicator.is_flow:
        recent = [value for _, value in points]
        if len(recent) < _FEWEST_POINTS:
            return None
        return counted + sum(recent, Fraction(0)) / len(recent) * _count_remaining_reports(targets, counted_quarter)
    if len(points) < _FEWEST_POINTS:
        return None
    end = compute_theil_sen(points, targets.plan.settings.last_quarter.index)
    limit = targets.indicator.upper_limit
    is_share = targets.indicator.is_ratio and targets.indicator.unit == "%"
    return min(max(end, Fraction(0)), Fraction(limit)) if is_share and limit is not None else end


def _count_remaining_reports(targets: IndicatorTargets, counted: Quarter) -> int:
    """Return the number of scheduled quarters after the counted quarter."""
    return len(
        targets.plan.list_scheduled_quarters(targets.indicator, counted.shift(1), targets.plan.settings.last_quarter)
    )


def _list_complete_quarters(
    scope: Scope, targets: IndicatorTargets, last: Quarter, *, limit: int
) -> list[tuple[int, Fraction]]:
    """Return the index and exact value of the latest complete quarters, oldest first."""
    points: list[tuple[int, Fraction]] = []
    for quarter in reversed(list(list_quarters_between(targets.plan.settings.first_quarter, last))):
        if len(points) == limit:
            break
        if quarter.year not in targets.years_without_target and scope.is_fully_reported(quarter):
            exact = scope.compute_quarter_amount(quarter)
            if isinstance(exact, Fraction):
                points.append((quarter.index, exact))
    return points[::-1]


def compute_theil_sen(points: Sequence[tuple[int, Fraction]], at: int) -> Fraction:
    """Return the value at index `at` of the Theil-Sen line: the median of all slopes, and the median intercept.

    Computed with integers, scaled by common multiples of the denominators and of the distances.
    """
    scale = lcm(*(value.denominator for _, value in points))
    heights = [(index, value.numerator * (scale // value.denominator)) for index, value in points]
    steps = lcm(*(end - start for (start, _), (end, _) in combinations(points, 2)))
    slopes = [(high - low) * (steps // (end - start)) for (start, low), (end, high) in combinations(heights, 2)]
    slope = _compute_doubled_median(slopes)
    starts = [2 * steps * height - slope * index for index, height in heights]
    return Fraction(_compute_doubled_median(starts) + 2 * slope * at, 4 * steps * scale)


def _compute_doubled_median(numbers: Sequence[int]) -> int:
    """Return twice the median of the numbers, which is always an integer."""
    sorted_numbers, middle = sorted(numbers), len(numbers) // 2
    return 2 * sorted_numbers[middle] if len(numbers) % 2 else sorted_numbers[middle - 1] + sorted_numbers[middle]
