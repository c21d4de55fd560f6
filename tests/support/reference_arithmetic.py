"""Reference implementation ("the oracle") of docs/arithmetic.md, C8 to G: figures from returns. Loops and fractions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from etl.indicators.periods import Period, PlanToDate, Quarter
from etl.indicators.plans import Plan, Plans
from etl.indicators.results import NoValue
from etl.indicators.site_groups import SiteGroup, SiteSelection
from etl.indicators.vocabulary import Indicator, SiteReturn
from tests.support.reference_data import IndicatorData
from tests.support.reference_outlook import ReferenceOutlook, compute_outlook
from tests.support.reference_rating import (
    Exact,
    RatingInputs,
    compute_headline_rule,
    compute_pace,
    compute_percentage,
    compute_rating,
    is_over_target,
    share_of,
    share_of_change,
)
from tests.support.reference_revisions import ReferenceRevision, list_reference_revisions
from tests.support.reference_rows import Row, compute_reference_site_quarters, find_indicator, is_cell_expected
from tests.support.reference_targets import ReferenceTargets
from tests.support.reference_values import (
    AssumedRows,
    ReferenceValue,
    compute_reference_part,
    compute_value,
    find_counted_quarter,
    find_rated_period,
    find_version,
    list_chosen_sites,
    list_included_sites,
    list_quarters,
    list_sites_of_province,
)

__all__ = [
    "compute_reference_figure",
    "compute_reference_part",
    "compute_reference_site_quarters",
    "list_reference_reporting",
]

BEST_FIRST = ["achieved", "on_track", "at_risk", "off_track"]


@dataclass
class ReferenceFigure:
    """The counterpart of etl.indicators.results.Figure."""

    actual: ReferenceValue
    counted_quarter: Quarter | None = None
    counted_value: ReferenceValue = field(default_factory=ReferenceValue)
    target: Exact = NoValue.NO_TARGET
    baseline: Exact = NoValue.NO_BASELINE
    baseline_for_period: Exact = NoValue.NO_BASELINE
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
    target_revisions: list[ReferenceRevision] = field(default_factory=list)


@dataclass
class ResolvedQuery:
    """A query with its definition, period, sites and targets."""

    data: IndicatorData
    plan: Plan
    indicator: Indicator
    period: Period
    counted_quarter: Quarter | None
    sites: list[str]
    targets: ReferenceTargets

    @property
    def quarters(self) -> list[Quarter]:
        return list_quarters(self.period, self.data.plans.latest.settings)

    @property
    def quarters_to_counted(self) -> list[Quarter]:
        return [
            quarter for quarter in self.quarters if self.counted_quarter is not None and quarter <= self.counted_quarter
        ]

    @property
    def is_last_quarter(self) -> bool:
        """Whether the counted quarter is the last expected one."""
        query = [
            quarter
            for quarter in self.quarters
            if self.data.is_expected_from_any(self.sites, quarter)
            and self.data.is_same_definition(quarter, self.indicator)
        ]
        return self.counted_quarter is not None and query[-1:] == [self.counted_quarter]

    def value(self, quarters: list[Quarter]) -> ReferenceValue:
        alone = isinstance(self.period, Quarter)
        return compute_value(self.data, self.indicator, self.sites, quarters, single_quarter=alone, assumed_rows={})

    def rated_value(self, quarters: list[Quarter], assumed_rows: AssumedRows | None = None) -> ReferenceValue:
        """E1: without the years that have no target; where that leaves no quarter, the reason."""
        rated_quarters = quarters
        if self.targets.is_annual_flow:
            rated_quarters = [quarter for quarter in quarters if self.targets.get_target(quarter.year) is not None]
        alone = isinstance(self.period, Quarter)
        value = compute_value(
            self.data, self.indicator, self.sites, rated_quarters, single_quarter=alone, assumed_rows=assumed_rows or {}
        )
        if value.amount is NoValue.NOT_APPLICABLE and self.value(quarters).amount is not NoValue.NOT_APPLICABLE:
            has_target = self.targets.target_of_period(self.period) is not None
            value.amount = NoValue.NOT_DUE if has_target else NoValue.NO_TARGET
        return value


def compute_reference_figure(
    plans: Plans,
    returns: Sequence[SiteReturn],
    *,
    indicator: str,
    sites: SiteSelection | None,
    period: Period,
    today: date,
    part: str = "",
) -> ReferenceFigure:
    """Compute the figure of an indicator or part for the sites (None: all) or a province over a period, as of a day."""
    data = IndicatorData(plans, returns, indicator, part, today)
    query = _resolve(data, period, sites)
    targets, definition, counted = query.targets, query.indicator, query.counted_quarter
    figure = ReferenceFigure(actual=query.value(query.quarters), counted_quarter=counted)
    figure.counted_value = (
        ReferenceValue(NoValue.NOT_DUE) if counted is None else query.rated_value(query.quarters_to_counted)
    )
    full = figure.actual if targets.target_of_period(query.period) is None else query.rated_value(query.quarters)
    figure.target = _number_or(targets.target_of_period(query.period), NoValue.NO_TARGET)
    figure.baseline = _number_or(targets.baseline(), NoValue.NO_BASELINE)
    figure.baseline_for_period = _number_or(targets.baseline_of_period(query.period), NoValue.NO_BASELINE)
    expected = None if counted is None else targets.compute_expected_value(query.period, counted)
    has_target = targets.target_of_period(query.period) is not None
    figure.expected = _number_or(expected, NoValue.NOT_DUE if has_target else NoValue.NO_TARGET)
    figure.headline_rule = compute_headline_rule(definition, targets.baseline() is not None)
    _put_percentages(figure, definition, full.amount, targets.baseline_of_period(query.period))

    inputs = _compute_rating_inputs(query, figure)
    figure.pace = compute_pace(inputs, figure.counted_value.amount)
    figure.rating = _compute_reason_without_rating(inputs, figure, full) or compute_rating(
        inputs, full.amount, figure.counted_value.amount
    )
    figure.over_target = figure.rating == "achieved" and is_over_target(
        inputs, full.amount, figure.counted_value.amount
    )
    _check_missing_returns(figure, query, inputs)
    figure.target_revisions = list_reference_revisions(data, definition, targets, sites, query.period, counted)
    if isinstance(period, PlanToDate) and counted is not None:
        figure.outlook = compute_outlook(data, definition, query.sites, targets, figure.counted_value.amount, counted)
    return figure


def _resolve(data: IndicatorData, period: Period, selection: SiteSelection | None) -> ResolvedQuery:
    """C8, D2: find the counted quarter, the version and the rated period."""
    plans = data.plans
    province = selection.code if isinstance(selection, SiteGroup) else ""
    sites = list_sites_of_province(plans, province, data.code) if province else selection
    counted = find_counted_quarter(data, sites, list_quarters(period, plans.latest.settings))
    version = find_version(data, period, counted)
    plan = plans.versions[version].plan
    definition = find_indicator(plan, data.code)
    assert definition is not None
    chosen = list_chosen_sites(plans, definition, sites, version)
    return ResolvedQuery(
        data=data,
        plan=plan,
        indicator=definition,
        period=find_rated_period(data, definition, period, counted),
        counted_quarter=counted,
        sites=chosen if province else list_included_sites(plans, definition, chosen, version),
        targets=ReferenceTargets(plan, definition, chosen, province, data.part),
    )


def _compute_rating_inputs(query: ResolvedQuery, figure: ReferenceFigure) -> RatingInputs:
    """Return the inputs of section E."""
    targets, period, counted = query.targets, query.period, query.counted_quarter
    return RatingInputs(
        plan=query.plan,
        indicator=query.indicator,
        period=period,
        target=figure.target,
        expected=figure.expected,
        expected_baseline=None if counted is None else targets.compute_expected_baseline(period, counted),
        rule=figure.headline_rule,
        is_last_quarter=query.is_last_quarter,
        is_zero_target=targets.is_target_zero(period),
        has_target_path=_has_target_path(query),
    )


def _has_target_path(query: ResolvedQuery) -> bool:
    """E6a: whether the line reaches into the period; for a period without a report, whether a target follows it."""
    targets, quarters = query.targets, query.quarters
    for quarter in quarters:
        is_expected = query.data.is_expected_from_any(query.sites, quarter)
        if is_expected and query.data.is_same_definition(quarter, query.indicator):
            return any(targets.compute_expected_value(query.period, other) is not None for other in quarters)
    years = range(quarters[-1].year, query.plan.settings.last_year + 1)
    return any(targets.get_target(year) is not None for year in years)


def _check_missing_returns(figure: ReferenceFigure, query: ResolvedQuery, inputs: RatingInputs) -> None:
    """E6k, E6m: the figure is incomplete where missing returns could change its rating."""
    is_good = figure.rating in ("achieved", "on_track")
    if is_good and query.indicator.across_sites == "minimum" and figure.counted_value.missing:
        figure.rating, figure.deciding_returns = "incomplete", set(figure.counted_value.missing)
        figure.over_target = False
        return
    if (
        query.counted_quarter is None
        or figure.rating not in ("at_risk", "off_track")
        or not figure.counted_value.missing
    ):
        return
    assumed_rows: AssumedRows = {}
    for data in query.data.terms or [query.data]:
        missing = figure.counted_value.missing_by_term.get(data.code, figure.counted_value.missing)
        assumed_rows |= _compute_typical_amounts(data, query.indicator, missing, query.counted_quarter)
    full, counted = (
        query.rated_value(query.quarters, assumed_rows),
        query.rated_value(query.quarters_to_counted, assumed_rows),
    )
    again = compute_rating(inputs, full.amount, counted.amount)
    if BEST_FIRST.index(again) < BEST_FIRST.index(figure.rating):
        figure.rating, figure.deciding_returns = "incomplete", set(figure.counted_value.missing)


def _put_percentages(figure: ReferenceFigure, indicator: Indicator, actual: Exact, baseline: Fraction | None) -> None:
    """E1 to E3."""
    figure.achievement, figure.progress = NoValue.NOT_DEFINED, NoValue.NOT_DEFINED
    if indicator.measure == "stage":
        figure.headline = NoValue.NOT_DEFINED
        return
    if indicator.direction == "increase":
        figure.achievement = share_of(actual, figure.target)
    if indicator.direction != "maintain":
        figure.progress = share_of_change(actual, figure.target, baseline, indicator.direction)
    figure.headline = compute_percentage(figure.headline_rule, actual, figure.target, baseline, indicator.direction)


def _number_or(number: Fraction | None, reason: NoValue) -> Exact:
    return reason if number is None else number


def _compute_reason_without_rating(inputs: RatingInputs, figure: ReferenceFigure, full: ReferenceValue) -> str | None:
    """E6 a to c: the rating of a value that can't be rated, or None."""
    indicator = inputs.indicator
    is_increasing_flow = indicator.direction == "increase" and indicator.is_flow and not indicator.is_ratio
    has_target = not isinstance(inputs.target, NoValue)
    if figure.actual.amount is NoValue.NOT_APPLICABLE:
        return "no_data"
    if is_increasing_flow and inputs.is_zero_target:
        return "no_target"
    if figure.counted_quarter is None:
        return "not_due" if has_target or inputs.has_target_path else "no_target"
    if isinstance(inputs.expected, NoValue):
        if not has_target:
            return "no_target"
        if indicator.is_flow and not indicator.is_ratio and indicator.target_basis == "annual":
            return "not_due"
    elif is_increasing_flow and figure.counted_value.amount == 0 and inputs.expected < 1:
        return "not_due"
    counted = figure.counted_value
    if isinstance(counted.amount, NoValue):
        return "no_data"
    settings = inputs.plan.settings
    if Fraction(counted.reported + counted.carried_cells, counted.expected) < Fraction(settings.min_reported):
        return "no_data"
    return None


def _compute_typical_amounts(
    data: IndicatorData, definition: Indicator, missing: set[tuple[str, Quarter]], counted: Quarter
) -> AssumedRows:
    """E6k: the typical amount of each site, for each missing cell."""
    assumed_rows: AssumedRows = {}
    for site, quarter in missing:
        own_rows = []
        for earlier in sorted({**data.rows[site], **data.system_rows[site]}):
            row = data.row(site, earlier)
            is_own = earlier <= counted and data.is_same_definition(earlier, definition)
            if is_own and row is not None and row.state == "reported":
                own_rows.append(row)
        last = own_rows[-1:] if definition.is_stock else own_rows[-4:]
        if not last:
            continue
        value = sum((row.value for row in last if row.value is not None), Fraction(0)) / len(last)
        below = [row.denominator for row in last if row.denominator is not None]
        assumed_rows[data.code, site, quarter] = Row(
            "reported", value, sum(below, Fraction(0)) / len(below) if below else None
        )
    return assumed_rows


def list_reference_reporting(
    plans: Plans, returns: Sequence[SiteReturn], *, sites: Sequence[str] | None, today: date
) -> tuple[int, int, int]:
    """Section G: expected, received, on time."""
    by_site_and_quarter = {(return_.site, return_.quarter): return_ for return_ in returns}
    expected = received = on_time = 0
    for quarter in list_quarters(PlanToDate(), plans.latest.settings):
        plan = plans.get_plan_in_force(quarter)
        calendar = plan.settings.calendar
        for site in plan.sites:
            if sites is not None and site.code not in sites:
                continue
            indicators = [
                indicator for indicator in plan.indicators if is_cell_expected(plan, indicator, site.code, quarter)
            ]
            if not any(plan.list_entry_keys(indicator) for indicator in indicators):
                continue
            return_ = by_site_and_quarter.get((site.code, quarter))
            if return_ is None and not calendar.is_due(quarter, today):
                continue
            expected += 1
            if return_ is not None:
                received += 1
                on_time += calendar.is_on_time(quarter, return_.first_submitted)
    return expected, received, on_time
