"""The overview's charts answer clicks, and its matrix answers the keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import BrowserVisitor
from tests.browser.filter_controls import choose_period, find_selected_period
from tests.browser.served_app import ServedApp

pytestmark = pytest.mark.browser

LENGTH = "document.documentElement.scrollHeight"


def click_point(visitor: BrowserVisitor, chart: str, trace: int, point: int) -> None:
    """Click in the middle of a mark of a chart. Lines without markers are traces without marks."""
    box = visitor.page.evaluate(
        """([chart, trace, point]) => {
          const marks = [...document.querySelectorAll(`#${chart} .trace`)]
            .filter(group => group.querySelector('.point'))[trace].querySelectorAll('.point');
          const box = marks[point].getBoundingClientRect();
          return [box.left + box.width / 2, box.top + box.height / 2];
        }""",
        [chart, trace, point],
    )
    visitor.page.mouse.click(*box)


@pytest.mark.soak
def test_a_click_on_an_objective_opens_it_with_the_selection(sample_site: ServedApp) -> None:
    with sample_site.visit() as visitor:
        visitor.open("/staff/overview?period=2025")
        code = visitor.page.evaluate("() => document.querySelector('#chart-objectives .js-plotly-plot').data[0].y[0]")
        click_point(visitor, "chart-objectives", 0, 0)
        visitor.page.wait_for_url(re.compile(rf"/staff/objective/{code}\?period=2025$"))
        visitor.page.go_back()
        expect(visitor.page.locator("#chart-objectives .main-svg").first).to_be_visible()
        assert visitor.console_errors == []


def test_a_click_on_a_year_shows_that_year(sample_site: ServedApp) -> None:
    year = sample_site.plan.settings.first_year
    with sample_site.visit() as visitor:
        visitor.open("/km/staff/overview")
        click_point(visitor, "chart-on-track", 0, 0)
        visitor.page.wait_for_url(re.compile(rf"/km/staff/overview\?period={year}$"))
        expect(find_selected_period(visitor.page)).to_have_text(str(year))


def test_the_matrix_is_one_tab_stop_with_arrow_keys(sample_site: ServedApp) -> None:
    with sample_site.visit() as visitor:
        visitor.open("/staff/overview")
        page = visitor.page
        page.wait_for_selector(".matrix td a")
        assert page.locator(".matrix td a[tabindex='0']").count() == 1
        page.locator(".matrix td a").first.focus()
        first = page.evaluate("() => document.activeElement.href")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("() => document.activeElement.closest('td').cellIndex") == 2
        assert page.locator(".matrix td a[tabindex='0']").count() == 1
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        assert page.evaluate("() => document.activeElement.href") == first
        page.keyboard.press("Enter")
        expect(page.locator("#drawer")).to_be_visible()
        expect(page).to_have_url(re.compile(r"/staff/overview#.+\.\d{4}$"))


@pytest.mark.soak
def test_the_matrix_changes_between_years_and_sites_and_keeps_the_selection(sample_site: ServedApp) -> None:
    site = sample_site.plan.sites[0]
    with sample_site.visit() as visitor:
        visitor.open("/staff/overview?period=2025")
        visitor.page.get_by_role("link", name="By site").click()
        expect(visitor.page.locator(".matrix thead")).to_contain_text(site.name.en)
        assert "period=2025" in visitor.page.url
        visitor.page.get_by_role("link", name="By year").click()
        expect(visitor.page.locator(".matrix thead")).to_contain_text("2025")


def test_marks_of_every_page_lead_to_what_they_show(sample_site: ServedApp) -> None:
    plan = sample_site.plan
    code = next(indicator.code for indicator in plan.indicators if plan.list_parts(indicator.code))
    site = plan.list_reporting_sites(plan.indicator_by_code[code])[0].code
    targets = {
        f"/staff/indicator/{code}": ("chart-history", rf"#{code}\.\d{{4}}Q\d\?to_date="),
        f"/staff/objective/{plan.indicator_by_code[code].objective}?view=site": (
            "chart-site-shares",
            "/staff/indicator/",
        ),
        f"/staff/site/{site}": ("chart-own-targets", rf"/staff/indicator/.*site={site}"),
        "/staff/sites": ("chart-site-ratings", "/staff/site/"),
    }
    with sample_site.visit() as visitor:
        for path, (chart, address) in targets.items():
            visitor.open(path)
            click_point(visitor, chart, 0, 0)
            expect(visitor.page).to_have_url(re.compile(address))
        assert visitor.console_errors == []


def test_a_phone_folds_the_navigation_and_the_filters(sample_site: ServedApp) -> None:
    with sample_site.visit(width=390, height=844) as visitor:
        visitor.open("/staff/overview")
        page = visitor.page
        links = page.get_by_role("navigation", name="Main").get_by_role("link")
        expect(links).to_have_count(0)
        expect(page.locator(".filter-controls")).to_be_hidden()
        menu, dialog = page.get_by_role("button", name="Menu"), page.get_by_role("dialog", name="Menu")
        assert menu.get_attribute("aria-haspopup") == "dialog"
        menu.click()
        expect(dialog).to_be_visible()
        expect(links.filter(has_text="Returns")).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        page.locator(".filters-toggle").click()
        choose_period(page, "2025")
        page.wait_for_url(re.compile(r"period=2025$"))
        expect(page.locator(".filter-chip").first).to_have_text("2025")


@pytest.mark.parametrize("prefix", ["", "/km"])
def test_a_phone_unfolds_the_matrix_and_scrolls_it_with_the_page(sample_site: ServedApp, prefix: str) -> None:
    with sample_site.visit(width=390, height=844) as visitor:
        visitor.open(f"{prefix}/staff/overview")
        page = visitor.page
        toggle, frame = page.locator(".matrix-toggle"), page.locator("#matrix")
        folded = page.evaluate(LENGTH)
        expect(frame).to_be_hidden()
        expect(toggle).to_have_attribute("aria-expanded", "false")
        toggle.click()
        expect(frame).to_be_visible()
        expect(toggle).to_have_attribute("aria-expanded", "true")
        assert frame.evaluate("element => element.scrollHeight - element.clientHeight") == 0
        assert page.evaluate(LENGTH) - folded > frame.evaluate("element => element.clientHeight")
        page.locator("#matrix-view .switch a").click()
        page.wait_for_url(re.compile(r"matrix=site$"))
        expect(frame).to_be_visible()


def test_a_narrow_print_has_the_folded_matrix(sample_site: ServedApp) -> None:
    with sample_site.visit(width=390, height=844) as visitor:
        visitor.open("/staff/overview")
        expect(visitor.page.locator("#matrix")).to_be_hidden()
        visitor.page.emulate_media(media="print")
        expect(visitor.page.locator("#matrix")).to_be_visible()
        expect(visitor.page.locator(".matrix-toggle")).to_be_hidden()


def test_a_wide_window_shows_the_matrix_without_a_button(sample_site: ServedApp) -> None:
    with sample_site.visit() as visitor:
        visitor.open("/staff/overview")
        expect(visitor.page.locator("#matrix")).to_be_visible()
        expect(visitor.page.locator(".matrix-toggle")).to_be_hidden()
