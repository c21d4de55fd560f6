"""The invented numbers of one site: amounts, levels, pairs and parts that agree with each other."""

import random
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from etl.indicators.periods import Quarter, quarters_between
from etl.indicators.plans import Plan
from etl.indicators.targets import Aims, aims_of
from etl.indicators.vocabulary import DENOMINATOR, NUMERATOR, CellKey, Direction, Indicator, Part, Source

EXTRA = (3, 0, 2, 0)
"""How much more the first flow of a form is in each quarter of a year."""


class SiteYears:
    """A site's numbers, quarter after quarter; the same dice give the same years."""

    def __init__(
        self, plan: Plan, site: str, *, dice: random.Random, performance: Sequence[Decimal], years: Sequence[Decimal]
    ) -> None:
        self.plan = plan
        self.site = site
        self.dice = dice
        self.performance = performance
        self.years = years
        self._typed: dict[Quarter, dict[str, Decimal]] = {}
        self._shares: dict[CellKey, Decimal] = {}
        self._sizes: dict[str, Decimal] = {}
        self._places = {one.code: place for place, one in enumerate(plan.indicators)}

    def typed(self, quarter: Quarter) -> dict[str, Decimal]:
        """What the site's form would hold for the quarter by itself, by key in the form's order."""
        if quarter not in self._typed:
            found: dict[str, Decimal] = {}
            for indicator in self.plan.reported_by(self.site):
                if indicator.source is Source.RETURN and self.plan.is_asked(indicator, quarter):
                    found.update(
                        self._pair(indicator, quarter, found)
                        if indicator.is_ratio
                        else self._number(indicator, quarter)
                    )
            self._liven(quarter, found)
            self._typed[quarter] = found
        return self._typed[quarter]

    def _liven(self, quarter: Quarter, typed: dict[str, Decimal]) -> None:
        """A little more of the first thing that is done, most in a year's first quarter: small sites else look the
        same in every quarter, as if an old return had been sent again or a year to date been typed."""
        for key in typed:
            indicator = self._indicator_of(key)
            if indicator.is_number_flow and "/" not in key:
                typed.update(self._parted(indicator, typed[key] + EXTRA[quarter.number - 1]))
                return

    def _indicator_of(self, key: str) -> Indicator:
        return self.plan.indicator_by_code[key.partition("/")[0]]

    def since_january(self, quarter: Quarter) -> dict[str, Decimal]:
        """The same with every flow since its year began."""
        found = {}
        for key, value in self.typed(quarter).items():
            indicator = self._indicator_of(key)
            before = quarters_between(Quarter(quarter.year, 1), quarter.plus(-1))
            earlier = sum((self.typed(one).get(key, Decimal(0)) for one in before), Decimal(0))
            found[key] = value + earlier if indicator.is_flow else value
        return found

    def _aims(self, indicator: Indicator) -> tuple[Aims, Decimal]:
        """The site's own aims, or the centre's and the share of them that falls to the site."""
        own = aims_of(self.plan, indicator, (self.site,))
        if own.by_year:
            return own, Decimal(1)
        sites = self.plan.reporting_sites(indicator)
        weights = {site.code: Decimal(len(sites) - place + 1) for place, site in enumerate(sites)}
        share = weights[self.site] / sum(weights.values())
        return aims_of(self.plan, indicator, None), Decimal(1) if indicator.is_ratio else share

    def _aimed(self, indicator: Indicator, quarter: Quarter) -> Decimal:
        """What the quarter should bring to this site, at the indicator's invented performance."""
        aims, share = self._aims(indicator)
        factor = self.performance[self._places[indicator.code] % len(self.performance)]
        if aims.is_annual_flow:
            expected = aims.expected(quarter, quarter)
            amount = Decimal(0) if expected is None else Decimal(expected.numerator) / Decimal(expected.denominator)
            return amount * factor * self._mood(quarter) * share
        expected = aims.expected(quarter, quarter)
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
        year = self.years[(quarter.year - self.plan.settings.first_year) % len(self.years)]
        return year * Decimal(self.dice.randint(90, 110)) / 100

    def _number(self, indicator: Indicator, quarter: Quarter) -> dict[str, Decimal]:
        total = _as_typed(self._aimed(indicator, quarter), indicator)
        if indicator.minimum is not None:
            total = max(total, indicator.minimum)
        return self._parted(indicator, total)

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
        return {str(key): found[str(key)] for key in self.plan.asked_keys(indicator)}

    def _share(self, key: CellKey) -> Decimal:
        """Which share of a number a part is: about the same in every quarter."""
        usual = self._shares.setdefault(key, Decimal(self.dice.randint(25, 45)))
        return (usual + self.dice.randint(-1, 1)) / 100

    def _pair(self, indicator: Indicator, quarter: Quarter, typed: dict[str, Decimal]) -> dict[str, Decimal]:
        """Numerator and denominator whose quotient is what was aimed at."""
        ref = indicator.denominator_ref
        if ref is not None and str(ref) in typed:
            denominator = typed[str(ref)]
        else:
            denominator = self._sizes.setdefault(indicator.code, Decimal(self.dice.randint(18, 24)))
        numerator = _as_typed(self._aimed(indicator, quarter) / indicator.scale * denominator, indicator)
        if indicator.unit == "%":
            numerator = min(numerator, denominator)
        found = {NUMERATOR: numerator, DENOMINATOR: denominator}
        return {str(key): found[key.part] for key in self.plan.asked_keys(indicator)}


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
