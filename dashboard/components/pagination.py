"""Pagination and search of long lists, by plain addresses that work without scripts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, parse_qsl, urlencode

import dash_bootstrap_components as dbc

from dashboard.access.context import PageContext
from dashboard.component_ids import SITE_FIND
from dashboard.components.markup import dcc, make_aria_label, tags
from dashboard.selection import localize_path
from etl.indicators.vocabulary import Site
from etl.queries.find_sites import search_sites

_Item = TypeVar("_Item")

PAGE_PARAMETER, SEARCH_PARAMETER = "page", "find"
PER_PAGE = 40


@dataclass(frozen=True)
class Page(Generic[_Item]):
    """One page of a list."""

    items: tuple[_Item, ...]
    page: int
    pages: int
    first: int
    """The position of the first item in the whole list, from 1."""
    total: int
    """The number of items in the whole list."""


def paginate(
    items: Sequence[_Item], page: PageContext, *, name: str = PAGE_PARAMETER, per_page: int = PER_PAGE
) -> Page[_Item]:
    """Return the page of the list that the address requests, or the nearest existing one."""
    page_count = max(1, -(-len(items) // per_page))
    number_text = read_query_value(page, name)
    number = int(number_text) if number_text.isascii() and number_text.isdigit() and len(number_text) < 7 else 1
    number = min(max(number, 1), page_count)
    start = (number - 1) * per_page
    return Page(tuple(items[start : start + per_page]), number, page_count, start + 1, len(items))


def read_query_value(page: PageContext, name: str) -> str:
    """Return the first value of a query parameter; blank without one."""
    return parse_qs(page.query.removeprefix("?"), errors="replace").get(name, [""])[0].strip()


def filter_sites(sites: Sequence[Site], page: PageContext) -> tuple[Site, ...]:
    """Return the sites that match the search in the address; all without a search."""
    return search_sites(sites, read_query_value(page, SEARCH_PARAMETER))


def build_pager(list_page: Page[Any], page: PageContext, *, name: str = PAGE_PARAMETER, anchor: str = "") -> Any:
    """Return the position in the list and links to other pages; None for a list of one page."""
    if list_page.pages < 2:
        return None
    _ = page.gettext
    range_text = _(
        "{first} to {last} of {count}",
        first=list_page.first,
        last=list_page.first + len(list_page.items) - 1,
        count=page.locale.format_amount(Decimal(list_page.total), 0),
    )
    destinations = [
        (_("First page"), 1, list_page.page > 2),
        (_("Previous page"), list_page.page - 1, list_page.page > 1),
        (_("Next page"), list_page.page + 1, list_page.page < list_page.pages),
        (_("Last page"), list_page.pages, list_page.page < list_page.pages - 1),
    ]
    links = [
        tags.Li(dcc.Link(label, href=make_page_address(page, number, name=name) + anchor))
        for label, number, is_needed in destinations
        if is_needed
    ]
    return tags.Nav(
        [tags.Span(range_text), tags.Ul(links, className="year-choice")],
        className="pager",
        **make_aria_label(_("Pages")),
    )


def make_page_address(page: PageContext, number: int, *, name: str = PAGE_PARAMETER) -> str:
    """Return the current address with another page number."""
    pairs = [pair for pair in parse_qsl(page.query.removeprefix("?"), errors="replace") if pair[0] != name]
    pairs += [(name, str(number))] if number > 1 else []
    address = localize_path(page.path, page.language)
    return f"{address}?{urlencode(pairs)}" if pairs else address


def build_hidden_parameters(page: PageContext, *own_names: str) -> list[Any]:
    """Return hidden fields by which a form keeps the parameters of the address, except those of its own fields."""
    pairs = parse_qsl(page.query.removeprefix("?"), errors="replace")
    return [dbc.Input(type="hidden", name=name, value=value) for name, value in pairs if name not in own_names]


def build_search(page: PageContext, count: int) -> Any:
    """Return a form that searches sites by code, name, province or district and keeps the other parameters."""
    _ = page.gettext
    search_text = read_query_value(page, SEARCH_PARAMETER)
    label = _("Code, name, province or district")
    field = dbc.Input(
        type="search",
        name=SEARCH_PARAMETER,
        value=search_text,
        placeholder=label,
        maxlength=80,
        autocomplete="off",
        id=SITE_FIND,
    )
    button = tags.Button(_("Search"), type="submit", className="button")
    group = [tags.Label(label, htmlFor=SITE_FIND, className="vh"), dbc.InputGroup([field, button])]
    form = tags.Form(
        [*build_hidden_parameters(page, SEARCH_PARAMETER, PAGE_PARAMETER), *group],
        action=localize_path(page.path, page.language),
        method="get",
        className="filters site-search",
        role="search",
    )
    if not search_text:
        return form
    result_text = _(
        "Results for “{text}”: {count}", text=search_text, count=page.locale.format_amount(Decimal(count), 0)
    )
    address = make_page_address(_clear_search(page), 1)
    return tags.Div([form, tags.P([result_text, " ", dcc.Link(_("Show all"), href=address)])])


def _clear_search(page: PageContext) -> PageContext:
    pairs = parse_qsl(page.query.removeprefix("?"), errors="replace")
    return replace(page, query=urlencode([pair for pair in pairs if pair[0] not in (SEARCH_PARAMETER, PAGE_PARAMETER)]))
