"""The form sets the selection in the address. `tests/journeys/test_links_on_pages.py` follows the links of pages."""

import pytest
from playwright.sync_api import expect

from tests.browser.filter_controls import choose_period, find_menu, toggle_option, toggle_pending_returns
from tests.browser.page_reader import read_page
from tests.browser.served_app import ServedApp
from tests.support.staff_pages import StaffPages

pytestmark = pytest.mark.browser


def test_the_form_changes_the_address_and_the_page(sample_site: ServedApp, sample_pages: StaffPages) -> None:
    both = "/staff/overview?since=2026-09-30&period=2024&site=RVG"
    with sample_site.visit() as visitor:
        visitor.open("/staff/overview?since=2026-09-30")
        page = visitor.page
        site = sample_site.plan.site_by_code["RVG"].name.en
        choose_period(page, "2024")
        page.wait_for_url("**/staff/overview?since=2026-09-30&period=2024")
        toggle_option(page, "site", site)
        page.wait_for_url(f"**{both}")
        toggle_pending_returns(page)
        page.wait_for_url(f"**{both}&unapproved=no")
        expect(page.locator("main a[href*='unapproved=no']").first).to_be_attached()
        assert read_page(page) == sample_pages.read(f"{both}&unapproved=no")
        expect(find_menu(page, "site").locator("summary")).to_contain_text(site)
        expect(page.locator("#filter-bar .approval input")).not_to_be_checked()
        page.go_back()
        page.wait_for_url(f"**{both}")
        expect(page.locator("main a[href*='unapproved=no']")).to_have_count(0)
        expect(page.locator("#filter-bar .approval input")).to_be_checked()
        assert read_page(page) == sample_pages.read(both)
