"""The search of the public pages: a plain form, and what matches in the newest edition."""

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.public.edition_responses import (
    get_edition_cache,
    make_not_found_response,
    make_public_response,
    redirect_permanently,
)
from dashboard.selection import append_parameters, localize_path
from etl.indicators.editions import EditionContents
from etl.publication.public_page import EditionPage, render_public_page
from etl.queries.search_plan import SearchKind, SearchMatch, search_plan

MAX_RESULTS = 60
MAX_LENGTH = 80
PARAMETER = "q"
_FOLDERS = {
    SearchKind.INDICATOR: "indicators",
    SearchKind.OBJECTIVE: "objectives",
    SearchKind.PROGRAMME: "programmes",
}


@registry.route("/search", permission="public")
def show_search(page: PageContext) -> ResponseReturnValue:
    """Show what matches the text of the address in the plan of the newest edition."""
    cache = get_edition_cache(page.source)
    editions = cache.list_editions()
    outline = cache.find_outline(editions[-1]) if editions else None
    if outline is None:
        return make_not_found_response(page, editions, folder="search", code="")
    text = _read_text()
    matches, count = search_plan(outline.plan, text, limit=MAX_RESULTS)
    results = [(match, make_match_path(match)) for match in matches]
    html = render_public_page(
        "search_results.html",
        EditionContents(outline, ()),
        EditionPage(page.language, "search.html"),
        search_text=text,
        results=results,
        count=count,
    )
    return make_public_response(html, "text/html")


@registry.route("/search.html", permission="public")
def redirect_to_search(page: PageContext) -> ResponseReturnValue:
    """Redirect the address that works in a downloaded edition to the one of a server."""
    return redirect_permanently(make_search_address(page.language))


def make_search_address(language: str) -> str:
    """Return the address of the search with the text of this request."""
    return append_parameters(localize_path("/search", language), **{PARAMETER: _read_text()})


def make_match_path(match: SearchMatch) -> str:
    """Return the relative address of a match. Places have no public page; the explorer shows their figures."""
    if match.kind in _FOLDERS:
        return f"{_FOLDERS[match.kind]}/{match.code}.html"
    return append_parameters("explore", view="site", site=match.code)


def _read_text() -> str:
    return request.args.get(PARAMETER, "")[:MAX_LENGTH]
