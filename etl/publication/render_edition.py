"""Render all files of an edition: pages in both languages, images, assets and downloads."""

import hashlib
from collections.abc import Iterator
from functools import lru_cache, partial

import brotli

from etl.database.edition_records import EditionFile
from etl.exports.edition.downloads import render_downloads
from etl.indicators.editions import EditionContents
from etl.locale import LANGUAGES, get_locale
from etl.publication.assets import get_public_assets
from etl.publication.front_page import render_front_page
from etl.publication.indicator_page import render_indicator_page
from etl.publication.other_pages import (
    ABOUT_PAGES,
    render_about_page,
    render_changes_page,
    render_downloads_page,
    render_objective_page,
    render_programme_page,
)
from etl.publication.public_page import EditionPage
from etl.publication.share_picture import render_share_picture
from etl.publisher.iati import NO_SETTINGS, IatiSettings

HTML, PNG = "text/html", "image/png"
_LARGEST_CACHED_FILE = 64 * 1024
_TEXT = ("text/", "application/json", "application/xml", "image/svg+xml")


def render_edition(contents: EditionContents, *, iati: IatiSettings = NO_SETTINGS) -> tuple[EditionFile, ...]:
    """Return all files of the edition. `iati` has what the plan doesn't know of its IATI file."""
    files = (*_render_pages(contents), *_read_assets(contents), *_render_downloads(contents, iati))
    return tuple(make_edition_file(path, language, media_type, data) for path, language, media_type, data in files)


def make_edition_file(path: str, language: str, media_type: str, data: bytes) -> EditionFile:
    """Return the file with its ETag, and compressed with Brotli where that is smaller."""
    compress = _compress_once if len(data) <= _LARGEST_CACHED_FILE else _compress
    compressed = compress(data) if media_type.startswith(_TEXT) else b""
    return EditionFile(
        path=path,
        language=language,
        media_type=media_type,
        data=data,
        compressed=compressed if compressed and len(compressed) < len(data) else None,
        etag=hashlib.sha256(data).hexdigest()[:32],
    )


def _compress(data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=10))


_compress_once = lru_cache(maxsize=256)(_compress)
"""Style sheets, scripts and many pages are the same in the next edition."""


_File = tuple[str, str, str, bytes]


def _render_pages(contents: EditionContents) -> Iterator[_File]:
    plan = contents.plan
    renderers = {
        "index.html": partial(render_front_page, contents),
        "downloads.html": partial(render_downloads_page, contents),
        "changes.html": partial(render_changes_page, contents),
    }
    renderers |= {f"about/{name}.html": partial(render_about_page, contents, name) for name in ABOUT_PAGES}
    for objective in plan.objectives:
        renderers[f"objectives/{objective.code}.html"] = partial(render_objective_page, contents, objective)
    for programme in plan.programmes:
        renderers[f"programmes/{programme.code}.html"] = partial(render_programme_page, contents, programme)
    for indicator in contents.edition.indicators:
        renderers[f"indicators/{indicator.code}.html"] = partial(render_indicator_page, contents, indicator)
    for language in LANGUAGES:
        for path, render in renderers.items():
            page = EditionPage(language, path)
            yield page.stored_path, language, HTML, render(page)


def _read_assets(contents: EditionContents) -> Iterator[_File]:
    for asset in get_public_assets().all:
        yield f"assets/{asset.name}", "", asset.media_type, asset.data
    for language in LANGUAGES:
        yield f"assets/share-{language}.png", language, PNG, render_share_picture(contents, get_locale(language))


def _render_downloads(contents: EditionContents, iati: IatiSettings) -> Iterator[_File]:
    for download in render_downloads(contents, iati=iati):
        yield download.path, download.language, download.media_type, download.data
