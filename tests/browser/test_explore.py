"""The public explore page of the newest edition: figures of the edition, no cookies, both languages."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from etl.exports.figure_rows import format_plain_number
from etl.indicators.editions import EditionContents
from etl.queries.data_source import open_data_source
from etl.queries.editions import find_newest_edition_contents
from tests.browser.chromium import open_visitor, serve_app
from tests.browser.served_app import ServedApp
from tests.support.command_line import CLOCK
from tests.support.shared_fixtures import PublishedSampleFactory

pytestmark = pytest.mark.browser
CHOSEN = "?objective=SO3&site=BKN&period=2025"


@pytest.fixture(scope="module")
def published(published_sample: PublishedSampleFactory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample with an edition of its second to last quarter."""
    return Path(shutil.copyfile(published_sample("2026Q2"), tmp_path_factory.mktemp("explore") / "sample.db"))


@pytest.fixture(scope="module")
def origin(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve_app(f"sqlite:///{published}", tmp_path_factory.mktemp("log") / "log", CLOCK=CLOCK) as address:
        yield address


@pytest.fixture(scope="module")
def book(published: Path) -> EditionContents:
    newest_book = find_newest_edition_contents(open_data_source(f"sqlite:///{published}"))
    assert newest_book is not None
    return newest_book


def numbers_on(page: Page) -> list[str]:
    return page.eval_on_selector_all("main table [data-exact]", "all => all.map(element => element.dataset.exact)")


def test_every_number_of_a_selection_is_from_the_edition(browser: Browser, origin: str, book: EditionContents):
    with open_visitor(browser, origin) as visitor:
        visitor.open(f"/explore{CHOSEN}")
        shown_numbers = numbers_on(visitor.page)
        plotted_numbers = visitor.page.evaluate(
            "() => [...document.querySelectorAll('.js-plotly-plot')]"
            ".flatMap(element => element.data.flatMap(trace => trace.customdata || []))"
        )
        assert not visitor.foreign_requests
        assert not visitor.page.context.cookies()
    frozen = [
        figure
        for indicator in book.plan.list_indicators("SO3")
        for period in ("2025", *map(str, book.edition.years))
        if (figure := book.find(indicator.code, site="BKN", period=period)) is not None
    ]
    numbers = {
        format_plain_number(value)
        for figure in frozen
        for value in (figure.value, figure.target, figure.share)
        if value is not None
    }
    assert shown_numbers and set(shown_numbers) <= numbers
    newest = {
        format_plain_number(figure.value)
        for figure in frozen
        if figure.value is not None and figure.key.period == "2025"
    }
    assert newest <= set(shown_numbers)
    assert plotted_numbers and set(plotted_numbers) - numbers <= {figure.state for figure in frozen}


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_page_fits_its_window_and_has_no_serious_axe_violations(
    browser: Browser, origin: str, language: str, width: int
):
    prefix = "/km" if language == "km" else ""
    with open_visitor(browser, origin, width=width, height=900) as visitor:
        visitor.open(f"{prefix}/explore?objective=SO1")
        page = visitor.page
        assert page.locator("html").get_attribute("lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("h1").count() == 1
        violations = Axe().run(page).response["violations"]
        assert not [violation["id"] for violation in violations if violation["impact"] in ("serious", "critical")]
        assert not visitor.console_errors


def test_choosing_in_the_form_changes_the_address_and_the_page(browser: Browser, origin: str):
    with open_visitor(browser, origin) as visitor:
        visitor.open("/explore")
        page = visitor.page
        page.select_option("select[name=objective]", "SO2")
        page.select_option("select[name=period]", "2024")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url(re.compile(r"objective=SO2.*period=2024"))
        page.get_by_role("heading", name="All sites, 2024").wait_for()


def test_unknown_values_are_named_and_ignored(browser: Browser, origin: str):
    with open_visitor(browser, origin) as visitor:
        visitor.open("/explore?period=2025Q3&site=NOWHERE&objective=SO1")
        note = visitor.page.locator(".note").first.inner_text()
        assert "2025Q3" in note and "NOWHERE" in note
        assert visitor.page.get_by_role("heading", name="All sites, plan to date").count() == 1


def test_the_page_shows_the_edition_and_its_marks(browser: Browser, origin: str):
    with open_visitor(browser, origin) as visitor:
        visitor.open("/explore")
        assert "sample data, not results" in visitor.page.locator(".ribbon").inner_text()
        assert "2026-Q2" in visitor.page.locator("#react-entry-point footer").inner_text()


def test_before_the_first_edition_the_page_says_that_nothing_is_published(sample_site: ServedApp):
    with sample_site.visit_signed_out() as visitor:
        visitor.open("/explore", with_charts=False)
        assert "Nothing is published yet" in visitor.page.inner_text("main")
