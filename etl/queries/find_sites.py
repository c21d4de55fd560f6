"""Finding sites among many by what somebody types: a code, or a name in either language."""

from collections.abc import Iterable

from etl.indicators.plans import Plans
from etl.indicators.vocabulary import Site
from etl.returns.layouts.matching import compact_text

MAX_LISTED_SITES = 60
"""So many sites stand in a menu or a choice; where a plan has more, they are typed, searched and turned in pages."""


def find_site_codes(plans: Plans, text: str) -> tuple[str, ...]:
    """The sites of any version of the plan that go by this code or name; none where nobody does.

    Case, spaces and Khmer spellings don't count. Two sites of one name are both meant.
    """
    wanted = compact_text(text)
    if not wanted:
        return ()
    every = (site for version in reversed(plans.versions) for site in version.plan.sites)
    return tuple(dict.fromkeys(site.code for site in every if wanted in _names(site)))


def search_sites(sites: Iterable[Site], text: str) -> tuple[Site, ...]:
    """The sites whose code, name or province holds the text, in the order given; all of them for a blank text."""
    wanted = compact_text(text)
    if not wanted:
        return tuple(sites)
    return tuple(site for site in sites if any(wanted in name for name in (*_names(site), *_province(site))))


def _names(site: Site) -> tuple[str, ...]:
    return compact_text(site.code), compact_text(site.name.en), compact_text(site.name.km)


def _province(site: Site) -> tuple[str, ...]:
    return compact_text(site.province.en), compact_text(site.province.km)
