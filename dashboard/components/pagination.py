"""Turning the pages of a long list, and searching in it: plain addresses that work without any script."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, parse_qsl, urlencode

from dashboard.access.registry import PageRequest
from dashboard.components.plain import dcc, html
from dashboard.components.tables import aria
from dashboard.selection import in_language
from etl.indicators.vocabulary import Site
from etl.locale.translations import format_amount
from etl.queries.find_sites import sites_like

_Item = TypeVar("_Item")

PAGE, FIND = "page", "find"
ON_A_PAGE = 40


@dataclass(frozen=True)
class Turned(Generic[_Item]):
    """The part of a list that a page shows."""

    shown: tuple[_Item, ...]
    page: int
    pages: int
    first: int
    """The place of the first one shown, from 1."""
    count: int
    """Of the whole list."""


def turn(items: Sequence[_Item], request: PageRequest, *, name: str = PAGE, most: int = ON_A_PAGE) -> Turned[_Item]:
    """The page that the address asks for; the nearest one there is for a number that no page has."""
    pages = max(1, -(-len(items) // most))
    asked = asked_text(request, name)
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    page = min(max(page, 1), pages)
    first = (page - 1) * most
    return Turned(tuple(items[first : first + most]), page, pages, first + 1, len(items))


def asked_text(request: PageRequest, name: str) -> str:
    """What the address says under a name."""
    return parse_qs(request.query.removeprefix("?"), errors="replace").get(name, [""])[0].strip()


def found_sites(sites: Sequence[Site], request: PageRequest) -> tuple[Site, ...]:
    """The sites that the address searches for; all without a search."""
    return sites_like(sites, asked_text(request, FIND))


def build_pager(turned: Turned[Any], request: PageRequest, *, name: str = PAGE, anchor: str = "") -> Any:
    """What part is shown of how many, with the ways to the parts before and after; nothing where one page holds all."""
    if turned.pages < 2:
        return None
    say = request.say
    said = say(
        "{first} to {last} of {count}",
        first=turned.first,
        last=turned.first + len(turned.shown) - 1,
        count=format_amount(Decimal(turned.count), 0, request.language),
    )
    ways = [
        (say("First page"), 1, turned.page > 2),
        (say("Page before"), turned.page - 1, turned.page > 1),
        (say("Next page"), turned.page + 1, turned.page < turned.pages),
        (say("Last page"), turned.pages, turned.page < turned.pages - 1),
    ]
    links = [
        html.Li(dcc.Link(words, href=page_address(request, number, name=name) + anchor))
        for words, number, is_there in ways
        if is_there
    ]
    return html.Nav([html.Span(said), html.Ul(links, className="year-choice")], className="pager", **aria(say("Pages")))


def page_address(request: PageRequest, number: int, *, name: str = PAGE) -> str:
    """This address with another page of the list."""
    pairs = [pair for pair in parse_qsl(request.query.removeprefix("?"), errors="replace") if pair[0] != name]
    pairs += [(name, str(number))] if number > 1 else []
    address = in_language(request.path, request.language)
    return f"{address}?{urlencode(pairs)}" if pairs else address


def build_search(request: PageRequest, count: int) -> Any:
    """A field that searches sites by code, name or province; what else the address chooses stays."""
    say = request.say
    asked = asked_text(request, FIND)
    kept = [
        dcc.Input(type="hidden", name=name, value=value)
        for name, value in parse_qsl(request.query.removeprefix("?"), errors="replace")
        if name not in (FIND, PAGE)
    ]
    field = dcc.Input(type="search", name=FIND, value=asked, maxLength=80, autoComplete="off")
    label = html.Label([f"{say('Code, name or province')} ", field])
    button = html.Button(say("Search"), type="submit", className="button")
    form = html.Form(
        [*kept, label, button],
        action=in_language(request.path, request.language),
        method="get",
        className="filters",
        role="search",
    )
    if not asked:
        return form
    said = say("Found for “{text}”: {count}", text=asked, count=format_amount(Decimal(count), 0, request.language))
    everything = page_address(_without_search(request), 1)
    return html.Div([form, html.P([said, " ", dcc.Link(say("Show all"), href=everything)])])


def _without_search(request: PageRequest) -> PageRequest:
    pairs = parse_qsl(request.query.removeprefix("?"), errors="replace")
    return replace(request, query=urlencode([pair for pair in pairs if pair[0] not in (FIND, PAGE)]))
