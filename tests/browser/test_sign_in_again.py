"""What somebody typed outlives a session that ended: it is back in its form after signing in."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.chromium import BrowserVisitor
from tests.browser.returns_scenario import (
    MANAGER,
    OFFICER,
    PASSWORD,
    QUARTER,
    ReturnsScenario,
    confirm_and_submit,
    upload_return,
)
from tests.support.faulty_return import make_faulty_return

pytestmark = pytest.mark.browser


def send_without_session(visitor: BrowserVisitor, button: Locator, name: str) -> None:
    """Send a form after the session has ended, and sign in again."""
    visitor.page.context.clear_cookies(name="session")
    button.click()
    visitor.page.wait_for_url("**/sign-in?**")
    expect(visitor.page.locator(".note")).to_contain_text("nothing was saved")
    visitor.page.fill("#name", name)
    visitor.page.fill("#password", PASSWORD)
    visitor.page.click("button[type=submit]")
    visitor.page.wait_for_url("**notice=signed-out")
    expect(visitor.page.locator("#signed-out")).to_be_visible()


def test_a_comment_and_a_decision_are_kept_when_the_session_has_ended(scenario: ReturnsScenario) -> None:
    with scenario.visit(OFFICER) as officer:
        number = upload_return(officer, make_faulty_return(scenario.plan).corrected_data)
        confirm_and_submit(officer)
        page = officer.page
        page.fill("#comment", "The register is attached.")
        send_without_session(officer, page.get_by_role("button", name="Add comment"), OFFICER)
        assert page.url.endswith(f"/staff/returns/{number}?notice=signed-out")
        expect(page.locator("#comment")).to_have_value("The register is attached.")
        page.get_by_role("button", name="Add comment").click()
        expect(page.locator("#thread")).to_contain_text("The register is attached.")
        expect(page.locator("#comment")).to_have_value("")
    with scenario.visit(MANAGER) as manager:
        page = manager.page
        page.goto(f"{manager.origin}/staff/returns/{number}")
        page.fill("#decision", "Correct the women in row 14.")
        send_without_session(manager, page.get_by_role("button", name="Send back"), MANAGER)
        expect(page.locator("#decision")).to_have_value("Correct the women in row 14.")
        assert scenario.return_states() == ["submitted"]
        page.get_by_role("button", name="Send back").click()
        page.wait_for_url(re.compile("notice=sent-back"))
        assert scenario.return_states() == ["sent_back"]


def test_a_remark_is_kept_for_its_author_only(scenario: ReturnsScenario) -> None:
    code = scenario.plan.indicators[0].code
    with scenario.visit(MANAGER) as manager:
        page = manager.page
        page.goto(f"{manager.origin}/staff/remarks/{code}/{QUARTER}")
        page.fill("#why", "Floods in August")
        page.check("#is_done")
        send_without_session(manager, page.get_by_role("button", name="Save"), MANAGER)
        expect(page.locator("#why")).to_have_value("Floods in August")
        expect(page.locator("#is_done")).to_be_checked()
        send_without_session(manager, page.get_by_role("button", name="Save"), "root")
        expect(page.locator("#why")).to_have_value("")
