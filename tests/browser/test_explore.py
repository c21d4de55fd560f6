"""The public explore page of the newest edition: controls, and marks that lead on."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import open_visitor, serve_app
from tests.support.command_line import CLOCK
from tests.support.shared_fixtures import PublishedSampleFactory

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def published(published_sample: PublishedSampleFactory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample with an edition of its second to last quarter."""
    return Path(shutil.copyfile(published_sample("2026Q2"), tmp_path_factory.mktemp("explore") / "sample.db"))


@pytest.fixture(scope="module")
def origin(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve_app(f"sqlite:///{published}", tmp_path_factory.mktemp("log") / "log", CLOCK=CLOCK) as address:
        yield address


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
