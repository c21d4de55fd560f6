"""Reference implementation of docs/arithmetic.md, section D: targets and expected values. Loops and fractions."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator
from tests.support.reference_rows import list_reporting_sites


class ReferenceTargets:
    """The targets of one plan version for an indicator in the selected sites."""

    def __init__(
        self, plan: Plan, indicator: Indicator, sites: Sequence[str], province: str = "", part: str = ""
    ) -> None:
        self.plan, self.indicator, self.sites = plan, indicator, list(sites)
        self.province, self.part = province, part
        self.rows = [row for row in plan.targets if (row.indicator, row.part) == (indicator.code, part)]
        self.first, self.last = plan.settings.first_year, plan.settings.last_year
        reporting = list_reporting_sites(plan, indicator)
        self.is_all = set(self.sites) == {site.code for site in plan.sites if site.code in reporting}
        self.is_annual_flow = indicator.is_flow and not indicator.is_ratio and indicator.target_basis == "annual"

    def get_target(self, year: int) -> Fraction | None:
        """T(year) of the plan for these sites (C1), or for the province (D7)."""
        own = self._row(self.province, year) if self.province else None
        if own is not None:
            return own
        if self.is_all:
            return self._row("", year)
        return self._of_sites(year)

    def baseline(self) -> Fraction | None:
        if self.indicator.baseline_year is None:
            return None
        own = self._row(self.province, self.indicator.baseline_year) if self.province else None
        if own is not None:
            return own
        if self.is_all and self.part:
            return self._row("", self.indicator.baseline_year)
        if self.is_all:
            value = self.indicator.baseline_value
            return None if value is None else Fraction(value)
        return self._of_sites(self.indicator.baseline_year)

    def _of_sites(self, year: int) -> Fraction | None:
        rows = [self._row(site, year) for site in self.sites]
        if len(rows) > 1 and (self.indicator.across_sites != "sum" or self.indicator.is_ratio):
            return None
        if not rows or any(row is None for row in rows):
            return None
        return sum((row for row in rows if row is not None), Fraction(0))

    def _row(self, site: str, year: int) -> Fraction | None:
        for target in self.rows:
            if (target.site, target.year) == (site, year):
                return Fraction(target.value)
        return None

    def target_of_year(self, year: int) -> Fraction | None:
        return self.target_of_years(year, year)

    def target_of_years(self, first: int, last: int) -> Fraction | None:
        """D1."""
        if self.indicator.target_basis == "level":
            return self.get_target(last)
        if self.indicator.target_basis == "cumulative":
            before = Fraction(0) if first == self.first else self.get_target(first - 1)
            end = self.get_target(last)
            return None if end is None or before is None else end - before
        if self.indicator.is_ratio:
            return self.get_target(first) if first == last else None
        targets = [self.get_target(year) for year in range(first, last + 1)]
        values = [value for value in targets if value is not None]
        return sum(values, Fraction(0)) if values else None

    def target_of_period(self, period: Period) -> Fraction | None:
        """Return the full target of the period; a quarter has none (D3)."""
        if isinstance(period, Quarter):
            return None
        first, last = self._years(period)
        return self.target_of_years(first, last)

    def is_target_zero(self, period: Period) -> bool:
        """E6a: whether the target of the period, or of a quarter's year, is exactly 0."""
        if isinstance(period, Quarter):
            return self.target_of_year(period.year) == 0
        return self.target_of_period(period) == 0

    def _years(self, period: Period) -> tuple[int, int]:
        if isinstance(period, PlanToDate):
            return self.first, self.last
        assert isinstance(period, Years)
        return period.first, period.last

    def compute_cumulative_share(self, number: int) -> Fraction:
        """Return the share of a year's amount expected by the end of this quarter; 0 of quarter 0."""
        if self.indicator.season is None:
            return Fraction(number, 4)
        return sum((Fraction(share) for share in self.indicator.season[:number]), Fraction(0))

    def _points(self) -> list[tuple[int, Fraction]]:
        """D4: the milestones of the line, and where it starts."""
        start = Quarter(self.first, 1).shift(-1)
        points: list[tuple[int, Fraction]] = []
        for year in range(self.first, self.last + 1):
            value = self.get_target(year)
            if value is not None:
                points.append((Quarter(year, 4).index, value))
        if not points:
            return []
        if self.indicator.target_basis == "cumulative":
            points.insert(0, (start.index, Fraction(0)))
        else:
            baseline, since = self.baseline(), self.indicator.baseline_year
            if baseline is not None and since is not None:
                at = max(Quarter(since, 4).index, start.index)
                if at < points[0][0]:
                    points.insert(0, (at, baseline))
        return points

    def interpolate(self, quarter: Quarter) -> Fraction | None:
        """D4: linear interpolation; None before the first milestone and after the last."""
        points = self._points()
        for index, value in points:
            if index == quarter.index:
                return value
        for (left, low), (right, high) in zip(points, points[1:], strict=False):
            if left < quarter.index < right:
                return low + (high - low) * Fraction(quarter.index - left, right - left)
        return None

    def compute_expected_value(self, period: Period, quarter: Quarter) -> Fraction | None:
        """Return the value expected by the end of the (counted) quarter: D3 for a quarter, D5 for years."""
        if isinstance(period, Quarter):
            return self._expected_alone(quarter)
        first, last = self._years(period)
        if self.indicator.target_basis == "level":
            return self._level(quarter)
        if self.indicator.target_basis == "cumulative":
            now = self.interpolate(quarter)
            before = Fraction(0) if first == self.first else self.get_target(first - 1)
            return None if now is None or before is None else now - before
        if self.indicator.is_ratio:
            return self.get_target(first) if first == last else None
        return self._annual_sum(first, quarter, self.get_target)

    def _level(self, quarter: Quarter) -> Fraction | None:
        """D4; D7: of stages the last one that the line has reached."""
        level = self.interpolate(quarter)
        if level is None or self.indicator.measure != "stage":
            return level
        return Fraction(max(stage.rank for stage in self.indicator.stages if stage.rank <= level))

    def _annual_sum(self, first: int, quarter: Quarter, amount: Callable[[int], Fraction | None]) -> Fraction | None:
        amounts = []
        for year in range(first, quarter.year + 1):
            value = amount(year)
            if value is not None:
                amounts.append(value if year < quarter.year else value * self.compute_cumulative_share(quarter.number))
        return sum(amounts, Fraction(0)) if amounts else None

    def _expected_alone(self, quarter: Quarter) -> Fraction | None:
        if self.indicator.target_basis == "level":
            return self._level(quarter)
        if self.indicator.target_basis == "cumulative":
            now, before = self.interpolate(quarter), self.interpolate(quarter.shift(-1))
            return None if now is None or before is None else now - before
        value = self.get_target(quarter.year)
        if value is None or self.indicator.is_ratio:
            return value
        return value * (
            self.compute_cumulative_share(quarter.number) - self.compute_cumulative_share(quarter.number - 1)
        )

    def baseline_of_period(self, period: Period) -> Fraction | None:
        """E2: a year's baseline amount, times the years with a target; as it is for everything else."""
        baseline = self.baseline()
        if baseline is None or not self.is_annual_flow:
            return baseline
        if isinstance(period, Quarter):
            return baseline
        first, last = self._years(period)
        years = [year for year in range(first, last + 1) if self.get_target(year) is not None]
        return baseline * len(years)

    def compute_expected_baseline(self, period: Period, counted_quarter: Quarter) -> Fraction | None:
        """E2: the same baseline up to the counted quarter."""
        baseline = self.baseline()
        if baseline is None or not self.is_annual_flow:
            return baseline
        if isinstance(period, Quarter):
            return baseline * (
                self.compute_cumulative_share(period.number) - self.compute_cumulative_share(period.number - 1)
            )
        first, _ = self._years(period)
        return self._annual_sum(
            first, counted_quarter, lambda year: None if self.get_target(year) is None else baseline
        )
