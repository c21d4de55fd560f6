"""An edition's stored bytes as answers: the smallest encoding, tags, how long they may be kept, the status line."""

import hashlib
from collections.abc import Sequence
from weakref import WeakKeyDictionary

import brotli
from flask import Response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from dashboard.access.registry import PageRequest
from dashboard.components.plain_page import paragraph, plain_page
from dashboard.selection import in_language
from etl.indicators.vocabulary import Indicator, Objective, Programme
from etl.locale.translations import speak
from etl.publication.editions_list import status_line, with_status
from etl.publication.static_site import place_of
from etl.queries.edition_shelf import Shelf
from etl.queries.editions import EditionFile, EditionLine, replacements
from etl.queries.source import Source

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, no-cache"
"""May be kept, and is asked after with its tag, so that a new edition is seen at once."""
_TEXT = ("text/", "application/json", "application/xml", "image/svg+xml")

_shelves: WeakKeyDictionary[Source, Shelf] = WeakKeyDictionary()
_lined: dict[tuple[str, str], EditionFile] = {}
"""Pages with their status line, by tag and line: the few that are read of older editions."""


_ENDINGS = frozenset({"html", "csv", "json", "xml", "zip", "xlsx", "png", "css", "svg", "woff2", "ttf", "js"})
"""What the names of an edition's files end in."""


def shelf_of(asked: PageRequest) -> Shelf:
    """The files of the request's source, kept by this worker."""
    found = _shelves.get(asked.source)
    if found is None:
        found = _shelves[asked.source] = Shelf(asked.source)
    return found


def stored_path(path: str) -> str:
    """The path in an edition that an address means: `indicators/SO3-01` is a page, blank is the first one."""
    path = path.strip("/")
    if path in ("", "km"):
        return f"{path}/index.html".lstrip("/")
    # A code may hold a dot itself.
    return path if path.rpartition(".")[2] in _ENDINGS else f"{path}.html"


def answer_file(asked: PageRequest, line: EditionLine, path: str, lines: tuple[EditionLine, ...]) -> Response | None:
    """A file of an edition; one that is older or replaced says so at the top of its pages. None for no such file."""
    shelf = shelf_of(asked)
    file = shelf.find_file(line, stored_path(path))
    if file is None:
        return None
    if file.path.endswith(".html") and line.id != lines[-1].id:
        file = _with_line(file, status_line(line, lines[-1], replacements(lines), place_of(file.path)))
    is_asset = file.path.startswith("assets/") and not file.path.endswith(".png")
    response = _encoded(shelf, file)
    response.headers["Cache-Control"] = _FOR_EVER if is_asset else _ASK_AGAIN
    response.headers["X-Edition"] = line.id
    if file.path.startswith("downloads/") and not file.path.endswith(".json"):
        name = file.path.rpartition("/")[2]
        response.headers["Content-Disposition"] = f'attachment; filename="cardec-{line.id}-{name}"'
    response.make_conditional(request)
    return response


def _encoded(shelf: Shelf, file: EditionFile) -> Response:
    """The bytes as they are stored, or pressed; the tag says which, so that a kept copy is never mixed up."""
    data, tag, encoding = file.data, file.etag, ""
    if file.pressed is not None:
        if request.accept_encodings.quality("br"):
            data, tag, encoding = file.pressed, f"{file.etag}-br", "br"
        elif request.accept_encodings.quality("gzip"):
            data, tag, encoding = shelf.zipped(file), f"{file.etag}-gz", "gzip"
    response = Response(data, content_type=_content_type(file.media_type))
    if file.pressed is not None:
        response.vary.add("Accept-Encoding")
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.set_etag(tag)
    return response


def _content_type(media_type: str) -> str:
    is_text = media_type.startswith(_TEXT) and "charset" not in media_type
    return f"{media_type}; charset=utf-8" if is_text else media_type


def _with_line(file: EditionFile, line: bytes) -> EditionFile:
    key = (file.etag, line.decode())
    if key not in _lined:
        if len(_lined) > 300:
            _lined.clear()
        data = with_status(file.data, line)
        pressed = brotli.compress(data, quality=5)
        tag = f"{file.etag}-{hashlib.sha256(line).hexdigest()[:8]}"
        _lined[key] = EditionFile(file.path, file.language, file.media_type, data, pressed, tag)
    return _lined[key]


def answer_none(asked: PageRequest, lines: tuple[EditionLine, ...], *, folder: str = "", code: str = "") -> Response:
    """404 for a public address: that there is no such code, those that there are, and the way back."""
    say = speak(asked.language)
    told = say("There is no such code: {code}", code=code[:60]) if code else ""
    body = Markup("<h1>{}</h1>{}{}<p>{}</p>").format(
        say("There is no such page"),
        paragraph(told or say("The address may be mistyped.")),
        _those_there(asked, lines, folder),
        Markup('<a href="{}">{}</a>').format(in_language("/", asked.language), say("To the first page")),
    )
    page = plain_page(
        title=say("There is no such page"), body=body, language=asked.language, path="/", with_entry=False
    )
    response = Response(page, 404, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response


def _those_there(asked: PageRequest, lines: tuple[EditionLine, ...], folder: str) -> Markup:
    """Links to what there is under the folder, in the newest edition."""
    if folder == "editions":
        found = [(f"/editions/{one.id}/{'km/' if asked.language == 'km' else ''}", one.id) for one in reversed(lines)]
    else:
        found = _of_newest(asked, lines, folder)
    if not found:
        return Markup("")
    items = Markup("").join(Markup('<li><a href="{}">{}</a></li>').format(*one) for one in found)
    return Markup("<h2>{}</h2><ul>{}</ul>").format(speak(asked.language)("These are there:"), items)


def _of_newest(asked: PageRequest, lines: tuple[EditionLine, ...], folder: str) -> list[tuple[str, str]]:
    outline = shelf_of(asked).find_outline(lines[-1]) if lines else None
    if outline is None:
        return []
    plan = outline.plan
    kinds: dict[str, Sequence[Indicator | Objective | Programme]] = {
        "indicators": outline.indicators,
        "objectives": plan.objectives,
        "programmes": plan.programmes,
    }
    return [
        (in_language(f"/{folder}/{one.code}", asked.language), f"{one.code} · {one.name.in_language(asked.language)}")
        for one in kinds.get(folder, ())
    ]


def moved(address: str) -> ResponseReturnValue:
    """Leads to the one address under which the links of a page hold."""
    response = Response(status=301)
    response.headers["Location"] = address
    response.headers["Cache-Control"] = _ASK_AGAIN
    return response
