"""The slow oracle: any figure straight from raw returns, C8 to G of docs/arithmetic.md. Plain loops, fractions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from statistics import median

from etl.indicators.periods import Period, PlanToDate, Quarter
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import Indicator, Plan, Plans, SiteReturn
from tests.reference_rows import Row, find_indicator, is_asked_of, reference_site_quarters
from tests.reference_targets import Planned
from tests.reference_values import (
    Extra,
    ReferenceValue,
    Story,
    chosen_sites,
    counted_quarter,
    judged_period,
    quarters_of,
    reference_part,
    sites_that_count,
    value_of,
    version_of,
)

__all__ = ["reference_figure", "reference_part", "reference_reporting", "reference_site_quarters"]

Exact = Fraction | NoValue
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
    counted: ReferenceValue = field(default_factory=ReferenceValue)
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
    deciding: set[tuple[str, Quarter]] = field(default_factory=set)
    outlook: ReferenceOutlook | None = None


@dataclass
class Judgement:
    """All that a rating looks at; rating twice with other amounts serves E6j."""

    plan: Plan
    indicator: Indicator
    period: Period
    target: Exact
    expected: Exact
    base_expected: Fraction | None
    rule: str
    is_last: bool
    is_zero_target: bool
    line_reaches: bool


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
    story = Story(plans, returns, indicator, "", today)
    counted = counted_quarter(story, sites, quarters_of(period, plans.latest.settings))
    version = version_of(story, period, counted)
    plan = plans.versions[version].plan
    definition = find_indicator(plan, indicator)
    assert definition is not None
    period = judged_period(story, definition, asked := period, counted)
    quarters = quarters_of(period, plans.latest.settings)
    chosen = chosen_sites(plans, definition, sites, version)
    counting = sites_that_count(plans, definition, chosen, version)
    planned = Planned(plan, definition, chosen)

    def value(until: list[Quarter], extra: Extra) -> ReferenceValue:
        alone = isinstance(period, Quarter)
        return value_of(story, definition, counting, until, alone=alone, extra=extra)

    def rated(until: list[Quarter], extra: Extra) -> ReferenceValue:
        """E1: without the years that have no target."""
        if definition.is_flow and not definition.is_ratio:
            if definition.target_basis == "annual":
                until = [quarter for quarter in until if planned.target(quarter.year) is not None]
        return value(until, extra)

    up_to = [quarter for quarter in quarters if counted is not None and quarter <= counted]
    figure = ReferenceFigure(actual=value(quarters, {}), counted_quarter=counted)
    figure.counted = rated(up_to, {}) if counted is not None else ReferenceValue(NoValue.NOT_DUE)
    has_any_target = planned.of_period(period) is not None
    full = rated(quarters, {}) if has_any_target else figure.actual
    figure.target = _or(planned.of_period(period), NoValue.NO_TARGET)
    base_full = planned.baseline_of_period(period)
    figure.baseline = _or(base_full, NoValue.NO_BASELINE)
    expected = planned.expected(period, counted) if counted is not None else None
    figure.expected = _or(expected, NoValue.NO_TARGET)
    base_expected = planned.baseline_of_expected(period, counted) if counted is not None else None
    figure.headline_rule = rule = _headline_rule(definition, planned.baseline() is not None)

    figure.achievement, figure.progress = NoValue.NOT_DEFINED, NoValue.NOT_DEFINED
    if definition.direction == "increase":
        figure.achievement = _share_of(full.amount, figure.target)
    if definition.direction != "maintain":
        figure.progress = _share_of_change(full.amount, figure.target, base_full)
    figure.headline = _by_rule(rule, full.amount, figure.target, base_full)

    asked_quarters = [q for q in quarters if story.is_asked_in(counting, q) and story.is_same(q, definition)]
    judgement = Judgement(
        plan=plan,
        indicator=definition,
        period=period,
        target=figure.target,
        expected=figure.expected,
        base_expected=base_expected,
        rule=rule,
        is_last=counted is not None and bool(asked_quarters) and counted == asked_quarters[-1],
        is_zero_target=planned.is_zero(period),
        line_reaches=any(planned.expected(period, q) is not None for q in quarters),
    )
    figure.pace = _pace(judgement, figure.counted.amount)
    figure.rating = _unratable(judgement, figure, full) or _rate(judgement, full.amount, figure.counted.amount)
    figure.over_target = figure.rating == "achieved" and _is_over(judgement, full.amount, figure.counted.amount)

    # E6j: would the missing returns decide it?
    if figure.rating in ("at_risk", "off_track") and counted is not None and figure.counted.missing:
        extra = _usual_amounts(story, definition, figure.counted.missing, counted)
        again = _rate(judgement, rated(quarters, extra).amount, rated(up_to, extra).amount)
        if BEST_FIRST.index(again) < BEST_FIRST.index(figure.rating):
            figure.rating = "incomplete"
            figure.deciding = set(figure.counted.missing)
    if isinstance(asked, PlanToDate) and counted is not None:
        figure.outlook = _outlook(story, definition, counting, planned, figure.counted.amount, counted)
    return figure


def _or(number: Fraction | None, reason: NoValue) -> Exact:
    return reason if number is None else number


def _headline_rule(indicator: Indicator, has_baseline: bool) -> str:
    """E2."""
    if indicator.direction == "maintain":
        return "distance"
    if indicator.percent_rule == "of_target" and indicator.direction == "increase":
        return "of_target"
    if has_baseline:
        return "of_change"
    return "of_target" if indicator.direction == "increase" else "none"


def _share_of(actual: Exact, target: Exact) -> Exact:
    if isinstance(target, NoValue):
        return target
    if isinstance(actual, NoValue):
        return actual
    return NoValue.TARGET_IS_ZERO if target == 0 else actual / target


def _share_of_change(actual: Exact, target: Exact, baseline: Fraction | None) -> Exact:
    if isinstance(target, NoValue):
        return target
    if baseline is None:
        return NoValue.NO_BASELINE
    if isinstance(actual, NoValue):
        return actual
    return NoValue.TARGET_EQUALS_BASELINE if target == baseline else (actual - baseline) / (target - baseline)


def _by_rule(rule: str, actual: Exact, target: Exact, baseline: Fraction | None) -> Exact:
    if rule == "of_target":
        return _share_of(actual, target)
    if rule == "of_change":
        return _share_of_change(actual, target, baseline)
    if rule == "none":
        return NoValue.NO_BASELINE
    if isinstance(target, NoValue):
        return target
    if isinstance(actual, NoValue):
        return actual
    return NoValue.TARGET_IS_ZERO if target == 0 else abs(actual - target) / abs(target)


def _pace(judgement: Judgement, counted: Exact) -> Exact:
    """E4."""
    expected = judgement.expected
    if isinstance(expected, NoValue):
        return expected
    same = judgement.rule == "of_change" and expected == judgement.base_expected
    if not same or isinstance(counted, NoValue):
        return _by_rule(judgement.rule, counted, expected, judgement.base_expected)
    above, below = (counted, expected) if judgement.indicator.direction == "increase" else (expected, counted)
    return NoValue.TARGET_IS_ZERO if below == 0 else above / below


def _unratable(judgement: Judgement, figure: ReferenceFigure, full: ReferenceValue) -> str | None:
    """E6, before a to c: why it can't be rated, or None."""
    indicator = judgement.indicator
    is_increasing_flow = indicator.direction == "increase" and indicator.is_flow and not indicator.is_ratio
    has_target = not isinstance(judgement.target, NoValue)
    if figure.actual.amount is NoValue.NOT_APPLICABLE:
        return "no_data"
    if is_increasing_flow and judgement.is_zero_target:
        return "no_target"
    if figure.counted_quarter is None:
        return "not_due" if has_target or judgement.line_reaches else "no_target"
    if isinstance(judgement.expected, NoValue):
        if not has_target:
            return "no_target"
    elif is_increasing_flow and figure.counted.amount == 0 and judgement.expected < 1:
        return "not_due"
    counted = figure.counted
    if isinstance(counted.amount, NoValue):
        return "no_data"
    settings = judgement.plan.settings
    if Fraction(counted.reported + len(counted.carried), counted.expected) < Fraction(settings.min_reported):
        return "no_data"
    return None


def _rate(judgement: Judgement, actual: Exact, counted: Exact) -> str:
    """E6, d to i."""
    indicator, settings, expected = judgement.indicator, judgement.plan.settings, judgement.expected
    assert isinstance(counted, Fraction)
    has_target = not isinstance(judgement.target, NoValue)
    if indicator.direction == "maintain":
        if isinstance(expected, NoValue):
            return "not_due"
        distance = abs(counted - expected)
        if distance <= Fraction(1, 10) * abs(expected):
            return "on_track"
        return "at_risk" if distance <= Fraction(1, 5) * abs(expected) else "off_track"
    if indicator.direction == "decrease" and judgement.rule == "none":
        if not judgement.is_last:
            return "not_due"
        if not has_target:  # A year or quarter without a target of its own is judged by the line, never achieved.
            return "on_track" if isinstance(expected, Fraction) and counted <= expected else "off_track"
        return "achieved" if _is_met(judgement, actual, counted) else "off_track"
    if has_target and _is_met(judgement, actual, counted):
        return "achieved"
    if isinstance(expected, NoValue):
        return "not_due"
    shortfall = counted - expected if indicator.direction == "decrease" else expected - counted
    pace = _pace(judgement, counted)
    tolerance = Fraction(settings.tolerance) * abs(expected)
    on_track = Fraction(settings.on_track if indicator.on_track is None else indicator.on_track)
    at_risk = Fraction(settings.at_risk if indicator.at_risk is None else indicator.at_risk)
    is_whole = indicator.whole and not indicator.is_ratio
    if shortfall <= 0 or (isinstance(pace, Fraction) and pace >= on_track):
        return "on_track"
    if shortfall < tolerance or (is_whole and shortfall < 1):
        return "on_track"
    if isinstance(pace, Fraction) and pace >= at_risk:
        return "at_risk"
    if shortfall < 2 * tolerance or (is_whole and shortfall <= 1):
        return "at_risk"
    return "off_track"


def _meeting_value(judgement: Judgement, actual: Exact, counted: Exact) -> Fraction | None:
    indicator = judgement.indicator
    if indicator.direction == "increase" and indicator.is_flow and not indicator.is_ratio:
        return actual if isinstance(actual, Fraction) else None
    return counted if judgement.is_last and isinstance(counted, Fraction) else None


def _is_met(judgement: Judgement, actual: Exact, counted: Exact) -> bool:
    value = _meeting_value(judgement, actual, counted)
    if value is None or isinstance(judgement.target, NoValue):
        return False
    return value <= judgement.target if judgement.indicator.direction == "decrease" else value >= judgement.target


def _is_over(judgement: Judgement, actual: Exact, counted: Exact) -> bool:
    value = _meeting_value(judgement, actual, counted)
    if judgement.indicator.direction != "increase" or value is None or isinstance(judgement.target, NoValue):
        return False
    return value > Fraction(judgement.plan.settings.over_target) * judgement.target and value - judgement.target > 1


def _usual_amounts(story: Story, definition: Indicator, missing: set[tuple[str, Quarter]], counted: Quarter) -> Extra:
    """E6j: what each site usually reports, for each place where it is missing."""
    extra: Extra = {}
    for site, quarter in missing:
        own = []
        for earlier in sorted({**story.rows[site], **story.systems[site]}):
            row = story.row(site, earlier)
            if row is not None and earlier <= counted and row.state == "reported":
                if story.is_same(earlier, definition):
                    own.append(row)
        last = own[-1:] if definition.is_stock else own[-4:]
        if not last:
            continue
        value = sum((row.value for row in last if row.value is not None), Fraction(0)) / len(last)
        below = [row.denominator for row in last if row.denominator is not None]
        extra[site, quarter] = Row("reported", value, sum(below, Fraction(0)) / len(below) if below else None)
    return extra


def _outlook(
    story: Story, definition: Indicator, sites: list[str], planned: Planned, counted: Exact, last: Quarter
) -> ReferenceOutlook | None:
    """Section F."""
    settings = planned.plan.settings
    end = Quarter(settings.last_year, 4)
    if definition.is_flow and definition.is_ratio or definition.direction == "maintain":
        return None
    target = planned.target(settings.last_year)
    if definition.target_basis == "annual":
        target = planned.of_period(PlanToDate())
    if target is None or isinstance(counted, NoValue):
        return None
    remaining = end.index - last.index
    needed = target - counted
    points = []
    quarter = Quarter(settings.first_year, 1)
    while quarter <= last:
        alone = value_of(story, definition, sites, [quarter], alone=True, extra={})
        is_whole = alone.expected > 0 and alone.reported == alone.expected
        has_target = definition.target_basis != "annual" or planned.target(quarter.year) is not None
        if is_whole and has_target and isinstance(alone.amount, Fraction):
            points.append((quarter.index, alone.amount))
        quarter = quarter.plus(1)
    projected = None
    if definition.is_flow and len(points) >= 3:
        recent = [amount for _, amount in points[-4:]]
        projected = counted + sum(recent, Fraction(0)) / len(recent) * remaining
    elif not definition.is_flow and len(points) >= 3:
        points = points[-8:]
        slopes = []
        for first in range(len(points)):
            for second in range(first + 1, len(points)):
                rise, run = points[second][1] - points[first][1], points[second][0] - points[first][0]
                slopes.append(rise / run)
        slope = median(slopes)
        intercept = median([amount - slope * index for index, amount in points])
        projected = slope * end.index + intercept
        if definition.is_ratio and definition.unit == "%":
            projected = min(max(projected, Fraction(0)), Fraction(100))
    return ReferenceOutlook(needed, remaining, needed / remaining if remaining else None, projected)


def reference_reporting(
    plans: Plans, returns: Sequence[SiteReturn], *, sites: Sequence[str] | None, today: date
) -> tuple[int, int, int]:
    """Section G: expected, received, on time."""
    standing = {(one.site, one.quarter): one for one in returns}
    expected = received = on_time = 0
    for quarter in quarters_of(PlanToDate(), plans.latest.settings):
        plan = plans.in_force(quarter)
        calendar = plan.settings.calendar
        for site in plan.sites:
            if sites is not None and site.code not in sites:
                continue
            asks = [one for one in plan.indicators if is_asked_of(plan, one, site.code, quarter)]
            if not any(plan.asked_keys(one) for one in asks):
                continue
            one_return = standing.get((site.code, quarter))
            if one_return is None and not calendar.is_due(quarter, today):
                continue
            expected += 1
            if one_return is not None:
                received += 1
                on_time += calendar.is_on_time(quarter, one_return.first_submitted)
    return expected, received, on_time
