"""An edition is published on the page of editions, by a worker process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from etl.database.connection import migrate, open_engine
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from tests.browser.chromium import PROJECT, BrowserVisitor, open_visitor
from tests.browser.served_app import ServeApp
from tests.support.edition_database import NOW, make_edition_plan, publish_quarter, store_edition_data
from tests.support.manager_account import PASSWORD, add_manager

pytestmark = pytest.mark.browser

ADMIN, CLOCK = "admin of tests", NOW.isoformat()
OLDER, NEWEST = "2023-Q1", "2023-Q2"


@pytest.fixture(scope="module")
def administrator(serve: ServeApp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[BrowserVisitor, str]]:
    """Yield a signed-in administrator on a small plan with one edition, and the database's URL."""
    database: Path = tmp_path_factory.mktemp("publishing") / "small.db"
    url = f"sqlite:///{database}"
    engine = open_engine(url)
    migrate(engine)
    publish_quarter(store_edition_data(engine), Quarter(2023, 1))
    add_user(engine, ADMIN, Role.ADMINISTRATOR, PASSWORD, now=NOW, actor="test")
    engine.dispose()
    add_manager(database)
    with serve(database, make_edition_plan(), clock=CLOCK) as site, open_visitor(site.browser, site.origin) as visitor:
        visitor.sign_in(ADMIN, PASSWORD)
        yield visitor, url


def test_a_replacement_from_the_same_returns_restates_nothing(administrator: tuple[BrowserVisitor, str]) -> None:
    visitor, _ = administrator
    visitor.open("/admin/editions?quarter=2023Q1", with_charts=False)
    expect(visitor.page.locator("main")).to_contain_text(f"0 figures restated since {OLDER}")


def test_an_edition_is_published_by_a_button_and_a_worker_process(administrator: tuple[BrowserVisitor, str]) -> None:
    visitor, url = administrator
    page = visitor.page
    page.set_viewport_size({"width": 1440, "height": 900})
    visitor.open("/admin/editions?quarter=2023Q2", with_charts=False)
    page.get_by_role("button", name=f"Publish edition {NEWEST}").click()
    page.wait_for_url("**/staff/jobs/*")
    assert page.request.get(f"{visitor.origin}/").headers["x-edition"] == OLDER
    job = page.url

    environ = {**os.environ, "DATABASE_URL": url, "CLOCK": CLOCK}
    command = [sys.executable, "-m", "etl", "work", "--once"]
    worked = subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert worked.returncode == 0, worked.stderr

    page.goto(job)
    visitor.wait(with_charts=False)
    expect(page.locator("main")).to_contain_text(f"Edition {NEWEST} has been published.")
    visitor.open("/admin/editions", with_charts=False)
    expect(page.locator("main tbody tr", has_text=NEWEST)).to_contain_text("newest")
    expect(page.locator("main tbody tr", has_text=OLDER)).to_contain_text("older")
    for path in ("/", "/km/", "/downloads/figures.csv"):
        assert page.request.get(f"{visitor.origin}{path}").headers["x-edition"] == NEWEST, path
    assert page.request.get(f"{visitor.origin}/api/v1/editions").json()["editions"][0]["id"] == NEWEST
