"""Pages of staff and administrators: at 360 px, in both languages, with axe and by keyboard."""

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
from etl.use_cases.plans.load_plan import load_plan
from tests.browser.chromium import BrowserVisitor, open_visitor
from tests.browser.served_app import ServeApp
from tests.support.command_line import CLOCK
from tests.support.manager_account import PASSWORD
from tests.support.plan_edits import SHIPPED_PLAN, copy_plan, read_records, write_records

pytestmark = pytest.mark.browser

DROPPED, SITE = "SO1-03", "BNN"
PAGES = (
    "/staff/returns",
    "/staff/remarks/SO2-05/2026Q3",
    f"/staff/indicator/{DROPPED}",
    f"/staff/site/{SITE}",
    "/staff/number/SO2-05/2025",
    "/staff/number/SO4-06/2026",
    f"/staff/number/{DROPPED}/2025",
    "/admin/periods",
    "/admin/plan",
)


@pytest.fixture(scope="module")
def administrator(
    sample_database: Path, shipped_plan: Plan, serve: ServeApp, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserVisitor]:
    """Yield the administrator on a phone, on the sample after a revision that retired an indicator and a site."""
    folder = tmp_path_factory.mktemp("staff")
    database = folder / "sample.db"
    database.write_bytes(sample_database.read_bytes())
    engine = open_engine(f"sqlite:///{database}")
    now = datetime.fromisoformat(CLOCK)
    add_user(engine, "admi", Role.ADMINISTRATOR, PASSWORD, now=now, actor="test")
    loaded = load_plan(engine, without(folder / "plan"), actor="admi", now=now, effective=now.date(), reason="review")
    assert loaded.version == 2, loaded.issues
    engine.dispose()
    with serve(database, shipped_plan) as site, open_visitor(site.browser, site.origin, width=360) as visitor:
        visitor.sign_in("admi", PASSWORD)
        yield visitor


def without(folder: Path) -> Path:
    """Copy the shipped plan without one indicator and one site."""
    plan = copy_plan(folder, SHIPPED_PLAN)
    for file in ("indicators", "targets", "disaggregations", "indicator_programmes", "sites", "site_aliases"):
        records = [
            record
            for record in read_records(plan, file)
            if DROPPED not in (record.get("code"), record.get("indicator"))
            and SITE not in (record.get("code"), record.get("site"))
        ]
        for record in records:
            if file == "indicators" and record["reporting_sites"]:
                record["reporting_sites"] = ";".join(
                    code for code in record["reporting_sites"].split(";") if code != SITE
                )
        write_records(plan, file, records)
    return plan


@pytest.mark.parametrize("prefix", ["", "/km"], ids=["English", "Khmer"])
def test_pages_fit_a_phone_in_their_language_without_serious_axe_violations(
    administrator: BrowserVisitor, prefix: str
) -> None:
    page, faults = administrator.page, []
    page.set_viewport_size({"width": 360, "height": 800})
    for path in PAGES:
        administrator.open(prefix + path, with_charts=False)
        if page.evaluate("document.documentElement.lang") != ("km" if prefix else "en"):
            faults.append(f"{path}: another language")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > 360:
            faults.append(f"{path}: {wide} px wide")
        violations = Axe().run(page).response["violations"]
        faults += [
            f"{path}: {violation['id']}" for violation in violations if violation["impact"] in ("serious", "critical")
        ]
    assert faults == []
    assert administrator.foreign_requests == []


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
