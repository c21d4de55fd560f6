"""The invented returns of one site of a national plan: near its targets, incomplete as real ones, quick to make."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from etl.indicators.periods import CAMBODIA, Quarter, quarters_between
from etl.indicators.plans import Plan
from etl.indicators.targets import find_indicator_targets
from etl.indicators.vocabulary import (
    DENOMINATOR,
    NUMERATOR,
    Basis,
    CellKey,
    Direction,
    Indicator,
    Observation,
    SiteReturn,
    Source,
)
from tests.benchmarks.national_plan import FIRST_QUARTER

_PERFORMANCE = (0.97, 0.82, 1.04, 0.64, 0.93, 0.88, 1.1, 0.75, 0.99)
_NEVER_CAME, _LATE_LAST, _NOT_COLLECTED, _BLANK, _TO_DATE = 0.025, 0.10, 0.005, 0.01, 0.03
_WAIT = {0: 0.4, 1: 0.08}
"""How many of the latest and of the second latest quarter's returns are submitted only."""


@dataclass(frozen=True)
class _Asked:
    """A number of the form, with what a site types on average: about this much, or this share of another number."""

    key: CellKey
    usual: float
    of: CellKey | None
    is_flow: bool
    places: int


class NationalReturns:
    """What every site would have sent up to a quarter; the same plan gives the same returns."""

    def __init__(self, plan: Plan, last: Quarter) -> None:
        self.plan = plan
        self.quarters = quarters_between(FIRST_QUARTER, last)
        places = {indicator.code: place for place, indicator in enumerate(plan.indicators)}
        self._asked = {
            quarter: [
                (
                    indicator,
                    [*_asked_of(plan, indicator, quarter, _PERFORMANCE[places[indicator.code] % len(_PERFORMANCE)])],
                )
                for indicator in plan.indicators
                if plan.is_scheduled(indicator, quarter)
            ]
            for quarter in self.quarters
        }

    def returns_of_site(self, code: str) -> Iterator[SiteReturn]:
        """The site's standing returns in order of quarter; some never came."""
        dice = Random(code)
        size, mine = 0.5 + dice.random(), {indicator.code for indicator in self.plan.indicators_of_site(code)}
        to_date = {quarter.year for quarter in self.quarters if dice.random() < _TO_DATE}
        so_far: dict[CellKey, Decimal] = {}
        for back, quarter in zip(range(len(self.quarters) - 1, -1, -1), self.quarters, strict=True):
            if quarter.number == 1:
                so_far = {}
            said = self._said(quarter, mine, size, dice)
            is_to_date = quarter.year in to_date and quarter.number > 1
            observations = tuple(
                Observation(asked.key, _told(asked, value, so_far, is_to_date=is_to_date)) for asked, value in said
            )
            if dice.random() >= (_NEVER_CAME if back else _LATE_LAST):
                yield SiteReturn(
                    code,
                    quarter,
                    Basis.YEAR_TO_DATE if is_to_date else Basis.QUARTER,
                    self._sent(quarter, dice),
                    dice.random() >= _WAIT.get(back, 0),
                    observations,
                )

    def _sent(self, quarter: Quarter, dice: Random) -> datetime:
        """Most are on time."""
        days = dice.randint(2, 30) if dice.random() < 0.85 else dice.randint(31, 50)
        day = self.plan.settings.calendar.end(quarter) + timedelta(days=days)
        return datetime(day.year, day.month, day.day, 9, 30, tzinfo=CAMBODIA)

    def _said(
        self, quarter: Quarter, mine: set[str], size: float, dice: Random
    ) -> Iterator[tuple[_Asked, Decimal | None]]:
        """Each number of the form that isn't left blank; None is not collected."""
        typed: dict[CellKey, float] = {}
        random = dice.random
        for indicator, numbers in self._asked[quarter]:
            luck = random()
            if indicator.code not in mine or luck < _BLANK:
                continue
            left: float | None = None
            for asked in numbers:
                if luck > 1 - _NOT_COLLECTED:
                    yield asked, None
                    continue
                whole = size if asked.of is None else typed.get(asked.of, 0.0)
                value = _rounded(asked.usual * whole * (0.9 + 0.2 * random()), random(), asked.places)
                if asked.of is not None and asked.key.part != NUMERATOR:
                    value, left = _share_of_rest(asked, value, left, typed)
                typed[asked.key] = value
                yield asked, _decimal(value, asked.places)


def _share_of_rest(
    asked: _Asked, value: float, left: float | None, typed: dict[CellKey, float]
) -> tuple[float, float | None]:
    """A part's amount: never more than its dimension still has, and the rest where it is the last."""
    assert asked.of is not None
    rest = typed.get(asked.of, 0.0) if left is None or asked.usual == _FIRST_SHARE else left
    value = rest if asked.usual == _REST else min(value, rest)
    return value, rest - value


_FIRST_SHARE, _NEXT_SHARE, _REST, _OF_WHICH = 0.5, 0.25, 1.0, 0.3


def _asked_of(plan: Plan, indicator: Indicator, quarter: Quarter, performance: float) -> Iterator[_Asked]:
    """The numbers that a form asks of an indicator."""
    if indicator.source is not Source.RETURN:
        return
    places = 0 if indicator.whole or indicator.is_ratio else max(indicator.decimals, 1)
    level = _aimed(plan, indicator, quarter) * performance
    if indicator.is_ratio:
        yield from _pair(plan, indicator, level)
        return
    usual = level / len(plan.reporting_sites(indicator))
    yield _Asked(CellKey(indicator.code), usual, None, indicator.is_flow, places)
    total = CellKey(indicator.code)
    whole = {
        part.key: share
        for parts in plan.exhaustive_dimensions(indicator.code).values()
        for part, share in zip(parts, _shares(len(parts)), strict=True)
    }
    for part in plan.parts_of(indicator.code):
        key = CellKey(indicator.code, part.key)
        yield _Asked(key, whole.get(part.key, _OF_WHICH), total, indicator.is_flow, places)


def _shares(parts: int) -> list[float]:
    """The shares of a dimension's parts: half, quarters of what is left, and the rest."""
    return [_REST] if parts == 1 else [_FIRST_SHARE, *[_NEXT_SHARE] * (parts - 2), _REST]


def _pair(plan: Plan, indicator: Indicator, level: float) -> Iterator[_Asked]:
    denominator = indicator.denominator_ref or CellKey(indicator.code, DENOMINATOR)
    for key in sorted(plan.entry_keys(indicator), key=lambda key: key.part):
        if key.part == DENOMINATOR:
            yield _Asked(key, 20, None, indicator.is_flow, 0)
        else:
            yield _Asked(key, level / float(indicator.scale), denominator, indicator.is_flow, 0)


def _aimed(plan: Plan, indicator: Indicator, quarter: Quarter) -> float:
    """What the quarter should bring of a flow, or where a level should stand, for the whole plan."""
    aims = find_indicator_targets(plan, indicator, None)
    expected = aims.expected_value(quarter, quarter)
    if expected is None or indicator.direction is Direction.MAINTAIN:
        return float(expected if expected is not None else aims.baseline or 10)
    return float(expected)


def _rounded(value: float, luck: float, places: int) -> float:
    """Up or down by chance, so that small numbers are right on average."""
    if places:
        return round(value, places)
    return float(int(value + luck))


def _told(asked: _Asked, value: Decimal | None, so_far: dict[CellKey, Decimal], *, is_to_date: bool) -> Decimal | None:
    """What stands in the cell: the quarter's own amount, or in a year to date everything since the year began."""
    if value is None or not asked.is_flow:
        return value
    total = so_far[asked.key] = so_far.get(asked.key, Decimal(0)) + value
    return total if is_to_date else value


_WHOLE = {number: Decimal(number) for number in range(5000)}


def _decimal(value: float, places: int) -> Decimal:
    if not places:
        return _WHOLE.get(int(value)) or Decimal(int(value))
    return Decimal(f"{value:.{places}f}")
