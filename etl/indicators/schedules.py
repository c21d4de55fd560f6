"""Quarters in which an indicator isn't reported because of its frequency (docs/arithmetic.md, C7)."""

from collections.abc import Collection

from etl.indicators.periods import Quarter, list_quarters_between
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import Indicator


def has_unscheduled_quarter(
    plans: Plans, indicator: Indicator, sites: Collection[str] | None, first: Quarter, last: Quarter
) -> bool:
    """Return whether a selected active site (None: any) reports the indicator, but not in one of these quarters.

    Annual indicators have such quarters, and milestones such years.
    """
    return any(_is_unscheduled(plans, indicator, sites, quarter) for quarter in list_quarters_between(first, last))


def _is_unscheduled(plans: Plans, indicator: Indicator, sites: Collection[str] | None, quarter: Quarter) -> bool:
    plan = plans.get_plan_in_force(quarter)
    definition = plan.indicator_by_code.get(indicator.code)
    if definition is None or definition.kind != indicator.kind:
        return False
    is_in_plan = plan.settings.first_year <= quarter.year <= plan.settings.last_year
    if not is_in_plan or plan.is_scheduled(definition, quarter):
        return False
    return any(
        site.is_active(quarter) for site in plan.list_reporting_sites(definition) if sites is None or site.code in sites
    )
