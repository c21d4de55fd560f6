"""Without the chart library, numbers are readable and the page offers to try again."""

import pytest
from playwright.sync_api import expect

from tests.browser.page_reader import read_page
from tests.browser.served_app import ServedApp
from tests.support.staff_pages import StaffPages

pytestmark = pytest.mark.browser

LIBRARY = "**/plotly/**"


def test_numbers_are_readable_and_a_note_appears_without_the_chart_library(
    sample_site: ServedApp, sample_pages: StaffPages
) -> None:
    code = sample_site.plan.indicators[0].code
    whole = sample_pages.read(f"/staff/indicator/{code}")
    with sample_site.visit() as visitor:
        page = visitor.page
        page.route(LIBRARY, lambda route: route.abort())
        visitor.open(f"/staff/indicator/{code}", with_charts=False)
        note = page.locator("#charts-failed")
        expect(note).to_be_visible()
        expect(note).to_contain_text("every number is in the table")
        content = read_page(page)
        assert content.charts == {}
        assert content.tables == whole.tables
        for name in ("quarters", "years", "sites"):
            expect(page.locator(f"#{name}")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        page.unroute(LIBRARY)
        note.get_by_text("Try again").click()
        page.wait_for_function("() => document.querySelectorAll('.js-plotly-plot .main-svg').length > 2")
        visitor.wait()
        assert read_page(page) == whole
        expect(note).to_be_hidden()


def test_numbers_of_an_objective_are_readable_without_the_chart_library(sample_site: ServedApp) -> None:
    objective = sample_site.plan.objectives[0].code
    with sample_site.visit() as visitor:
        visitor.page.route(LIBRARY, lambda route: route.abort())
        visitor.open(f"/staff/objective/{objective}", with_charts=False)
        expect(visitor.page.locator("#charts-failed")).to_be_visible()
        codes = {indicator.code for indicator in sample_site.plan.indicators if indicator.objective == objective}
        content = read_page(visitor.page)
        assert {name for name in content.tables if name.startswith("years-")} == {f"years-{code}" for code in codes}
