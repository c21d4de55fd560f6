"""The filter bar in the browser: comparisons in few clicks, links that show the same, and a focus that stays."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.filter_controls import choose_period, find_menu, find_selected_period, select_value, toggle_option
from tests.browser.page_reader import read_page
from tests.browser.served_app import ServedApp

pytestmark = pytest.mark.browser


def test_a_link_shows_another_person_the_same_comparison(sample_site: ServedApp) -> None:
    first, second = sample_site.plan.sites[:2]
    with sample_site.visit() as visitor:
        visitor.open("/staff/overview")
        page = visitor.page
        toggle_option(page, "site", first.name.en)
        expect(find_menu(page, "site").locator("summary")).to_contain_text(first.name.en)
        select_value(page, "Compare with", f"site-{second.code}")
        expect(page.locator("#compared thead")).to_contain_text(second.name.en)
        expect(page.locator(".sites-note")).to_contain_text(first.name.en)
        compared, address = read_page(page).tables["compared"], page.url
    with sample_site.visit() as visitor:
        visitor.open(address.removeprefix(visitor.origin))
        assert read_page(visitor.page).tables["compared"] == compared
        expect(find_menu(visitor.page, "site").locator("summary")).to_contain_text(first.name.en)


def test_a_year_is_compared_with_another_in_two_choices(sample_site: ServedApp) -> None:
    with sample_site.visit() as visitor:
        visitor.open("/staff/overview")
        choose_period(visitor.page, "2026")
        select_value(visitor.page, "Compare with", "2025")
        heading = visitor.page.locator("#compared thead")
        expect(heading).to_contain_text("2026, all sites")
        expect(heading).to_contain_text("2025, all sites")


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
