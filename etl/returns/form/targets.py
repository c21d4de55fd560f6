"""Targets on a site's form."""

from decimal import Decimal

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import CellKey


def list_form_targets(plan: Plan, site: str, year: int) -> dict[str, Decimal]:
    """Return the year's target of each indicator and part that the site reports, by the key of its cell.

    The project's target is used where the site has none and is the only site that reports the indicator.
    """
    targets = {}
    for indicator in plan.list_site_indicators(site):
        for part in plan.list_row_parts(indicator):
            target = plan.find_target(indicator.code, site, year, part)
            if target is None and len(plan.list_reporting_sites(indicator)) == 1:
                target = plan.find_target(indicator.code, "", year, part)
            if target is not None:
                targets[str(CellKey(indicator.code, part))] = target.value
    return targets
