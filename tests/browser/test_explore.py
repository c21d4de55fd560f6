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
SERIOUS = ("moderate", "serious", "critical")
CHOSEN = "?view=sites&objective=SO3&period=2025"


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


def plotted_on(page: Page) -> list[str]:
    return page.evaluate(
        "() => [...document.querySelectorAll('.js-plotly-plot')]"
        ".flatMap(element => element.data.flatMap(trace => (trace.customdata || []).map(mark => mark[0])))"
    )


def test_every_number_of_a_view_is_from_the_edition(browser: Browser, origin: str, book: EditionContents):
    with open_visitor(browser, origin) as visitor:
        visitor.open(f"/explore{CHOSEN}")
        shown_numbers, plotted_numbers = numbers_on(visitor.page), plotted_on(visitor.page)
        assert not visitor.foreign_requests
        assert not visitor.page.context.cookies()
    frozen = [
        figure
        for figure in book.figures
        if figure.key.period == "2025"
        and figure.key.site in book.plan.site_by_code
        and figure.key.indicator.startswith("SO3")
        and not figure.key.part
    ]
    numbers = {
        format_plain_number(value)
        for figure in frozen
        for value in (figure.value, figure.target, figure.share)
        if value is not None
    }
    assert shown_numbers and set(shown_numbers) <= numbers
    assert {format_plain_number(figure.value) for figure in frozen if figure.value is not None} <= set(shown_numbers)
    assert plotted_numbers and set(plotted_numbers) <= numbers | {figure.state for figure in frozen}


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize(("width", "height", "top"), [(390, 844, 480), (1440, 900, 420)])
def test_the_first_chart_is_high_on_the_page_and_axe_finds_nothing(
    browser: Browser, origin: str, language: str, width: int, height: int, top: int
):
    prefix = "/km" if language == "km" else ""
    with open_visitor(browser, origin, width=width, height=height) as visitor:
        tops: dict[str, float] = {}
        for query in ("", "?view=time", "?view=sites", "?view=time&objective=SO1"):
            visitor.open(f"{prefix}/explore{query}")
            page = visitor.page
            assert page.locator("html").get_attribute("lang") == language
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.locator("h1").count() == 1
            tops[query] = page.locator(".chart-frame").first.bounding_box()["y"]
        assert not {query: found for query, found in tops.items() if found >= top}
        violations = Axe().run(page).response["violations"]
        assert not [violation["id"] for violation in violations if violation["impact"] in SERIOUS]
        assert not visitor.console_errors


def test_controls_change_the_address_and_keep_the_focus(browser: Browser, origin: str):
    with open_visitor(browser, origin) as visitor:
        visitor.open("/explore")
        page = visitor.page
        page.focus("#explore-objective-SO2")
        page.keyboard.press("Space")
        page.wait_for_url(re.compile(r"objective=SO2"))
        page.wait_for_function("() => document.querySelectorAll('.chart-frame').length === 1")
        page.wait_for_function("() => document.activeElement.id === 'explore-objective-SO2'")
        page.focus("#explore-period-plan")
        page.keyboard.press("ArrowRight")
        page.wait_for_url(re.compile(r"objective=SO2&period=\d{4}"))
        page.wait_for_function("() => document.activeElement.id.startsWith('explore-period-2')")
        page.go_back()
        page.wait_for_url(re.compile(r"objective=SO2$"))
        page.wait_for_function("() => document.querySelector('#explore-period-plan').checked")


def test_a_mark_leads_to_its_years_and_then_to_its_sites(browser: Browser, origin: str):
    with open_visitor(browser, origin) as visitor:
        visitor.open("/explore?objective=SO3")
        page = visitor.page
        page.locator(".chart-frame .bars .point path").first.click(force=True)
        page.wait_for_url(re.compile(r"view=time.*indicator=SO3"))
        page.wait_for_function("() => document.querySelector('#explore-view-time.active') !== null")
        visitor.wait()
        page.locator(".chart-frame .bars .point path").first.click(force=True)
        page.wait_for_url(re.compile(r"view=sites.*indicator=SO3.*period="))
        page.get_by_role("link", name="Definition and details").click()
        page.wait_for_url(re.compile(r"/indicators/SO3-"))


def test_unknown_values_are_named_and_ignored(browser: Browser, origin: str):
    with open_visitor(browser, origin) as visitor:
        visitor.open("/explore?period=2025Q3&site=NOWHERE&objective=SO1")
        note = visitor.page.locator(".alert").first.inner_text()
        assert "2025Q3" in note and "NOWHERE" in note
        assert visitor.page.locator(".chart-frame").count() == 1


def test_the_page_shows_the_edition_and_its_marks(browser: Browser, origin: str):
    with open_visitor(browser, origin) as visitor:
        visitor.open("/explore")
        assert "sample data, not results" in visitor.page.locator(".ribbon").inner_text()
        assert "2026-Q2" in visitor.page.locator("#react-entry-point footer").inner_text()


def test_before_the_first_edition_the_page_says_that_nothing_is_published(sample_site: ServedApp):
    with sample_site.visit_signed_out() as visitor:
        visitor.open("/explore", with_charts=False)
        assert "Nothing is published yet" in visitor.page.inner_text("main")
