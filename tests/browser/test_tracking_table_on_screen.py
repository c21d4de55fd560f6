"""The tracking table in the browser: fixed headings, order, columns and explanations.

`tests/journeys/test_tracking_table_page.py` compares its numbers and files with the core.
"""

import re

import lxml.html
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.filter_controls import select_value
from tests.browser.page_reader import read_page
from tests.browser.page_sampling import KHMER_FIRST
from tests.browser.served_app import ServedApp
from tests.support.staff_pages import StaffPages, read_text

pytestmark = pytest.mark.browser

ADDRESS = "/staff/tracking-table?columns=all"

_IN_SIGHT = """() => {
  const frame = document.querySelector('.wide-scroll'), table = document.querySelector('#tracking');
  frame.scrollIntoView({block: 'start', behavior: 'instant'});
  frame.scrollTo(frame.scrollWidth, frame.scrollHeight);
  const place = frame.getBoundingClientRect();
  const seen = element => {
    const box = element.getBoundingClientRect();
    const x = Math.max(box.left, place.left) + 6, y = box.top + box.height / 2;
    return element.contains(document.elementFromPoint(x, y));
  };
  const heads = [...table.querySelectorAll('thead tr:last-child th')].slice(-1);
  const groups = [...table.querySelectorAll('thead th[scope="colgroup"] span')].slice(-1);
  const objectives = [...table.querySelectorAll('.group span')];
  const whole = element => {
    const box = element.getBoundingClientRect();
    return box.left >= place.left && box.right <= place.right;
  };
  const names = [...table.querySelectorAll('tbody th[scope="row"]')].slice(-2);
  return {
    right: frame.scrollLeft, down: frame.scrollTop,
    heads: [...groups, ...heads].map(seen), names: names.map(seen), objectives: objectives.map(whole),
    corner: seen(table.querySelector('thead th')),
    gap: Math.abs(heads[0].getBoundingClientRect().top - groups[0].closest('th').getBoundingClientRect().bottom),
  };
}"""


@pytest.mark.parametrize("language", KHMER_FIRST)
def test_headings_and_names_stay_visible_while_the_table_scrolls(sample_site: ServedApp, language: str) -> None:
    with sample_site.visit(width=360, height=800) as visitor:
        visitor.open(("" if language == "en" else "/km") + ADDRESS)
        for width in (360, 1440):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            visitor.page.wait_for_function(
                "() => parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) > 0"
            )
            in_sight = visitor.page.evaluate(_IN_SIGHT)
            assert in_sight["right"] > 200 and in_sight["down"] > 200
            assert in_sight["heads"] == [True] * 2 and in_sight["names"] == [True] * 2 and in_sight["corner"]
            assert in_sight["objectives"] == [True] * len(sample_site.plan.objectives)
            assert in_sight["gap"] <= 1


def test_order_and_columns_are_chosen_on_the_page_and_keep_each_other(
    sample_site: ServedApp, sample_pages: StaffPages
) -> None:
    year = str(sample_site.plan.settings.first_year)
    with sample_site.visit() as visitor:
        page = visitor.page
        visitor.open("/staff/tracking-table")
        select_value(page, "Order", "need")
        page.wait_for_url("**/staff/tracking-table?order=need")
        expect(page.locator("#tracking thead")).not_to_contain_text(year)
        page.locator(".column-choice a[href*='order=need']", has_text=year).click()
        page.wait_for_url("**order=need&columns=*")
        expect(page.locator("#tracking thead")).to_contain_text(year)
        page.locator("#tracking thead th a.sort").nth(-2).click()
        page.wait_for_url("**order=plan.share&columns=*")
        expect(page.locator("#tracking th[aria-sort]")).to_have_attribute("aria-sort", "ascending")
        assert read_page(page) == sample_pages.read(page.url.removeprefix(visitor.origin))


def test_each_percentage_opens_its_explanation(sample_site: ServedApp, sample_pages: StaffPages) -> None:
    with sample_site.visit() as visitor:
        page = visitor.page
        visitor.open(f"/km{ADDRESS}")
        link = page.locator('#tracking a.ask[href$="/plan"]').first
        address = str(link.get_attribute("href"))
        code = address.split("/")[-2]
        explanation = lxml.html.fromstring(sample_pages.client.get(address).data).get_element_by_id("why")
        sentences = [read_text(part) for part in explanation.iterfind(".//p") if part.find(".//a") is None]
        assert sentences
        link.focus()
        page.keyboard.press("Enter")
        drawer = page.locator("#drawer")
        for sentence in sentences:
            expect(drawer).to_contain_text(sentence)
        assert page.url.endswith(f"{ADDRESS}#{code}.plan")
        page.wait_for_function("() => document.querySelector('#drawer').getBoundingClientRect().right <= innerWidth")
        assert Axe().run(page, context="#drawer").response["violations"] == []
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        assert link.evaluate("element => element === document.activeElement")
        link.click()
        drawer.locator(".onward").get_by_role("link").last.click()
        page.wait_for_url(re.compile(rf"/km/staff/number/{code}/plan$"))
        expect(drawer).to_be_hidden()
        assert visitor.console_errors == []


def test_an_explanation_and_the_menu_fit_on_a_phone(sample_site: ServedApp) -> None:
    code = sample_site.plan.indicators[0].code
    with sample_site.visit(width=360, height=780) as visitor:
        page = visitor.page
        visitor.open(f"/km/staff/indicator/{code}")
        page.evaluate("() => document.querySelectorAll('details.numbers').forEach(details => { details.open = true; })")
        link = page.locator("table:not(.stacks) a.ask").first
        link.scroll_into_view_if_needed()
        link.focus()
        page.keyboard.press("Enter")
        drawer = page.locator("#drawer")
        expect(drawer.locator(".big")).to_be_visible()
        page.wait_for_function("() => document.querySelector('#drawer').getBoundingClientRect().right <= 360")
        drawer_position = drawer.bounding_box()
        assert drawer_position is not None and drawer_position["x"] >= 0
        assert Axe().run(page, context="#drawer").response["violations"] == []
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        page.locator(".menu-button").click()
        page.wait_for_function("() => document.querySelector('#menu').getBoundingClientRect().right <= 360")
        positions = [item.bounding_box() for item in page.locator("#menu, #menu a").all()]
        assert len(positions) > 5
        for position in positions:
            assert position is not None and position["x"] >= 0 and position["x"] + position["width"] <= 360
        page.keyboard.press("Escape")
        expect(page.locator("#menu")).to_be_hidden()
