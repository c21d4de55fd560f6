"""Finding sites among many by what somebody types: a code, or a name in either language."""

from collections.abc import Iterable

from etl.indicators.plans import Plans
from etl.indicators.vocabulary import Site
from etl.returns.layouts.matching import tight

MOST_LISTED = 60
"""So many sites stand in a menu or a choice; where a plan has more, they are typed, searched and turned in pages."""


def codes_named(plans: Plans, text: str) -> tuple[str, ...]:
    """The sites of any version of the plan that go by this code or name; none where nobody does.

    Case, spaces and Khmer spellings don't count. Two sites of one name are both meant.
    """
    wanted = tight(text)
    if not wanted:
        return ()
    every = (site for version in reversed(plans.versions) for site in version.plan.sites)
    return tuple(dict.fromkeys(site.code for site in every if wanted in _names(site)))


def sites_like(sites: Iterable[Site], text: str) -> tuple[Site, ...]:
    """The sites whose code, name or province holds the text, in the order given; all of them for a blank text."""
    wanted = tight(text)
    if not wanted:
        return tuple(sites)
    return tuple(site for site in sites if any(wanted in name for name in (*_names(site), *_province(site))))


def _names(site: Site) -> tuple[str, ...]:
    return tight(site.code), tight(site.name.en), tight(site.name.km)


def _province(site: Site) -> tuple[str, ...]:
    return tight(site.province.en), tight(site.province.km)
