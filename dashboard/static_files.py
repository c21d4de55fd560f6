"""Serve fixed files under names with a content hash, and compress responses.

Set-up (`dashboard.front_end`) stores a Brotli copy of every fixed text file; other responses are compressed with gzip.
"""

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Request, Response

from dashboard.front_end import (
    ASSETS,
    COMPRESSED,
    FONTS,
    JOINED,
    PLOTLY,
    VENDOR,
    FrontEndError,
    join_assets,
    read_front_end,
)
from dashboard.selection import add_base_path

PREFIX = "/static/"
"""The path of fixed files below the base path."""

_NO_EXPIRY = "public, max-age=31536000, immutable"
_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml", "font/ttf")
_SMALLEST = 1000
"""Bytes. Smaller responses are not compressed."""
_PRELOADED = {"en": ("latin-400", "latin-700"), "km": ("khmer-400", "khmer-700", "latin-400", "latin-700")}
"""The fonts that a page of each language needs at once, by the start of their purpose."""
_BOLD, _ENTRY_POINT = "-700", b'id="react-entry-point"'


def make_static_url(asset_name: str) -> str:
    """Return the address of an asset of ours (`base.css`), of several joined (`app.css`), or of a third-party file.

    FrontEndError when set-up did not prepare it.
    """
    return add_base_path(PREFIX + _find_stored_name(asset_name))


@cache
def _find_stored_name(asset_name: str) -> str:
    is_own = asset_name in JOINED or (ASSETS / asset_name).is_file()
    name = _make_hashed_name(asset_name) if is_own else read_front_end().files.get(asset_name)
    if name is None:
        raise FrontEndError(f"{asset_name} is not prepared: run `make setup`.")
    return name


def add_font_preloads(response: Response, language: str) -> None:
    """Make the browser load the fonts early, with a `Link` header, when the response is a page that uses them.

    A page that scripts draw gets the regular weights only: on a slow line the bold ones would delay its scripts.
    """
    if response.mimetype != "text/html" or "Content-Encoding" in response.headers or not response.is_sequence:
        return
    content = response.get_data()
    if make_static_url(FONTS).encode() in content:
        preloads = _make_font_preloads(language, add_base_path(PREFIX), without_bold=_ENTRY_POINT in content)
        if preloads:
            response.headers["Link"] = preloads


@cache
def _make_font_preloads(language: str, folder: str, *, without_bold: bool) -> str:
    chosen = tuple(name for name in _PRELOADED[language] if not (without_bold and name.endswith(_BOLD)))
    return ", ".join(
        f"<{folder}{name}>; rel=preload; as=font; type={_get_media_type(name)}; crossorigin"
        for purpose, name in read_front_end().files.items()
        if purpose.startswith(chosen) and purpose.endswith(".woff2")
    )


def serve_static_file(request: Request) -> Response:
    """Return the file that the address names, compressed when the browser accepts it. 404 for any other name."""
    name = request.path.removeprefix(PREFIX)
    content = _find(name)
    return Response("Not found", 404, mimetype="text/plain") if content is None else _serve(name, content, request)


def serve_plotly(request: Request) -> Response:
    """Return the bundle of plotly.js that set-up chose, in place of the full one that Dash would serve.

    Its address has no hash, so browsers revalidate it; the answer is then 304 without a body.
    """
    name = _find_stored_name(PLOTLY)
    response = _serve(name, (VENDOR / name).read_bytes(), request)
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(name, weak=True)
    response.make_conditional(request)
    return response


def _serve(name: str, content: bytes, request: Request) -> Response:
    response = Response(content, mimetype=_get_media_type(name))
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


def _get_media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


@cache
def _read_own(name: str) -> bytes:
    """Return an asset of ours or several joined."""
    return join_assets(name) if name in JOINED else (ASSETS / name).read_bytes()


@cache
def _make_hashed_name(name: str) -> str:
    stem, ending = Path(name).stem, Path(name).suffix
    return f"{stem}.{hashlib.sha256(_read_own(name)).hexdigest()[:16]}{ending}"


def _find(name: str) -> bytes | None:
    """Return the content of the file with a stored name; None for a name that no page contains."""
    if name in read_front_end().files.values():
        return (VENDOR / name).read_bytes()
    own = (*JOINED, *(path.name for path in ASSETS.iterdir() if path.is_file()))
    return next((_read_own(candidate) for candidate in own if _make_hashed_name(candidate) == name), None)
