"""The exported public site, opened from a disk: links, search and requests."""

import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser

from etl.database.connection import migrate, open_engine
from etl.indicators.periods import Quarter
from etl.queries.data_source import DataSource
from etl.queries.editions import find_file, list_editions, list_paths
from tests.support.command_line import CommandLine
from tests.support.edition_database import publish_quarter, store_edition_data


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DataSource]:
    folder = tmp_path_factory.mktemp("static")
    url = f"sqlite:///{folder / 'world.db'}"
    engine = open_engine(url)
    migrate(engine)
    source = store_edition_data(engine)
    publish_quarter(source, Quarter(2023, 1))
    publish_quarter(source)
    CommandLine(url).succeed("export", "site", folder / "site")
    return folder / "site", source


def links_of(page: str) -> list[str]:
    return re.findall(r'(?:href|src)="([^"#]+)"', page) + re.findall(r"url=([^\"]+)\"", page)


def test_every_link_leads_to_a_file_of_the_folder(exported: tuple[Path, DataSource]) -> None:
    site, _ = exported
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 60
    broken = []
    for page in pages:
        for link in links_of(page.read_text(encoding="utf-8")):
            target = Path(unquote(urlsplit(urljoin(page.as_uri(), link)).path))
            if urlsplit(link).scheme or not target.is_file() or not target.is_relative_to(site):
                broken.append(f"{page.relative_to(site)}: {link}")
    assert broken == []


def test_the_files_equal_those_of_the_editions(exported: tuple[Path, DataSource]) -> None:
    site, source = exported
    newest, *older = reversed(list_editions(source))
    for path in list_paths(source, newest.id):
        stored = find_file(source, newest.id, path).data
        assert (site / path).read_bytes() == stored
        assert (site / "editions" / newest.id / path).read_bytes() == stored
    for path in list_paths(source, older[0].id):
        data = (site / "editions" / older[0].id / path).read_bytes()
        if path.endswith(".html"):
            assert b'<p class="status" role="status">' in data
            data = re.sub(rb'<p class="status" role="status">.*?</p>', b"<!--status-->", data, count=1)
        assert data == find_file(source, older[0].id, path).data


def test_a_second_export_replaces_the_folder_but_not_a_foreign_one(
    exported: tuple[Path, DataSource], tmp_path: Path
) -> None:
    site, source = exported
    run = CommandLine(str(source.engine.url))
    assert run("export", "site", site).code == 0
    (tmp_path / "mine.txt").write_text("mine")
    refused = run("export", "site", tmp_path)
    assert refused.code == 3 and [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_before_the_first_edition_there_is_nothing_to_export(sqlite_url: str, tmp_path: Path) -> None:
    result = CommandLine(sqlite_url)("export", "site", tmp_path / "site")
    assert result.code == 3 and "No editions have been published yet" in result.err


@pytest.mark.browser
@pytest.mark.parametrize(("prefix", "word"), [("", "formula"), ("km/", "ខ្មែរ")])
def test_search_works_from_a_disk_without_outside_requests(
    browser: Browser, exported: tuple[Path, DataSource], prefix: str, word: str
) -> None:
    site, _ = exported
    page = browser.new_context().new_page()
    requested: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((site / prefix / "index.html").as_uri())
    page.click("nav a[href$='explore.html']")
    page.wait_for_selector("#words")
    every = page.locator("#found a").count()
    page.fill("#words", word)
    page.wait_for_function("every => document.querySelectorAll('#found a').length < every", arg=every)
    assert page.locator("#found a").count() == 1
    page.click("#found a")
    page.wait_for_selector("h1")
    assert page.url.endswith(f"{prefix}indicators/B-02.html")
    page.goto((site / "editions" / "2023-Q1" / prefix / "explore.html").as_uri())
    page.wait_for_url("**/explore.html")
    page.fill("#words", "no such word at all")
    page.wait_for_function("() => document.querySelectorAll('#found a').length === 0")
    assert complaints == []
    assert [address for address in requested if not address.startswith(site.as_uri())] == []
