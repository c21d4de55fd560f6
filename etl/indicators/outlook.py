"""Pace needed until the end of the plan, and where the recent pace leads (arithmetic, section 6; fine print, F)."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import lcm

from etl.indicators.aggregation import Scope
from etl.indicators.exact import Exact, as_decimal
from etl.indicators.periods import Quarter, Years, quarters_between
from etl.indicators.results import NoValue, Outlook
from etl.indicators.targets import IndicatorTargets
from etl.indicators.vocabulary import Direction

_FEWEST_POINTS = 3
_FLOW_QUARTERS = 4
_LEVEL_QUARTERS = 8


def compute_outlook(
    scope: Scope, targets: IndicatorTargets, *, counted_quarter: Quarter, counted_value: Exact
) -> Outlook | None:
    """What the plan's end still needs; None where no pace leads there (a share of a flow, `maintain`, no target)."""
    settings, indicator = targets.plan.settings, targets.indicator
    if indicator.is_ratio_flow or indicator.direction is Direction.MAINTAIN:
        return None
    target = targets.target(Years(settings.first_year, settings.last_year))
    if isinstance(target, NoValue) or isinstance(counted_value, NoValue):
        return None
    remaining = max(0, settings.last_quarter.index - counted_quarter.index)
    needed = target - counted_value
    projected = _projected(scope, targets, counted_quarter, counted_value)
    return Outlook(
        target=as_decimal(target),
        needed=as_decimal(needed),
        remaining_quarters=remaining,
        needed_per_quarter=as_decimal(needed / remaining) if remaining else None,
        projected=None if projected is None else as_decimal(projected),
    )


def _projected(scope: Scope, aims: IndicatorTargets, counted_quarter: Quarter, counted: Fraction) -> Fraction | None:
    points = _complete_quarters(
        scope, aims, counted_quarter, most=_FLOW_QUARTERS if aims.indicator.is_flow else _LEVEL_QUARTERS
    )
    if aims.indicator.is_flow:
        recent = [value for _, value in points]
        if len(recent) < _FEWEST_POINTS:
            return None
        return counted + sum(recent, Fraction(0)) / len(recent) * _asked_after(aims, counted_quarter)
    if len(points) < _FEWEST_POINTS:
        return None
    end = theil_sen(points, aims.plan.settings.last_quarter.index)
    is_share = aims.indicator.is_ratio and aims.indicator.unit == "%"
    return min(max(end, Fraction(0)), Fraction(100)) if is_share else end


def _asked_after(aims: IndicatorTargets, counted: Quarter) -> int:
    """How many quarters are still to bring an amount: all of them, or the years' last ones."""
    return len(aims.plan.scheduled_quarters(aims.indicator, counted.plus(1), aims.plan.settings.last_quarter))


def _complete_quarters(scope: Scope, aims: IndicatorTargets, last: Quarter, *, most: int) -> list[tuple[int, Fraction]]:
    """The latest quarters that every asked site reported by itself, each with its own value, in order of time."""
    found: list[tuple[int, Fraction]] = []
    for quarter in reversed(list(quarters_between(aims.plan.settings.first_quarter, last))):
        if len(found) == most:
            break
        if quarter.year not in aims.years_without_target and scope.is_fully_reported(quarter):
            exact = scope.quarter_amount(quarter)
            if isinstance(exact, Fraction):
                found.append((quarter.index, exact))
    return found[::-1]


def theil_sen(points: Sequence[tuple[int, Fraction]], at: int) -> Fraction:
    """The value at a place of the line whose slope is the median of all slopes between two points.

    Worked out in whole numbers, on scales that all values and all distances divide.
    """
    scale = lcm(*(value.denominator for _, value in points))
    heights = [(place, value.numerator * (scale // value.denominator)) for place, value in points]
    steps = lcm(*(end - start for (start, _), (end, _) in combinations(points, 2)))
    slopes = [(high - low) * (steps // (end - start)) for (start, low), (end, high) in combinations(heights, 2)]
    slope = _doubled_median(slopes)
    starts = [2 * steps * height - slope * place for place, height in heights]
    return Fraction(_doubled_median(starts) + 2 * slope * at, 4 * steps * scale)


def _doubled_median(numbers: Sequence[int]) -> int:
    """Twice the middle of the numbers, which is whole also where it lies between two of them."""
    ordered, middle = sorted(numbers), len(numbers) // 2
    return 2 * ordered[middle] if len(numbers) % 2 else ordered[middle - 1] + ordered[middle]
