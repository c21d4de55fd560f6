"""The step of one year of a level: the share of its planned change that is done (docs/arithmetic.md, E8)."""

from dataclasses import dataclass
from fractions import Fraction

from etl.indicators.exact import convert_to_amount
from etl.indicators.results import Amount, NoValue


@dataclass(frozen=True)
class YearStep:
    """The planned and actual change of a level in one year, and the share that is done."""

    year: int
    start: Amount
    now: Amount
    target_before: Amount
    target: Amount
    share: Amount


def compute_year_step(*, start: Amount, now: Amount, target_before: Amount, target: Amount) -> Amount:
    """Return the change of the level since the previous year as a share of the change between both years' targets.

    The share is not clipped: below 0 the level moved the wrong way. `start` is the level at the end of the previous
    year and `target_before` its target; in the plan's first year both are the baseline.
    """
    if isinstance(target, NoValue) or isinstance(target_before, NoValue):
        return NoValue.NO_TARGET
    if isinstance(now, NoValue):
        return now
    if isinstance(start, NoValue):
        return start
    planned = Fraction(target) - Fraction(target_before)
    if not planned:
        return NoValue.TARGET_EQUALS_BASELINE
    return convert_to_amount((Fraction(now) - Fraction(start)) / planned)
