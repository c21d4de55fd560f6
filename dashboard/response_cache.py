"""Answer repeated requests for files of editions without the work that Flask does for each request."""

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING

from flask import Response, request
from werkzeug.http import is_resource_modified, remove_entity_headers

from dashboard.access.context import AppContext
from dashboard.access.operations import REQUEST_ID_HEADER, Metrics, begin_request, log_request
from dashboard.public.edition_responses import CACHEABLE_RULE, get_edition_cache
from etl.errors import CardecError
from etl.queries.editions import EditionSummary

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_EDITIONS = "cardec.editions"
"""The key of the WSGI environment with the editions as they were before the request reached the app."""
_MAX_BYTES = 32 * 1024 * 1024
"""Bytes of responses that one worker process stores; addresses and headers count as `_BYTES_OF_ONE_ENTRY`."""
_BYTES_OF_ONE_ENTRY = 2 * 1024
_MAX_BODY_BYTES = 256 * 1024
_MAX_ENCODINGS_LENGTH = 60

_HEADERS_OF_ONE_REQUEST = (REQUEST_ID_HEADER, "Date")
"""Headers that are not stored. gunicorn adds the date itself."""

Key = tuple[str, str, str]


@dataclass(frozen=True)
class CachedResponse:
    """A complete response with the editions that existed when it was made."""

    rule: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str
    editions: Sequence[EditionSummary]


class EditionResponseCache:
    """WSGI middleware that stores responses which a view marked, and sends them while the list of editions is the same.

    Every request reads that list, so a page is never older than an edition that was published or redacted. The key has
    the raw `Accept-Encoding`, since the stored body is encoded. Requests with a query or a range, and those that are
    not GET, go on to the app, as do all others while the list can't be read.
    """

    def __init__(self, app: "WSGIApplication", context: AppContext, metrics: Metrics) -> None:
        self.app, self.context, self.metrics = app, context, metrics
        self._editions = get_edition_cache(context.source)
        self._responses: OrderedDict[Key, CachedResponse] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        key = _make_key(environ)
        if key is None:
            return self.app(environ, start_response)
        started_at = time.perf_counter()
        try:
            editions = self._editions.list_editions()
        except CardecError:
            return self.app(environ, start_response)
        cached = self._responses.get(key)
        if cached is None or cached.editions != editions:
            environ[_EDITIONS] = editions
            return self.app(environ, start_response)
        request_id = begin_request(self.context, environ)
        headers = [*cached.headers, (REQUEST_ID_HEADER, request_id)]
        is_modified = is_resource_modified(environ, etag=cached.etag)
        if not is_modified:
            remove_entity_headers(headers)
        status = HTTPStatus.OK if is_modified else HTTPStatus.NOT_MODIFIED
        seconds = time.perf_counter() - started_at
        self.metrics.count(cached.rule, "GET", status, seconds)
        log_request(self.context, "GET", environ["PATH_INFO"], status, seconds)
        start_response(f"{status.value} {status.phrase}", headers)
        return [cached.body] if is_modified else []

    def store(self, response: Response) -> Response:
        """Store a complete response if its view marked it. `editions` are those from before the view ran."""
        environ = request.environ
        key, rule, editions = _make_key(environ), environ.get(CACHEABLE_RULE), environ.get(_EDITIONS)
        is_storable = response.status_code == HTTPStatus.OK and "Set-Cookie" not in response.headers
        if key is None or rule is None or editions is None or not is_storable:
            return response
        body = response.get_data()
        if len(body) <= _MAX_BODY_BYTES:
            headers = [pair for pair in response.get_wsgi_headers(environ) if pair[0] not in _HEADERS_OF_ONE_REQUEST]
            etag, _is_weak = response.get_etag()
            self._add(key, CachedResponse(rule, tuple(headers), body, etag or "", editions))
        return response

    def _add(self, key: Key, cached: CachedResponse) -> None:
        """Store a response; those that were stored first make room for it."""
        with self._lock:
            self._size += _measure_size(cached) - _measure_size(self._responses.pop(key, None))
            self._responses[key] = cached
            while self._size > _MAX_BYTES:
                self._size -= _measure_size(self._responses.popitem(last=False)[1])


def _measure_size(cached: CachedResponse | None) -> int:
    return 0 if cached is None else _BYTES_OF_ONE_ENTRY + len(cached.body)


def _make_key(environ: "WSGIEnvironment") -> Key | None:
    """Return the key of a request's response; None if the request must go to the app."""
    encodings = environ.get("HTTP_ACCEPT_ENCODING", "")
    is_plain = environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING") and "HTTP_RANGE" not in environ
    if not is_plain or len(encodings) > _MAX_ENCODINGS_LENGTH:
        return None
    return environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", ""), encodings
