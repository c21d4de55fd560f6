"""Accessibility of staff pages: keyboard, greyscale print, and files of charts. Axe is in `test_gallery`."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import BrowserVisitor
from tests.browser.served_app import ServedApp

pytestmark = pytest.mark.browser

_FOCUSABLE = """() => [...document.querySelectorAll('a[href], button, select, input, summary, [tabindex="0"]')]
  .filter(item => item.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}) && !item.disabled)
  .filter(element => element.getClientRects().length > 0)
  // The cells of the matrix are one tab stop; arrow keys reach the others (test_overview_charts).
  .filter(element => element.getAttribute('tabindex') !== '-1' || !element.closest('.matrix'))
  .map((element, place) => { element.dataset.place = place; return place; })"""
_FOCUSED = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const place = element.dataset.place === undefined ? -1 : Number(element.dataset.place);
  return [place, style.outlineStyle !== 'none', element.outerHTML.slice(0, 90)];
}"""


@pytest.mark.parametrize(
    "path",
    [
        "/staff/overview",
        pytest.param("indicator", marks=pytest.mark.soak),
        pytest.param("objective", marks=pytest.mark.soak),
    ],
)
def test_every_control_is_reachable_by_keyboard_with_a_visible_focus(sample_site: ServedApp, path: str) -> None:
    plan = sample_site.plan
    codes = {"indicator": plan.indicators[0].code, "objective": plan.objectives[0].code}
    with sample_site.visit() as visitor:
        page = visitor.page
        visitor.open(f"/staff/{path}/{codes[path]}" if path in codes else path)
        focusable = set(page.evaluate(_FOCUSABLE))
        page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
        reached, unseen = set(), []
        for _ in range(len(focusable) + 10):
            page.keyboard.press("Tab")
            focused, is_seen, markup = page.evaluate(_FOCUSED)
            reached.add(focused)
            unseen += [] if is_seen or focused < 0 else [markup]
        assert focusable - reached == set()
        assert unseen == []


def test_a_percentage_opens_its_explanation_by_keyboard(sample_site: ServedApp) -> None:
    with sample_site.visit() as visitor:
        visitor.open("/staff/overview")
        visitor.page.locator("#attention a.ask").first.focus()
        visitor.page.keyboard.press("Enter")
        expect(visitor.page.locator("#drawer .big")).to_be_visible()
        explanation = visitor.page.locator("#drawer").inner_text()
        assert re.search(r"\d.*÷.*=.*%", explanation)
        assert "Expected by the end of" in explanation


def test_ratings_are_readable_in_a_greyscale_print(sample_site: ServedApp, is_soak: bool) -> None:
    objective = sample_site.plan.objectives[-1].code
    with sample_site.visit(width=800) as visitor:
        for path in ("/staff/overview", *([f"/staff/objective/{objective}"] if is_soak else [])):
            visitor.open(path)
            page = visitor.page
            page.emulate_media(media="print")
            page.add_style_tag(content="html { filter: grayscale(1); }")
            # Printing unfolds the tables of charts.
            page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
            badges = page.locator("main .badge:visible")
            assert badges.count() > 3
            for badge in badges.all():
                box = badge.locator("svg.sign").bounding_box()
                assert box is not None and min(box["width"], box["height"]) > 6
                assert len(badge.inner_text().strip()) > 3
            expect(page.locator("nav")).to_be_hidden()
            expect(page.locator("#filter-bar")).to_be_hidden()
            expect(page.locator(".ribbon")).to_contain_text("Provisional")
            strips = page.locator("main .strip").evaluate_all(
                "all => all.map(element => element.nextElementSibling.textContent)"
            )
            assert strips and all(re.search(r"\d+ [a-z]", caption) for caption in strips)
            assert page.pdf(format="A4")[:5] == b"%PDF-"
            assert "Provisional" in page.locator("#page-marks").evaluate("element => element.textContent")
            # The file closed the tables again.
            page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
            percents = page.locator(".chart-card .ask")
            assert all(percentage.is_visible() for percentage in percents.all()[:9])
            page.emulate_media(media="screen")


def test_a_printed_chart_is_as_wide_as_its_page(sample_site: ServedApp) -> None:
    with sample_site.visit(width=1200) as visitor:
        visitor.open(f"/staff/indicator/{sample_site.plan.indicators[0].code}")
        page = visitor.page
        page.emulate_media(media="print")
        page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
        page.set_viewport_size({"width": 700, "height": 900})
        wide = page.evaluate(
            """() => [...document.querySelectorAll('.chart-frame .main-svg')].map(
              svg => svg.getBoundingClientRect().width - svg.closest(".chart-frame").getBoundingClientRect().width)"""
        )
        assert len(wide) > 3 and max(wide) <= 1
        assert page.locator("details.numbers:not([open])").count() == 0


def test_a_chart_is_saved_as_a_picture_and_as_numbers(sample_site: ServedApp) -> None:
    code = next(
        indicator.code for indicator in sample_site.plan.indicators if sample_site.plan.list_parts(indicator.code)
    )
    with sample_site.visit() as visitor:
        page = visitor.page
        visitor.open(f"/km/staff/indicator/{code}")
        assert page.locator(".modebar-btn").count() == 0
        cards = page.locator(".chart-card")
        assert page.locator(".chart-card .save-picture").count() == cards.count()
        with page.expect_download() as caught:
            page.locator("#chart-history").locator("xpath=ancestor::figure").locator(".save-picture").click()
        picture = caught.value.path().read_bytes()
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(picture[16:20]) == 2400
        assert caught.value.suggested_filename.startswith(f"{code}-quarters-")
        addresses = page.locator(".chart-card .files a").evaluate_all("all => all.map(element => element.href)")
        for address in dict.fromkeys(addresses):
            check_numbers(visitor, address)


def check_numbers(visitor: BrowserVisitor, address: str) -> None:
    """Compare the numbers of the file with those of the card's table."""
    answer = visitor.page.context.request.get(address)
    assert answer.status == 200 and "attachment" in answer.headers["content-disposition"]
    text = answer.body().decode("utf-8-sig")
    assert "Provisional indicators" in text and "sample data, not results" in text
    rows = list(csv.reader(io.StringIO(text.partition("\r\n\r\n")[2])))
    path = address.partition("?")[0].removeprefix(visitor.origin)
    selector = f'a[href^="{path}"]'
    shown = visitor.page.locator(selector).evaluate_all(
        """all => all.flatMap(element => [...element.closest('figure').querySelectorAll('tbody [data-exact]')])
          .map(element => element.dataset.exact)"""
    )
    assert rows and shown
    assert set(shown) - {cell for row in rows for cell in row} == set(), address
