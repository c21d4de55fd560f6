"""A cache of rendered pages: responses of the page callback, valid until the data change.

Each worker process has its own cache. An entry belongs to one `data_version`, day, visitor and address (which holds the
selection, plan version and language), so it is never served after a change, to another visitor, or on another day.
The version is read from the database with every request, so workers that share nothing else agree at once.
"""

import gzip
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock

import brotli
from dash import Dash
from flask import Flask, Response, g, request

from dashboard.access.context import get_context
from dashboard.access.permissions import Visitor, get_visitor
from dashboard.access.registry import RegistryError, get_registry
from dashboard.component_ids import ADDRESS
from dashboard.dash_internals import CALLBACK_PATH, find_callback_id, read_callback_call
from dashboard.selection import split_language

MAX_BYTES = 32 * 1024 * 1024
"""The cache's size limit per worker, compressed: about a thousand pages of CARDEC's size."""


@dataclass(frozen=True, slots=True)
class PageCacheKey:
    """Everything that a rendered page depends on."""

    data_version: int
    day: date
    visitor: Visitor
    pathname: str
    search: str
    encoding: str
    """"br" for browsers, which accept Brotli; else "gzip"."""


class PageCache:
    """A thread-safe LRU cache of compressed response bodies, limited by their total size."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self._bodies: OrderedDict[PageCacheKey, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: PageCacheKey) -> bytes | None:
        """Return the compressed body; None when it isn't cached."""
        with self._lock:
            body = self._bodies.get(key)
            if body is not None:
                self._bodies.move_to_end(key)
            return body

    def set(self, key: PageCacheKey, body: bytes) -> None:
        """Store a compressed body. Entries of older data versions are dropped first, then the least recently used."""
        with self._lock:
            self._drop(key)
            for old_key in [other for other in self._bodies if other.data_version < key.data_version]:
                self._drop(old_key)
            self._bodies[key] = body
            self.size += len(body)
            while self.size > self.max_bytes:
                self._drop(next(iter(self._bodies)))

    def _drop(self, key: PageCacheKey) -> None:
        self.size -= len(self._bodies.pop(key, b""))


def install_page_cache(server: Flask, app: Dash, cache: PageCache) -> None:
    """Answer the page callback from the cache. Install it before the gate, which then sees each request first.

    RegistryError when no callback has the page's address as its inputs.
    """
    page_callback_id = find_callback_id(app, inputs=((ADDRESS, "pathname"), (ADDRESS, "search")))
    if page_callback_id is None:
        raise RegistryError("No callback renders pages, so the page cache has nothing to cache.")

    @server.before_request
    def serve_from_cache() -> Response | None:
        key = g.page_cache_key = _make_key(page_callback_id) if request.path == CALLBACK_PATH else None
        body = cache.get(key) if key is not None else None
        if key is None or body is None:
            return None
        g.page_cache_key = None
        return _make_response(body, key.encoding)

    @server.after_request
    def store_in_cache(response: Response) -> Response:
        key = g.get("page_cache_key")
        if key is None or response.status_code != 200:
            return response
        body = _compress(response.get_data(), key.encoding)
        cache.set(key, body)
        return _make_response(body, key.encoding)


def _make_key(page_callback_id: str) -> PageCacheKey | None:
    """Return the cache key of a request; None when it isn't for a cacheable page.

    The data version is read before the page is built, so a change in between makes the entry unreachable.
    """
    call = read_callback_call(request)
    if call is None or call.callback_id != page_callback_id or len(call.inputs) != 2:
        return None
    pathname, search = call.inputs
    if not isinstance(pathname, str) or not isinstance(search or "", str):
        return None
    match = get_registry().find_page(split_language(pathname)[1])
    visitor = get_visitor()
    if match is None or not match[0].cacheable or not visitor.has_permission(match[0].permission):
        return None
    context = get_context()
    return PageCacheKey(
        data_version=context.source.read_data_version(),
        day=context.settings.now().date(),
        visitor=visitor,
        pathname=pathname,
        search=search or "",
        encoding="br" if request.accept_encodings.quality("br") else "gzip",
    )


def _compress(data: bytes, encoding: str) -> bytes:
    """Return the compressed body. Brotli makes pages a sixth smaller than gzip."""
    return brotli.compress(data, quality=5) if encoding == "br" else gzip.compress(data, compresslevel=6, mtime=0)


def _make_response(body: bytes, encoding: str) -> Response:
    if request.accept_encodings.quality(encoding):
        response = Response(body, mimetype="application/json", headers={"Content-Encoding": encoding})
    else:
        response = Response(gzip.decompress(body), mimetype="application/json")
    response.vary.add("Accept-Encoding")
    return response
