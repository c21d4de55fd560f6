"""The whole public side as files that work from a disk: every edition, the list of them, and a page to search."""

import json
from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from etl.database.edition_records import EditionSummary
from etl.errors import CardecError
from etl.indicators.editions import EditionContents
from etl.locale import LANGUAGES, Locale, get_locale
from etl.publication.editions_list import (
    insert_status_line,
    render_editions_feed,
    render_editions_page,
    render_status_line,
)
from etl.publication.public_page import EditionPage, render_public_page
from etl.queries.data_source import DataSource
from etl.queries.editions import find_edition_contents, find_file, list_editions, list_paths, map_replacements
from etl.wording.editions import edition_figure_title

SEARCH_SCRIPT_PATH = Path(__file__).resolve().parent / "search.js"


class NothingPublishedError(CardecError):
    """There is no edition yet, so there is nothing to export."""


def render_static_site(source: DataSource) -> Iterator[tuple[str, bytes]]:
    """Each file with its path; the newest edition lies at the top, each also in its own folder.

    NothingPublishedError before the first edition.
    """
    lines = list_editions(source)
    if not lines:
        raise NothingPublishedError("No edition is published yet: python -m etl publish QUARTER")
    newest = lines[-1]
    replaced = map_replacements(lines)
    book = find_edition_contents(source, newest.id)
    assert book is not None
    for line in lines:
        yield from _edition_files(source, line, newest, replaced)
    for path in list_paths(source, newest.id):
        yield path, _data(source, newest.id, path)
    for language in LANGUAGES:
        listed, searched = EditionPage(language, "editions.html"), EditionPage(language, "explore.html")
        yield listed.stored_path, render_editions_page(book, lines, replaced, listed)
        yield searched.stored_path, _search_page(book, searched)
    yield "assets/search.js", _search_script(book)
    yield "feed.xml", render_editions_feed(book.plan.settings.name.en, lines, "")


def _edition_files(
    source: DataSource, line: EditionSummary, newest: EditionSummary, replaced: dict[str, str]
) -> Iterator[tuple[str, bytes]]:
    """One edition in its folder, with the line at its top, and pages that lead to what all editions share."""
    for path in list_paths(source, line.id):
        data = _data(source, line.id, path)
        if path.endswith(".html"):
            data = insert_status_line(data, render_status_line(line, newest, replaced, parse_page_path(path)))
        yield f"editions/{line.id}/{path}", data
    for language in LANGUAGES:
        for name in ("editions.html", "explore.html"):
            place = EditionPage(language, name)
            yield (
                f"editions/{line.id}/{place.stored_path}",
                _leading_page(place, f"{place.root}../../{place.stored_path}"),
            )


def parse_page_path(path: str) -> EditionPage:
    """The place of a stored page by its path."""
    return EditionPage("km", path.removeprefix("km/")) if path.startswith("km/") else EditionPage("en", path)


def _data(source: DataSource, edition: str, path: str) -> bytes:
    found = find_file(source, edition, path)
    assert found is not None
    return found.data


def _leading_page(place: EditionPage, target: str) -> bytes:
    """A page that leads on by itself, and by a link where a browser doesn't let it."""
    _ = place.locale.gettext
    title = _("Editions") if place.path == "editions.html" else _("Search")
    page = Markup(
        '<!doctype html>\n<html lang="{0}"><head><meta charset="utf-8"><title>{1} · CARDEC</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="refresh" content="0; url={2}"></head><body><main><h1>{1}</h1>'
        '<p><a href="{2}">{1}</a></p></main></body></html>\n'
    )
    return str(page.format(place.language, title, target)).encode()


def _search_page(book: EditionContents, place: EditionPage) -> bytes:
    """A field that looks for words in names, definitions, sites and codes; without a script a list of all."""
    _ = place.locale.gettext
    title = _("Search")
    told = _("Type a word: an indicator, an objective, a site or a code. It works without a connection.")
    every = Markup("").join(
        Markup('<li><a href="{}">{}</a></li>').format(
            place.link_to(f"indicators/{one.code}.html"), one.name.in_language(place.language)
        )
        for one in book.edition.indicators
    )
    body = Markup(
        '<h1>{}</h1><p><label for="words">{}</label></p><p><input id="words" type="search" autocomplete="off" '
        'data-language="{}" data-root="{}" data-none="{}"></p><p id="count" role="status"></p><ul id="found">{}</ul>'
        '<script src="{}assets/search.js"></script>'
    ).format(title, told, place.language, place.root, _("Nothing was found."), every, place.root)
    return render_public_page(book, place, title=title, description=told, body=body, current_path="explore.html")


def _search_script(book: EditionContents) -> bytes:
    """The script with its index inside: a page from a disk can't fetch one."""
    entries = [entry for language in LANGUAGES for entry in _entries(book, get_locale(language))]
    index = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return SEARCH_SCRIPT_PATH.read_text(encoding="utf-8").replace("[] /* index */", index).encode()


def _entries(book: EditionContents, locale: Locale) -> Iterator[dict[str, str]]:
    """What can be found: its title, its page, and the words by which it is found, in both languages."""
    sites = {
        one.code: " ".join(f"{site.code} {site.name.en} {site.name.km}" for site in book.sites(one.code))
        for one in book.edition.indicators
    }
    for one in book.edition.indicators:
        name, meaning = one.name, one.definition
        words = (one.code, one.objective, name.en, name.km, meaning.en, meaning.km, sites[one.code])
        title = edition_figure_title(book.plan_to_date_figure(one.code), one, book, locale)
        yield _entry(locale, title, f"indicators/{one.code}.html", *words)
    for objective in book.plan.objectives:
        name, path = objective.name, f"objectives/{objective.code}.html"
        yield _entry(locale, name.in_language(locale.language), path, objective.code, name.en, name.km)
    for programme in book.plan.programmes:
        name, path = programme.name, f"programmes/{programme.code}.html"
        yield _entry(locale, name.in_language(locale.language), path, programme.code, name.en, name.km)


def _entry(locale: Locale, title: str, path: str, *words: str) -> dict[str, str]:
    return {"l": locale.language, "t": title, "p": EditionPage(locale.language, path).stored_path, "w": " ".join(words)}
