"""Files that never change under their name: ours and third parties', compressed once, kept by browsers for ever."""

import contextlib
import gzip
import hashlib
import mimetypes
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import brotli
from flask import Request, Response

from dashboard.front_end import VENDOR, read_front_end

ASSETS = Path(__file__).resolve().parent / "assets"
PREFIX = "/static/"

_FOR_EVER = "public, max-age=31536000, immutable"
COMPRESSED_FOLDER = VENDOR / "pressed"
"""Brotli at its best takes many seconds for Dash's own bundles, so what it gave is kept here for the next start."""
_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")
_WORTH_IT = 1000

_presser = ThreadPoolExecutor(max_workers=1, thread_name_prefix="brotli")
_ready: dict[str, bytes] = {}
"""What was pressed, by the digest of its content: the few files of the packages, never what a visitor sent."""
_under_way: set[str] = set()


@cache
def static_url(asset_name: str) -> str:
    """The address of one of our assets (`base.css`) or of a third party's file (`plotly.js`)."""
    own = ASSETS / asset_name
    name = _name_with_hash(own) if own.is_file() else read_front_end().files[asset_name]
    return PREFIX + name


def serve_static_file(request: Request) -> Response:
    """The file that the address names, in the smallest encoding that the browser takes; 404 for any other name."""
    path = _find(request.path.removeprefix(PREFIX))
    return Response("Not found", 404, mimetype="text/plain") if path is None else _serve(path, request)


def serve_plotly(request: Request) -> Response:
    """Return the bundle of plotly.js that set-up chose, in place of the full one that Dash would serve.

    Its address has no hash, so browsers revalidate it; the answer is then 304 without a body.
    """
    name = static_url("plotly.js").removeprefix(PREFIX)
    path = _find(name)
    assert path is not None
    response = _serve(path, request)
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(name, weak=True)
    response.make_conditional(request)
    return response


def _serve(path: Path, request: Request) -> Response:
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response = Response(path.read_bytes(), mimetype=media_type)
    response.headers["Cache-Control"] = _FOR_EVER
    beside = path.with_name(f"{path.name}.br")
    if request.accept_encodings.quality("br") and beside.is_file():
        response.vary.add("Accept-Encoding")
        _replace(response, beside.read_bytes(), "br")
    return compress_response(request, response)


def compress_response(request: Request, response: Response) -> Response:
    """The answer in the best compression there is by now: brotli's best once it is made, until then a light one."""
    if _is_pressable(request, response) and request.accept_encodings.quality("br"):
        made = _pressed(response.get_data())
        if made is not None:
            _replace(response, made, "br")
    return gzip_response(request, response)


def gzip_response(request: Request, response: Response) -> Response:
    """The answer lightly compressed, for what is made for this request alone."""
    if _is_pressable(request, response) and request.accept_encodings.quality("gzip"):
        _replace(response, gzip.compress(response.get_data(), compresslevel=6, mtime=0), "gzip")
    return response


def _is_pressable(request: Request, response: Response) -> bool:
    if response.direct_passthrough or response.status_code != 200 or "Content-Encoding" in response.headers:
        return False
    if not (response.mimetype or "").startswith(_TEXT):
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


def _pressed(content: bytes) -> bytes | None:
    """What brotli made of it before; None the first time, while it is being made for the next visitor."""
    name = f"{hashlib.sha256(content).hexdigest()}.br"
    if name not in _ready:
        with contextlib.suppress(OSError):
            _ready[name] = (COMPRESSED_FOLDER / name).read_bytes()
    if name not in _ready and name not in _under_way:
        _under_way.add(name)
        _presser.submit(_press, content, name)
    return _ready.get(name)


def _press(content: bytes, name: str) -> None:
    """Kept in memory, and on disk where that may be written, for the next start and the other workers."""
    made = bytes(brotli.compress(content, quality=11))
    _ready[name] = made
    with contextlib.suppress(OSError):
        COMPRESSED_FOLDER.mkdir(parents=True, exist_ok=True)
        fresh = COMPRESSED_FOLDER / f"{name}.{os.getpid()}"
        fresh.write_bytes(made)
        fresh.replace(COMPRESSED_FOLDER / name)


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
