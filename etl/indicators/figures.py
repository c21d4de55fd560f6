"""Compute the figure of an indicator for a set of sites and a period."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from etl.errors import UnknownNameError
from etl.indicators.aggregated_values import AggregatedValue
from etl.indicators.aggregation import Scope
from etl.indicators.counted_quarters import compute_counted_quarter, find_last_ended_quarter
from etl.indicators.exact import Exact, convert_to_amount
from etl.indicators.outlook import compute_outlook
from etl.indicators.periods import Period, PlanToDate, Quarter, Years, list_quarters_between
from etl.indicators.plans import Plans, PlanVersion
from etl.indicators.progress import (
    OF_CHANGE,
    choose_headline_rule,
    compute_achievement,
    compute_headline,
    compute_pace,
    compute_progress,
)
from etl.indicators.rating import (
    RatingInputs,
    compute_rating,
    get_rating_thresholds,
    is_better,
    is_met,
    is_over_target,
    rate_value,
)
from etl.indicators.record import Record
from etl.indicators.results import Amount, Figure, NoValue, Outlook, Rating, RatingCounts, SiteQuarterKey, Value
from etl.indicators.selected_sites import narrow_selection, select_reporting_sites
from etl.indicators.site_rows import NumberKey
from etl.indicators.target_revisions import find_target_revisions
from etl.indicators.targets import find_indicator_targets
from etl.indicators.totals import make_scope
from etl.indicators.typical_amounts import compute_typical_amounts
from etl.indicators.vocabulary import AcrossSites, Direction, Indicator, SiteQuarter


class UnknownIndicatorError(UnknownNameError):
    """No version of the plan has an indicator of this code."""


def compute_figure(
    plans: Plans,
    record: Record,
    *,
    indicator: str,
    sites: Collection[str] | None,
    period: Period,
    today: date,
    part: str = "",
) -> Figure:
    """Compute the figure of the indicator, or of one of its parts, for the sites (None: all).

    UnknownIndicatorError if no version of the plan has the code.
    """
    view = _make_view(plans, record, indicator=indicator, part=part, sites=sites, period=period, today=today)
    return _FigureBuilder(view).build()


@dataclass(frozen=True)
class ValueWithSources:
    """A value with the roll-up rows that it consists of, by one definition of the indicator."""

    indicator: Indicator
    version: PlanVersion
    sites: tuple[str, ...]
    value: Value
    rows: tuple[SiteQuarter, ...]


def compute_value_with_sources(
    plans: Plans,
    record: Record,
    *,
    indicator: str,
    part: str,
    sites: Collection[str] | None,
    period: Period,
    today: date,
) -> ValueWithSources:
    """Compute the actual of `compute_figure` with its rows."""
    view = _make_view(plans, record, indicator=indicator, part=part, sites=sites, period=period, today=today)
    rows = view.scope.list_rows(view.first, view.last, single_quarter=view.is_alone) if view.sites else ()
    return ValueWithSources(view.indicator, view.version, view.sites, view.aggregate(view.last).value, rows)


def count_ratings(ratings: Iterable[Rating]) -> RatingCounts:
    counter = Counter(ratings)
    return RatingCounts(tuple((rating, counter[rating]) for rating in Rating))


@dataclass(frozen=True)
class _View:
    """A resolved query: the definition, the sites, the quarters from first to last and the counted quarter."""

    scope: Scope
    version: PlanVersion
    requested_period: Period
    period: Years | Quarter
    first: Quarter
    last: Quarter
    counted_quarter: Quarter | None
    sites: tuple[str, ...]

    @property
    def indicator(self) -> Indicator:
        return self.scope.indicator

    @property
    def is_alone(self) -> bool:
        """Whether the period is a single quarter."""
        return isinstance(self.period, Quarter)

    def aggregate(self, last: Quarter, *, skip: frozenset[int] = frozenset()) -> AggregatedValue:
        """Return the value from the first quarter of the period to `last`."""
        if not self.sites:
            return AggregatedValue(Value(NoValue.NOT_APPLICABLE), NoValue.NOT_APPLICABLE)
        return self.scope.compute_value(self.first, last, single_quarter=self.is_alone, skip_years=skip)

    @cached_property
    def expected_quarters(self) -> list[Quarter]:
        """The quarters of the period in which any selected site is expected to report."""
        return [
            quarter
            for quarter in list_quarters_between(self.first, self.last)
            if self.scope.get_expected_sites(quarter)
        ]


def _make_view(
    plans: Plans,
    record: Record,
    *,
    indicator: str,
    part: str,
    sites: Collection[str] | None,
    period: Period,
    today: date,
) -> _View:
    settings = plans.latest.settings
    plan_years = Years(settings.first_year, settings.last_year)
    rated_period: Years | Quarter = plan_years if isinstance(period, PlanToDate) else period
    first, last = _get_bounds(rated_period)
    initial = _select_version_at_end(plans, indicator, first, last, today)
    number = indicator, part
    counted = compute_counted_quarter(_make_scope(plans, record, number, sites, today, initial), first, last)
    version = _select_version(plans, indicator, counted, first, last, today)
    scope = _make_scope(plans, record, number, sites, today, version)
    if isinstance(period, PlanToDate) and scope.indicator.is_ratio_flow:
        last_ended = settings.calendar.find_last_ended_quarter(today)
        year = counted.year if counted else min(max(last_ended.year, plan_years.first), plan_years.last)
        rated_period = Years(year, year)
        first, last = _get_bounds(rated_period)
        counted = compute_counted_quarter(scope, first, last)
        version = _select_version(plans, indicator, counted, first, last, today)
        scope = _make_scope(plans, record, number, sites, today, version)
    selected = select_reporting_sites(version.plan, scope.indicator, sites)
    return _View(scope, version, period, rated_period, first, last, counted, selected)


def _get_bounds(period: Years | Quarter) -> tuple[Quarter, Quarter]:
    if isinstance(period, Quarter):
        return period, period
    return Quarter(period.first, 1), Quarter(period.last, 4)


def _make_scope(
    plans: Plans,
    record: Record,
    number: NumberKey,
    sites: Collection[str] | None,
    today: date,
    version: PlanVersion,
) -> Scope:
    """Return the scope by the definition of one version. Selecting every reporting site means all sites."""
    code, part = number
    indicator = version.plan.indicator_by_code[code]
    return make_scope(plans, record, indicator, part, narrow_selection(version.plan, indicator, sites), today)


def _select_version(
    plans: Plans, code: str, counted: Quarter | None, first: Quarter, last: Quarter, today: date
) -> PlanVersion:
    """Return the version in force at the counted quarter, else at the last ended quarter, else at the first."""
    if counted is not None:
        return plans.get_version_in_force(counted)
    return _select_version_at_end(plans, code, first, last, today)


def _select_version_at_end(plans: Plans, code: str, first: Quarter, last: Quarter, today: date) -> PlanVersion:
    version = plans.get_version_in_force(find_last_ended_quarter(plans, first, last, today))
    if code in version.plan.indicator_by_code:
        return version
    for other in reversed(plans.versions):
        if code in other.plan.indicator_by_code:
            return other
    raise UnknownIndicatorError(f"No version of the plan has an indicator {code!r}.")


class _FigureBuilder:
    """Builds the figure of a view."""

    def __init__(self, view: _View) -> None:
        self.view = view
        self.indicator = view.indicator
        self.targets = find_indicator_targets(view.version.plan, self.indicator, view.scope.sites, view.scope.part)
        self.quarter = view.counted_quarter
        self.actual = view.aggregate(view.last)
        self.target = self.targets.get_target(view.period)
        self.rated_actual = self._exclude_years(view.last)
        self.counted = self._compute_counted(view.scope)
        self.expected = self.targets.compute_expected_value(view.period, self.quarter) if self.quarter else None
        self.full_baseline = self.targets.compute_full_baseline(view.period)
        self.expected_baseline = (
            self.targets.compute_expected_baseline(view.period, self.quarter) if self.quarter else self.targets.baseline
        )
        self.rule = choose_headline_rule(self.indicator, self.targets.baseline)

    def _exclude_years(self, last: Quarter) -> AggregatedValue:
        """Return the value up to the quarter without the years that have no target (docs/arithmetic.md, E1)."""
        skip = self.targets.years_without_target
        value = self.view.aggregate(last, skip=skip)
        if skip and isinstance(self.target, NoValue) and value.exact is NoValue.NOT_DUE:
            return AggregatedValue(Value(NoValue.NO_TARGET), NoValue.NO_TARGET)
        return value

    def _compute_counted(self, scope: Scope) -> AggregatedValue:
        if self.quarter is None:
            return AggregatedValue(Value(NoValue.NOT_DUE), NoValue.NOT_DUE)
        if not self.view.sites:
            return self.actual
        if scope is self.view.scope:
            return self._exclude_years(self.quarter)
        return scope.compute_value(
            self.view.first,
            self.quarter,
            single_quarter=self.view.is_alone,
            skip_years=self.targets.years_without_target,
        )

    def build(self) -> Figure:
        """Return the figure."""
        inputs = self._make_rating_inputs(self.rated_actual, self.counted)
        rating = compute_rating(inputs)
        deciding_returns: tuple[SiteQuarterKey, ...] = ()
        if (rating.needs_attention and self._could_be_better(rating)) or (rating.is_good and self._could_be_lower()):
            deciding_returns = self.counted.value.missing
            rating = Rating.INCOMPLETE
        actual = self.rated_actual.exact
        has_achievement = self.indicator.direction is Direction.INCREASE and not self.indicator.is_stage
        view = self.view
        return Figure(
            indicator=self.indicator.code,
            sites=view.sites,
            requested_period=view.requested_period,
            period=view.period,
            plan_version=view.version.number,
            actual=self.actual.value,
            rated_actual=convert_to_amount(actual),
            counted_quarter=self.quarter,
            counted_value=self.counted.value,
            target=convert_to_amount(self.target),
            baseline=_convert_baseline(self.targets.baseline),
            baseline_for_period=_convert_baseline(self.full_baseline),
            expected=convert_to_amount(self._find_expected()),
            achievement=convert_to_amount(
                compute_achievement(target=self.target, actual=actual) if has_achievement else NoValue.NOT_DEFINED
            ),
            progress=self._compute_progress(),
            headline_rule=self.rule,
            headline=convert_to_amount(
                compute_headline(
                    self.indicator, self.rule, baseline=self.full_baseline, target=self.target, actual=actual
                )
            ),
            pace=convert_to_amount(inputs.pace),
            rating=rating,
            over_target=rating is Rating.ACHIEVED and is_met(inputs) and is_over_target(inputs),
            deciding_returns=deciding_returns,
            outlook=self._compute_outlook(),
            thresholds=get_rating_thresholds(self.indicator, view.version.plan.settings),
            target_revisions=find_target_revisions(view.scope, view.version, view.period, self.quarter),
            part=view.scope.part,
        )

    def _compute_progress(self) -> Amount:
        direction = self.indicator.direction
        if direction is Direction.MAINTAIN or self.indicator.is_stage:
            return NoValue.NOT_DEFINED
        baseline, actual = self.full_baseline, self.rated_actual.exact
        return convert_to_amount(
            compute_progress(direction=direction, baseline=baseline, target=self.target, actual=actual)
        )

    def _find_expected(self) -> Exact:
        """Return the expected value; beside a target the reason for its absence is that none is due yet."""
        if self.expected is not None:
            return self.expected
        return NoValue.NO_TARGET if isinstance(self.target, NoValue) else NoValue.NOT_DUE

    def _make_rating_inputs(self, actual: AggregatedValue, counted: AggregatedValue) -> RatingInputs:
        view = self.view
        value = counted.value
        return RatingInputs(
            indicator=self.indicator,
            settings=view.version.plan.settings,
            rule=self.rule,
            target=self.target,
            expected=self.expected,
            baseline=self.expected_baseline,
            actual=actual.exact,
            counted_value=counted.exact,
            pace=compute_pace(
                self.indicator,
                self.rule,
                baseline=self.expected_baseline if self.rule == OF_CHANGE else None,
                expected=self._find_expected(),
                counted_value=counted.exact,
            ),
            is_applicable=self.actual.exact is not NoValue.NOT_APPLICABLE,
            has_counted_quarter=self.quarter is not None,
            is_last_quarter=self._is_last_quarter(),
            has_target_or_path=self._has_target_or_path(),
            year_target=self._compute_year_target(),
            answered_cells=value.reported + len(value.carried),
            expected_cells=value.expected,
        )

    def _is_last_quarter(self) -> bool:
        expected = self.view.expected_quarters
        return bool(expected) and expected[-1] == self.quarter

    def _has_target_or_path(self) -> bool:
        if isinstance(self.target, Fraction):
            return True
        if not self.view.expected_quarters:
            return any(year >= self.view.last.year for year in self.targets.by_year)
        quarters = list_quarters_between(self.view.first, self.view.last)
        return any(self.targets.compute_expected_value(self.view.period, quarter) is not None for quarter in quarters)

    def _compute_year_target(self) -> Fraction | None:
        if isinstance(self.view.period, Quarter):
            return self.targets.by_year.get(self.view.period.year)
        return self.target if isinstance(self.target, Fraction) else None

    def _could_be_better(self, rating: Rating) -> bool:
        """Whether the missing returns could improve the rating with typical amounts (docs/arithmetic.md, E6 k)."""
        if not self.counted.missing or self.quarter is None:
            return False
        typical = compute_typical_amounts(self.view.scope, self.counted, self.quarter)
        if not typical:
            return False
        scope = self.view.scope
        assumed = scope.compute_value_with_assumed_amounts(self.counted, typical) or self._compute_counted(
            scope.with_assumed_amounts(typical)
        )
        return is_better(rate_value(self._make_rating_inputs(self._compute_assumed_actual(assumed), assumed)), rating)

    def _could_be_lower(self) -> bool:
        """Whether a missing site could be lower than the lowest that reported (docs/arithmetic.md, E6 m)."""
        return self.indicator.across_sites is AcrossSites.MINIMUM and bool(self.counted.missing)

    def _compute_assumed_actual(self, assumed: AggregatedValue) -> AggregatedValue:
        """Return the actual plus what the assumed amounts add to the counted value."""
        actual, new, old = self.rated_actual.exact, assumed.exact, self.counted.exact
        if isinstance(actual, NoValue) or isinstance(new, NoValue) or isinstance(old, NoValue):
            return assumed
        return AggregatedValue(assumed.value, actual + new - old)

    def _compute_outlook(self) -> Outlook | None:
        if not isinstance(self.view.requested_period, PlanToDate) or self.quarter is None or not self.view.sites:
            return None
        return compute_outlook(
            self.view.scope, self.targets, counted_quarter=self.quarter, counted_value=self.counted.exact
        )


def _convert_baseline(baseline: Fraction | None) -> Amount:
    return convert_to_amount(NoValue.NO_BASELINE if baseline is None else baseline)
