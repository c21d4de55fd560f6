"""Routes of editions: the newest, each under its own address, the list, the feed and the API."""

import json

from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.public.edition_responses import (
    LATEST,
    allow_other_origins,
    get_edition_cache,
    make_file_response,
    make_not_found_response,
    make_public_response,
    redirect_permanently,
    redirect_to_newest,
)
from dashboard.public.indicator_files import make_indicator_file_response
from dashboard.public.search import make_search_address
from dashboard.selection import add_base_path, localize_path
from etl.exports.edition.openapi import render_openapi
from etl.indicators.editions import EditionContents
from etl.publication.editions_list import render_editions_feed, render_editions_page
from etl.publication.public_page import EditionPage
from etl.queries.editions import map_replacements

TOP_PAGES = ("index.html", "downloads.html", "changes.html")
FOLDERS = ("indicators", "objectives", "programmes", "about", "downloads", "assets")
FOLDER_PAGES = {
    "/about": "/about/centre.html",
    "/downloads": "/downloads.html",
    "/indicators": "/",
    "/objectives": "/",
    "/programmes": "/about/centre.html",
}
"""The page that lists what a folder holds, for visitors who shorten an address."""


def _make_newest_response(page: PageContext) -> ResponseReturnValue:
    """Return what the path names in the newest edition."""
    editions = get_edition_cache(page.source).list_editions()
    path = page.path.strip("/")
    folder, _, code = path.partition("/")
    path_in_edition = f"km/{path}" if page.language == "km" and folder not in ("downloads", "assets", "api") else path
    response = None
    if editions:
        response = make_file_response(page, editions[-1], path_in_edition, editions) or make_indicator_file_response(
            page, editions[-1], path_in_edition
        )
    return response if response is not None else make_not_found_response(page, editions, folder=folder, code=code)


for _name in TOP_PAGES:
    registry.route(f"/{_name}", permission="public")(_make_newest_response)
for _folder in FOLDERS:
    registry.route(f"/{_folder}/<code>", permission="public")(_make_newest_response)


def _redirect_to_list(page: PageContext) -> ResponseReturnValue:
    """Redirect the address of a folder to the page that lists what the folder holds."""
    return redirect_permanently(localize_path(FOLDER_PAGES[page.path.rstrip("/")], page.language))


for _name in FOLDER_PAGES:
    registry.route(_name, permission="public")(_redirect_to_list)


@registry.route("/editions", permission="public")
@registry.route("/editions.html", permission="public")
def show_editions(page: PageContext) -> ResponseReturnValue:
    if page.path.endswith("/"):
        return redirect_permanently(localize_path("/editions", page.language))
    cache = get_edition_cache(page.source)
    editions = cache.list_editions()
    outline = cache.find_outline(editions[-1]) if editions else None
    if outline is None:
        return redirect_permanently(localize_path("/", page.language))
    html = render_editions_page(
        EditionContents(outline, ()), editions, map_replacements(editions), EditionPage(page.language, "editions.html")
    )
    return make_public_response(html, "text/html")


@registry.route("/explore.html", permission="public")
def redirect_to_explore(page: PageContext) -> ResponseReturnValue:
    """Redirect the address that works in a downloaded edition to the interactive page."""
    return redirect_permanently(localize_path("/explore", page.language))


@registry.route("/feed", permission="public")
@registry.route("/feed.xml", permission="public")
def show_feed(page: PageContext) -> ResponseReturnValue:
    """Return the Atom feed of the editions."""
    cache = get_edition_cache(page.source)
    editions = cache.list_editions()
    outline = cache.find_outline(editions[-1]) if editions else None
    title = outline.plan.settings.name.en if outline else "CARDEC"
    address = f"{page.origin}{add_base_path('/')}"
    return make_public_response(render_editions_feed(title, editions, address), "application/atom+xml")


@registry.route("/editions/<edition>", permission="public")
@registry.route("/editions/<edition>/<first>", permission="public")
@registry.route("/editions/<edition>/<first>/<second>", permission="public")
@registry.route("/editions/<edition>/<first>/<second>/<third>", permission="public")
def show_edition(page: PageContext) -> ResponseReturnValue:
    """Show a page or file of one edition. Khmer pages are in its folder `km` whatever the language prefix."""
    editions = get_edition_cache(page.source).list_editions()
    name = page.path_params["edition"]
    if name == LATEST and editions:
        return redirect_to_newest(page, editions)
    edition = next((edition for edition in editions if edition.id == name), None)
    if edition is None:
        return make_not_found_response(page, editions, folder="editions", code=name)
    path = "/".join(page.path_params[part] for part in ("first", "second", "third") if part in page.path_params)
    if page.language == "km":
        return redirect_permanently(
            add_base_path(f"/editions/{name}/{path if path.startswith('km') else f'km/{path}'}")
        )
    if path in ("", "km") and not page.path.endswith("/"):
        return redirect_permanently(add_base_path(f"{page.path}/"))
    if path in ("editions.html", "km/editions.html", "explore.html", "km/explore.html"):
        folder, _, name_in_folder = path.rpartition("/")
        return redirect_permanently(localize_path(f"/{name_in_folder.removesuffix('.html')}", folder or "en"))
    if path in ("search.html", "km/search.html"):
        return redirect_permanently(make_search_address("km" if path.startswith("km/") else "en"))
    response = make_file_response(page, edition, path, editions) or make_indicator_file_response(page, edition, path)
    return (
        response
        if response is not None
        else make_not_found_response(page, editions, folder=path.partition("/")[0], code=path)
    )


@registry.route("/api/figures.json", permission="public")
def show_newest_figures(page: PageContext) -> ResponseReturnValue:
    """Return the figures of the newest edition as JSON."""
    return allow_other_origins(_make_newest_response(page))


@registry.route("/api/v1/editions", permission="public")
def show_edition_list(page: PageContext) -> ResponseReturnValue:
    """Return all editions as JSON, the newest first."""
    editions = get_edition_cache(page.source).list_editions()
    replacements = map_replacements(editions)
    entries = [
        {
            "id": edition.id,
            "quarter": str(edition.quarter),
            "published_on": edition.published_on.isoformat(),
            "figures": add_base_path(f"/api/v1/editions/{edition.id}/figures"),
            "replaced_by": replacements.get(edition.id, ""),
        }
        for edition in reversed(editions)
    ]
    return allow_other_origins(make_public_response(json.dumps({"editions": entries}).encode(), "application/json"))


@registry.route("/api/v1/openapi.json", permission="public")
def show_openapi_description(page: PageContext) -> ResponseReturnValue:
    """Return the OpenAPI description of the API."""
    description = render_openapi(add_base_path("/"), has_live_figures=not page.context.settings.public_only)
    return allow_other_origins(make_public_response(description, "application/json"))
