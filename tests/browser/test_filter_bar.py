"""The filter bar in the browser: a focus that stays. `test_journeys` compares sites and years."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.filter_controls import find_menu, find_selected_period
from tests.browser.served_app import ServedApp

pytestmark = pytest.mark.browser


def test_arrow_keys_change_the_period_and_keep_the_focus_and_an_unknown_site_is_dropped(sample_site: ServedApp) -> None:
    with sample_site.visit() as visitor:
        visitor.open("/staff/overview?period=2024&site=no-such-site")
        page = visitor.page
        expect(page.locator("#page .alert, main .alert").first).to_contain_text("no-such-site")
        expect(find_menu(page, "site").locator("summary")).to_contain_text("All sites")
        page.locator("#filter-bar .segments input:checked").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_url(re.compile(r"period=2025$"))
        expect(page.locator(".scope-line")).to_contain_text("2025")
        assert page.evaluate("() => document.activeElement.value") == "2025"
        page.go_back()
        expect(find_selected_period(page)).to_have_text("2024")
        find_menu(page, "site").locator("summary").click()
        page.keyboard.press("Escape")
        expect(find_menu(page, "site").locator(".filter-options")).to_be_hidden()
        assert page.evaluate("() => document.activeElement.tagName") == "SUMMARY"
