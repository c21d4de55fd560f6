"""An edition as files: pages in both languages, pictures, stylesheet, font, downloads, all from its figures."""

import hashlib
from collections.abc import Iterator
from functools import partial

import brotli

from etl.database.edition_records import EditionFile
from etl.exports.edition.downloads import edition_downloads
from etl.indicators.editions import Book
from etl.locale.translations import LANGUAGES
from etl.publication.about_pages import ABOUT, about_page
from etl.publication.asset_names import public_assets
from etl.publication.front_page import front_page
from etl.publication.indicator_page import indicator_page
from etl.publication.more_pages import changes_page, downloads_page, objective_page, programme_page
from etl.publication.public_page import Place
from etl.publication.share_picture import share_picture

HTML, PNG = "text/html", "image/png"
_TEXT = ("text/", "application/json", "application/xml", "image/svg+xml")


def render_edition(book: Book, *, organisation: str = "") -> tuple[EditionFile, ...]:
    """All files of the edition. `organisation` is the identifier that its IATI file names."""
    made = (*_pages(book), *_assets(book), *_downloads(book, organisation))
    return tuple(finish_file(path, language, kind, data) for path, language, kind, data in made)


def finish_file(path: str, language: str, kind: str, data: bytes) -> EditionFile:
    """The file with its tag, and pressed where that makes it smaller."""
    pressed = brotli.compress(data, quality=11) if kind.startswith(_TEXT) else b""
    return EditionFile(
        path=path,
        language=language,
        media_type=kind,
        data=data,
        pressed=pressed if pressed and len(pressed) < len(data) else None,
        etag=hashlib.sha256(data).hexdigest()[:32],
    )


_Made = tuple[str, str, str, bytes]


def _pages(book: Book) -> Iterator[_Made]:
    for language in LANGUAGES:
        makers = {
            "index.html": partial(front_page, book),
            "downloads.html": partial(downloads_page, book),
            "changes.html": partial(changes_page, book),
            **{f"about/{name}.html": partial(about_page, book, name) for name in ABOUT},
            **{f"objectives/{one.code}.html": partial(objective_page, book, one) for one in book.plan.objectives},
            **{f"programmes/{one.code}.html": partial(programme_page, book, one) for one in book.plan.programmes},
            **{f"indicators/{one.code}.html": partial(indicator_page, book, one) for one in book.edition.indicators},
        }
        for path, make in makers.items():
            place = Place(language, path)
            yield place.stored, language, HTML, make(place)


def _assets(book: Book) -> Iterator[_Made]:
    for one in public_assets().all:
        yield f"assets/{one.name}", "", one.media_type, one.data
    for language in LANGUAGES:
        yield f"assets/share-{language}.png", language, PNG, share_picture(book, language)


def _downloads(book: Book, organisation: str) -> Iterator[_Made]:
    for one in edition_downloads(book, organisation=organisation):
        yield one.path, one.language, one.media_type, one.data
