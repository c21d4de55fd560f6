"""Generate consistent numbers for a site: flows, stocks, ratios and parts."""

import random
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from etl.indicators.periods import Quarter, list_quarters_between
from etl.indicators.plans import Plan
from etl.indicators.targets import IndicatorTargets, find_indicator_targets
from etl.indicators.vocabulary import (
    DENOMINATOR,
    NUMERATOR,
    PARTICIPATIONS,
    CellKey,
    Direction,
    Indicator,
    Measure,
    Part,
    Source,
)

ADVANCE_SHARE = Decimal("0.6")
"""Share of the second quarter's amount that the first flow of a form brings forward to the first quarter."""
ATTENDANCES_PER_PERSON = Decimal("2.2")
"""Participations for each new person of an indicator that counts each person once."""


class SiteNumberGenerator:
    """Generates the numbers of a site per quarter. The same random generator gives the same numbers."""

    def __init__(
        self,
        plan: Plan,
        site: str,
        *,
        rng: random.Random,
        performance: Sequence[Decimal],
        year_factors: Sequence[Decimal],
    ) -> None:
        self.plan = plan
        self.site = site
        self.rng = rng
        self.performance = performance
        self.year_factors = year_factors
        self._numbers_by_quarter: dict[Quarter, dict[str, Decimal]] = {}
        self._shares: dict[CellKey, Decimal] = {}
        self._denominators: dict[str, Decimal] = {}
        self._rounding_rest: dict[str, Decimal] = {}
        self._last_totals: dict[str, Decimal] = {}
        # Stages and totals don't move the performance of the numbers after them.
        amounts = [indicator for indicator in plan.indicators if not indicator.is_stage and not indicator.is_total]
        stages = [indicator for indicator in plan.indicators if indicator.is_stage]
        self._position_by_code = {
            indicator.code: position
            for indicators in (amounts, stages)
            for position, indicator in enumerate(indicators)
        }

    def invent_quarter_numbers(self, quarter: Quarter) -> dict[str, Decimal]:
        """Return the numbers of the quarter alone, by written key in the order of the form."""
        if quarter not in self._numbers_by_quarter:
            numbers: dict[str, Decimal] = {}
            for indicator in self.plan.list_site_indicators(self.site):
                if indicator.source is Source.RETURN and self.plan.is_scheduled(indicator, quarter):
                    numbers.update(
                        self._make_ratio(indicator, quarter, numbers)
                        if indicator.is_ratio
                        else self._make_number(indicator, quarter)
                    )
            self._numbers_by_quarter[quarter] = numbers
        return self._numbers_by_quarter[quarter]

    def _get_indicator(self, key: str) -> Indicator:
        return self.plan.indicator_by_code[key.partition("/")[0]]

    def invent_year_to_date_numbers(self, quarter: Quarter) -> dict[str, Decimal]:
        """Return the numbers with each flow as a year to date."""
        numbers = {}
        for key, value in self.invent_quarter_numbers(quarter).items():
            indicator = self._get_indicator(key)
            earlier_quarters = list_quarters_between(Quarter(quarter.year, 1), quarter.shift(-1))
            earlier = sum(
                (
                    self.invent_quarter_numbers(earlier_quarter).get(key, Decimal(0))
                    for earlier_quarter in earlier_quarters
                ),
                Decimal(0),
            )
            numbers[key] = value + earlier if indicator.is_flow else value
        return numbers

    def _get_targets(self, indicator: Indicator) -> tuple[IndicatorTargets, Decimal]:
        """Return the site's targets, or the project's targets and the share of them that falls to the site."""
        site_targets = find_indicator_targets(self.plan, indicator, (self.site,))
        if site_targets.by_year:
            return site_targets, Decimal(1)
        sites = self.plan.list_reporting_sites(indicator)
        weights = {site.code: Decimal(len(sites) - position + 1) for position, site in enumerate(sites)}
        share = weights[self.site] / sum(weights.values())
        return find_indicator_targets(
            self.plan, indicator, None
        ), share if indicator.measure is Measure.NUMBER else Decimal(1)

    def _compute_expected_amount(self, indicator: Indicator, quarter: Quarter) -> Decimal:
        """Return the amount for the quarter, from the targets and the indicator's performance."""
        targets, share = self._get_targets(indicator)
        factor = self.performance[self._position_by_code[indicator.code] % len(self.performance)]
        if targets.is_annual_flow:
            expected = targets.compute_expected_value(quarter, quarter)
            amount = Decimal(0) if expected is None else Decimal(expected.numerator) / Decimal(expected.denominator)
            return amount * factor * self._get_variation(quarter) * share
        expected = targets.compute_expected_value(quarter, quarter)
        start = targets.baseline
        target = expected if expected is not None else start
        if target is None:
            return Decimal(10) * share
        level = Decimal(target.numerator) / Decimal(target.denominator)
        base = level if start is None else Decimal(start.numerator) / Decimal(start.denominator)
        if indicator.direction is Direction.MAINTAIN:
            return level * share
        return (base + (level - base) * factor) * share

    def _get_variation(self, quarter: Quarter) -> Decimal:
        year = self.year_factors[(quarter.year - self.plan.settings.first_year) % len(self.year_factors)]
        return year * Decimal(self.rng.randint(90, 110)) / 100

    def _make_number(self, indicator: Indicator, quarter: Quarter) -> dict[str, Decimal]:
        total = self._make_total(indicator, quarter)
        if indicator.minimum is not None:
            total = max(total, indicator.minimum)
        return self._split_total(indicator, total)

    def _make_total(self, indicator: Indicator, quarter: Quarter) -> Decimal:
        """Return the rounded total. The rounding rest of a flow is carried over to the next quarter.

        To avoid warnings about small sites, the first flow of a form is at least 1 and higher in the first quarter of a
        year than in the second, and no total is repeated in the next quarter.
        """
        expected = self._compute_expected_amount(indicator, quarter)
        if indicator.is_stage:
            ranks = [stage.rank for stage in indicator.stages]
            return min(max(_round_entry(expected, indicator), Decimal(ranks[0])), Decimal(ranks[-1]))
        if not indicator.is_number_flow:
            return _round_entry(expected, indicator)
        exact = expected + self._rounding_rest.get(indicator.code, Decimal(0))
        next_expected, minimum = Decimal(0), Decimal(0)
        if indicator == self._first_flow and quarter.number == 1:
            next_expected = self._compute_expected_amount(indicator, quarter.shift(1))
            minimum = 1 + min(_round_entry(next_expected, indicator), Decimal(1))
        elif indicator == self._first_flow and quarter.number == 2:
            minimum = min(_round_entry(expected, indicator), Decimal(1))
        total = max(_round_entry(exact + next_expected * ADVANCE_SHARE, indicator), minimum)
        if total and total == self._last_totals.get(indicator.code):
            total += 1
        self._rounding_rest[indicator.code], self._last_totals[indicator.code] = exact - total, total
        return total

    @cached_property
    def _first_flow(self) -> Indicator | None:
        reported = self.plan.list_site_indicators(self.site)
        return next((item for item in reported if item.is_number_flow and item.source is Source.RETURN), None)

    def _split_total(self, indicator: Indicator, total: Decimal) -> dict[str, Decimal]:
        """Return the total and its parts by written key."""
        numbers = {str(CellKey(indicator.code)): total}
        dimensions = self.plan.get_exhaustive_dimensions(indicator.code)
        for parts in dimensions.values():
            numbers.update(_split_exactly(indicator, total, parts))
        for part in self.plan.list_parts(indicator.code):
            if not part.exhaustive:
                amount = total * self._vary_share(CellKey(indicator.code, part.key))
                numbers[str(CellKey(indicator.code, part.key))] = _round_entry(amount, indicator, down=True)
        if indicator.counts_new_people:
            participations = _round_entry(total * ATTENDANCES_PER_PERSON, indicator)
            numbers[str(CellKey(indicator.code, PARTICIPATIONS))] = participations
        return {str(key): numbers[str(key)] for key in self.plan.list_entry_keys(indicator)}

    def _vary_share(self, key: CellKey) -> Decimal:
        """Return the share of a part in its total, which varies little between quarters."""
        typical = self._shares.setdefault(key, Decimal(self.rng.randint(25, 45)))
        return (typical + self.rng.randint(-1, 1)) / 100

    def _make_ratio(self, indicator: Indicator, quarter: Quarter, numbers: dict[str, Decimal]) -> dict[str, Decimal]:
        """Return a numerator and denominator whose quotient is the expected amount."""
        reference = indicator.denominator_ref
        if reference is not None and str(reference) in numbers:
            denominator = numbers[str(reference)]
        else:
            denominator = self._denominators.setdefault(indicator.code, Decimal(self.rng.randint(18, 24)))
        numerator = _round_entry(
            self._compute_expected_amount(indicator, quarter) / indicator.scale * denominator, indicator
        )
        if indicator.unit == "%":
            numerator = min(numerator, denominator)
        terms = {NUMERATOR: numerator, DENOMINATOR: denominator}
        return {str(key): terms[key.part] for key in self.plan.list_entry_keys(indicator)}


def _split_exactly(indicator: Indicator, total: Decimal, parts: Sequence[Part]) -> dict[str, Decimal]:
    """Split a total into parts that add up to it exactly. The first parts get more, the last the rest."""
    remainder = total
    numbers = {}
    for position, part in enumerate(parts):
        is_last = position == len(parts) - 1
        amount = remainder if is_last else _round_entry(remainder / 2, indicator, down=True)
        numbers[str(CellKey(indicator.code, part.key))] = amount
        remainder -= amount
    return numbers


def _round_entry(value: Decimal, indicator: Indicator, *, down: bool = False) -> Decimal:
    """Round a value as a person would: whole, or to the decimals of the indicator, at least one."""
    decimals = 0 if indicator.whole else max(indicator.decimals, 1)
    return value.quantize(Decimal(1).scaleb(-decimals), rounding="ROUND_DOWN" if down else ROUND_HALF_UP)
