"""The slow oracle: any figure straight from raw returns, C8 to G of docs/arithmetic.md. Plain loops, fractions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from statistics import median

from etl.indicators.periods import Period, PlanToDate, Quarter
from etl.indicators.plans import Plan, Plans
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import Indicator, SiteReturn
from tests.support.reference_rating import (
    Exact,
    RatingInputs,
    compute_pace,
    compute_percentage,
    compute_rating,
    headline_rule,
    is_over_target,
    share_of,
    share_of_change,
)
from tests.support.reference_rows import Row, find_indicator, is_cell_expected, reference_site_quarters
from tests.support.reference_targets import ReferenceTargets
from tests.support.reference_values import (
    AssumedRows,
    IndicatorData,
    ReferenceValue,
    chosen_sites,
    compute_value,
    find_counted_quarter,
    find_rated_period,
    find_version,
    included_sites,
    quarters_of,
    reference_part,
)

__all__ = ["reference_figure", "reference_part", "reference_reporting", "reference_site_quarters"]

BEST_FIRST = ["achieved", "on_track", "at_risk", "off_track"]


@dataclass
class ReferenceOutlook:
    needed: Fraction
    remaining: int
    per_quarter: Fraction | None
    projected: Fraction | None


@dataclass
class ReferenceFigure:
    """Mirrors etl.indicators.results.Figure."""

    actual: ReferenceValue
    counted_quarter: Quarter | None = None
    counted_value: ReferenceValue = field(default_factory=ReferenceValue)
    target: Exact = NoValue.NO_TARGET
    baseline: Exact = NoValue.NO_BASELINE
    expected: Exact = NoValue.NO_TARGET
    achievement: Exact = NoValue.NO_TARGET
    progress: Exact = NoValue.NO_TARGET
    headline_rule: str = "none"
    headline: Exact = NoValue.NO_TARGET
    pace: Exact = NoValue.NO_TARGET
    rating: str = "no_data"
    over_target: bool = False
    deciding_returns: set[tuple[str, Quarter]] = field(default_factory=set)
    outlook: ReferenceOutlook | None = None


@dataclass
class ResolvedQuery:
    """A question as it is judged: by which definition, over which period, with which sites."""

    data: IndicatorData
    plan: Plan
    indicator: Indicator
    period: Period
    counted_quarter: Quarter | None
    sites: list[str]
    targets: ReferenceTargets

    @property
    def quarters(self) -> list[Quarter]:
        return quarters_of(self.period, self.data.plans.latest.settings)

    @property
    def quarters_to_counted(self) -> list[Quarter]:
        return [
            quarter for quarter in self.quarters if self.counted_quarter is not None and quarter <= self.counted_quarter
        ]

    @property
    def is_last_quarter(self) -> bool:
        """Whether nothing more is asked for after the counted quarter."""
        asked = [
            quarter
            for quarter in self.quarters
            if self.data.is_expected_from_any(self.sites, quarter)
            and self.data.is_same_definition(quarter, self.indicator)
        ]
        return self.counted_quarter is not None and asked[-1:] == [self.counted_quarter]

    def value(self, quarters: list[Quarter]) -> ReferenceValue:
        alone = isinstance(self.period, Quarter)
        return compute_value(self.data, self.indicator, self.sites, quarters, single_quarter=alone, assumed_rows={})

    def rated_value(self, quarters: list[Quarter], assumed_rows: AssumedRows | None = None) -> ReferenceValue:
        """E1: without the years that have no target."""
        if self.targets.is_annual_flow:
            quarters = [quarter for quarter in quarters if self.targets.target(quarter.year) is not None]
        alone = isinstance(self.period, Quarter)
        return compute_value(
            self.data, self.indicator, self.sites, quarters, single_quarter=alone, assumed_rows=assumed_rows or {}
        )


def reference_figure(
    plans: Plans,
    returns: Sequence[SiteReturn],
    *,
    indicator: str,
    sites: Sequence[str] | None,
    period: Period,
    today: date,
) -> ReferenceFigure:
    """The figure of one indicator for the chosen sites (None is all of them) over a period, as of a day."""
    story = IndicatorData(plans, returns, indicator, "", today)
    asked = _understand(story, period, sites)
    planned, definition, counted = asked.targets, asked.indicator, asked.counted_quarter
    figure = ReferenceFigure(actual=asked.value(asked.quarters), counted_quarter=counted)
    figure.counted_value = (
        ReferenceValue(NoValue.NOT_DUE) if counted is None else asked.rated_value(asked.quarters_to_counted)
    )
    full = figure.actual if planned.target_of_period(asked.period) is None else asked.rated_value(asked.quarters)
    figure.target = _or(planned.target_of_period(asked.period), NoValue.NO_TARGET)
    figure.baseline = _or(planned.baseline_of_period(asked.period), NoValue.NO_BASELINE)
    if counted is not None:
        figure.expected = _or(planned.expected_value(asked.period, counted), NoValue.NO_TARGET)
    figure.headline_rule = headline_rule(definition, planned.baseline() is not None)
    _put_percentages(figure, definition, full.amount, planned.baseline_of_period(asked.period))

    judgement = _judgement(asked, figure)
    figure.pace = compute_pace(judgement, figure.counted_value.amount)
    figure.rating = _unratable(judgement, figure, full) or compute_rating(
        judgement, full.amount, figure.counted_value.amount
    )
    figure.over_target = figure.rating == "achieved" and is_over_target(
        judgement, full.amount, figure.counted_value.amount
    )
    _leave_open(figure, asked, judgement)
    if isinstance(period, PlanToDate) and counted is not None:
        figure.outlook = _outlook(story, definition, asked.sites, planned, figure.counted_value.amount, counted)
    return figure


def _understand(story: IndicatorData, period: Period, sites: Sequence[str] | None) -> ResolvedQuery:
    """C8, B4: the counted quarter, the version that judges, the period as its kind of indicator is judged."""
    plans = story.plans
    counted = find_counted_quarter(story, sites, quarters_of(period, plans.latest.settings))
    version = find_version(story, period, counted)
    plan = plans.versions[version].plan
    definition = find_indicator(plan, story.code)
    assert definition is not None
    chosen = chosen_sites(plans, definition, sites, version)
    return ResolvedQuery(
        data=story,
        plan=plan,
        indicator=definition,
        period=find_rated_period(story, definition, period, counted),
        counted_quarter=counted,
        sites=included_sites(plans, definition, chosen, version),
        targets=ReferenceTargets(plan, definition, chosen),
    )


def _judgement(asked: ResolvedQuery, figure: ReferenceFigure) -> RatingInputs:
    """What section E needs to know, put together."""
    planned, period, counted = asked.targets, asked.period, asked.counted_quarter
    return RatingInputs(
        plan=asked.plan,
        indicator=asked.indicator,
        period=period,
        target=figure.target,
        expected=figure.expected,
        expected_baseline=None if counted is None else planned.expected_baseline(period, counted),
        rule=figure.headline_rule,
        is_last_quarter=asked.is_last_quarter,
        is_zero_target=planned.is_target_zero(period),
        has_target_path=any(planned.expected_value(period, quarter) is not None for quarter in asked.quarters),
    )


def _leave_open(figure: ReferenceFigure, asked: ResolvedQuery, judgement: RatingInputs) -> None:
    """E6j: where the missing returns decide whether it is behind, it is incomplete."""
    if (
        asked.counted_quarter is None
        or figure.rating not in ("at_risk", "off_track")
        or not figure.counted_value.missing
    ):
        return
    extra = _usual_amounts(asked.data, asked.indicator, figure.counted_value.missing, asked.counted_quarter)
    full, counted = asked.rated_value(asked.quarters, extra), asked.rated_value(asked.quarters_to_counted, extra)
    again = compute_rating(judgement, full.amount, counted.amount)
    if BEST_FIRST.index(again) < BEST_FIRST.index(figure.rating):
        figure.rating, figure.deciding_returns = "incomplete", set(figure.counted_value.missing)


def _put_percentages(figure: ReferenceFigure, indicator: Indicator, actual: Exact, baseline: Fraction | None) -> None:
    """E1 to E3."""
    figure.achievement, figure.progress = NoValue.NOT_DEFINED, NoValue.NOT_DEFINED
    if indicator.direction == "increase":
        figure.achievement = share_of(actual, figure.target)
    if indicator.direction != "maintain":
        figure.progress = share_of_change(actual, figure.target, baseline)
    figure.headline = compute_percentage(figure.headline_rule, actual, figure.target, baseline)


def _or(number: Fraction | None, reason: NoValue) -> Exact:
    return reason if number is None else number


def _unratable(judgement: RatingInputs, figure: ReferenceFigure, full: ReferenceValue) -> str | None:
    """E6, before a to c: why it can't be rated, or None."""
    indicator = judgement.indicator
    is_increasing_flow = indicator.direction == "increase" and indicator.is_flow and not indicator.is_ratio
    has_target = not isinstance(judgement.target, NoValue)
    if figure.actual.amount is NoValue.NOT_APPLICABLE:
        return "no_data"
    if is_increasing_flow and judgement.is_zero_target:
        return "no_target"
    if figure.counted_quarter is None:
        return "not_due" if has_target or judgement.has_target_path else "no_target"
    if isinstance(judgement.expected, NoValue):
        if not has_target:
            return "no_target"
    elif is_increasing_flow and figure.counted_value.amount == 0 and judgement.expected < 1:
        return "not_due"
    counted = figure.counted_value
    if isinstance(counted.amount, NoValue):
        return "no_data"
    settings = judgement.plan.settings
    if Fraction(counted.reported + len(counted.carried), counted.expected) < Fraction(settings.min_reported):
        return "no_data"
    return None


def _usual_amounts(
    story: IndicatorData, definition: Indicator, missing: set[tuple[str, Quarter]], counted: Quarter
) -> AssumedRows:
    """E6j: what each site usually reports, for each place where it is missing."""
    extra: AssumedRows = {}
    for site, quarter in missing:
        own = []
        for earlier in sorted({**story.rows[site], **story.system_rows[site]}):
            row = story.row(site, earlier)
            is_own = earlier <= counted and story.is_same_definition(earlier, definition)
            if is_own and row is not None and row.state == "reported":
                own.append(row)
        last = own[-1:] if definition.is_stock else own[-4:]
        if not last:
            continue
        value = sum((row.value for row in last if row.value is not None), Fraction(0)) / len(last)
        below = [row.denominator for row in last if row.denominator is not None]
        extra[site, quarter] = Row("reported", value, sum(below, Fraction(0)) / len(below) if below else None)
    return extra


def _outlook(
    story: IndicatorData,
    definition: Indicator,
    sites: list[str],
    planned: ReferenceTargets,
    counted: Exact,
    last: Quarter,
) -> ReferenceOutlook | None:
    """Section F."""
    settings = planned.plan.settings
    end = Quarter(settings.last_year, 4)
    if definition.is_flow and definition.is_ratio or definition.direction == "maintain":
        return None
    target = planned.target(settings.last_year)
    if definition.target_basis == "annual":
        target = planned.target_of_period(PlanToDate())
    if target is None or isinstance(counted, NoValue):
        return None
    remaining = end.index - last.index
    needed = target - counted
    points = _complete_points(story, definition, sites, planned, last)
    projected = None
    if definition.is_flow and len(points) >= 3:
        recent = [amount for _, amount in points[-4:]]
        projected = counted + sum(recent, Fraction(0)) / len(recent) * _asked_left(planned, definition, last)
    elif len(points) >= 3:
        projected = _theil_sen(points[-8:], end.index)
        if definition.is_ratio and definition.unit == "%":
            projected = min(max(projected, Fraction(0)), Fraction(100))
    return ReferenceOutlook(needed, remaining, needed / remaining if remaining else None, projected)


def _asked_left(planned: ReferenceTargets, definition: Indicator, last: Quarter) -> int:
    """F3: how many asked quarters remain until the plan's end."""
    left = 0
    for year in range(last.year, planned.plan.settings.last_year + 1):
        has_row = any(row.indicator == definition.code and row.year == year for row in planned.plan.targets)
        for number in (1, 2, 3, 4):
            is_asked = definition.reported == "quarterly" or number == 4
            if definition.reported == "milestone" and not has_row:
                is_asked = False
            if is_asked and Quarter(year, number) > last:
                left += 1
    return left


def _complete_points(
    story: IndicatorData, definition: Indicator, sites: list[str], planned: ReferenceTargets, last: Quarter
) -> list[tuple[int, Fraction]]:
    """F3, F4: the quarters whose every expected cell was reported by itself, with their values alone."""
    points = []
    for quarter in quarters_of(PlanToDate(), planned.plan.settings):
        has_target = not planned.is_annual_flow or planned.target(quarter.year) is not None
        if quarter > last or not has_target:
            continue
        alone = compute_value(story, definition, sites, [quarter], single_quarter=True, assumed_rows={})
        if 0 < alone.expected == alone.reported and isinstance(alone.amount, Fraction):
            points.append((quarter.index, alone.amount))
    return points


def _theil_sen(points: list[tuple[int, Fraction]], at: int) -> Fraction:
    """F4: the line of the median slope and the median intercept, at a quarter's index."""
    slopes = []
    for first in range(len(points)):
        for second in range(first + 1, len(points)):
            rise, run = points[second][1] - points[first][1], points[second][0] - points[first][0]
            slopes.append(rise / run)
    slope = median(slopes)
    return slope * at + median([amount - slope * index for index, amount in points])


def reference_reporting(
    plans: Plans, returns: Sequence[SiteReturn], *, sites: Sequence[str] | None, today: date
) -> tuple[int, int, int]:
    """Section G: expected, received, on time."""
    standing = {(one.site, one.quarter): one for one in returns}
    expected = received = on_time = 0
    for quarter in quarters_of(PlanToDate(), plans.latest.settings):
        plan = plans.plan_in_force(quarter)
        calendar = plan.settings.calendar
        for site in plan.sites:
            if sites is not None and site.code not in sites:
                continue
            asks = [one for one in plan.indicators if is_cell_expected(plan, one, site.code, quarter)]
            if not any(plan.entry_keys(one) for one in asks):
                continue
            one_return = standing.get((site.code, quarter))
            if one_return is None and not calendar.is_due(quarter, today):
                continue
            expected += 1
            if one_return is not None:
                received += 1
                on_time += calendar.is_on_time(quarter, one_return.first_submitted)
    return expected, received, on_time
