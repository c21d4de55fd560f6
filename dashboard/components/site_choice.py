"""Choosing one of many sites: a list while a list is short enough to read, else a field to type in, and a full list."""

from collections.abc import Sequence
from typing import Any

from dashboard.access.registry import PageRequest
from dashboard.components.plain import dcc, html
from dashboard.components.tables import element
from dashboard.selection import Selection, address_of
from etl.indicators.vocabulary import Site
from etl.locale.translations import speak
from etl.queries.find_sites import MOST_LISTED

SITES = "/staff/sites"
_NAMED = 60
"""So many names stand in a line."""


def are_many(sites: Sequence[object]) -> bool:
    """Whether a list of all of them is too long to choose from."""
    return len(sites) > MOST_LISTED


def list_link(request: PageRequest, selection: Selection | None = None) -> Any:
    """Leads to the list of all sites."""
    return dcc.Link(request.say("List of sites"), href=address_of(selection or request.selection, SITES))


def build_site_filter(request: PageRequest, *, with_list: bool = True) -> Any:
    """A field for a code or a name in a form of filters; beside it the list where codes stand."""
    chosen = request.selection.sites[0] if request.selection.sites else ""
    field = dcc.Input(
        type="search", name="site", value=chosen, placeholder=request.say("code or name"), autoComplete="off"
    )
    label = html.Label([f"{request.say('Site')} ", field])
    return html.Span([label, " ", list_link(request)] if with_list else label, className="site-filter")


def site_field(request: PageRequest, name: str, field_id: str, chosen: str = "") -> Any:
    """The same in a form that sends something."""
    say = request.say
    hint_id = f"{field_id}-hint"
    return element(
        "Div",
        [
            element("Label", say("Site"), htmlFor=field_id),
            element(
                "P",
                [say("Its code or its name."), " ", list_link(request, Selection(language=request.language))],
                className="muted",
                id=hint_id,
            ),
            element(
                "Input",
                type="text",
                name=name,
                id=field_id,
                value=chosen,
                autoComplete="off",
                **{"aria-describedby": hint_id},
            ),
        ],
        className="field",
    )


def names_of_some(names: Sequence[str], language: str) -> str:
    """Names in a line; of many the first ones, and how many more there are."""
    shown = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return shown + (speak(language)(" and {count} more", count=more) if more > 0 else "")


def build_site_links(request: PageRequest, sites: Sequence[Site]) -> list[Any]:
    """The names of sites as links in a line; of many how many, with the way to their list."""
    if are_many(sites):
        return [request.say("{count} sites", count=len(sites)), " · ", list_link(request)]
    links: list[Any] = []
    for site in sites:
        address = address_of(request.selection, f"/staff/site/{site.code}")
        links += [", ", dcc.Link(site.name.in_language(request.language), href=address)]
    return links[1:]
