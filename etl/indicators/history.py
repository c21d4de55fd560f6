"""The history of an indicator by quarter: values in the quarter and to date, with the expected values."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from etl.indicators.aggregation import Scope
from etl.indicators.exact import convert_to_amount
from etl.indicators.figures import UnknownIndicatorError, ValueWithSources
from etl.indicators.periods import Quarter, Years, list_quarters_between
from etl.indicators.plans import Plan, Plans
from etl.indicators.record import Record
from etl.indicators.results import Amount, NoValue, SeriesPoint, Value
from etl.indicators.selected_sites import narrow_selection, select_reporting_sites
from etl.indicators.targets import IndicatorTargets, find_indicator_targets
from etl.indicators.totals import make_scope
from etl.indicators.vocabulary import TargetBasis


def compute_history(
    plans: Plans,
    record: Record,
    *,
    indicator: str,
    sites: Collection[str] | None,
    today: date,
    part: str = "",
    start: Quarter | None = None,
) -> tuple[SeriesPoint, ...]:
    """Return a point for each quarter of the newest plan that has ended or has an answer.

    Annual flows count from `start`, or from the start of each year. Each quarter uses the definition and targets in
    force. UnknownIndicatorError if no version has the code.
    """
    if not any(indicator in version.plan.indicator_by_code for version in plans.versions):
        raise UnknownIndicatorError(f"No version of the plan has an indicator {indicator!r}.")
    settings = plans.latest.settings
    points: list[SeriesPoint] = []
    for quarter in list_quarters_between(settings.first_quarter, settings.last_quarter):
        definition = plans.get_plan_in_force(quarter).indicator_by_code.get(indicator)
        if definition is None:
            continue
        scope = make_scope(
            plans,
            record,
            definition,
            part,
            narrow_selection(plans.get_plan_in_force(quarter), definition, sites),
            today,
        )
        if scope.has_ended(quarter) or scope.has_answer(quarter):
            points.append(_make_point(scope, quarter, points[-1] if points else None, start))
    return tuple(points)


def compute_value_to_date_with_sources(
    plans: Plans,
    record: Record,
    *,
    indicator: str,
    part: str,
    sites: Collection[str] | None,
    quarter: Quarter,
    today: date,
    start: Quarter | None = None,
) -> ValueWithSources:
    """Compute the value to date of a point with its rows, by the definition in force in the quarter.

    UnknownIndicatorError where the version in force in the quarter doesn't have the indicator.
    """
    version = plans.get_version_in_force(quarter)
    definition = version.plan.indicator_by_code.get(indicator)
    if definition is None:
        raise UnknownIndicatorError(f"The plan in force in {quarter} has no indicator {indicator!r}.")
    scope = make_scope(plans, record, definition, part, narrow_selection(version.plan, definition, sites), today)
    selected = select_reporting_sites(version.plan, definition, sites)
    first = _find_start(scope, version.plan, quarter, start)
    return ValueWithSources(
        definition, version, selected, scope.compute_value(first, quarter).value, scope.list_rows(first, quarter)
    )


def _make_point(scope: Scope, quarter: Quarter, before: SeriesPoint | None, start: Quarter | None) -> SeriesPoint:
    plan = scope.plans.get_plan_in_force(quarter)
    selected = select_reporting_sites(plan, scope.indicator, scope.sites)
    targets = find_indicator_targets(plan, scope.indicator, scope.sites, scope.part)
    first = _find_start(scope, plan, quarter, start)
    in_quarter = scope.compute_value(quarter, quarter, single_quarter=True).value
    to_date = scope.compute_value(first, quarter).value if selected else Value(NoValue.NOT_APPLICABLE)
    return SeriesPoint(
        quarter=quarter,
        in_quarter=in_quarter,
        to_date=to_date,
        expected=_compute_expected(targets, first, quarter),
        target=_compute_target(targets, first, quarter),
        has_break=before is not None and _has_break(scope, before, to_date),
    )


def _find_start(scope: Scope, plan: Plan, quarter: Quarter, start: Quarter | None) -> Quarter:
    """Return the first quarter of a value to date: of the year for annual flows, else of the plan.

    Annual flows of numbers may count from an earlier `start`; ratios have no sum over years.
    """
    if scope.indicator.target_basis is not TargetBasis.ANNUAL or not scope.indicator.is_flow:
        return plan.settings.first_quarter
    first = Quarter(quarter.year, 1)
    if start is None or not scope.indicator.is_number_flow:
        return first
    return max(plan.settings.first_quarter, min(start, first))


def _compute_expected(targets: IndicatorTargets, first: Quarter, quarter: Quarter) -> Amount:
    expected = targets.compute_expected_value(Years(first.year, quarter.year), quarter)
    return convert_to_amount(NoValue.NO_TARGET if expected is None else expected)


def _compute_target(targets: IndicatorTargets, first: Quarter, quarter: Quarter) -> Amount:
    if quarter.number != 4:
        return NoValue.NO_TARGET
    return convert_to_amount(targets.get_target(Years(first.year, quarter.year)))


def _has_break(scope: Scope, before: SeriesPoint, to_date: Value) -> bool:
    """Whether a level has other sites than the previous point, or the kind of number changed."""
    earlier = scope.plans.get_plan_in_force(before.quarter).indicator_by_code.get(scope.indicator.code)
    if earlier is None or earlier.kind != scope.indicator.kind:
        return True
    return not scope.indicator.is_flow and bool(before.to_date.sites) and before.to_date.sites != to_date.sites


def clip_to_period(points: tuple[SeriesPoint, ...], period: Years) -> tuple[SeriesPoint, ...]:
    """Return the points of the years. The first one has no break."""
    selected = [point for point in points if period.first <= point.quarter.year <= period.last]
    return tuple(replace(point, has_break=False) if index == 0 else point for index, point in enumerate(selected))


def select_due_points(points: Iterable[SeriesPoint]) -> tuple[SeriesPoint, ...]:
    """Return the points whose own quarter is due or reported. A break before one that is left out moves to the next."""
    selected: list[SeriesPoint] = []
    has_break = False
    for point in points:
        has_break = has_break or point.has_break
        if point.is_due:
            selected.append(replace(point, has_break=has_break))
            has_break = False
    return tuple(selected)
