"""Remarks and locks, written on a phone. The layout of their pages is in `test_gallery`."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from etl.database.connection import open_engine
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from tests.browser.chromium import BrowserVisitor, open_visitor
from tests.browser.page_sweep import PHONE
from tests.browser.served_app import ServeApp
from tests.support.command_line import CLOCK
from tests.support.manager_account import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def administrator(
    sample_database: Path, shipped_plan: Plan, serve: ServeApp, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserVisitor]:
    """Yield the administrator of the sample on a phone."""
    database = Path(shutil.copyfile(sample_database, tmp_path_factory.mktemp("staff") / "sample.db"))
    engine = open_engine(f"sqlite:///{database}")
    add_user(engine, "admi", Role.ADMINISTRATOR, PASSWORD, now=datetime.fromisoformat(CLOCK), actor="test")
    engine.dispose()
    with serve(database, shipped_plan) as site, open_visitor(site.browser, site.origin, width=360) as visitor:
        visitor.sign_in("admi", PASSWORD)
        yield visitor


def test_a_remark_is_written_by_keyboard(administrator: BrowserVisitor) -> None:
    page = administrator.page
    administrator.open("/staff/remarks/SO2-05/2026Q2", with_charts=False)
    page.focus("#why")
    for text in ("Pump broken", "Fix the pump", "Sokha"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.type("12312026")
    page.locator("form.stacked button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/indicator/SO2-05#remarks")
    expect(page.locator("#remarks")).to_contain_text("Fix the pump")
    expect(page.locator("#remarks")).to_contain_text("31 Dec 2026")


def test_a_quarter_locked_on_a_phone_is_marked_in_the_list_of_returns(administrator: BrowserVisitor) -> None:
    page = administrator.page
    administrator.open("/admin/periods", with_charts=False)
    page.check("input[value='2026Q2']")
    page.fill("#reason", "Audited")
    page.click("button[value=lock]")
    expect(page.locator(".done")).to_be_visible()
    administrator.open("/staff/returns", with_charts=False)
    expect(page.locator("#returns thead th", has_text="2026 Q2")).to_contain_text("locked")
    expect(page.locator("#returns td[title*='2026Q2'] a[href*='upload']")).to_have_count(0)


@pytest.mark.parametrize("path", ["/admin/periods", "/km/admin/periods"])
def test_the_page_of_quarters_is_at_most_four_screens_of_a_phone_long(administrator: BrowserVisitor, path: str) -> None:
    page = administrator.page
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    administrator.open(path, with_charts=False)
    length = page.evaluate("document.documentElement.scrollHeight")
    assert length <= 4 * PHONE[1], f"{length} px"
