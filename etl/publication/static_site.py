"""Render all public pages as files that work from a disk, with a page to search them."""

import json
from collections.abc import Iterator
from pathlib import Path

from etl.database.edition_records import EditionSummary
from etl.errors import CardecError
from etl.indicators.editions import EditionContents
from etl.locale import LANGUAGES, get_locale
from etl.publication.editions_list import (
    insert_status_line,
    render_editions_feed,
    render_editions_page,
    render_status_line,
)
from etl.publication.indicator_files import INDICATOR_FILES, render_indicator_file
from etl.publication.public_page import EditionPage, render_public_page
from etl.publication.templating import render_template
from etl.queries.data_source import DataSource
from etl.queries.editions import find_edition_contents, find_file, list_editions, list_paths, map_replacements
from etl.wording.editions import make_edition_figure_title

_SEARCH_PAGES = ("explore.html", "search.html")
"""The pages that search the files: that of the navigation, and that of the form of every page."""
SEARCH_SCRIPT_PATH = Path(__file__).with_name("search.js")


class NothingPublishedError(CardecError):
    """No edition is published yet."""


def render_static_site(source: DataSource) -> Iterator[tuple[str, bytes]]:
    """Yield each file with its path: the newest edition at the top, and every edition in its own folder.

    NothingPublishedError before the first edition.
    """
    editions = list_editions(source)
    if not editions:
        raise NothingPublishedError(
            "No editions have been published yet. Publish one with: python -m etl publish QUARTER"
        )
    newest = editions[-1]
    replacements = map_replacements(editions)
    contents = find_edition_contents(source, newest.id)
    assert contents is not None
    for edition in editions:
        yield from _render_edition_files(source, edition, newest, replacements)
    for path in list_paths(source, newest.id):
        yield path, _read_file(source, newest.id, path)
    yield from _render_indicator_files(contents)
    for language in LANGUAGES:
        list_page = EditionPage(language, "editions.html")
        yield list_page.stored_path, render_editions_page(contents, editions, replacements, list_page)
        for name in _SEARCH_PAGES:
            search_page = EditionPage(language, name)
            yield search_page.stored_path, render_public_page("search.html", contents, search_page)
    yield "assets/search.js", _read_search_script(contents)
    yield "feed.xml", render_editions_feed(contents.plan.settings.name.en, editions, "")


def _render_edition_files(
    source: DataSource, edition: EditionSummary, newest: EditionSummary, replacements: dict[str, str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of one edition with its status line, and redirects to the pages that all editions share."""
    for path in list_paths(source, edition.id):
        data = _read_file(source, edition.id, path)
        if path.endswith(".html"):
            status_line = render_status_line(edition, newest, replacements, parse_page_path(path))
            data = insert_status_line(data, status_line)
        yield f"editions/{edition.id}/{path}", data
    contents = find_edition_contents(source, edition.id)
    assert contents is not None
    for path, data in _render_indicator_files(contents):
        yield f"editions/{edition.id}/{path}", data
    for language in LANGUAGES:
        for name in ("editions.html", *_SEARCH_PAGES):
            page = EditionPage(language, name)
            target = f"{page.root}../../{page.stored_path}"
            html = render_template("public/redirect.html", page.locale, page=page, target=target)
            yield f"editions/{edition.id}/{page.stored_path}", html.strip().encode() + b"\n"


def _render_indicator_files(contents: EditionContents) -> Iterator[tuple[str, bytes]]:
    """Yield the files that each indicator's page links to; a server renders them at each request."""
    for language in LANGUAGES:
        for indicator in contents.edition.indicators:
            for ending in INDICATOR_FILES:
                path = EditionPage(language, f"indicators/{indicator.code}.{ending}").stored_path
                yield path, render_indicator_file(contents, indicator, ending, get_locale(language))


def parse_page_path(path: str) -> EditionPage:
    """Return the page that is stored under a path."""
    return EditionPage("km", path.removeprefix("km/")) if path.startswith("km/") else EditionPage("en", path)


def _read_file(source: DataSource, edition: str, path: str) -> bytes:
    file = find_file(source, edition, path)
    assert file is not None
    return file.data


def _read_search_script(contents: EditionContents) -> bytes:
    """Return the script with its index inside, since a page that is opened from a disk cannot fetch one."""
    entries = [entry for language in LANGUAGES for entry in _iterate_entries(contents, language)]
    index = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return SEARCH_SCRIPT_PATH.read_text(encoding="utf-8").replace("[] /* index */", index).encode()


def _iterate_entries(contents: EditionContents, language: str) -> Iterator[dict[str, str]]:
    """Yield an index entry for each page: its title, its path, and its words in both languages."""
    locale = get_locale(language)
    for indicator in contents.edition.indicators:
        name, definition = indicator.name, indicator.definition
        sites = (f"{site.code} {site.name.en} {site.name.km}" for site in contents.list_sites(indicator.code))
        search_texts = (indicator.code, indicator.objective, name.en, name.km, definition.en, definition.km, *sites)
        figure = contents.get_plan_to_date_figure(indicator.code)
        title = make_edition_figure_title(figure, indicator, contents, locale)
        yield _make_entry(language, title, f"indicators/{indicator.code}.html", *search_texts)
    folders = (("objectives", contents.plan.objectives), ("programmes", contents.plan.programmes))
    for folder, items in folders:
        for item in items:
            name = item.name
            title = name.get_text(language)
            yield _make_entry(language, title, f"{folder}/{item.code}.html", item.code, name.en, name.km)


def _make_entry(language: str, title: str, path: str, *search_texts: str) -> dict[str, str]:
    return {"l": language, "t": title, "p": EditionPage(language, path).stored_path, "w": " ".join(search_texts)}
