"""The invented numbers of one site: amounts, levels, pairs and parts that agree with each other."""

import random
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from etl.indicators.periods import Quarter, quarters_between
from etl.indicators.plans import Plan
from etl.indicators.targets import IndicatorTargets, find_indicator_targets
from etl.indicators.vocabulary import DENOMINATOR, NUMERATOR, CellKey, Direction, Indicator, Part, Source

ADVANCE_SHARE = Decimal("0.6")
"""How much of its second quarter's a form's first flow does in a year's first."""


class SiteNumberGenerator:
    """A site's numbers, quarter after quarter; the same dice give the same years."""

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
        self._typed: dict[Quarter, dict[str, Decimal]] = {}
        self._shares: dict[CellKey, Decimal] = {}
        self._sizes: dict[str, Decimal] = {}
        self._left: dict[str, Decimal] = {}
        self._last: dict[str, Decimal] = {}
        self._places = {one.code: place for place, one in enumerate(plan.indicators)}

    def quarter_numbers(self, quarter: Quarter) -> dict[str, Decimal]:
        """What the site's form would hold for the quarter by itself, by key in the form's order."""
        if quarter not in self._typed:
            found: dict[str, Decimal] = {}
            for indicator in self.plan.indicators_of_site(self.site):
                if indicator.source is Source.RETURN and self.plan.is_scheduled(indicator, quarter):
                    found.update(
                        self._pair(indicator, quarter, found)
                        if indicator.is_ratio
                        else self._number(indicator, quarter)
                    )
            self._typed[quarter] = found
        return self._typed[quarter]

    def _indicator_of(self, key: str) -> Indicator:
        return self.plan.indicator_by_code[key.partition("/")[0]]

    def year_to_date_numbers(self, quarter: Quarter) -> dict[str, Decimal]:
        """The same with every flow since its year began."""
        found = {}
        for key, value in self.quarter_numbers(quarter).items():
            indicator = self._indicator_of(key)
            before = quarters_between(Quarter(quarter.year, 1), quarter.plus(-1))
            earlier = sum((self.quarter_numbers(one).get(key, Decimal(0)) for one in before), Decimal(0))
            found[key] = value + earlier if indicator.is_flow else value
        return found

    def _aims(self, indicator: Indicator) -> tuple[IndicatorTargets, Decimal]:
        """The site's own aims, or the centre's and the share of them that falls to the site."""
        own = find_indicator_targets(self.plan, indicator, (self.site,))
        if own.by_year:
            return own, Decimal(1)
        sites = self.plan.reporting_sites(indicator)
        weights = {site.code: Decimal(len(sites) - place + 1) for place, site in enumerate(sites)}
        share = weights[self.site] / sum(weights.values())
        return find_indicator_targets(self.plan, indicator, None), Decimal(1) if indicator.is_ratio else share

    def _aimed(self, indicator: Indicator, quarter: Quarter) -> Decimal:
        """What the quarter should bring to this site, at the indicator's invented performance."""
        aims, share = self._aims(indicator)
        factor = self.performance[self._places[indicator.code] % len(self.performance)]
        if aims.is_annual_flow:
            expected = aims.expected_value(quarter, quarter)
            amount = Decimal(0) if expected is None else Decimal(expected.numerator) / Decimal(expected.denominator)
            return amount * factor * self._mood(quarter) * share
        expected = aims.expected_value(quarter, quarter)
        start = aims.baseline
        goal = expected if expected is not None else start
        if goal is None:
            return Decimal(10) * share
        level = Decimal(goal.numerator) / Decimal(goal.denominator)
        base = level if start is None else Decimal(start.numerator) / Decimal(start.denominator)
        if indicator.direction is Direction.MAINTAIN:
            return level * share
        return (base + (level - base) * factor) * share

    def _mood(self, quarter: Quarter) -> Decimal:
        year = self.year_factors[(quarter.year - self.plan.settings.first_year) % len(self.year_factors)]
        return year * Decimal(self.rng.randint(90, 110)) / 100

    def _number(self, indicator: Indicator, quarter: Quarter) -> dict[str, Decimal]:
        total = self._whole(indicator, quarter)
        if indicator.minimum is not None:
            total = max(total, indicator.minimum)
        return self._parted(indicator, total)

    def _whole(self, indicator: Indicator, quarter: Quarter) -> Decimal:
        """As it is typed. What rounding takes from a flow comes back later, so that a few things a year stay a few.

        The first flow of a form does more in a year's first quarter than in its second, and at least one; no number
        comes twice in a row. Small sites else look as if a year to date had been typed, or the old file sent again.
        """
        aimed = self._aimed(indicator, quarter)
        if not indicator.is_number_flow:
            return _as_typed(aimed, indicator)
        wanted = aimed + self._left.get(indicator.code, Decimal(0))
        ahead, least = Decimal(0), Decimal(0)
        if indicator == self._first_flow and quarter.number == 1:
            ahead = self._aimed(indicator, quarter.plus(1))
            least = 1 + min(_as_typed(ahead, indicator), Decimal(1))
        elif indicator == self._first_flow and quarter.number == 2:
            least = min(_as_typed(aimed, indicator), Decimal(1))
        total = max(_as_typed(wanted + ahead * ADVANCE_SHARE, indicator), least)
        if total and total == self._last.get(indicator.code):
            total += 1
        self._left[indicator.code], self._last[indicator.code] = wanted - total, total
        return total

    @cached_property
    def _first_flow(self) -> Indicator | None:
        reported = self.plan.indicators_of_site(self.site)
        return next((one for one in reported if one.is_number_flow and one.source is Source.RETURN), None)

    def _parted(self, indicator: Indicator, total: Decimal) -> dict[str, Decimal]:
        """The total with its parts."""
        found = {str(CellKey(indicator.code)): total}
        dimensions = self.plan.exhaustive_dimensions(indicator.code)
        for parts in dimensions.values():
            found.update(_split(indicator, total, parts))
        for part in self.plan.parts_of(indicator.code):
            if not part.exhaustive:
                amount = total * self._share(CellKey(indicator.code, part.key))
                found[str(CellKey(indicator.code, part.key))] = _as_typed(amount, indicator, down=True)
        return {str(key): found[str(key)] for key in self.plan.entry_keys(indicator)}

    def _share(self, key: CellKey) -> Decimal:
        """Which share of a number a part is: about the same in every quarter."""
        usual = self._shares.setdefault(key, Decimal(self.rng.randint(25, 45)))
        return (usual + self.rng.randint(-1, 1)) / 100

    def _pair(self, indicator: Indicator, quarter: Quarter, typed: dict[str, Decimal]) -> dict[str, Decimal]:
        """Numerator and denominator whose quotient is what was aimed at."""
        ref = indicator.denominator_ref
        if ref is not None and str(ref) in typed:
            denominator = typed[str(ref)]
        else:
            denominator = self._sizes.setdefault(indicator.code, Decimal(self.rng.randint(18, 24)))
        numerator = _as_typed(self._aimed(indicator, quarter) / indicator.scale * denominator, indicator)
        if indicator.unit == "%":
            numerator = min(numerator, denominator)
        found = {NUMERATOR: numerator, DENOMINATOR: denominator}
        return {str(key): found[key.part] for key in self.plan.entry_keys(indicator)}


def _split(indicator: Indicator, total: Decimal, parts: Sequence[Part]) -> dict[str, Decimal]:
    """The total shared out so that the parts add up to it exactly: more to the first, the rest to the last."""
    left = total
    found = {}
    for place, part in enumerate(parts):
        is_last = place == len(parts) - 1
        amount = left if is_last else _as_typed(left / 2, indicator, down=True)
        found[str(CellKey(indicator.code, part.key))] = amount
        left -= amount
    return found


def _as_typed(value: Decimal, indicator: Indicator, *, down: bool = False) -> Decimal:
    """The value as a person would type it: whole, or with a decimal or two."""
    places = 0 if indicator.whole else max(indicator.decimals, 1)
    return value.quantize(Decimal(1).scaleb(-places), rounding="ROUND_DOWN" if down else ROUND_HALF_UP)
