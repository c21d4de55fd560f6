"""Files that never change under their name: ours and third parties', compressed once, kept by browsers for ever."""

import contextlib
import gzip
import hashlib
import mimetypes
import os
from functools import cache
from pathlib import Path

import brotli
from flask import Request, Response

from dashboard.front_end import VENDOR, read_front_end

ASSETS = Path(__file__).resolve().parent / "assets"
PREFIX = "/static/"

_FOR_EVER = "public, max-age=31536000, immutable"
PRESSED = VENDOR / "pressed"
"""Brotli at its best takes seconds for Dash's own bundles, so what it gave is kept here for the next start."""
_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")
_WORTH_IT = 1000


@cache
def static_url(purpose: str) -> str:
    """The address of one of our assets (`base.css`) or of a third party's file (`plotly.js`)."""
    own = ASSETS / purpose
    name = _name_with_hash(own) if own.is_file() else read_front_end().files[purpose]
    return PREFIX + name


def answer_static_file(request: Request) -> Response:
    """The file that the address names, in the smallest encoding that the browser takes; 404 for any other name."""
    path = _find(request.path.removeprefix(PREFIX))
    if path is None:
        return Response("Not found", 404, mimetype="text/plain")
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response = Response(path.read_bytes(), mimetype=media_type)
    response.headers["Cache-Control"] = _FOR_EVER
    return press_for_ever(request, response)


def press_for_ever(request: Request, response: Response) -> Response:
    """The answer in the best compression there is, made once for each content."""
    if _is_pressable(request, response):
        encoding = request.accept_encodings.best_match(("br", "gzip"))
        if encoding:
            content = response.get_data()
            _replace(response, _pressed(content, encoding), encoding)
    return response


def press_now(request: Request, response: Response) -> Response:
    """The answer lightly compressed, for what is made for this request alone."""
    if _is_pressable(request, response) and request.accept_encodings.quality("gzip"):
        _replace(response, gzip.compress(response.get_data(), compresslevel=6, mtime=0), "gzip")
    return response


def _is_pressable(request: Request, response: Response) -> bool:
    if response.direct_passthrough or response.status_code != 200 or "Content-Encoding" in response.headers:
        return False
    if not response.mimetype.startswith(_TEXT):
        return False
    response.vary.add("Accept-Encoding")
    return response.is_sequence and len(response.get_data()) >= _WORTH_IT


def _replace(response: Response, content: bytes, encoding: str) -> None:
    response.set_data(content)
    response.headers["Content-Encoding"] = encoding
    tag, _ = response.get_etag()
    if tag:
        # The same resource in other bytes: the tag may only promise that they mean the same.
        response.set_etag(tag, weak=True)


def _pressed(content: bytes, encoding: str) -> bytes:
    """Made once for each content on this machine, and read from its file afterwards."""
    kept = PRESSED / f"{hashlib.sha256(content).hexdigest()}.{encoding}"
    with contextlib.suppress(OSError):
        return kept.read_bytes()
    made = brotli.compress(content, quality=11) if encoding == "br" else gzip.compress(content, 9, mtime=0)
    with contextlib.suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_name(f"{kept.name}.{os.getpid()}")
        fresh.write_bytes(made)
        fresh.replace(kept)
    return bytes(made)


@cache
def _name_with_hash(path: Path) -> str:
    return f"{path.stem}.{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}{path.suffix}"


def _find(name: str) -> Path | None:
    """The file behind a stored name; only names that were given out are looked for."""
    if name in read_front_end().files.values():
        return VENDOR / name
    for path in ASSETS.iterdir():
        if path.is_file() and _name_with_hash(path) == name:
            return path
    return None
