"""Aggregated values: cells counted and amounts added, quarter by quarter (docs/arithmetic.md, section C)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import chain

from etl.indicators.exact import EXACT_CONTEXT, Exact, convert_to_amount
from etl.indicators.periods import Quarter
from etl.indicators.results import CarriedLevel, NoValue, Value
from etl.indicators.site_sets import NO_SITE, SiteBits, SiteSet, count_sites
from etl.indicators.tallies import AnswerKind, Group, GroupTotal
from etl.indicators.vocabulary import AcrossSites, Indicator, OverTime, SiteQuarter

Pair = tuple[Decimal, Decimal]
"""An amount, or a numerator, with its denominator (0 where there is none)."""
TWELFTHS = 12
"""Means of up to four amounts are whole numbers of twelfths of the last digit, so decimals hold them exactly."""

_RowFinder = Callable[[], Iterable[SiteQuarter]]


@dataclass(frozen=True)
class AggregatedValue:
    """A value as it is displayed, and the exact number without rounding."""

    value: Value
    exact: Exact
    missing: Mapping[Quarter, SiteSet] = field(default_factory=dict)
    """The sites whose cells are missing, by quarter."""


@dataclass(frozen=True, slots=True)
class AssumedAmounts:
    """Amounts, in twelfths, assumed for the missing cells of a quarter: the sites, the sums, and each site's pair."""

    sites: SiteSet
    value: Decimal
    denominator: Decimal
    pairs: Mapping[str, Pair]


class Aggregator:
    """Counts cells and adds amounts, quarter by quarter."""

    def __init__(self, indicator: Indicator, site_bits: SiteBits) -> None:
        self.indicator = indicator
        self.site_bits = site_bits
        self.reported = self.not_collected = self.expected_missing = 0
        self.is_half_covered = False
        self.missing: dict[Quarter, SiteSet] = {}
        self.carried: dict[Quarter, SiteSet] = {}
        self.sites = self.assumed_sites = self.carried_sites = NO_SITE
        self.value = self.denominator = Decimal(0)
        self.assumed: list[AssumedAmounts] = []

    def count(self, group: Group, total: GroupTotal, quarter: Quarter) -> None:
        """Count the cells of a group that answered and add its amounts."""
        if group.answer is AnswerKind.NOT_COLLECTED:
            self.not_collected += count_sites(total.sites)
            return
        self.reported += count_sites(total.sites)
        if group.covered_by is None or group.covered_by == quarter:
            self._add(total)

    def _add(self, total: GroupTotal) -> None:
        self.sites |= total.sites
        self.value = EXACT_CONTEXT.add(self.value, total.value)
        self.denominator = EXACT_CONTEXT.add(self.denominator, total.denominator)

    def assume(self, assumed: AssumedAmounts | None) -> None:
        """Count assumed amounts as if they were reported."""
        if assumed is not None:
            self.reported += count_sites(assumed.sites)
            self.assumed_sites = assumed.sites
            self.assumed.append(assumed)

    def carry(self, group: Group, total: GroupTotal) -> None:
        """Add carried levels of sites that did not report, or did not collect the number."""
        assert group.since is not None
        sites = total.sites
        self.carried[group.since] = self.carried.get(group.since, NO_SITE) | sites
        self.carried_sites |= sites
        self._add(total)

    def miss(self, quarter: Quarter, sites: SiteSet) -> None:
        """Count cells that are due and empty. Those with a carried level are expected, but not missing."""
        self.expected_missing += count_sites(sites)
        missing = sites & ~self.carried_sites
        if missing:
            self.missing[quarter] = missing

    def miss_half_covered(self, sites: SiteSet) -> None:
        self.is_half_covered |= bool(sites)

    def aggregate(self, rows: _RowFinder) -> AggregatedValue:
        expected = self.reported + self.not_collected + self.expected_missing
        exact = self._compute_exact(expected, rows)
        is_pair = self.indicator.is_ratio and bool(self.sites)
        value = Value(
            amount=convert_to_amount(exact),
            numerator=self.value if is_pair else None,
            denominator=self.denominator if is_pair else None,
            reported=self.reported,
            expected=expected,
            not_collected=self.not_collected,
            missing=tuple(
                chain.from_iterable(self.site_bits.list_site_quarter_keys(*cells) for cells in self.missing.items())
            ),
            carried=self._list_carried(),
            sites=self.site_bits.get_codes(self.sites),
        )
        return AggregatedValue(value, exact, self.missing)

    def _list_carried(self) -> tuple[CarriedLevel, ...]:
        """Return the carried levels in the order of the sites."""
        levels = [self.site_bits.list_carried_levels(*cells) for cells in self.carried.items()]
        if len(levels) <= 1:
            return levels[0] if levels else ()
        return tuple(sorted(chain.from_iterable(levels), key=lambda level: self.site_bits.get_position(level.site)))

    def _compute_exact(self, expected: int, rows: _RowFinder) -> Exact:
        if not self.sites and not self.assumed:
            return self._find_reason(expected)
        if self.indicator.is_ratio:
            return divide_pair(self.indicator, Fraction(self.value), Fraction(self.denominator))
        if self.indicator.is_additive:
            return Fraction(self.value)
        by_site = [self._combine_quarters(amounts) for amounts in self._group_by_site(rows()).values()]
        if self.indicator.across_sites is AcrossSites.MAXIMUM:
            return max(by_site)
        if self.indicator.across_sites is AcrossSites.MINIMUM:
            return min(by_site)
        total = sum(by_site, Fraction(0))
        return total / len(by_site) if self.indicator.across_sites is AcrossSites.MEAN else total

    def _group_by_site(self, rows: Iterable[SiteQuarter]) -> dict[str, list[Fraction]]:
        """Group the amounts by site. Averages and maxima cannot be computed from sums."""
        by_site: dict[str, list[Fraction]] = {}
        for row in rows:
            if row.value is not None:
                by_site.setdefault(row.site, []).append(Fraction(row.value))
        for assumed in self.assumed:
            for site, (value, _) in assumed.pairs.items():
                by_site.setdefault(site, []).append(Fraction(value) / TWELFTHS)
        return by_site

    def _combine_quarters(self, amounts: list[Fraction]) -> Fraction:
        """Combine the quarters of one site."""
        if self.indicator.over_time is OverTime.MAXIMUM:
            return max(amounts)
        total = sum(amounts, Fraction(0))
        return total / len(amounts) if self.indicator.over_time is OverTime.AVERAGE else total

    def _find_reason(self, expected: int) -> NoValue:
        if expected == 0:
            return NoValue.NOT_DUE
        if self.not_collected == expected:
            return NoValue.NOT_COLLECTED
        return NoValue.COVERED if self.is_half_covered else NoValue.NOTHING_REPORTED


def divide_pair(indicator: Indicator, value: Fraction, denominator: Fraction) -> Exact:
    """Return the amount, or the quotient of a ratio in the indicator's unit."""
    if not indicator.is_ratio:
        return value
    return value / denominator * Fraction(indicator.scale) if denominator else NoValue.DENOMINATOR_IS_ZERO


def make_no_value(reason: NoValue) -> AggregatedValue:
    return AggregatedValue(Value(reason), reason)
