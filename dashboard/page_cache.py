"""Answers of the page callback, kept ready to send for as long as nothing that they show has changed.

Each worker keeps its own. A kept answer belongs to one `data_version`, day, visitor and address (which spells the
selection, its plan version and language), so it is never shown after a change, to somebody else, or on another day.
The version is read from the database with every request: workers that share nothing else agree at once.
"""

import gzip
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, cast

from dash import Dash
from flask import Flask, Response, request

from dashboard.access.registry import Context, RegistryError, Visitor, current_context, current_visitor
from dashboard.component_ids import PAGE, PAGE_HEAD
from dashboard.selection import split_language

PAGE_CALLBACK_KEY = f"..{PAGE}.children...{PAGE_HEAD}.data.."
"""The page callback, as Dash names it by its outputs."""

MAX_BYTES = 32 * 1024 * 1024
"""What a worker keeps at most, compressed: some thousand pages of CARDEC's size."""

_UPDATE = "/_dash-update-component"


@dataclass(frozen=True, slots=True)
class PageCacheKey:
    """Everything that an answer hangs on."""

    data_version: int
    day: date
    visitor: Visitor
    pathname: str
    search: str


class PageCache:
    """The answers that were asked for last, compressed, up to a number of bytes; safe between threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self._kept: OrderedDict[PageCacheKey, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: PageCacheKey) -> bytes | None:
        """The answer, compressed with gzip."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def set(self, key: PageCacheKey, body: bytes) -> None:
        """Keeps an answer; those of an older version go, then those that nobody asked for longest."""
        with self._lock:
            self._drop(key)
            for old in [one for one in self._kept if one.data_version < key.data_version]:
                self._drop(old)
            self._kept[key] = body
            self.size += len(body)
            while self.size > self.max_bytes:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: PageCacheKey) -> None:
        self.size -= len(self._kept.pop(key, b""))


def install_page_cache(server: Flask, app: Dash, cache: PageCache) -> None:
    """Puts the kept answers before Dash's own view; the gate has let the request in by then.

    RegistryError when the page callback has another name than the one that is looked for.
    """
    if PAGE_CALLBACK_KEY not in app.callback_map:
        raise RegistryError(f"No callback writes {PAGE_CALLBACK_KEY}, so no answer could be kept.")
    compute = cast(Callable[[], Response], server.view_functions[_UPDATE])

    def answer() -> Any:
        key = _key()
        if key is None:
            return compute()
        pressed = cache.get(key)
        if pressed is None:
            computed = compute()
            if computed.status_code != 200:
                return computed
            pressed = gzip.compress(computed.get_data(), compresslevel=6, mtime=0)
            cache.set(key, pressed)
        return _response(pressed)

    server.view_functions[_UPDATE] = answer


def _key() -> PageCacheKey | None:
    """What the answer to this request hangs on; None where it isn't a page that may be kept."""
    asked = _asked_address()
    if asked is None:
        return None
    context, visitor = current_context(), current_visitor()
    found = context.registry.find_page(split_language(asked[0])[1])
    if found is None or not found[0].cacheable or not visitor.has_permission(found[0].permission):
        return None
    return PageCacheKey(_version(context), context.settings.now().date(), visitor, *asked)


def _asked_address() -> tuple[str, str] | None:
    """The path and query that the page callback is asked for."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or body.get("output") != PAGE_CALLBACK_KEY:
        return None
    values = [one.get("value") if isinstance(one, dict) else None for one in body.get("inputs", ())]
    if len(values) != 2 or not isinstance(values[0], str) or not isinstance(values[1] or "", str):
        return None
    return values[0], values[1] or ""


def _version(context: Context) -> int:
    """Read before the page is computed: what changes meanwhile is then asked for under its own, newer version."""
    return context.source.read_data_version()


def _response(pressed: bytes) -> Response:
    if request.accept_encodings.quality("gzip"):
        response = Response(pressed, mimetype="application/json", headers={"Content-Encoding": "gzip"})
    else:
        response = Response(gzip.decompress(pressed), mimetype="application/json")
    response.vary.add("Accept-Encoding")
    return response
