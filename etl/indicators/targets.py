"""Targets, baselines and expected values for a selection of sites (docs/arithmetic.md, section D)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import floor

from etl.indicators.exact import Exact
from etl.indicators.periods import Quarter, Years
from etl.indicators.plans import Plan
from etl.indicators.results import NoValue
from etl.indicators.selected_sites import select_reporting_sites
from etl.indicators.site_groups import SiteGroup
from etl.indicators.vocabulary import AcrossSites, Indicator, TargetBasis

CENTRE = ""


@dataclass(frozen=True)
class IndicatorTargets:
    """The targets by year and the baseline of one indicator, or of one of its parts, for one selection of sites."""

    plan: Plan
    indicator: Indicator
    by_year: dict[int, Fraction]
    baseline: Fraction | None
    _expected: dict[tuple[Years | Quarter, Quarter], Fraction | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    @cached_property
    def years_without_target(self) -> frozenset[int]:
        """The years without a target of an annual flow. Percentages exclude their amounts."""
        if not self.is_annual_flow:
            return frozenset()
        settings = self.plan.settings
        return frozenset(
            year for year in range(settings.first_year, settings.last_year + 1) if year not in self.by_year
        )

    @property
    def is_annual_flow(self) -> bool:
        return self.indicator.is_number_flow and self.indicator.target_basis is TargetBasis.ANNUAL

    def get_target(self, period: Years | Quarter) -> Exact:
        """Return the full target of the period; a quarter has none."""
        if isinstance(period, Quarter):
            return NoValue.NO_TARGET
        if self.is_annual_flow:
            targets = [self.by_year[year] for year in range(period.first, period.last + 1) if year in self.by_year]
            return sum(targets, Fraction(0)) if targets else NoValue.NO_TARGET
        if self.indicator.is_ratio_flow and period.first != period.last:
            return NoValue.NO_TARGET
        final = self.by_year.get(period.last)
        before = self._get_previous_target(period.first)
        if final is None or before is None:
            return NoValue.NO_TARGET
        return final - before

    def _get_previous_target(self, first_year: int) -> Fraction | None:
        """Return the cumulative target of the previous year; 0 for other targets and in the plan's first year."""
        if self.indicator.target_basis is not TargetBasis.CUMULATIVE or first_year <= self.plan.settings.first_year:
            return Fraction(0)
        return self.by_year.get(first_year - 1)

    def compute_expected_value(self, period: Years | Quarter, quarter: Quarter) -> Fraction | None:
        """Return the value expected by the end of the quarter; None where the plan has none."""
        if (period, quarter) not in self._expected:
            self._expected[period, quarter] = self._compute_expected(period, quarter)
        return self._expected[period, quarter]

    def _compute_expected(self, period: Years | Quarter, quarter: Quarter) -> Fraction | None:
        if self.indicator.is_ratio_flow:
            is_one_year = isinstance(period, Quarter) or period.first == period.last
            return self.by_year.get(quarter.year) if is_one_year else None
        if self.is_annual_flow:
            return self._compute_expected_amount(period, quarter)
        level = self.interpolate(quarter)
        if self.indicator.is_stage and level is not None:
            return Fraction(floor(level))
        if self.indicator.target_basis is TargetBasis.LEVEL or level is None:
            return level
        if isinstance(period, Quarter):
            before = self.interpolate(quarter.shift(-1))
        else:
            before = self._get_previous_target(period.first)
        return None if before is None else level - before

    def _compute_expected_amount(self, period: Years | Quarter, quarter: Quarter) -> Fraction | None:
        parts = [target * share for target, share in self._list_shares(period, quarter)]
        return sum(parts, Fraction(0)) if parts else None

    def _list_shares(self, period: Years | Quarter, quarter: Quarter) -> list[tuple[Fraction, Fraction]]:
        """Return each year's target with the share of it that is expected by the end of the quarter."""
        if isinstance(period, Quarter):
            target = self.by_year.get(quarter.year)
            share = self.compute_cumulative_share(quarter.number) - self.compute_cumulative_share(quarter.number - 1)
            return [] if target is None else [(target, share)]
        return [
            (self.by_year[year], Fraction(1) if year < quarter.year else self.compute_cumulative_share(quarter.number))
            for year in range(period.first, quarter.year + 1)
            if year in self.by_year
        ]

    def compute_cumulative_share(self, quarters: int) -> Fraction:
        """Return the share of a year's amount that is expected in its first quarters."""
        if self.indicator.season is None:
            return Fraction(quarters, 4)
        return sum((Fraction(share) for share in self.indicator.season[:quarters]), Fraction(0))

    def compute_full_baseline(self, period: Years | Quarter) -> Fraction | None:
        """Return the baseline on the scale of the full target of the period."""
        if self.baseline is None or not self.is_annual_flow or isinstance(period, Quarter):
            return self.baseline
        years = sum(1 for year in range(period.first, period.last + 1) if year in self.by_year)
        return self.baseline * years

    def compute_expected_baseline(self, period: Years | Quarter, quarter: Quarter) -> Fraction | None:
        """Return the baseline on the scale of the value expected by the end of the quarter."""
        if self.baseline is None or not self.is_annual_flow:
            return self.baseline
        return self.baseline * sum((share for _, share in self._list_shares(period, quarter)), Fraction(0))

    def interpolate(self, quarter: Quarter) -> Fraction | None:
        """Interpolate linearly between the milestones at the end of the quarter; None outside of them."""
        points = self._list_milestones()
        for (start, low), (end, high) in zip(points, points[1:], strict=False):
            if start <= quarter.index <= end:
                return low + (high - low) * Fraction(quarter.index - start, end - start)
        return points[0][1] if len(points) == 1 and points[0][0] == quarter.index else None

    def _list_milestones(self) -> list[tuple[int, Fraction]]:
        targets = [(Quarter(year, 4).index, value) for year, value in sorted(self.by_year.items())]
        start = self._find_start()
        if start is None or not targets or start[0] >= targets[0][0]:
            return targets
        return [start, *targets]

    def _find_start(self) -> tuple[int, Fraction] | None:
        before_plan = self.plan.settings.first_quarter.index - 1
        if self.indicator.target_basis is TargetBasis.CUMULATIVE:
            return before_plan, Fraction(0)
        year = self.indicator.baseline_year
        if self.baseline is None:
            return None
        return max(before_plan, before_plan if year is None else Quarter(year, 4).index), self.baseline


def find_indicator_targets(
    plan: Plan, indicator: Indicator, sites: Collection[str] | None, part: str = ""
) -> IndicatorTargets:
    """Return the targets of the sites (None: all), of the total or of a part.

    All sites have the centre's targets; several sites have the sum of theirs where each has one. Selecting every
    reporting site, or the site of a `centre` indicator, means all sites. A group has its own targets, and those of its
    sites in other years.
    """
    selected = select_reporting_sites(plan, indicator, sites)
    if isinstance(sites, SiteGroup):
        return _find_group_targets(plan, indicator, replace(sites, sites=selected), part)
    reporting = plan.list_reporting_site_codes(indicator)
    if selected and (len(selected) == len(reporting) or indicator.across_sites is AcrossSites.CENTRE):
        cached = plan.cache.get(("targets", indicator.code, part))
        if cached is None or cached.indicator is not indicator:
            cached = plan.cache["targets", indicator.code, part] = _make_targets(plan, indicator, (CENTRE,), part)
        targets: IndicatorTargets = cached
        return targets
    return _make_targets(plan, indicator, selected, part)


def _find_group_targets(plan: Plan, indicator: Indicator, group: SiteGroup, part: str) -> IndicatorTargets:
    key = ("targets", indicator.code, group, part)
    cached = plan.cache.get(key)
    if cached is None or cached.indicator is not indicator:
        of_sites = find_indicator_targets(plan, indicator, group.sites, part)
        own = _make_targets(plan, indicator, (group.code,), part)
        baseline = of_sites.baseline if own.baseline is None else own.baseline
        cached = IndicatorTargets(plan, indicator, {**of_sites.by_year, **own.by_year}, baseline)
        plan.cache[key] = cached
    targets: IndicatorTargets = cached
    return targets


def _make_targets(plan: Plan, indicator: Indicator, sites: Sequence[str], part: str) -> IndicatorTargets:
    years = range(plan.settings.first_year, plan.settings.last_year + 1)
    by_year = {year: _sum_site_targets(plan, indicator, sites, year, part) for year in years}
    return IndicatorTargets(
        plan,
        indicator,
        {year: value for year, value in by_year.items() if value is not None},
        _find_baseline(plan, indicator, sites, part),
    )


def _find_baseline(plan: Plan, indicator: Indicator, sites: Sequence[str], part: str) -> Fraction | None:
    """Return the centre's baseline of the total, which the indicator has; others are targets of the baseline year."""
    if sites == (CENTRE,) and not part:
        return None if indicator.baseline_value is None else Fraction(indicator.baseline_value)
    year = indicator.baseline_year
    return None if year is None else _sum_site_targets(plan, indicator, sites, year, part)


def _sum_site_targets(plan: Plan, indicator: Indicator, sites: Sequence[str], year: int, part: str) -> Fraction | None:
    """Return the sum of the sites' targets; None where a site has none, or where targets are not additive."""
    rows = [plan.find_target(indicator.code, site, year, part) for site in sites]
    values = [Decimal(row.value) for row in rows if row is not None]
    if not rows or len(values) < len(rows) or (len(rows) > 1 and not indicator.is_additive_across_sites):
        return None
    return Fraction(sum(values, Decimal(0)))
