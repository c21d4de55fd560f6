"""The addresses of editions: the newest at the top, each for ever under its own name, their list and their feed."""

import json

from flask import Response, request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.public.edition_responses import (
    get_edition_cache,
    make_file_response,
    make_not_found_response,
    redirect_permanently,
)
from dashboard.selection import localize_path
from etl.exports.edition.openapi import render_openapi
from etl.indicators.editions import EditionContents
from etl.publication.editions_list import render_editions_feed, render_editions_page
from etl.publication.public_page import EditionPage
from etl.queries.editions import map_replacements

TOP_PAGES = ("index.html", "downloads.html", "changes.html")
FOLDERS = ("indicators", "objectives", "programmes", "about", "downloads", "assets")
_OPEN_TO_OTHERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def _newest(asked: PageContext) -> ResponseReturnValue:
    """What the path names in the newest edition."""
    lines = get_edition_cache(asked).list_editions()
    path = asked.path.strip("/")
    folder, _, code = path.partition("/")
    stored = f"km/{path}" if asked.language == "km" and folder not in ("downloads", "assets", "api") else path
    answer = make_file_response(asked, lines[-1], stored, lines) if lines else None
    return answer if answer is not None else make_not_found_response(asked, lines, folder=folder, code=code)


for _name in TOP_PAGES:
    registry.route(f"/{_name}", permission="public")(_newest)
for _folder in FOLDERS:
    registry.route(f"/{_folder}/<code>", permission="public")(_newest)


@registry.route("/editions", permission="public")
@registry.route("/editions.html", permission="public")
def show_editions(asked: PageContext) -> ResponseReturnValue:
    """The list of all editions."""
    if asked.path.endswith("/"):
        return redirect_permanently(localize_path("/editions", asked.language))
    shelf = get_edition_cache(asked)
    lines = shelf.list_editions()
    outline = shelf.find_outline(lines[-1]) if lines else None
    if outline is None:
        return redirect_permanently(localize_path("/", asked.language))
    page = render_editions_page(
        EditionContents(outline, ()), lines, map_replacements(lines), EditionPage(asked.language, "editions.html")
    )
    return _answer(page, "text/html")


@registry.route("/explore.html", permission="public")
def redirect_to_explore(asked: PageContext) -> ResponseReturnValue:
    """Pages name the interactive one so that the same link holds in a folder."""
    return redirect_permanently(localize_path("/explore", asked.language))


@registry.route("/feed", permission="public")
@registry.route("/feed.xml", permission="public")
def show_feed(asked: PageContext) -> ResponseReturnValue:
    """The editions for programs that follow them."""
    shelf = get_edition_cache(asked)
    lines = shelf.list_editions()
    outline = shelf.find_outline(lines[-1]) if lines else None
    title = outline.plan.settings.name.en if outline else "CARDEC"
    address = asked.context.settings.public_address or request.host_url.rstrip("/")
    return _answer(render_editions_feed(title, lines, f"{address}/"), "application/atom+xml")


@registry.route("/editions/<edition>", permission="public")
@registry.route("/editions/<edition>/<first>", permission="public")
@registry.route("/editions/<edition>/<first>/<second>", permission="public")
@registry.route("/editions/<edition>/<first>/<second>/<third>", permission="public")
def show_edition(asked: PageContext) -> ResponseReturnValue:
    """A page or download of one edition. Its Khmer pages lie in its folder `km`, whatever stands before the address."""
    lines = get_edition_cache(asked).list_editions()
    name = asked.path_params["edition"]
    line = next((one for one in lines if one.id == name), None)
    if line is None:
        return make_not_found_response(asked, lines, folder="editions", code=name)
    path = "/".join(asked.path_params[part] for part in ("first", "second", "third") if part in asked.path_params)
    if asked.language == "km":
        return redirect_permanently(f"/editions/{name}/{path if path.startswith('km') else f'km/{path}'}")
    if path in ("", "km") and not asked.path.endswith("/"):
        return redirect_permanently(f"{asked.path}/")
    if path in ("editions.html", "km/editions.html", "explore.html", "km/explore.html"):
        folder, _, page = path.rpartition("/")
        return redirect_permanently(localize_path(f"/{page.removesuffix('.html')}", folder or "en"))
    answer = make_file_response(asked, line, path, lines)
    return (
        answer
        if answer is not None
        else make_not_found_response(asked, lines, folder=path.partition("/")[0], code=path)
    )


@registry.route("/api/figures.json", permission="public")
def show_newest_figures(asked: PageContext) -> ResponseReturnValue:
    """The figures of the newest edition, as its pages link to them."""
    return _open(_newest(asked))


@registry.route("/api/v1/editions/<edition>/figures", permission="public")
def show_edition_figures(asked: PageContext) -> ResponseReturnValue:
    """The frozen figures of one edition, for programs of any origin."""
    lines = get_edition_cache(asked).list_editions()
    line = next((one for one in lines if one.id == asked.path_params["edition"]), None)
    answer = make_file_response(asked, line, "api/figures.json", lines) if line else None
    if answer is None:
        told = {"error": "There is no such edition.", "editions": [one.id for one in lines]}
        return _open(Response(json.dumps(told), 404, mimetype="application/json"))
    return _open(answer)


@registry.route("/api/v1/editions", permission="public")
def show_edition_list(asked: PageContext) -> ResponseReturnValue:
    """Every edition, the newest first."""
    lines = get_edition_cache(asked).list_editions()
    replaced = map_replacements(lines)
    told = [
        {
            "id": one.id,
            "quarter": str(one.quarter),
            "published_on": one.published_at.date().isoformat(),
            "figures": f"/api/v1/editions/{one.id}/figures",
            "replaced_by": replaced.get(one.id, ""),
        }
        for one in reversed(lines)
    ]
    return _open(_answer(json.dumps({"editions": told}).encode(), "application/json"))


@registry.route("/api/v1/openapi.json", permission="public")
def show_openapi_description(asked: PageContext) -> ResponseReturnValue:
    """What the addresses for programs answer."""
    return _open(_answer(render_openapi(), "application/json"))


def _answer(data: bytes, kind: str) -> Response:
    response = Response(data, content_type=f"{kind}; charset=utf-8")
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _open(answer: ResponseReturnValue) -> ResponseReturnValue:
    """The answer for pages of every origin, which may read it and nothing else here."""
    assert isinstance(answer, Response)
    answer.headers.update(_OPEN_TO_OTHERS)
    return answer
