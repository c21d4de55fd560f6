"""Targets on a site's form."""

from decimal import Decimal

from etl.indicators.plans import Plan


def list_form_targets(plan: Plan, site: str, year: int) -> dict[str, Decimal]:
    """Return the year's target of each indicator that the site reports, by code.

    The project's target is used where the site has none and is the only site that reports the indicator.
    """
    targets = {}
    for indicator in plan.list_site_indicators(site):
        target = plan.find_target(indicator.code, site, year)
        if target is None and len(plan.list_reporting_sites(indicator)) == 1:
            target = plan.find_target(indicator.code, "", year)
        if target is not None:
            targets[indicator.code] = target.value
    return targets
