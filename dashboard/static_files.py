"""Serve fixed files under names with a content hash, and compress responses.

Set-up (`dashboard.front_end`) stores a Brotli copy of every fixed text file; other responses are compressed with gzip.
"""

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Request, Response

from dashboard.front_end import ASSETS, COMPRESSED, FONTS, PLOTLY, VENDOR, FrontEndError, read_front_end

PREFIX = "/static/"

_NO_EXPIRY = "public, max-age=31536000, immutable"
_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml", "font/ttf")
_SMALLEST = 1000
"""Bytes. Smaller responses are not compressed."""
_PRELOADED = {"en": ("latin-400", "latin-700"), "km": ("khmer-400", "khmer-700", "latin-400", "latin-700")}
"""The fonts that a page of each language needs at once, by the start of their purpose."""


@cache
def make_static_url(asset_name: str) -> str:
    """Return the address of one of our assets (`base.css`) or of a third-party file (`plotly.js`).

    FrontEndError when set-up did not prepare it.
    """
    own = ASSETS / asset_name
    name = _make_hashed_name(own) if own.is_file() else read_front_end().files.get(asset_name)
    if name is None:
        raise FrontEndError(f"{asset_name} is not prepared: run `make setup`.")
    return PREFIX + name


def add_font_preloads(response: Response, language: str) -> None:
    """Make the browser load the fonts early, with a `Link` header, when the response is a page that uses them."""
    if response.mimetype != "text/html" or "Content-Encoding" in response.headers or not response.is_sequence:
        return
    if make_static_url(FONTS).encode() in response.get_data():
        preloads = _make_font_preloads(language)
        if preloads:
            response.headers["Link"] = preloads


@cache
def _make_font_preloads(language: str) -> str:
    return ", ".join(
        f"<{PREFIX}{name}>; rel=preload; as=font; type={_get_media_type(Path(name))}; crossorigin"
        for purpose, name in read_front_end().files.items()
        if purpose.startswith(_PRELOADED[language]) and purpose.endswith(".woff2")
    )


def serve_static_file(request: Request) -> Response:
    """Return the file that the address names, compressed when the browser accepts it. 404 for any other name."""
    path = _find(request.path.removeprefix(PREFIX))
    return Response("Not found", 404, mimetype="text/plain") if path is None else _serve(path, request)


def serve_plotly(request: Request) -> Response:
    """Return the bundle of plotly.js that set-up chose, in place of the full one that Dash would serve.

    Its address has no hash, so browsers revalidate it; the answer is then 304 without a body.
    """
    name = make_static_url(PLOTLY).removeprefix(PREFIX)
    response = _serve(VENDOR / name, request)
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(name, weak=True)
    response.make_conditional(request)
    return response


def _serve(path: Path, request: Request) -> Response:
    response = Response(path.read_bytes(), mimetype=_get_media_type(path))
    response.headers["Cache-Control"] = _NO_EXPIRY
    return compress_fixed_response(request, response)


def compress_fixed_response(request: Request, response: Response) -> Response:
    """Replace the body of a fixed file by the Brotli copy that set-up made; use gzip where there is none."""
    if _is_compressible(request, response) and request.accept_encodings.quality("br"):
        compressed = _read_compressed(hashlib.sha256(response.get_data()).hexdigest())
        if compressed is not None:
            _replace_body(response, compressed, "br")
    return gzip_response(request, response)


def gzip_response(request: Request, response: Response) -> Response:
    """Compress the body with gzip when the browser accepts it."""
    if _is_compressible(request, response) and request.accept_encodings.quality("gzip"):
        _replace_body(response, gzip.compress(response.get_data(), compresslevel=6, mtime=0), "gzip")
    return response


def _is_compressible(request: Request, response: Response) -> bool:
    if response.direct_passthrough or response.status_code != 200 or "Content-Encoding" in response.headers:
        return False
    if not (response.mimetype or "").startswith(_TEXT):
        return False
    response.vary.add("Accept-Encoding")
    return response.is_sequence and len(response.get_data()) >= _SMALLEST


def _replace_body(response: Response, content: bytes, encoding: str) -> None:
    response.set_data(content)
    response.headers["Content-Encoding"] = encoding
    tag, _ = response.get_etag()
    if tag:
        # The bytes differ from those of the uncompressed response, so the tag must be a weak one.
        response.set_etag(tag, weak=True)


@cache
def _read_compressed(digest: str) -> bytes | None:
    path = VENDOR / COMPRESSED / f"{digest}.br"
    return path.read_bytes() if path.is_file() else None


def _get_media_type(path: Path) -> str:
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


@cache
def _make_hashed_name(path: Path) -> str:
    return f"{path.stem}.{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}{path.suffix}"


def _find(name: str) -> Path | None:
    """Return the file of a stored name; None for a name that no page contains."""
    if name in read_front_end().files.values():
        return VENDOR / name
    for path in ASSETS.iterdir():
        if path.is_file() and _make_hashed_name(path) == name:
            return path
    return None
