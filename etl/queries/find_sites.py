"""Find sites by code or name in either language."""

from collections.abc import Iterable

from etl.indicators.plans import Plans
from etl.indicators.site_groups import SiteGroup
from etl.indicators.vocabulary import Site
from etl.returns.layouts.matching import compact_text

MAX_LISTED_SITES = 60
"""A menu lists at most this many sites. With more sites, pages offer search and pagination instead."""


def find_site_codes(plans: Plans, text: str) -> tuple[str, ...]:
    """Return the codes of sites in any version of the plan whose code or name equals the text.

    Case, spaces and variants of Khmer spelling are ignored. Two sites with the same name are both returned.
    """
    query = compact_text(text)
    if not query:
        return ()
    sites = (site for version in reversed(plans.versions) for site in version.plan.sites)
    return tuple(dict.fromkeys(site.code for site in sites if query in _normalize_names(site)))


def find_place_codes(plans: Plans, text: str) -> tuple[str, ...]:
    """Return the code of the site or province with this code, else those of sites with this name, else of provinces."""
    if text in plans.site_bits.codes or text in plans.provinces:
        return (text,)
    query = compact_text(text)
    return find_site_codes(plans, text) or tuple(
        province.code
        for province in plans.provinces.values()
        if query and query in [compact_text(name) for name in (province.code, province.name.en, province.name.km)]
    )


def search_sites(sites: Iterable[Site], text: str) -> tuple[Site, ...]:
    """Return the sites whose code, name, province or district contains the text, in order; all for a blank text."""
    query = compact_text(text)
    if not query:
        return tuple(sites)
    return tuple(
        site for site in sites if any(query in name for name in (*_normalize_names(site), *_normalize_location(site)))
    )


def search_provinces(provinces: Iterable[SiteGroup], text: str) -> tuple[SiteGroup, ...]:
    """Return the provinces whose code or name contains the text, in order; all for a blank text."""
    query = compact_text(text)
    return tuple(
        province
        for province in provinces
        if any(query in compact_text(name) for name in (province.code, province.name.en, province.name.km))
    )


def _normalize_names(site: Site) -> tuple[str, ...]:
    return compact_text(site.code), compact_text(site.name.en), compact_text(site.name.km)


def _normalize_location(site: Site) -> tuple[str, ...]:
    return tuple(compact_text(name) for place in (site.province, site.district) for name in (place.en, place.km))
