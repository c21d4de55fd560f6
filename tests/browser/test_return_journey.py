"""A return from an empty database to a figure on the overview: form, review, correction, approval.

`test_guide_in_browser` fixes the faults of a return in the file that marks them.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from etl.database.connection import migrate, open_engine
from etl.indicators.plans import Plan
from tests.browser.chromium import open_visitor
from tests.browser.page_sampling import KHMER_FIRST
from tests.browser.returns_scenario import (
    ADMINISTRATOR,
    MANAGER,
    OFFICER,
    PASSWORD,
    PREFIXES,
    QUARTER,
    SITE,
    ReturnsScenario,
    click_action,
    confirm_and_submit,
    fill_return_form,
    read_download,
    read_findings,
    return_number,
    serve_returns_scenario,
    upload_return,
)
from tests.support.faulty_return import FAULTY_ENTRIES, make_faulty_return
from tests.support.plan_edits import SHIPPED_PLAN

pytestmark = pytest.mark.browser

INDICATOR = "SO2-05"
"""The indicator whose figure the test follows."""


def figure_on_overview(visitor, language: str) -> str:
    """Return the indicator's exact actual on the overview of the quarter's year; blank without one."""
    visitor.open(f"{PREFIXES[language]}/staff/overview?period={QUARTER.year}&unapproved=no")
    row = visitor.page.locator("#figures tr", has=visitor.page.locator(f"a[href*='/staff/indicator/{INDICATOR}']"))
    return row.locator("td [data-exact]").first.get_attribute("data-exact") or ""


@pytest.fixture
def empty_scenario(browser: Browser, shipped_plan: Plan, tmp_path: Path) -> Iterator[ReturnsScenario]:
    """Yield a served database without a plan and accounts."""
    path = tmp_path / "cardec.db"
    migrated = open_engine(f"sqlite:///{path}")
    migrate(migrated)
    migrated.dispose()
    with serve_returns_scenario(browser, path, shipped_plan) as scenario:
        yield scenario


def set_up(scenario: ReturnsScenario, prefix: str) -> None:
    """Create the first administrator by the printed link, load the plan, and create an officer and a manager."""
    log = Path(scenario.run.database_url.removeprefix("sqlite:///")).with_suffix(".log")
    follow_link(scenario, prefix + link_in(log.read_text()), name=ADMINISTRATOR)
    scenario.run.succeed("plan", "load", SHIPPED_PLAN)
    with scenario.visit(ADMINISTRATOR) as administrator:
        for name, role in ((OFFICER, "officer"), (MANAGER, "manager")):
            page = administrator.page
            page.goto(f"{administrator.origin}{prefix}/admin/users")
            page.fill("#add [name=name]", name)
            page.select_option("#add [name=role]", role)
            page.set_checked("#add [name=sites]", role == "manager")
            if role == "officer":
                page.set_checked(f"#add [name=site][value={SITE}]", True)
            page.click("#add button[type=submit]")
            follow_link(scenario, prefix + link_in(page.inner_text("#link-en")))
        assert administrator.console_errors == []


def link_in(text: str) -> str:
    match = re.search(r"/set-password/[\w-]+", text)
    assert match is not None, text
    return match[0]


def follow_link(scenario: ReturnsScenario, path: str, *, name: str = "") -> None:
    """Open the one-time link and choose a password and, as the first administrator, a name."""
    with open_visitor(scenario.browser, scenario.origin, width=360) as visitor:
        visitor.page.goto(scenario.origin + path)
        if name:
            visitor.page.fill("[name=name]", name)
        visitor.page.fill("[name=password]", PASSWORD)
        visitor.page.fill("[name=again]", PASSWORD)
        visitor.page.click("main button[type=submit]")
        visitor.page.wait_for_url("**/sign-in?notice=password")


@pytest.mark.parametrize("language", KHMER_FIRST)
def test_an_approved_return_changes_the_figure_on_the_overview(empty_scenario: ReturnsScenario, language: str) -> None:
    scenario, prefix = empty_scenario, PREFIXES[language]
    set_up(scenario, prefix)
    with scenario.visit(OFFICER) as officer, scenario.visit(MANAGER, width=360) as manager:
        before = figure_on_overview(manager, language)
        form = download_form(officer, prefix)
        number = upload_return(officer, fill_return_form(form, {**scenario.valid_entries(), INDICATOR: 80}), language)
        assert read_findings(officer) == []
        confirm_and_submit(officer)
        assert scenario.return_states() == ["submitted"]

        go_to_decision(manager, prefix, number)
        manager.page.fill("#decision", "SO2-05 ខ្ពស់ពេក? Please check.")
        click_action(manager, "send-back")
        officer.page.goto(f"{officer.origin}{prefix}/staff/returns/{number}")
        assert "SO2-05 ខ្ពស់ពេក? Please check." in officer.page.inner_text("#why")
        officer.page.click(".acts a.button")
        officer.page.wait_for_selector("#return-file")
        corrected = upload_return(
            officer, fill_return_form(form, {**scenario.valid_entries(), INDICATOR: 75}), language
        )
        confirm_and_submit(officer)

        assert figure_on_overview(manager, language) == before
        go_to_decision(manager, prefix, corrected)
        assert manager.page.evaluate("document.documentElement.scrollWidth") <= 360
        click_action(manager, "approve")
        assert scenario.return_states() == ["sent_back", "approved"]
        assert figure_on_overview(manager, language) == "75" != before
        assert (officer.foreign_requests, officer.console_errors, manager.foreign_requests, manager.console_errors) == (
            [],
            [],
            [],
            [],
        )


def download_form(officer, prefix: str) -> bytes:
    """Go from the list of returns to the site's form and download it."""
    officer.open(f"{prefix}/staff/returns")
    officer.page.locator("main a[href*='/staff/upload']").first.click()
    officer.page.wait_for_selector("#choose-quarter")
    officer.page.select_option("#choose-site", SITE)
    officer.page.select_option("#choose-quarter", str(QUARTER))
    with officer.page.expect_download() as download:
        officer.page.click("form[action$='/staff/forms'] button")
    return read_download(download.value)


def go_to_decision(manager, prefix: str, number: int) -> None:
    """Open the return from the manager's next steps."""
    manager.open(f"{prefix}/staff/returns")
    manager.page.locator(f"#next-steps a[href$='/staff/returns/{number}']").first.click()
    manager.page.wait_for_url(re.compile(rf"/staff/returns/{number}$"))
    manager.page.wait_for_selector("#decision")
    assert return_number(manager) == number


@pytest.mark.parametrize("language", KHMER_FIRST)
def test_a_return_with_25_errors_shows_exactly_these_at_their_cells(scenario: ReturnsScenario, language: str) -> None:
    faulty = make_faulty_return(scenario.plan)
    with scenario.visit(OFFICER, width=360) as officer:
        upload_return(officer, faulty.data, language)
        assert read_findings(officer) == faulty.locations
        words = officer.page.eval_on_selector_all("li[data-code]", "all => all.map(element => element.innerText)")
        assert len(words) == 25 and not [message for message in words if "{" in message or message == "?"]
        if language == "km":
            shown = officer.page.inner_text("main .acts") + officer.page.inner_text("#findings")
            for quoted in FAULTY_ENTRIES.values():
                shown = shown.replace(str(quoted[0]), "")
            assert not re.findall(r"[A-Za-z]{4,} [a-z]{2,} [a-z]{2,}", shown), shown
        assert officer.console_errors == []
