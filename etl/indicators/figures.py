"""One indicator against its target, for a set of sites and a period: everything above it put together."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from etl.errors import CardecError
from etl.indicators.aggregation import AggregatedValue, Scope
from etl.indicators.exact import as_amount
from etl.indicators.outlook import compute_outlook
from etl.indicators.periods import Period, PlanToDate, Quarter, Years, quarter_at, quarters_between
from etl.indicators.plans import Plans, PlanVersion
from etl.indicators.progress import OF_CHANGE, achievement, headline, headline_rule, pace, progress_of_change
from etl.indicators.rating import RatingInputs, compute_rating, is_better, is_met, is_over_target, rate_value
from etl.indicators.record import Record
from etl.indicators.results import Figure, NoValue, Outlook, Rating, RatingCounts, SiteQuarterKey, Value
from etl.indicators.targets import IndicatorTargets, find_indicator_targets
from etl.indicators.typical_amounts import compute_typical_amounts
from etl.indicators.vocabulary import AcrossSites, Direction, Indicator, SiteQuarter


class UnknownIndicatorError(CardecError):
    """No version of the plan has an indicator of this code."""


def compute_figure(
    plans: Plans, record: Record, *, indicator: str, sites: Collection[str] | None, period: Period, today: date
) -> Figure:
    """The indicator's figure for the chosen sites (None: all). UnknownIndicatorError for a code of no version."""
    view = _view(plans, record, indicator=indicator, part="", sites=sites, period=period, today=today)
    return _Judging(view).figure()


def compute_part_value(
    plans: Plans,
    record: Record,
    *,
    indicator: str,
    part: str,
    sites: Collection[str] | None,
    period: Period,
    today: date,
) -> Value:
    """The value of an "of which" part over the period; parts have no targets."""
    view = _view(plans, record, indicator=indicator, part=part, sites=sites, period=period, today=today)
    return view.gather(view.last).value


@dataclass(frozen=True)
class ValueWithSources:
    """A value with what it was made of: the rows of the sites and quarters that are in it, by one definition."""

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
    """The value that `figure` (or `compute_part_value`) shows as the actual, and the rows that it was made of."""
    view = _view(plans, record, indicator=indicator, part=part, sites=sites, period=period, today=today)
    rows = view.scope.rows_between(view.first, view.last, single_quarter=view.is_alone) if view.chosen else ()
    return ValueWithSources(view.indicator, view.version, view.chosen, view.gather(view.last).value, rows)


def count_ratings(ratings: Iterable[Rating]) -> RatingCounts:
    """How many there are of each rating."""
    found = list(ratings)
    return RatingCounts(tuple((rating, found.count(rating)) for rating in Rating))


@dataclass(frozen=True)
class _View:
    """A question made exact: the definition, the sites, the quarters from first to last, the counted one."""

    scope: Scope
    version: PlanVersion
    asked: Period
    period: Years | Quarter
    first: Quarter
    last: Quarter
    counted_quarter: Quarter | None
    chosen: tuple[str, ...]
    gathered: dict[tuple[Quarter, frozenset[int]], AggregatedValue] = field(
        default_factory=dict, compare=False, repr=False
    )
    """What was gathered already: the actual and the counted value of an ended period are the same."""

    @property
    def indicator(self) -> Indicator:
        return self.scope.indicator

    @property
    def is_alone(self) -> bool:
        """Whether one quarter is looked at by itself."""
        return isinstance(self.period, Quarter)

    def gather(self, last: Quarter, *, skip: frozenset[int] = frozenset()) -> AggregatedValue:
        """The value up to a quarter of the period."""
        if not self.chosen:
            return AggregatedValue(Value(NoValue.NOT_APPLICABLE), NoValue.NOT_APPLICABLE)
        if (last, skip) not in self.gathered:
            self.gathered[last, skip] = self.scope.value(
                self.first, last, single_quarter=self.is_alone, skip_years=skip
            )
        return self.gathered[last, skip]

    def asked_quarters(self) -> list[Quarter]:
        return [one for one in quarters_between(self.first, self.last) if self.scope.expected_sites(one)]


def _view(
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
    whole = Years(settings.first_year, settings.last_year)
    bounded: Years | Quarter = whole if isinstance(period, PlanToDate) else period
    first, last = _bounds(bounded)
    known = _known_at(plans, indicator, first, last, today)
    counted = counted_quarter(_scope(plans, record, indicator, sites, today, known), first, last)
    version = _version(plans, indicator, counted, first, last, today)
    scope = _scope(plans, record, indicator, sites, today, version)
    if isinstance(period, PlanToDate) and scope.indicator.is_ratio_flow:
        ended = settings.calendar.last_ended(today)
        year = counted.year if counted else min(max(ended.year, whole.first), whole.last)
        bounded = Years(year, year)
        first, last = _bounds(bounded)
        counted = counted_quarter(scope, first, last)
        version = _version(plans, indicator, counted, first, last, today)
        scope = _scope(plans, record, indicator, sites, today, version)
    reporting = version.plan.reporting_site_codes(scope.indicator)
    chosen = reporting if sites is None else tuple(code for code in reporting if code in sites)
    return _View(replace(scope, part=part), version, period, bounded, first, last, counted, chosen)


def _bounds(period: Years | Quarter) -> tuple[Quarter, Quarter]:
    if isinstance(period, Quarter):
        return period, period
    return Quarter(period.first, 1), Quarter(period.last, 4)


def _scope(
    plans: Plans,
    record: Record,
    code: str,
    sites: Collection[str] | None,
    today: date,
    version: PlanVersion,
) -> Scope:
    """The scope by one version's definition; a choice of every reporting site is all sites."""
    indicator = version.plan.indicator_by_code[code]
    if sites is None:
        return Scope(plans, record, indicator, "", None, today)
    reporting = frozenset(version.plan.reporting_site_codes(indicator))
    is_all = reporting <= set(sites)
    if indicator.across_sites is AcrossSites.CENTRE and reporting & set(sites):
        is_all = True
    return Scope(plans, record, indicator, "", None if is_all else frozenset(sites), today)


def _version(
    plans: Plans, code: str, counted: Quarter | None, first: Quarter, last: Quarter, today: date
) -> PlanVersion:
    """The version in force at the counted quarter, else at the period's last ended quarter, else its first."""
    if counted is not None:
        return plans.version_in_force(counted)
    return _known_at(plans, code, first, last, today)


def _known_at(plans: Plans, code: str, first: Quarter, last: Quarter, today: date) -> PlanVersion:
    ended = plans.latest.settings.calendar.last_ended(today)
    version = plans.version_in_force(max(first, min(last, ended)))
    if code in version.plan.indicator_by_code:
        return version
    for other in reversed(plans.versions):
        if code in other.plan.indicator_by_code:
            return other
    raise UnknownIndicatorError(f"No version of the plan has an indicator {code!r}.")


def counted_quarter(scope: Scope, first: Quarter, last: Quarter) -> Quarter | None:
    """The last asked quarter that has ended and is due, or whose cells are all in (fine print, E5)."""
    for index in range(last.index, first.index - 1, -1):
        quarter = quarter_at(index)
        anyhow = _by_its_own_definition(scope, quarter)
        if anyhow is None or not anyhow.expected_sites(quarter) or not anyhow.has_ended(quarter):
            continue
        if anyhow.is_due(quarter) or anyhow.is_fully_answered(quarter):
            return quarter
    return None


def _by_its_own_definition(scope: Scope, quarter: Quarter) -> Scope | None:
    """The scope as the quarter's own version defines the indicator; None where it doesn't know it."""
    own = scope.plans.plan_in_force(quarter).indicator_by_code.get(scope.indicator.code)
    if own is scope.indicator or own is None or own == scope.indicator:
        return scope if own is not None else None
    return Scope(scope.plans, scope.record, own, scope.part, scope.sites, scope.today)


class _Judging:
    """The steps from a view to its figure."""

    def __init__(self, view: _View) -> None:
        self.view = view
        self.indicator = view.indicator
        sites = None if view.scope.sites is None else view.chosen
        self.aims: IndicatorTargets = find_indicator_targets(view.version.plan, self.indicator, sites)
        self.quarter = view.counted_quarter
        self.actual = view.gather(view.last)
        self.actual_judged = self._judged_value(view.last, self.actual)
        self.counted = self._counted(view.scope)
        self.target = self.aims.target(view.period)
        self.expected = self.aims.expected_value(view.period, self.quarter) if self.quarter else None
        self.full_baseline = self.aims.full_baseline(view.period)
        self.expected_baseline = (
            self.aims.expected_baseline(view.period, self.quarter) if self.quarter else self.aims.baseline
        )
        self.rule = headline_rule(self.indicator, self.aims.baseline)

    def _judged_value(self, last: Quarter, gathered: AggregatedValue) -> AggregatedValue:
        """The same value without the years that have no target (E1)."""
        skip = self.aims.years_without_target
        return self.view.gather(last, skip=skip) if skip else gathered

    def _counted(self, scope: Scope) -> AggregatedValue:
        if self.quarter is None:
            return AggregatedValue(Value(NoValue.NOT_DUE), NoValue.NOT_DUE)
        if not self.view.chosen:
            return self.actual
        if scope is self.view.scope:
            return self.view.gather(self.quarter, skip=self.aims.years_without_target)
        return scope.value(
            self.view.first, self.quarter, single_quarter=self.view.is_alone, skip_years=self.aims.years_without_target
        )

    def figure(self) -> Figure:
        judged = self._judged(self.actual_judged, self.counted)
        rating = compute_rating(judged)
        deciding: tuple[SiteQuarterKey, ...] = ()
        if rating.needs_attention and self._could_be_better(rating):
            deciding = self.counted.value.missing
            rating = Rating.INCOMPLETE
        actual = self.actual_judged.exact
        rises = self.indicator.direction is Direction.INCREASE
        maintains = self.indicator.direction is Direction.MAINTAIN
        view = self.view
        return Figure(
            indicator=self.indicator.code,
            sites=view.chosen,
            requested_period=view.asked,
            period=view.period,
            plan_version=view.version.number,
            actual=self.actual.value,
            rated_actual=as_amount(actual),
            counted_quarter=self.quarter,
            counted_value=self.counted.value,
            target=as_amount(self.target),
            baseline=as_amount(NoValue.NO_BASELINE if self.full_baseline is None else self.full_baseline),
            expected=as_amount(NoValue.NO_TARGET if self.expected is None else self.expected),
            achievement=as_amount(achievement(target=self.target, actual=actual) if rises else NoValue.NOT_DEFINED),
            progress=as_amount(
                NoValue.NOT_DEFINED
                if maintains
                else progress_of_change(baseline=self.full_baseline, target=self.target, actual=actual)
            ),
            headline_rule=self.rule,
            headline=as_amount(headline(self.rule, baseline=self.full_baseline, target=self.target, actual=actual)),
            pace=as_amount(judged.pace),
            rating=rating,
            over_target=rating is Rating.ACHIEVED and is_met(judged) and is_over_target(judged),
            deciding_returns=deciding,
            outlook=self._outlook(),
        )

    def _judged(self, actual: AggregatedValue, counted: AggregatedValue) -> RatingInputs:
        view = self.view
        value = counted.value
        return RatingInputs(
            indicator=self.indicator,
            settings=view.version.plan.settings,
            rule=self.rule,
            target=self.target,
            expected=self.expected,
            actual=actual.exact,
            counted_value=counted.exact,
            pace=pace(
                self.indicator,
                self.rule,
                baseline=self.expected_baseline if self.rule == OF_CHANGE else None,
                expected=self.expected,
                counted_value=counted.exact,
            ),
            is_applicable=self.actual.exact is not NoValue.NOT_APPLICABLE,
            has_counted_quarter=self.quarter is not None,
            is_last_quarter=self._is_last_quarter(),
            has_target_or_path=self._has_aim(),
            year_target=self._year_target(),
            answered_cells=value.reported + len(value.carried),
            expected_cells=value.expected,
        )

    def _is_last_quarter(self) -> bool:
        asked = self.view.asked_quarters()
        return bool(asked) and asked[-1] == self.quarter

    def _has_aim(self) -> bool:
        if isinstance(self.target, Fraction):
            return True
        quarters = quarters_between(self.view.first, self.view.last)
        return any(self.aims.expected_value(self.view.period, one) is not None for one in quarters)

    def _year_target(self) -> Fraction | None:
        if isinstance(self.view.period, Quarter):
            return self.aims.by_year.get(self.view.period.year)
        return self.target if isinstance(self.target, Fraction) else None

    def _could_be_better(self, rating: Rating) -> bool:
        """Whether the missing returns could lift the rating, each holding its site's usual amount (E6 j)."""
        if not self.counted.missing or self.quarter is None:
            return False
        usual = compute_typical_amounts(self.view.scope, self.counted.missing, self.quarter)
        if not usual:
            return False
        scope = self.view.scope
        supposed = scope.value_with_assumed_amounts(self.counted, usual) or self._counted(
            scope.with_assumed_amounts(usual)
        )
        return is_better(rate_value(self._judged(self._supposed_actual(supposed), supposed)), rating)

    def _supposed_actual(self, supposed: AggregatedValue) -> AggregatedValue:
        """The actual raised by what the supposed rows add to the counted value."""
        parts = (self.actual_judged.exact, supposed.exact, self.counted.exact)
        if not all(isinstance(one, Fraction) for one in parts):
            return supposed
        actual, new, old = (one for one in parts if isinstance(one, Fraction))
        return AggregatedValue(supposed.value, actual + new - old)

    def _outlook(self) -> Outlook | None:
        if not isinstance(self.view.asked, PlanToDate) or self.quarter is None or not self.view.chosen:
            return None
        return compute_outlook(
            self.view.scope, self.aims, counted_quarter=self.quarter, counted_value=self.counted.exact
        )
