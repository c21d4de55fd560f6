"""Selection of a site: from a list, or by a text field where there are too many sites to list."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.markup import dcc, tags
from dashboard.selection import Selection, make_address
from etl.indicators.plans import Plan
from etl.indicators.site_groups import SiteGroup
from etl.indicators.vocabulary import Site
from etl.locale import Locale
from etl.queries.find_sites import MAX_LISTED_SITES

SITES_PATH = "/staff/sites"
_MAX_NAMES = 60
"""The number of names in a line."""


def exceeds_list_limit(sites: Sequence[object]) -> bool:
    """Whether there are too many sites to choose from a list."""
    return len(sites) > MAX_LISTED_SITES


def build_site_list_link(page: PageContext, selection: Selection | None = None) -> Any:
    return dcc.Link(page.gettext("List of sites"), href=make_address(selection or page.selection, SITES_PATH))


def list_place_options(provinces: Sequence[SiteGroup], sites: Sequence[Site], locale: Locale) -> list[tuple[str, str]]:
    """Return the options of a menu: the provinces, then the sites."""
    language = locale.language
    options = [
        (province.code, locale.gettext("{province}: all sites", province=province.name.get_text(language)))
        for province in provinces
    ]
    return [*options, *((site.code, site.name.get_text(language)) for site in sites)]


def build_province_link(page: PageContext, province: SiteGroup) -> Any:
    """Return a link to the page of a province. It doesn't keep the selection's sites."""
    address = make_address(replace(page.selection, sites=()), f"/staff/province/{province.code}")
    return dcc.Link(province.name.get_text(page.language), href=address)


def build_site_field(page: PageContext, name: str, field_id: str, selected_site: str = "") -> Any:
    """Return a form field for a site's code or name, with a link to the list of sites."""
    _ = page.gettext
    hint_id = f"{field_id}-hint"
    return tags.Div(
        [
            tags.Label(_("Site"), htmlFor=field_id),
            tags.P(
                [
                    _("Code or name of the site."),
                    " ",
                    build_site_list_link(page, Selection(language=page.language)),
                ],
                className="muted",
                id=hint_id,
            ),
            tags.Input(
                type="text",
                name=name,
                id=field_id,
                value=selected_site,
                autoComplete="off",
                **{"aria-describedby": hint_id},
            ),
        ],
        className="field",
    )


def find_site_name(plan: Plan, code: str, locale: Locale) -> str:
    """Return the name of a site or province, or the code when the plan does not have it."""
    place = plan.site_by_code.get(code) or plan.province_by_code.get(code)
    return code if place is None else place.name.get_text(locale.language)


def join_names(names: Sequence[str], locale: Locale) -> str:
    """Return the names in a line; where there are many, the first ones and the number of others."""
    names_text = ", ".join(names[:_MAX_NAMES])
    other_count = len(names) - _MAX_NAMES
    return names_text + (locale.gettext(" and {count} more", count=other_count) if other_count > 0 else "")


def describe_hidden_sites(count: int, locale: Locale) -> str:
    """Return the note that a chart or table leaves out some sites."""
    return locale.ngettext(
        "{count:,} more site is not shown.", "{count:,} more sites are not shown.", count, count=count
    )


def build_site_links(page: PageContext, sites: Sequence[Site]) -> list[Any]:
    """Return links to sites in a line; where there are many, their number and a link to the list."""
    if exceeds_list_limit(sites):
        return [
            page.gettext("{count:,} sites", count=len(sites)),
            " · ",
            build_site_list_link(page),
        ]
    links: list[Any] = []
    for site in sites:
        address = make_address(page.selection, f"/staff/site/{site.code}")
        links += [", ", dcc.Link(site.name.get_text(page.language), href=address)]
    return links[1:]
