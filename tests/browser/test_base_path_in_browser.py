"""A staff page and a public page work below a path of a host, with scripts, filters and clicks on charts.

`tests/dashboard/test_base_path.py` follows all addresses that pages name, behind nginx and without a browser.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from etl.indicators.plans import Plan
from tests.browser.chromium import open_visitor, serve_app
from tests.browser.filter_controls import choose_period
from tests.browser.served_app import create_manager_session
from tests.browser.test_overview_charts import click_point
from tests.support.command_line import CLOCK
from tests.support.manager_account import add_manager
from tests.support.shared_fixtures import PublishedSampleFactory

pytestmark = [pytest.mark.browser, pytest.mark.soak]

BASE_PATH = "/cardec"


@pytest.fixture(scope="module")
def origin(published_sample: PublishedSampleFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the sample with an edition and yield the address of the site: the host and its path."""
    folder = tmp_path_factory.mktemp("base-path")
    database = Path(shutil.copyfile(published_sample("2026Q2"), folder / "sample.db"))
    add_manager(database)
    with serve_app(f"sqlite:///{database}", folder / "log", CLOCK=CLOCK, BASE_PATH=BASE_PATH) as host:
        yield f"{host}{BASE_PATH}"


def test_a_staff_page_filters_and_answers_clicks_below_the_base_path(
    browser: Browser, origin: str, shipped_plan: Plan
) -> None:
    with open_visitor(browser, origin, session=create_manager_session(browser, origin)) as visitor:
        visitor.open("/staff/overview")
        page, year = visitor.page, shipped_plan.settings.first_year
        choose_period(page, str(year))
        page.wait_for_url(f"{origin}/staff/overview?period={year}")
        # The page of the year has replaced the former one when its links keep the year.
        page.locator(f"#page a[href*='/staff/objective/'][href$='period={year}']").first.wait_for(state="attached")
        visitor.wait()
        click_point(visitor, "chart-objectives", 0, 0)
        page.wait_for_url(re.compile(rf"{re.escape(origin)}/staff/objective/[^/?]+\?period={year}$"))
        visitor.wait()
        assert len(visitor.requests) > 5 and visitor.foreign_requests == []
        assert visitor.console_errors == []


def test_a_public_page_filters_and_answers_clicks_below_the_base_path(browser: Browser, origin: str) -> None:
    with open_visitor(browser, origin) as visitor:
        visitor.open("/km/explore")
        page = visitor.page
        page.focus("#explore-objective-SO3")
        page.keyboard.press("Space")
        page.wait_for_url(f"{origin}/km/explore?objective=SO3")
        page.wait_for_function("() => document.querySelectorAll('.chart-frame').length === 1")
        visitor.wait()
        page.locator(".chart-frame .bars .point path").first.click(force=True)
        page.wait_for_url(re.compile(rf"{re.escape(origin)}/km/explore\?.*view=time.*indicator=SO3"))
        visitor.wait()
        assert len(visitor.requests) > 5 and visitor.foreign_requests == []
        assert visitor.console_errors == []
