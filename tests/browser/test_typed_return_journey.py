"""A return is typed on a phone in Khmer by keyboard: the line drops, and a second tab is open."""

import re

import pytest
from playwright.sync_api import Page, expect

from etl.returns.form.rows import list_form_rows
from tests.browser.returns_scenario import (
    MANAGER,
    OFFICER,
    QUARTER,
    SITE,
    ReturnsScenario,
    click_action,
    confirm_and_submit,
    return_number,
)
from tests.support.typed_rows import make_valid_rows

pytestmark = pytest.mark.browser

ADDRESS = f"/km/staff/returns/new/{SITE}/{QUARTER}"
DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")


def type_value(page: Page, number: int, text: str) -> None:
    """Type into the field that has the focus, which must be that of the row, and go to the next with Enter."""
    assert page.evaluate("document.activeElement.id") == f"value-{number}"
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def wait_until_saved(page: Page, version: int) -> None:
    """Wait until the page has at least this version and no entry that is kept only on the device."""
    page.wait_for_function(
        "version => Number(document.querySelector('[name=version]').value) >= version && !localStorage.length",
        arg=version,
    )


def test_a_return_is_typed_in_khmer_by_keyboard_while_the_line_drops(scenario: ReturnsScenario) -> None:
    rows = make_valid_rows(scenario.plan)
    stages = {str(row.key) for row in list_form_rows(scenario.plan, SITE, QUARTER) if row.stages}
    with scenario.visit(OFFICER, width=360) as officer, scenario.visit(MANAGER, width=360) as manager:
        page = officer.page
        page.goto(officer.origin + ADDRESS)
        page.focus("#value-0")
        for number, row in enumerate(rows):
            if number == 5:
                wait_until_saved(page, 1)
                page.context.set_offline(True)
            if row.key in stages:
                page.select_option(f"#value-{number}", row.value)
                page.focus(f"#value-{min(number + 1, len(rows) - 1)}")
            else:
                type_value(page, number, row.value.translate(DIGITS))
        expect(page.locator(".typed-status")).to_have_class(re.compile("bad"))
        page.context.set_offline(False)
        wait_until_saved(page, 2)
        page.reload()
        expect(page.locator("#value-7")).to_have_value(rows[7].value.translate(DIGITS))
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.focus("button.button[value=check]")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/staff/returns/\d+"))
        confirm_and_submit(officer)
        manager.page.goto(f"{manager.origin}/km/staff/returns/{return_number(officer)}")
        expect(manager.page.locator("#what-changes .change-lines li")).to_have_count(3)
        assert manager.page.evaluate("document.documentElement.scrollWidth") <= 360
        expect(manager.page.locator("form[action$='/approve'] button:not([formaction])")).to_be_in_viewport()
        click_action(manager, "approve")
        assert scenario.return_states() == ["approved"]


def test_two_tabs_ask_whose_entries_stay(scenario: ReturnsScenario) -> None:
    with scenario.visit(OFFICER, width=360) as officer, scenario.visit(OFFICER, width=360) as second:
        for visitor in (officer, second):
            visitor.page.goto(visitor.origin + ADDRESS)
        officer.page.fill("#value-0", "11")
        wait_until_saved(officer.page, 1)
        second.page.fill("#value-0", "22")
        question = second.page.locator(".typed-status.bad button")
        expect(question).to_have_count(2)
        officer.page.reload()
        expect(officer.page.locator("#value-0")).to_have_value("11")
        question.first.click()
        wait_until_saved(second.page, 2)
        officer.page.reload()
        expect(officer.page.locator("#value-0")).to_have_value("22")
