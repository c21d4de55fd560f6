"""A level's own step of one year: how much of the change planned for the year has been done (fine print, E8)."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from etl.indicators.exact import as_amount
from etl.indicators.results import Amount, NoValue


@dataclass(frozen=True)
class YearStep:
    """The year's own change of a level: what was planned, what was done, and the share of it."""

    year: int
    start: Amount
    now: Amount
    target_before: Amount
    target: Amount
    share: Amount


def compute_year_step(*, start: Amount, now: Amount, target_before: Amount, target: Amount) -> Amount:
    """The level's change since the year before ended, as a share of the change between both years' targets.

    Not clipped: below 0 the level moved the wrong way. `start` is the level at the end of the year before, and
    `target_before` what was planned for it; the baseline stands for both in the plan's first year.
    """
    for missing, reason in ((target, NoValue.NO_TARGET), (target_before, NoValue.NO_TARGET)):
        if isinstance(missing, NoValue):
            return reason
    if isinstance(now, NoValue):
        return now
    if isinstance(start, NoValue):
        return start
    assert isinstance(target, Decimal) and isinstance(target_before, Decimal)
    planned = Fraction(target) - Fraction(target_before)
    if not planned:
        return NoValue.TARGET_EQUALS_BASELINE
    return as_amount((Fraction(now) - Fraction(start)) / planned)
