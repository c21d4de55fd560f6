"""The year's targets as a site's form shows them."""

from decimal import Decimal

from etl.indicators.plans import Plan


def form_targets(plan: Plan, site: str, year: int) -> dict[str, Decimal]:
    """The year's target of each indicator that the site reports: its own where it has one."""
    found = {}
    for indicator in plan.indicators_of_site(site):
        target = plan.find_target(indicator.code, site, year)
        if target is None and len(plan.reporting_sites(indicator)) == 1:
            target = plan.find_target(indicator.code, "", year)
        if target is not None:
            found[indicator.code] = target.value
    return found
