"""Send HTTP requests with timeouts and a size limit, over https except to this machine. Redirects are not followed."""

import http.client
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

from etl.errors import CardecError
from etl.settings import LOOPBACK_HOSTS

TIMEOUT_SECONDS = 20.0
"""Seconds to connect, and between two parts of a response."""
DEADLINE_SECONDS = 120.0
"""Seconds for a whole response."""
MAX_RESPONSE_BYTES = 1024 * 1024
_CHUNK_SIZE = 64 * 1024


class HttpError(CardecError):
    """No usable response came. `was_sent` tells whether the server may have received the request."""

    def __init__(self, message: str, *, was_sent: bool) -> None:
        super().__init__(message)
        self.was_sent = was_sent


@dataclass(frozen=True)
class HttpResponse:
    """A response of any status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """Header values by lower-case name."""
    body: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_retryable(self) -> bool:
        """Whether the same request may succeed later: too many requests, or an error of the server."""
        return self.status in (408, 425, 429) or self.status >= 500

    @property
    def retry_after(self) -> float | None:
        """The seconds that the server asks to wait; None if it does not say."""
        text = self.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return float(text)
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
        except ValueError:
            return None

    def parse_json(self) -> Any:
        """Return the body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


def find_url_problem(url: str) -> str:
    """Return why a URL must not be called, in a few words; blank if it may."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "it is not a valid URL"
    if parts.scheme not in ("http", "https") or not host or port == 0:
        return "it is not an https URL"
    if parts.username is not None or parts.password is not None:
        return "it contains a user name or a password"
    if parts.scheme == "http" and host not in LOOPBACK_HOSTS:
        return "it must begin with https://"
    return ""


def send_request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout: float = TIMEOUT_SECONDS,
    max_bytes: int = MAX_RESPONSE_BYTES,
) -> HttpResponse:
    """Send a request and return the response. HttpError without one; its message names no path, which may be secret."""
    problem = find_url_problem(url)
    if problem:
        raise HttpError(f"The address is not called: {problem}.", was_sent=False)
    parts = urlsplit(url)
    connection = _open_connection(parts, timeout)
    was_sent = False
    try:
        connection.connect()
        was_sent = True
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        sent_headers = {"User-Agent": "CARDEC", "Accept": "application/json", "Connection": "close", **(headers or {})}
        connection.request(method, target, body, sent_headers)
        response = connection.getresponse()
        data = _read_body(response, max_bytes, time.monotonic() + DEADLINE_SECONDS, parts.hostname or "")
        return HttpResponse(response.status, {name.lower(): value for name, value in response.getheaders()}, data)
    except TimeoutError as error:
        raise HttpError(f"{parts.hostname} did not answer in time.", was_sent=was_sent) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise HttpError(f"{parts.hostname} cannot be reached: {reason}.", was_sent=was_sent) from error
    finally:
        connection.close()


def _open_connection(parts: SplitResult, timeout: float) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, parts.port, timeout=timeout, context=make_tls_context())
    return http.client.HTTPConnection(host, parts.port, timeout=timeout)


@cache
def make_tls_context() -> ssl.SSLContext:
    """Return the TLS settings, which check the certificate and the name of the server."""
    return ssl.create_default_context()


def _read_body(response: http.client.HTTPResponse, max_bytes: int, until: float, host: str) -> bytes:
    chunks, size = [], 0
    while chunk := response.read1(_CHUNK_SIZE):
        chunks.append(chunk)
        size += len(chunk)
        if size > max_bytes:
            raise HttpError(f"The response of {host} is larger than {max_bytes} bytes.", was_sent=True)
        if time.monotonic() > until:
            raise HttpError(f"{host} did not answer in time.", was_sent=True)
    if response.length:
        raise HttpError(f"The response of {host} is incomplete.", was_sent=True)
    return b"".join(chunks)
