"""An edition as files: pages in both languages, pictures, stylesheet, font, downloads, all from its figures."""

import hashlib
from collections.abc import Iterator
from functools import partial

import brotli

from etl.database.edition_records import EditionFile
from etl.exports.edition.downloads import render_downloads
from etl.indicators.editions import EditionContents
from etl.locale import LANGUAGES, get_locale
from etl.publication.about_pages import ABOUT_PAGES, render_about_page
from etl.publication.assets import get_public_assets
from etl.publication.front_page import render_front_page
from etl.publication.indicator_page import render_indicator_page
from etl.publication.other_pages import (
    render_changes_page,
    render_downloads_page,
    render_objective_page,
    render_programme_page,
)
from etl.publication.public_page import EditionPage
from etl.publication.share_picture import render_share_picture

HTML, PNG = "text/html", "image/png"
_TEXT = ("text/", "application/json", "application/xml", "image/svg+xml")


def render_edition(contents: EditionContents, *, organisation: str = "") -> tuple[EditionFile, ...]:
    """All files of the edition. `organisation` is the identifier that its IATI file names."""
    made = (*_pages(contents), *_assets(contents), *_downloads(contents, organisation))
    return tuple(make_edition_file(path, language, kind, data) for path, language, kind, data in made)


def make_edition_file(path: str, language: str, media_type: str, data: bytes) -> EditionFile:
    """The file with its tag, and pressed where that makes it smaller."""
    pressed = brotli.compress(data, quality=11) if media_type.startswith(_TEXT) else b""
    return EditionFile(
        path=path,
        language=language,
        media_type=media_type,
        data=data,
        compressed=pressed if pressed and len(pressed) < len(data) else None,
        etag=hashlib.sha256(data).hexdigest()[:32],
    )


_Made = tuple[str, str, str, bytes]


def _pages(book: EditionContents) -> Iterator[_Made]:
    for language in LANGUAGES:
        makers = {
            "index.html": partial(render_front_page, book),
            "downloads.html": partial(render_downloads_page, book),
            "changes.html": partial(render_changes_page, book),
            **{f"about/{name}.html": partial(render_about_page, book, name) for name in ABOUT_PAGES},
            **{
                f"objectives/{one.code}.html": partial(render_objective_page, book, one) for one in book.plan.objectives
            },
            **{
                f"programmes/{one.code}.html": partial(render_programme_page, book, one) for one in book.plan.programmes
            },
            **{
                f"indicators/{one.code}.html": partial(render_indicator_page, book, one)
                for one in book.edition.indicators
            },
        }
        for path, make in makers.items():
            place = EditionPage(language, path)
            yield place.stored_path, language, HTML, make(place)


def _assets(book: EditionContents) -> Iterator[_Made]:
    for one in get_public_assets().all:
        yield f"assets/{one.name}", "", one.media_type, one.data
    for language in LANGUAGES:
        yield f"assets/share-{language}.png", language, PNG, render_share_picture(book, get_locale(language))


def _downloads(book: EditionContents, organisation: str) -> Iterator[_Made]:
    for one in render_downloads(book, organisation=organisation):
        yield one.path, one.language, one.media_type, one.data
