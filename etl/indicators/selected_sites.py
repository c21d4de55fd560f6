"""The sites of a selection that count for one indicator (docs/arithmetic.md, C1 and C9)."""

from collections.abc import Collection
from dataclasses import replace

from etl.indicators.plans import Plan, Plans
from etl.indicators.site_groups import SiteGroup, SiteSelection
from etl.indicators.vocabulary import AcrossSites, Indicator


def select_places(plans: Plans, codes: Collection[str]) -> SiteSelection:
    """Return the selection of sites and provinces by code. One province alone is a group, several are their sites.

    Unknown codes are ignored.
    """
    provinces = [plans.provinces[code] for code in codes if code in plans.provinces]
    if len(provinces) == len(codes) == 1:
        return provinces[0]
    sites = {*codes, *(site for province in provinces for site in province)}
    return tuple(site for site in plans.site_bits.codes if site in sites)


def select_reporting_sites(plan: Plan, indicator: Indicator, sites: Collection[str] | None) -> tuple[str, ...]:
    """Return the selected sites (None: all) that report the indicator, in the plan's order.

    The one site of a `centre` indicator reports for all sites, so no group of sites has it.
    """
    reporting = plan.list_reporting_site_codes(indicator)
    if sites is None:
        return reporting
    if isinstance(sites, SiteGroup) and indicator.across_sites is AcrossSites.CENTRE:
        return ()
    return tuple(code for code in reporting if code in sites)


def narrow_selection(
    plan: Plan, indicator: Indicator, sites: Collection[str] | None
) -> frozenset[str] | SiteGroup | None:
    """Return the selected sites; None if they include all sites that report the indicator. A group remains a group."""
    if sites is None:
        return None
    if isinstance(sites, SiteGroup):
        return replace(sites, sites=()) if indicator.across_sites is AcrossSites.CENTRE else sites
    reporting = frozenset(plan.list_reporting_site_codes(indicator))
    is_all = reporting <= set(sites) or (indicator.across_sites is AcrossSites.CENTRE and bool(reporting & set(sites)))
    return None if is_all else frozenset(sites)
