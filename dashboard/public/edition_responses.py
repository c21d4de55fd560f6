"""Responses from the stored files of editions, with encodings, ETags and cache headers."""

import hashlib
from collections.abc import Sequence
from weakref import WeakKeyDictionary

import brotli
from flask import Response, request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.components.plain_page import render_plain_page
from dashboard.selection import add_base_path, localize_path
from etl.indicators.vocabulary import Indicator, Objective, Programme
from etl.publication.editions_list import insert_status_line, render_status_line
from etl.publication.static_site import parse_page_path
from etl.queries.data_source import DataSource
from etl.queries.edition_cache import EditionCache
from etl.queries.editions import EditionFile, EditionSummary, map_replacements

CACHEABLE_RULE = "cardec.cacheable_rule"
"""The key of the WSGI environment for the rule of a request whose response `EditionResponseCache` may store."""
LATEST = "latest"
"""The name of the newest edition in addresses."""

_CROSS_ORIGIN_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATE = "public, no-cache"
"""Browsers may cache the file but revalidate it, so that a new edition shows at once."""
_TEXT = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg+xml")

_caches: WeakKeyDictionary[DataSource, EditionCache] = WeakKeyDictionary()
_pages_with_status: dict[tuple[str, str], EditionFile] = {}
"""Pages of older editions with their status line, by ETag and line."""


_ENDINGS = frozenset({"html", "csv", "json", "xml", "zip", "xlsx", "png", "css", "svg", "woff2", "ttf", "js"})
"""Suffixes of the files of an edition."""


def get_edition_cache(source: DataSource) -> EditionCache:
    """Return this worker's cache of edition files for a data source."""
    cache = _caches.get(source)
    if cache is None:
        cache = _caches[source] = EditionCache(source)
    return cache


def mark_as_cacheable() -> None:
    """Say that the response to the current request is the same for everybody until the editions change."""
    if request.url_rule is not None:
        request.environ[CACHEABLE_RULE] = request.url_rule.rule


def find_stored_path(path: str) -> str:
    """Return the path in an edition for an address: `indicators/SO3-01` is a page, blank is the first page."""
    path = path.strip("/")
    if path in ("", "km"):
        return f"{path}/index.html".lstrip("/")
    # A code may hold a dot itself.
    return path if path.rpartition(".")[2] in _ENDINGS else f"{path}.html"


def make_file_response(
    page: PageContext, edition: EditionSummary, path: str, editions: tuple[EditionSummary, ...]
) -> Response | None:
    """Return a file of an edition; None for an unknown path. Pages of older editions get a status line."""
    cache = get_edition_cache(page.source)
    file = cache.find_file(edition, find_stored_path(path))
    if file is None:
        return None
    if file.path.endswith(".html") and edition.id != editions[-1].id:
        file = _add_status_line(
            file, render_status_line(edition, editions[-1], map_replacements(editions), parse_page_path(file.path))
        )
    is_asset = file.path.startswith("assets/") and not file.path.endswith(".png")
    response = _make_encoded_response(cache, file)
    response.headers["Cache-Control"] = _IMMUTABLE if is_asset else _REVALIDATE
    response.headers["X-Edition"] = edition.id
    if file.path.startswith("downloads/") and not file.path.endswith(".json"):
        name = file.path.rpartition("/")[2]
        response.headers["Content-Disposition"] = f'attachment; filename="cardec-{edition.id}-{name}"'
    response.make_conditional(request)
    mark_as_cacheable()
    return response


def _make_encoded_response(cache: EditionCache, file: EditionFile) -> Response:
    """Return the bytes in the best encoding, each with its own ETag."""
    data, tag, encoding = file.data, file.etag, ""
    if file.compressed is not None:
        if request.accept_encodings.quality("br"):
            data, tag, encoding = file.compressed, f"{file.etag}-br", "br"
        elif request.accept_encodings.quality("gzip"):
            data, tag, encoding = cache.gzip_file(file), f"{file.etag}-gz", "gzip"
    response = Response(data, content_type=_get_content_type(file.media_type))
    if file.compressed is not None:
        response.vary.add("Accept-Encoding")
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.set_etag(tag)
    return response


def _get_content_type(media_type: str) -> str:
    is_text = media_type.startswith(_TEXT) and "charset" not in media_type
    return f"{media_type}; charset=utf-8" if is_text else media_type


def _add_status_line(file: EditionFile, status_line: bytes) -> EditionFile:
    key = (file.etag, status_line.decode())
    if key not in _pages_with_status:
        if len(_pages_with_status) > 300:
            _pages_with_status.clear()
        data = insert_status_line(file.data, status_line)
        compressed = brotli.compress(data, quality=5)
        tag = f"{file.etag}-{hashlib.sha256(status_line).hexdigest()[:8]}"
        _pages_with_status[key] = EditionFile(file.path, file.language, file.media_type, data, compressed, tag)
    return _pages_with_status[key]


def make_not_found_response(
    page: PageContext, editions: tuple[EditionSummary, ...], *, folder: str = "", code: str = ""
) -> Response:
    """Return a public 404 page that names the unknown code and links to the codes of the folder."""
    html = render_plain_page(
        "unknown_edition_page.html",
        title=page.gettext("Page not found"),
        locale=page.locale,
        path="/",
        with_sign_in=False,
        code=code[:60],
        suggestions=_list_suggestions(page, editions, folder),
    )
    response = Response(html, 404, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response


def _list_suggestions(page: PageContext, editions: tuple[EditionSummary, ...], folder: str) -> list[tuple[str, str]]:
    """Return address and text of links to what exists in the folder of the newest edition."""
    if folder != "editions":
        return _list_codes(page, editions, folder)
    suffix = "km/" if page.language == "km" else ""
    return [(add_base_path(f"/editions/{edition.id}/{suffix}"), edition.id) for edition in reversed(editions)]


def _list_codes(page: PageContext, editions: tuple[EditionSummary, ...], folder: str) -> list[tuple[str, str]]:
    outline = get_edition_cache(page.source).find_outline(editions[-1]) if editions else None
    if outline is None:
        return []
    plan = outline.plan
    kinds: dict[str, Sequence[Indicator | Objective | Programme]] = {
        "indicators": outline.indicators,
        "objectives": plan.objectives,
        "programmes": plan.programmes,
    }
    return [
        (
            localize_path(f"/{folder}/{item.code}", page.language),
            f"{item.code} · {item.name.get_text(page.language)}",
        )
        for item in kinds.get(folder, ())
    ]


def redirect_permanently(address: str) -> ResponseReturnValue:
    """Redirect to the canonical address of a page, at which its relative links work."""
    response = Response(status=301)
    response.headers["Location"] = address
    response.headers["Cache-Control"] = _REVALIDATE
    return response


def redirect_to_newest(page: PageContext, editions: tuple[EditionSummary, ...]) -> Response:
    """Redirect an address of `latest` to the same one of the newest edition. Browsers must not remember it."""
    path = add_base_path(request.path.replace(f"/editions/{LATEST}", f"/editions/{editions[-1].id}", 1))
    response = Response(status=302)
    query = request.query_string.decode("ascii", "ignore")
    response.headers["Location"] = f"{path}?{query}" if query else path
    response.headers["Cache-Control"] = _REVALIDATE
    return response


def make_public_response(data: bytes, media_type: str, *, status: int = 200) -> Response:
    """Return rendered data with an ETag. Text is UTF-8."""
    response = Response(data, status, content_type=_get_content_type(media_type))
    response.headers["Cache-Control"] = _REVALIDATE
    response.add_etag()
    response.make_conditional(request)
    return response


def allow_other_origins(response: ResponseReturnValue) -> ResponseReturnValue:
    """Add the headers that let pages of other origins read the response."""
    assert isinstance(response, Response)
    response.headers.update(_CROSS_ORIGIN_HEADERS)
    return response
