"""Turning the pages of a long list, and searching in it: plain addresses that work without any script."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, parse_qsl, urlencode

from dashboard.access.registry import PageContext
from dashboard.components.markup import dcc, tags
from dashboard.components.tables import aria_label
from dashboard.selection import localize_path
from etl.indicators.vocabulary import Site
from etl.queries.find_sites import search_sites

_Item = TypeVar("_Item")

PAGE_PARAMETER, SEARCH_PARAMETER = "page", "find"
PER_PAGE = 40


@dataclass(frozen=True)
class Page(Generic[_Item]):
    """The part of a list that a page shows."""

    items: tuple[_Item, ...]
    page: int
    pages: int
    first: int
    """The place of the first one shown, from 1."""
    total: int
    """Of the whole list."""


def paginate(
    items: Sequence[_Item], request: PageContext, *, name: str = PAGE_PARAMETER, per_page: int = PER_PAGE
) -> Page[_Item]:
    """The page that the address asks for; the nearest one there is for a number that no page has."""
    pages = max(1, -(-len(items) // per_page))
    asked = read_query_value(request, name)
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    page = min(max(page, 1), pages)
    first = (page - 1) * per_page
    return Page(tuple(items[first : first + per_page]), page, pages, first + 1, len(items))


def read_query_value(request: PageContext, name: str) -> str:
    """What the address says under a name."""
    return parse_qs(request.query.removeprefix("?"), errors="replace").get(name, [""])[0].strip()


def filter_sites(sites: Sequence[Site], request: PageContext) -> tuple[Site, ...]:
    """The sites that the address searches for; all without a search."""
    return search_sites(sites, read_query_value(request, SEARCH_PARAMETER))


def build_pager(list_page: Page[Any], request: PageContext, *, name: str = PAGE_PARAMETER, anchor: str = "") -> Any:
    """What part is shown of how many, with the ways to the parts before and after; nothing where one page holds all."""
    if list_page.pages < 2:
        return None
    _ = request.gettext
    said = _(
        "{first} to {last} of {count}",
        first=list_page.first,
        last=list_page.first + len(list_page.items) - 1,
        count=request.locale.format_amount(Decimal(list_page.total), 0),
    )
    ways = [
        (_("First page"), 1, list_page.page > 2),
        (_("Page before"), list_page.page - 1, list_page.page > 1),
        (_("Next page"), list_page.page + 1, list_page.page < list_page.pages),
        (_("Last page"), list_page.pages, list_page.page < list_page.pages - 1),
    ]
    links = [
        tags.Li(dcc.Link(words, href=page_address(request, number, name=name) + anchor))
        for words, number, is_there in ways
        if is_there
    ]
    return tags.Nav(
        [tags.Span(said), tags.Ul(links, className="year-choice")], className="pager", **aria_label(_("Pages"))
    )


def page_address(request: PageContext, number: int, *, name: str = PAGE_PARAMETER) -> str:
    """This address with another page of the list."""
    pairs = [pair for pair in parse_qsl(request.query.removeprefix("?"), errors="replace") if pair[0] != name]
    pairs += [(name, str(number))] if number > 1 else []
    address = localize_path(request.path, request.language)
    return f"{address}?{urlencode(pairs)}" if pairs else address


def build_search(request: PageContext, count: int) -> Any:
    """A field that searches sites by code, name or province; what else the address chooses stays."""
    _ = request.gettext
    asked = read_query_value(request, SEARCH_PARAMETER)
    kept = [
        dcc.Input(type="hidden", name=name, value=value)
        for name, value in parse_qsl(request.query.removeprefix("?"), errors="replace")
        if name not in (SEARCH_PARAMETER, PAGE_PARAMETER)
    ]
    field = dcc.Input(type="search", name=SEARCH_PARAMETER, value=asked, maxLength=80, autoComplete="off")
    label = tags.Label([f"{_('Code, name or province')} ", field])
    button = tags.Button(_("Search"), type="submit", className="button")
    form = tags.Form(
        [*kept, label, button],
        action=localize_path(request.path, request.language),
        method="get",
        className="filters",
        role="search",
    )
    if not asked:
        return form
    said = _("Found for “{text}”: {count}", text=asked, count=request.locale.format_amount(Decimal(count), 0))
    everything = page_address(_without_search(request), 1)
    return tags.Div([form, tags.P([said, " ", dcc.Link(_("Show all"), href=everything)])])


def _without_search(request: PageContext) -> PageContext:
    pairs = parse_qsl(request.query.removeprefix("?"), errors="replace")
    return replace(
        request, query=urlencode([pair for pair in pairs if pair[0] not in (SEARCH_PARAMETER, PAGE_PARAMETER)])
    )
