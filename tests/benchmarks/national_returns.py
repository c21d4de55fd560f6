"""Invent the returns of a national plan's sites quickly: near the targets, and as incomplete as real ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from etl.indicators.periods import CAMBODIA, Quarter, list_quarters_between
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
"""The share of pending returns in the latest and second latest quarter."""


@dataclass(frozen=True)
class _FormNumber:
    """A number of the form with its average: an amount, or a share of another number."""

    key: CellKey
    mean: float
    of: CellKey | None
    is_flow: bool
    places: int


class NationalReturns:
    """The returns of every site up to a quarter; deterministic for a plan."""

    def __init__(self, plan: Plan, last: Quarter) -> None:
        self.plan = plan
        self.quarters = list_quarters_between(FIRST_QUARTER, last)
        places = {indicator.code: place for place, indicator in enumerate(plan.indicators)}
        self._form_numbers = {
            quarter: [
                (
                    indicator,
                    [
                        *_list_form_numbers(
                            plan, indicator, quarter, _PERFORMANCE[places[indicator.code] % len(_PERFORMANCE)]
                        )
                    ],
                )
                for indicator in plan.indicators
                if plan.is_scheduled(indicator, quarter)
            ]
            for quarter in self.quarters
        }

    def returns_of_site(self, code: str) -> Iterator[SiteReturn]:
        """Yield the site's current returns by quarter; some are missing."""
        dice = Random(code)
        size, own_indicators = (
            0.5 + dice.random(),
            {indicator.code for indicator in self.plan.list_site_indicators(code)},
        )
        to_date = {quarter.year for quarter in self.quarters if dice.random() < _TO_DATE}
        totals: dict[CellKey, Decimal] = {}
        for quarters_ago, quarter in zip(range(len(self.quarters) - 1, -1, -1), self.quarters, strict=True):
            if quarter.number == 1:
                totals = {}
            entries = self._invent_entries(quarter, own_indicators, size, dice)
            is_to_date = quarter.year in to_date and quarter.number > 1
            observations = tuple(
                Observation(form_number.key, _get_cell_value(form_number, value, totals, is_to_date=is_to_date))
                for form_number, value in entries
            )
            if dice.random() >= (_NEVER_CAME if quarters_ago else _LATE_LAST):
                yield SiteReturn(
                    code,
                    quarter,
                    Basis.YEAR_TO_DATE if is_to_date else Basis.QUARTER,
                    self._invent_submission_time(quarter, dice),
                    dice.random() >= _WAIT.get(quarters_ago, 0),
                    observations,
                )

    def _invent_submission_time(self, quarter: Quarter, dice: Random) -> datetime:
        """Return the time of submission; most returns are on time."""
        days = dice.randint(2, 30) if dice.random() < 0.85 else dice.randint(31, 50)
        day = self.plan.settings.calendar.get_end_date(quarter) + timedelta(days=days)
        return datetime(day.year, day.month, day.day, 9, 30, tzinfo=CAMBODIA)

    def _invent_entries(
        self, quarter: Quarter, own_indicators: set[str], size: float, dice: Random
    ) -> Iterator[tuple[_FormNumber, Decimal | None]]:
        """Yield each number that isn't blank; None means not collected."""
        value_by_key: dict[CellKey, float] = {}
        random = dice.random
        for indicator, numbers in self._form_numbers[quarter]:
            draw = random()
            if indicator.code not in own_indicators or draw < _BLANK:
                continue
            left: float | None = None
            for form_number in numbers:
                if draw > 1 - _NOT_COLLECTED:
                    yield form_number, None
                    continue
                whole = size if form_number.of is None else value_by_key.get(form_number.of, 0.0)
                value = _round_share(form_number.mean * whole * (0.9 + 0.2 * random()), random(), form_number.places)
                if form_number.of is not None and form_number.key.part != NUMERATOR:
                    value, left = _share_of_rest(form_number, value, left, value_by_key)
                value_by_key[form_number.key] = value
                yield form_number, _make_decimal(value, form_number.places)


def _share_of_rest(
    form_number: _FormNumber, value: float, left: float | None, value_by_key: dict[CellKey, float]
) -> tuple[float, float | None]:
    """Return a part's amount, at most the rest of its dimension, and for the last part the rest."""
    assert form_number.of is not None
    rest = value_by_key.get(form_number.of, 0.0) if left is None or form_number.mean == _FIRST_SHARE else left
    value = rest if form_number.mean == _REST else min(value, rest)
    return value, rest - value


_FIRST_SHARE, _NEXT_SHARE, _REST, _OF_WHICH = 0.5, 0.25, 1.0, 0.3


def _list_form_numbers(plan: Plan, indicator: Indicator, quarter: Quarter, performance: float) -> Iterator[_FormNumber]:
    """Yield the numbers that the form of an indicator has."""
    if indicator.source is not Source.RETURN:
        return
    places = 0 if indicator.whole or indicator.is_ratio else max(indicator.decimals, 1)
    level = _get_expected_level(plan, indicator, quarter) * performance
    if indicator.is_ratio:
        yield from _pair(plan, indicator, level)
        return
    mean = level / len(plan.list_reporting_sites(indicator))
    yield _FormNumber(CellKey(indicator.code), mean, None, indicator.is_flow, places)
    total = CellKey(indicator.code)
    whole = {
        part.key: share
        for parts in plan.get_exhaustive_dimensions(indicator.code).values()
        for part, share in zip(parts, _list_shares(len(parts)), strict=True)
    }
    for part in plan.list_parts(indicator.code):
        key = CellKey(indicator.code, part.key)
        yield _FormNumber(key, whole.get(part.key, _OF_WHICH), total, indicator.is_flow, places)
    participations = plan.find_participations(indicator.code)
    if participations is not None:
        yield _FormNumber(CellKey(indicator.code, participations.key), mean * 2.5, None, indicator.is_flow, places)


def _list_shares(parts: int) -> list[float]:
    """Return the shares of a dimension's parts: a half, quarters, and the rest."""
    return [_REST] if parts == 1 else [_FIRST_SHARE, *[_NEXT_SHARE] * (parts - 2), _REST]


def _pair(plan: Plan, indicator: Indicator, level: float) -> Iterator[_FormNumber]:
    denominator = indicator.denominator_ref or CellKey(indicator.code, DENOMINATOR)
    for key in sorted(plan.list_entry_keys(indicator), key=lambda key: key.part):
        if key.part == DENOMINATOR:
            yield _FormNumber(key, 20, None, indicator.is_flow, 0)
        else:
            yield _FormNumber(key, level / float(indicator.scale), denominator, indicator.is_flow, 0)


def _get_expected_level(plan: Plan, indicator: Indicator, quarter: Quarter) -> float:
    """Return the expected amount of a flow in the quarter, or the expected level, for the whole plan."""
    aims = find_indicator_targets(plan, indicator, None)
    expected = aims.compute_expected_value(quarter, quarter)
    if expected is None or indicator.direction is Direction.MAINTAIN:
        return float(expected if expected is not None else aims.baseline or 10)
    return float(expected)


def _round_share(value: float, luck: float, places: int) -> float:
    """Round up or down at random, so that small numbers are right on average."""
    if places:
        return round(value, places)
    return float(int(value + luck))


def _get_cell_value(
    form_number: _FormNumber, value: Decimal | None, so_far: dict[CellKey, Decimal], *, is_to_date: bool
) -> Decimal | None:
    """Return the value of the cell: the quarter's amount, or the total since 1 January for a year to date."""
    if value is None or not form_number.is_flow:
        return value
    total = so_far[form_number.key] = so_far.get(form_number.key, Decimal(0)) + value
    return total if is_to_date else value


_WHOLE = {number: Decimal(number) for number in range(5000)}


def _make_decimal(value: float, places: int) -> Decimal:
    if not places:
        return _WHOLE.get(int(value)) or Decimal(int(value))
    return Decimal(f"{value:.{places}f}")
