"""Reference implementation of docs/arithmetic.md, section F: the outlook. Loops and fractions."""

from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from etl.indicators.periods import PlanToDate, Quarter
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import Indicator
from tests.support.reference_data import IndicatorData
from tests.support.reference_rating import Exact
from tests.support.reference_targets import ReferenceTargets
from tests.support.reference_values import compute_value, list_quarters


@dataclass
class ReferenceOutlook:
    needed: Fraction
    remaining: int
    per_quarter: Fraction | None
    projected: Fraction | None


def compute_outlook(
    data: IndicatorData,
    definition: Indicator,
    sites: list[str],
    targets: ReferenceTargets,
    counted: Exact,
    last: Quarter,
) -> ReferenceOutlook | None:
    """Section F."""
    settings = targets.plan.settings
    end = Quarter(settings.last_year, 4)
    if definition.measure == "stage" or definition.direction == "maintain":
        return None
    if definition.is_flow and definition.is_ratio:
        return None
    target = targets.get_target(settings.last_year)
    if definition.target_basis == "annual":
        target = targets.target_of_period(PlanToDate())
    if target is None or isinstance(counted, NoValue):
        return None
    remaining = end.index - last.index
    needed = target - counted
    points = _complete_points(data, definition, sites, targets, last)
    projected = None
    if definition.is_flow and len(points) >= 3:
        recent = [amount for _, amount in points[-4:]]
        projected = counted + sum(recent, Fraction(0)) / len(recent) * _compute_remaining_quarters(
            targets, definition, last
        )
    elif len(points) >= 3:
        projected = _compute_theil_sen(points[-8:], end.index)
        if definition.is_ratio and definition.unit == "%":
            highest = Fraction(100) if definition.maximum is None else Fraction(definition.maximum)
            projected = min(max(projected, Fraction(0)), highest)
    return ReferenceOutlook(needed, remaining, needed / remaining if remaining else None, projected)


def _compute_remaining_quarters(targets: ReferenceTargets, definition: Indicator, last: Quarter) -> int:
    """F3: the number of scheduled quarters until the end of the plan."""
    left = 0
    for year in range(last.year, targets.plan.settings.last_year + 1):
        has_row = any(row.indicator == definition.code and row.year == year for row in targets.plan.targets)
        for number in (1, 2, 3, 4):
            is_asked = definition.reported == "quarterly" or number == 4
            if definition.reported == "milestone" and not has_row:
                is_asked = False
            if is_asked and Quarter(year, number) > last:
                left += 1
    return left


def _complete_points(
    data: IndicatorData, definition: Indicator, sites: list[str], targets: ReferenceTargets, last: Quarter
) -> list[tuple[int, Fraction]]:
    """F3, F4: the complete quarters with their values."""
    points = []
    for quarter in list_quarters(PlanToDate(), targets.plan.settings):
        has_target = not targets.is_annual_flow or targets.get_target(quarter.year) is not None
        if quarter > last or not has_target:
            continue
        alone = compute_value(data, definition, sites, [quarter], single_quarter=True, assumed_rows={})
        if 0 < alone.expected == alone.reported and isinstance(alone.amount, Fraction):
            points.append((quarter.index, alone.amount))
    return points


def _compute_theil_sen(points: list[tuple[int, Fraction]], at: int) -> Fraction:
    """F4: the line of the median slope and the median intercept, at a quarter's index."""
    slopes = []
    for first in range(len(points)):
        for second in range(first + 1, len(points)):
            rise, run = points[second][1] - points[first][1], points[second][0] - points[first][0]
            slopes.append(rise / run)
    slope = median(slopes)
    return slope * at + median([amount - slope * index for index, amount in points])
