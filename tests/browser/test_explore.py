"""The public explore page of the newest edition: layout, controls, and marks that lead on."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.chromium import open_visitor, serve_app
from tests.support.command_line import CLOCK
from tests.support.shared_fixtures import PublishedSampleFactory

pytestmark = pytest.mark.browser
SERIOUS = ("moderate", "serious", "critical")


@pytest.fixture(scope="module")
def published(published_sample: PublishedSampleFactory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample with an edition of its second to last quarter."""
    return Path(shutil.copyfile(published_sample("2026Q2"), tmp_path_factory.mktemp("explore") / "sample.db"))


@pytest.fixture(scope="module")
def origin(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve_app(f"sqlite:///{published}", tmp_path_factory.mktemp("log") / "log", CLOCK=CLOCK) as address:
        yield address


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
        assert not visitor.foreign_requests
        assert not page.context.cookies()


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
