"""The page of editions in Chromium, and publishing with a worker process."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from etl.database.connection import open_engine
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from tests.browser.chromium import PROJECT, BrowserVisitor, open_visitor
from tests.browser.page_sampling import sample_half
from tests.browser.served_app import ServeApp, TakePicture
from tests.support.command_line import CLOCK
from tests.support.manager_account import PASSWORD, add_manager
from tests.support.shared_fixtures import PublishedSampleFactory

pytestmark = pytest.mark.browser

ADMIN = "admin of tests"
WIDTHS = (360, 1440)
QUERIES = ("", "?quarter=2026Q2", "?quarter=2026Q3", "?quarter=2026Q4")
"""The list; a replacement, which asks for a reason; the next edition; and one that is not possible yet."""
CUT = """() => [...document.querySelectorAll('main *')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.right > document.documentElement.clientWidth + 1
        && !element.closest('.table-scroll, .scroll, [tabindex="0"]');
}).map(element => element.tagName + '.' + element.className)"""


@pytest.fixture(scope="module")
def administrator(
    published_sample: PublishedSampleFactory,
    shipped_plan: Plan,
    serve: ServeApp,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[BrowserVisitor, str]]:
    """Yield a signed-in administrator on a sample with one edition, and the database's URL."""
    database = Path(shutil.copyfile(published_sample("2026Q2"), tmp_path_factory.mktemp("publishing") / "sample.db"))
    url = f"sqlite:///{database}"
    engine = open_engine(url)
    now = datetime.fromisoformat(CLOCK)
    add_user(engine, ADMIN, Role.ADMINISTRATOR, PASSWORD, now=now, actor="test")
    engine.dispose()
    add_manager(database)
    with serve(database, shipped_plan) as site, open_visitor(site.browser, site.origin) as visitor:
        visitor.sign_in(ADMIN, PASSWORD)
        yield visitor, url


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_of_editions_fits_its_window_and_has_no_axe_violations(
    administrator: tuple[BrowserVisitor, str], take_picture: TakePicture, language: str, width: int, is_whole: bool
) -> None:
    """`make soak` and `make gallery` visit every query, width and language; other runs half of them."""
    visitor, _ = administrator
    page, faults = visitor.page, []
    page.set_viewport_size({"width": width, "height": 900})
    prefix = "/km" if language == "km" else ""
    for query in QUERIES if is_whole else sample_half(QUERIES, width, WIDTHS, language):
        visitor.open(f"{prefix}/admin/editions{query}", with_charts=False)
        take_picture(page, f"editions-{query[-6:] or 'all'}-{language}-{width}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            faults.append(f"{query}: {wide} px wide")
        faults += [f"{query}: {element} is cut off" for element in page.evaluate(CUT)]
        faults += [
            f"{query}: {violation['id']}: {violation['nodes'][0]['html']}"
            for violation in Axe().run(page).response["violations"]
        ]
        if page.locator("h1").count() != 1:
            faults.append(f"{query}: not one h1")
    assert faults == []
    assert visitor.foreign_requests == [] and visitor.console_errors == []


def test_a_replacement_from_the_same_returns_restates_nothing(administrator: tuple[BrowserVisitor, str]) -> None:
    visitor, _ = administrator
    visitor.open("/admin/editions?quarter=2026Q2", with_charts=False)
    expect(visitor.page.locator("main")).to_contain_text("0 figures restated since 2026-Q2")


def test_an_edition_is_published_by_a_button_and_a_worker_process(administrator: tuple[BrowserVisitor, str]) -> None:
    visitor, url = administrator
    page = visitor.page
    page.set_viewport_size({"width": 1440, "height": 900})
    visitor.open("/admin/editions?quarter=2026Q3", with_charts=False)
    page.get_by_role("button", name="Publish edition 2026-Q3").click()
    page.wait_for_url("**/staff/jobs/*")
    assert page.request.get(f"{visitor.origin}/").headers["x-edition"] == "2026-Q2"
    job = page.url

    environ = {**os.environ, "DATABASE_URL": url, "CLOCK": CLOCK}
    command = [sys.executable, "-m", "etl", "work", "--once"]
    worked = subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert worked.returncode == 0, worked.stderr

    page.goto(job)
    visitor.wait(with_charts=False)
    expect(page.locator("main")).to_contain_text("Edition 2026-Q3 has been published.")
    visitor.open("/admin/editions", with_charts=False)
    expect(page.locator("main tbody tr", has_text="2026-Q3")).to_contain_text("newest")
    expect(page.locator("main tbody tr", has_text="2026-Q2")).to_contain_text("older")
    for path in ("/", "/km/", "/downloads/figures.csv"):
        assert page.request.get(f"{visitor.origin}{path}").headers["x-edition"] == "2026-Q3", path
    assert page.request.get(f"{visitor.origin}/api/v1/editions").json()["editions"][0]["id"] == "2026-Q3"
