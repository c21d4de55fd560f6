"""Reference implementation of docs/arithmetic.md, D8: the revisions of a figure's target. Loops and fractions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.plans import Plan
from etl.indicators.results import NoValue
from etl.indicators.site_groups import SiteSelection
from etl.indicators.vocabulary import Indicator
from tests.support.reference_data import IndicatorData
from tests.support.reference_rating import Exact
from tests.support.reference_rows import find_indicator, list_reporting_sites
from tests.support.reference_targets import ReferenceTargets
from tests.support.reference_values import find_deciding_quarter, find_version, list_sites_of_province


@dataclass(frozen=True)
class ReferenceRevision:
    """The counterpart of etl.indicators.results.TargetRevision."""

    on: date
    before: Exact
    after: Exact
    is_expected_value: bool


def list_reference_revisions(
    data: IndicatorData,
    definition: Indicator,
    own: ReferenceTargets,
    selection: SiteSelection | None,
    period: Period,
    counted: Quarter | None,
) -> list[ReferenceRevision]:
    """Compare each version up to that of the figure's own targets with the one in force before it."""
    plans = data.plans
    last_version = find_version(data, period, counted)
    quarter = find_deciding_quarter(data, period, counted)
    sites = None if own.is_all else selection
    if own.province:
        sites = list_sites_of_province(plans, own.province, data.code)
    if isinstance(period, PlanToDate):
        period = Years(plans.latest.settings.first_year, plans.latest.settings.last_year)
    steps: list[tuple[date, Exact, Exact]] = []
    for index, version in enumerate(plans.versions):
        end = version.plan.settings.calendar.get_end_date(quarter)
        if index > last_version or (index > 0 and version.effective > end):
            continue
        targets = _find_targets(plans.versions[index].plan, definition, own, sites, period)
        if targets is None:
            continue
        target = targets.target_of_period(period)
        expected = None if counted is None else targets.compute_expected_value(period, counted)
        steps.append(
            (
                version.effective if version.loaded_on is None else version.loaded_on,
                NoValue.NO_TARGET if target is None else target,
                NoValue.NO_TARGET if expected is None else expected,
            )
        )
    revisions = []
    for (_, old_target, old_expected), (day, target_now, expected_now) in zip(steps, steps[1:], strict=False):
        if target_now != old_target:
            revisions.append(ReferenceRevision(day, old_target, target_now, False))
        elif expected_now != old_expected:
            revisions.append(ReferenceRevision(day, old_expected, expected_now, True))
    return revisions


def _find_targets(
    plan: Plan, definition: Indicator, own: ReferenceTargets, sites: Sequence[str] | None, period: Period
) -> ReferenceTargets | None:
    """Return the targets of a version with the same definition, for the years of the period; else None."""
    older = find_indicator(plan, definition.code)
    if older is None:
        return None
    stages = [[(stage.rank, stage.code) for stage in item.stages] for item in (older, definition)]
    if stages[0] != stages[1] or older.unique_people != definition.unique_people:
        return None
    if [older.measure, older.over_time, older.unit] != [definition.measure, definition.over_time, definition.unit]:
        return None
    years = [period.year] if isinstance(period, Quarter) else []
    if isinstance(period, Years):
        years = list(range(period.first, period.last + 1))
    if any(year < plan.settings.first_year or year > plan.settings.last_year for year in years):
        return None
    reporting = [site.code for site in plan.sites if site.code in list_reporting_sites(plan, older)]
    chosen = [code for code in reporting if sites is None or code in sites]
    if sites is not None and not chosen:
        return None
    return ReferenceTargets(plan, older, chosen, own.province, own.part)
