"""Upload and review of returns: keyboard, and the faults of their pages at every step."""

import contextlib
import re
from itertools import count

import pytest
from playwright.sync_api import FileChooser, Page, TimeoutError

from etl.locale import LANGUAGES
from tests.browser.chromium import BrowserVisitor
from tests.browser.page_sweep import Sweep, SweptPage
from tests.browser.returns_scenario import (
    MANAGER,
    OFFICER,
    ReturnsScenario,
    click_action,
    confirm_and_submit,
    return_number,
    upload_return,
)
from tests.browser.served_app import TakePicture
from tests.support.faulty_return import make_faulty_return

pytestmark = pytest.mark.browser

MOST_TABS = 150
APPROVE = "form[action$='/approve'] button:not([formaction])"
_OUTLINE = """selector => document.activeElement.matches(selector)
  && getComputedStyle(document.activeElement).outlineStyle"""
"""Return the outline of the element with the focus, if it is the one."""


def tab_to(visitor: BrowserVisitor, selector: str) -> None:
    """Press Tab until the element has the focus, which must be visible."""
    page = visitor.page
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        outline = page.evaluate(_OUTLINE, selector)
        if outline:
            assert outline != "none", f"{selector} has the focus without a visible outline"
            return
    raise AssertionError(f"Tab never reached {selector}")


def test_a_return_is_uploaded_and_sent_back_by_keyboard(scenario: ReturnsScenario) -> None:
    """A refused action moves the focus to what is missing."""
    with scenario.visit(OFFICER) as officer, scenario.visit(MANAGER) as manager:
        number = send_by_keyboard(officer, make_faulty_return(scenario.plan).corrected_data)
        manager.page.goto(f"{manager.origin}/staff/returns/{number}")
        tab_to(manager, "button[formaction$='/send-back']")
        manager.page.keyboard.press("Enter")
        assert manager.page.evaluate("document.activeElement.id") == "decision"
        manager.page.keyboard.type("Please attach the signed form.")
        tab_to(manager, "button[formaction$='/send-back']")
        manager.page.keyboard.press("Enter")
        manager.page.wait_for_selector(".done")
        assert scenario.return_states() == ["sent_back"]
        officer.page.goto(f"{officer.origin}/staff/returns/{number}")
        tab_to(officer, ".acts a.button")
        officer.page.keyboard.press("Enter")
        officer.page.wait_for_selector("#return-file")


@pytest.mark.soak
def test_a_stale_approval_moves_the_focus_to_the_errors_and_works_again_by_keyboard(
    scenario: ReturnsScenario,
) -> None:
    with scenario.visit(OFFICER) as officer, scenario.visit(MANAGER) as manager:
        number = send_by_keyboard(officer, make_faulty_return(scenario.plan).corrected_data)
        manager.page.goto(f"{manager.origin}/staff/returns/{number}")
        click_action(officer, "withdraw")
        officer.page.wait_for_url("**notice=withdrawn")
        tab_to(manager, APPROVE)
        manager.page.keyboard.press("Enter")
        manager.page.wait_for_selector(".error-summary")
        assert manager.page.evaluate("document.activeElement.className") == "error-summary"
        assert "withdrawn" in manager.page.inner_text(".error-summary")
        officer.page.get_by_role("button", name="Make a new draft of it").click()
        officer.page.get_by_role("button", name="Submit for approval").click()
        officer.page.get_by_role("button", name="Withdraw").wait_for()
        manager.page.goto(f"{manager.origin}/staff/returns/{return_number(officer)}")
        tab_to(manager, APPROVE)
        manager.page.keyboard.press("Enter")
        manager.page.wait_for_selector(".done")
        assert scenario.return_states()[-1] == "approved"


def choose_with_enter(page: Page) -> FileChooser:
    """Open the file chooser with Enter. Chromium opens it for the front window only, so this tries again."""
    for _ in range(5):
        page.bring_to_front()
        with contextlib.suppress(TimeoutError):
            with page.expect_file_chooser(timeout=3_000) as chooser:
                page.keyboard.press("Enter")
            return chooser.value
    raise AssertionError("Enter on the field opens no file chooser")


def send_by_keyboard(officer: BrowserVisitor, data: bytes) -> int:
    page = officer.page
    page.goto(f"{officer.origin}/staff/upload")
    tab_to(officer, "#return-file")
    choose_with_enter(page).set_files(files=[{"name": "a.xlsx", "mimeType": "", "buffer": data}])
    tab_to(officer, "form[data-upload] button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/staff/returns/\d+"))
    for code in page.eval_on_selector_all("input[name=confirmed]", "all => all.map(element => element.value)"):
        tab_to(officer, f"input[value='{code}']")
        page.keyboard.press("Space")
    tab_to(officer, "form[action$='/submit'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".done")
    match = re.search(r"/staff/returns/(\d+)", page.url)
    assert match is not None
    return int(match[1])


def test_pages_of_returns_are_without_faults_at_every_step(
    scenario: ReturnsScenario, take_picture: TakePicture, is_whole: bool
) -> None:
    """Look at each kind of step in one of the languages, in `make soak` at every step in both."""
    faulty = make_faulty_return(scenario.plan)
    faults: list[str] = []
    steps = count()
    with scenario.visit(OFFICER) as officer, scenario.visit(MANAGER) as manager:

        def look(visitor: BrowserVisitor, name: str, path: str, *, is_variant: bool = False) -> None:
            page = SweptPage(path, is_variant=is_variant)
            turn = next(steps) % len(LANGUAGES)
            for language in LANGUAGES if is_whole else LANGUAGES[turn : turn + 1]:
                sweep = Sweep(visitor, language, is_whole, take_picture, name)
                faults.extend(f"{name}: {fault}" for fault in sweep.find_faults([page]))

        look(officer, "upload", "/staff/upload")
        look(officer, "return-with-faults", f"/staff/returns/{upload_return(officer, faulty.data)}")
        number = upload_return(officer, faulty.corrected_data)
        path = f"/staff/returns/{number}"
        if is_whole:
            look(officer, "return-draft", path)
        officer.page.goto(officer.origin + path)
        officer.page.click(".acts a[href*='/staff/returns/new/']")
        officer.page.wait_for_selector("#typed")
        look(officer, "return-typed", officer.page.url.removeprefix(officer.origin))
        officer.page.goto(officer.origin + path)
        confirm_and_submit(officer)
        look(manager, "return-to-decide", path)
        look(manager, "approve-several", "/staff/approve", is_variant=True)
        if is_whole:
            manager.page.goto(manager.origin + path)
            manager.page.fill("#decision", "ពិនិត្យ SO2-05 ម្តងទៀត\nand attach the form")
            click_action(manager, "send-back")
            look(officer, "return-sent-back", path)
    assert not faults, "\n".join(faults)
