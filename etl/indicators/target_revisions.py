"""Find the plan versions that revised the target of a figure (docs/arithmetic.md, D8)."""

from collections.abc import Iterator

from etl.indicators.aggregation import Scope
from etl.indicators.counted_quarters import find_last_ended_quarter
from etl.indicators.exact import Exact, convert_to_amount
from etl.indicators.periods import Quarter, Years
from etl.indicators.plans import Plan, Plans, PlanVersion
from etl.indicators.results import NoValue, TargetRevision
from etl.indicators.selected_sites import select_reporting_sites
from etl.indicators.targets import IndicatorTargets, find_indicator_targets


def find_target_revisions(
    scope: Scope, version: PlanVersion, period: Years | Quarter, counted_quarter: Quarter | None
) -> tuple[TargetRevision, ...]:
    """Return the revisions of the target of the scope's sites up to the version of the figure, oldest first.

    A version counts if it came into force for the counted quarter, else for the last ended one of the period.
    """
    first, last = (
        (period, period) if isinstance(period, Quarter) else (Quarter(period.first, 1), Quarter(period.last, 4))
    )
    quarter = counted_quarter or find_last_ended_quarter(scope.plans, first, last, scope.today)
    revisions = []
    before: IndicatorTargets | None = None
    for earlier in _iterate_versions(scope.plans, version, quarter):
        now = _find_comparable_targets(earlier.plan, scope, period)
        if now is None:
            continue
        if before is not None:
            revision = _compare(before, now, earlier, period, counted_quarter)
            revisions += [] if revision is None else [revision]
        before = now
    return tuple(revisions)


def _iterate_versions(plans: Plans, version: PlanVersion, quarter: Quarter) -> Iterator[PlanVersion]:
    """Yield the versions that were in force for the quarter one after the other, up to the given one."""
    for earlier in plans.versions:
        is_first = earlier is plans.versions[0]
        is_in_force = earlier.effective <= earlier.plan.settings.calendar.get_end_date(quarter)
        if (is_first or is_in_force) and earlier.number <= version.number:
            yield earlier


def _find_comparable_targets(plan: Plan, scope: Scope, period: Years | Quarter) -> IndicatorTargets | None:
    """Return the targets by a version; None where it has another definition or other years, or no selected site."""
    definition = plan.indicator_by_code.get(scope.indicator.code)
    first, last = (period.year, period.year) if isinstance(period, Quarter) else (period.first, period.last)
    if definition is None or definition.kind != scope.indicator.kind:
        return None
    if first < plan.settings.first_year or last > plan.settings.last_year:
        return None
    if scope.sites is not None and not select_reporting_sites(plan, definition, scope.sites):
        return None
    return find_indicator_targets(plan, definition, scope.sites, scope.part)


def _compare(
    before: IndicatorTargets,
    now: IndicatorTargets,
    version: PlanVersion,
    period: Years | Quarter,
    counted_quarter: Quarter | None,
) -> TargetRevision | None:
    """Return the revision of the target, else that of the expected value; None where both are the same."""
    day = version.loaded_on or version.effective
    if before.get_target(period) != now.get_target(period):
        return TargetRevision(
            day, convert_to_amount(before.get_target(period)), convert_to_amount(now.get_target(period))
        )
    if counted_quarter is None:
        return None
    old, new = _find_expected(before, period, counted_quarter), _find_expected(now, period, counted_quarter)
    if old == new:
        return None
    return TargetRevision(day, convert_to_amount(old), convert_to_amount(new), is_expected_value=True)


def _find_expected(targets: IndicatorTargets, period: Years | Quarter, quarter: Quarter) -> Exact:
    expected = targets.compute_expected_value(period, quarter)
    return NoValue.NO_TARGET if expected is None else expected
