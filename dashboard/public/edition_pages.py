"""The addresses of editions: the newest at the top, each for ever under its own name, their list and their feed."""

import json

from flask import Response, request
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.public.edition_answers import answer_file, answer_none, moved, shelf_of
from dashboard.selection import in_language
from etl.exports.edition.openapi import openapi_description
from etl.indicators.editions import Book
from etl.publication.editions_list import editions_feed, editions_page
from etl.publication.public_page import Place
from etl.queries.editions import replacements

TOP = ("index.html", "downloads.html", "changes.html")
FOLDERS = ("indicators", "objectives", "programmes", "about", "downloads", "assets")
_OPEN_TO_OTHERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def _newest(asked: PageRequest) -> ResponseReturnValue:
    """What the path names in the newest edition."""
    lines = shelf_of(asked).lines()
    path = asked.path.strip("/")
    folder, _, code = path.partition("/")
    stored = f"km/{path}" if asked.language == "km" and folder not in ("downloads", "assets", "api") else path
    answer = answer_file(asked, lines[-1], stored, lines) if lines else None
    return answer if answer is not None else answer_none(asked, lines, folder=folder, code=code)


for _name in TOP:
    registry.route(f"/{_name}", permission="public")(_newest)
for _folder in FOLDERS:
    registry.route(f"/{_folder}/<code>", permission="public")(_newest)


@registry.route("/editions", permission="public")
@registry.route("/editions.html", permission="public")
def answer_editions(asked: PageRequest) -> ResponseReturnValue:
    """The list of all editions."""
    if asked.path.endswith("/"):
        return moved(in_language("/editions", asked.language))
    shelf = shelf_of(asked)
    lines = shelf.lines()
    outline = shelf.find_outline(lines[-1]) if lines else None
    if outline is None:
        return moved(in_language("/", asked.language))
    page = editions_page(Book(outline, ()), lines, replacements(lines), Place(asked.language, "editions.html"))
    return _answer(page, "text/html")


@registry.route("/explore.html", permission="public")
def lead_to_explore(asked: PageRequest) -> ResponseReturnValue:
    """Pages name the interactive one so that the same link holds in a folder."""
    return moved(in_language("/explore", asked.language))


@registry.route("/feed", permission="public")
@registry.route("/feed.xml", permission="public")
def answer_feed(asked: PageRequest) -> ResponseReturnValue:
    """The editions for programs that follow them."""
    shelf = shelf_of(asked)
    lines = shelf.lines()
    outline = shelf.find_outline(lines[-1]) if lines else None
    title = outline.plan.settings.name.en if outline else "CARDEC"
    address = asked.context.settings.public_address or request.host_url.rstrip("/")
    return _answer(editions_feed(title, lines, f"{address}/"), "application/atom+xml")


@registry.route("/editions/<edition>", permission="public")
@registry.route("/editions/<edition>/<first>", permission="public")
@registry.route("/editions/<edition>/<first>/<second>", permission="public")
@registry.route("/editions/<edition>/<first>/<second>/<third>", permission="public")
def answer_edition(asked: PageRequest) -> ResponseReturnValue:
    """A page or download of one edition. Its Khmer pages lie in its folder `km`, whatever stands before the address."""
    lines = shelf_of(asked).lines()
    name = asked.codes["edition"]
    line = next((one for one in lines if one.id == name), None)
    if line is None:
        return answer_none(asked, lines, folder="editions", code=name)
    path = "/".join(asked.codes[part] for part in ("first", "second", "third") if part in asked.codes)
    if asked.language == "km":
        return moved(f"/editions/{name}/{path if path.startswith('km') else f'km/{path}'}")
    if path in ("", "km") and not asked.path.endswith("/"):
        return moved(f"{asked.path}/")
    if path in ("editions.html", "km/editions.html", "explore.html", "km/explore.html"):
        folder, _, page = path.rpartition("/")
        return moved(in_language(f"/{page.removesuffix('.html')}", folder or "en"))
    answer = answer_file(asked, line, path, lines)
    return answer if answer is not None else answer_none(asked, lines, folder=path.partition("/")[0], code=path)


@registry.route("/api/figures.json", permission="public")
def answer_newest_figures(asked: PageRequest) -> ResponseReturnValue:
    """The figures of the newest edition, as its pages link to them."""
    return _open(_newest(asked))


@registry.route("/api/v1/editions/<edition>/figures", permission="public")
def answer_figures(asked: PageRequest) -> ResponseReturnValue:
    """The frozen figures of one edition, for programs of any origin."""
    lines = shelf_of(asked).lines()
    line = next((one for one in lines if one.id == asked.codes["edition"]), None)
    answer = answer_file(asked, line, "api/figures.json", lines) if line else None
    if answer is None:
        told = {"error": "There is no such edition.", "editions": [one.id for one in lines]}
        return _open(Response(json.dumps(told), 404, mimetype="application/json"))
    return _open(answer)


@registry.route("/api/v1/editions", permission="public")
def answer_edition_list(asked: PageRequest) -> ResponseReturnValue:
    """Every edition, the newest first."""
    lines = shelf_of(asked).lines()
    replaced = replacements(lines)
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
def answer_description(asked: PageRequest) -> ResponseReturnValue:
    """What the addresses for programs answer."""
    return _open(_answer(openapi_description(), "application/json"))


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
