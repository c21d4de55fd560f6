"""Upload and review of returns: keyboard, axe, and layout at every width in both languages."""

import contextlib
import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FileChooser, Page, TimeoutError

from tests.browser.chromium import BrowserVisitor
from tests.browser.returns_scenario import (
    MANAGER,
    OFFICER,
    PASSWORD,
    PREFIXES,
    ReturnsScenario,
    click_action,
    confirm_and_submit,
    upload_return,
)
from tests.browser.served_app import TakePicture
from tests.support.faulty_return import make_faulty_return

pytestmark = pytest.mark.browser

WIDTHS = (360, 768, 1440)
MOST_TABS = 150
GALLERY = (
    "upload",
    "return-with-faults",
    "return-draft",
    "return-typed",
    "return-to-decide",
    "approve-several",
    "return-sent-back",
)


def tab_to(visitor: BrowserVisitor, selector: str) -> None:
    """Press Tab until the element has the focus, which must be visible."""
    page = visitor.page
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"{selector} has the focus without a visible outline"
            return
    raise AssertionError(f"Tab never reached {selector}")


def test_a_return_is_uploaded_sent_back_and_approved_by_keyboard(scenario: ReturnsScenario) -> None:
    with scenario.visit(OFFICER) as officer, scenario.visit(MANAGER) as manager:
        number = send_by_keyboard(officer, make_faulty_return(scenario.plan).corrected_data)
        manager.page.goto(f"{manager.origin}/staff/returns/{number}")
        tab_to(manager, "#decision")
        manager.page.keyboard.type("Please attach the signed form.")
        tab_to(manager, "button[formaction$='/send-back']")
        manager.page.keyboard.press("Enter")
        manager.page.wait_for_selector(".done")
        officer.page.goto(f"{officer.origin}/staff/returns/{number}")
        tab_to(officer, ".acts a.button")
        officer.page.keyboard.press("Enter")
        officer.page.wait_for_selector("#return-file")
        again = send_by_keyboard(officer, make_faulty_return(scenario.plan).corrected_data)
        assert again != number
        manager.page.goto(f"{manager.origin}/staff/returns/{again}")
        tab_to(manager, "form[action$='/approve'] button:not([formaction])")
        manager.page.keyboard.press("Enter")
        manager.page.wait_for_selector(".done")
        assert scenario.return_states() == ["sent_back", "approved"]


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


def test_the_focus_moves_to_the_error_summary_after_a_refused_action(scenario: ReturnsScenario) -> None:
    with scenario.visit(OFFICER) as officer, scenario.visit(MANAGER) as manager:
        number = upload_return(officer, make_faulty_return(scenario.plan).corrected_data)
        confirm_and_submit(officer)
        manager.page.goto(f"{manager.origin}/staff/returns/{number}")
        manager.page.click("button[formaction$='/send-back']")
        assert manager.page.evaluate("document.activeElement.id") == "decision"
        click_action(officer, "withdraw")
        officer.page.wait_for_url("**told=withdrawn")
        manager.page.click("form[action$='/approve'] button:not([formaction])")
        manager.page.wait_for_selector(".error-summary")
        assert manager.page.evaluate("document.activeElement.className") == "error-summary"
        assert "withdrawn" in manager.page.inner_text(".error-summary")


@pytest.mark.parametrize("language", PREFIXES)
def test_pages_of_returns_fit_every_width_and_have_no_axe_violations(
    scenario: ReturnsScenario, language: str, take_picture: TakePicture, is_soak: bool
) -> None:
    """Every page is checked in both languages. `make soak` runs axe on all of them, other runs on half."""
    prefix, faulty = PREFIXES[language], make_faulty_return(scenario.plan)
    faults: list[str] = []
    for_axe = GALLERY if is_soak else GALLERY[list(PREFIXES).index(language) :: 2]

    def look(name: str) -> Callable[[BrowserVisitor], None]:
        assert name in GALLERY

        def look_at(visitor: BrowserVisitor) -> None:
            visitor.page.wait_for_selector("h1")
            faults.extend(f"{name}: {problem}" for problem in look_around(visitor, language, take_picture, name))
            if name in for_axe:
                faults.extend(f"{name}: {problem}" for problem in serious(visitor))

        return look_at

    with scenario.visit(OFFICER) as officer, scenario.visit(MANAGER) as manager:
        officer.page.goto(f"{officer.origin}{prefix}/staff/upload")
        look("upload")(officer)
        upload_return(officer, faulty.data, language)
        look("return-with-faults")(officer)
        number = upload_return(officer, faulty.corrected_data, language)
        look("return-draft")(officer)
        officer.page.click(".acts a[href*='/staff/returns/new/']")
        officer.page.wait_for_selector("#typed")
        look("return-typed")(officer)
        officer.page.goto(f"{officer.origin}{prefix}/staff/returns/{number}")
        confirm_and_submit(officer)
        manager.page.goto(f"{manager.origin}{prefix}/staff/returns/{number}")
        look("return-to-decide")(manager)
        manager.page.goto(f"{manager.origin}{prefix}/staff/approve")
        look("approve-several")(manager)
        manager.page.goto(f"{manager.origin}{prefix}/staff/returns/{number}")
        manager.page.fill("#decision", "ពិនិត្យ SO2-05 ម្តងទៀត\nand attach the form")
        click_action(manager, "send-back")
        officer.page.goto(f"{officer.origin}{prefix}/staff/returns/{number}")
        look("return-sent-back")(officer)
        assert faults == []
        assert (officer.foreign_requests, manager.foreign_requests) == ([], [])


def look_around(visitor: BrowserVisitor, language: str, take_picture: TakePicture, name: str) -> list[str]:
    """Return the problems of the current page at all widths."""
    page = visitor.page
    problems = []
    if page.evaluate("document.documentElement.lang") != language or page.locator("h1").count() != 1:
        problems.append("wrong language or headings")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            problems.append(f"{wide} px wide in a window of {width}")
        take_picture(page, f"{name}-{language}-{width}")
    return problems


def serious(visitor: BrowserVisitor) -> list[str]:
    """Return axe's serious and critical violations."""
    answer = Axe().run(visitor.page).response
    violations = [violation for violation in answer["violations"] if violation["impact"] in ("serious", "critical")]
    return [f"{violation['id']}: {violation['nodes'][0]['html'][:160]}" for violation in violations]


def test_khmer_texts_contain_no_english_sentences(scenario: ReturnsScenario) -> None:
    with scenario.visit(OFFICER) as officer:
        upload_return(officer, make_faulty_return(scenario.plan).corrected_data, "km")
        visible_text = officer.page.inner_text("main .acts") + officer.page.inner_text("#findings")
        assert not re.findall(r"[A-Za-z]{4,} [a-z]{2,} [a-z]{2,}", visible_text.replace(PASSWORD, "")), visible_text
