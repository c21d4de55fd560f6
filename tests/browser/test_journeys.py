"""Questions that a manager, a director and an officer answer with what they see on the screen, in few clicks.

Each journey prints its clicks and its time; only the clicks are limited, since times depend on the machine.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.chromium import BrowserVisitor
from tests.browser.filter_controls import find_menu
from tests.browser.page_reader import read_page
from tests.browser.returns_scenario import (
    MANAGER,
    OFFICER,
    ReturnsScenario,
    confirm_and_submit,
    return_number,
    upload_return,
)
from tests.browser.served_app import ServedApp
from tests.browser.test_overview_charts import click_point
from tests.support.faulty_return import make_faulty_return

pytestmark = pytest.mark.browser


class Person:
    """A visitor whose clicks are counted. A choice in a select is one click."""

    def __init__(self, visitor: BrowserVisitor) -> None:
        self.visitor, self.page, self.clicks = visitor, visitor.page, 0

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()

    def click_mark(self, chart: str, trace: int, point: int) -> None:
        self.clicks += 1
        click_point(self.visitor, chart, trace, point)

    def choose(self, name: str, value: str) -> None:
        self.clicks += 1
        self.page.locator("#filter-bar").get_by_label(re.compile(name)).select_option(value)


@contextmanager
def walk(visitor: BrowserVisitor, journey: str, *, clicks: int) -> Iterator[Person]:
    """Count the clicks of a journey, and print them with its time."""
    person, start = Person(visitor), time.perf_counter()
    yield person
    print(f"{journey}: {person.clicks} clicks, {time.perf_counter() - start:.1f} s")
    assert person.clicks <= clicks, journey
    assert visitor.console_errors == [], journey


def test_the_worst_objective_and_the_site_behind_it_are_two_clicks_away(sample_site: ServedApp) -> None:
    with sample_site.visit() as visitor:
        visitor.open("/staff/overview")
        with walk(visitor, "worst objective and its site", clicks=2) as person:
            title = person.page.locator("figure", has=person.page.locator("#chart-objectives")).locator("h2, h3").first
            worst = title.inner_text().removesuffix(" is furthest behind")
            person.click_mark("chart-objectives", 0, 0)
            expect(person.page.locator("main h1")).to_have_text(worst)
            person.click(person.page.get_by_role("link", name="By site"))
            expect(person.page.locator("figure", has=person.page.locator("#chart-site-shares"))).to_contain_text(
                re.compile("is lowest on|No ")
            )


def test_two_sites_are_compared_in_three_clicks_and_a_link_shows_the_same(sample_site: ServedApp) -> None:
    first, second = sample_site.plan.sites[:2]
    with sample_site.visit() as visitor:
        visitor.open("/staff/overview")
        with walk(visitor, "two sites compared", clicks=3) as person:
            menu = find_menu(person.page, "site")
            person.click(menu.locator("summary"))
            person.click(menu.get_by_label(first.name.en))
            expect(person.page.locator(".sites-note")).to_contain_text(first.name.en)
            person.choose("Compare", f"site-{second.code}")
            expect(person.page.locator("#chart-on-track")).to_contain_text(second.name.en)
            for name in (first.name.en, second.name.en):
                expect(person.page.locator("#compared thead")).to_contain_text(name)
        compared, address = read_page(visitor.page).tables["compared"], visitor.page.url
    with sample_site.visit() as visitor:
        visitor.open(address.removeprefix(visitor.origin))
        assert read_page(visitor.page).tables["compared"] == compared
        expect(find_menu(visitor.page, "site").locator("summary")).to_contain_text(first.name.en)


def test_a_year_is_compared_with_the_one_before_in_two_clicks(sample_site: ServedApp) -> None:
    with sample_site.visit() as visitor:
        visitor.open("/staff/overview")
        with walk(visitor, "2025 against 2026", clicks=2) as person:
            person.click(person.page.locator("#filter-bar .segment").get_by_text("2026", exact=True))
            expect(person.page.locator("#filter-bar .segment.active")).to_have_text("2026")
            person.choose("Compare", "2025")
            expect(person.page.locator("#chart-objectives")).to_contain_text("2025: ")
            for heading in ("2026, all sites", "2025, all sites"):
                expect(person.page.locator("#compared thead")).to_contain_text(heading)


def test_an_indicator_is_found_by_a_part_of_its_khmer_name(sample_site: ServedApp) -> None:
    indicator = sample_site.plan.indicators[-1]
    with sample_site.visit() as visitor:
        visitor.open("/km/staff/overview")
        with walk(visitor, "an indicator by its Khmer name", clicks=0) as person:
            person.page.keyboard.press("/")
            person.page.keyboard.type(indicator.name.km[3:])
            expect(person.page.locator(f"#search-options option[value^='{indicator.code}']")).to_have_count(1)
            person.page.keyboard.press("Enter")
            expect(person.page.locator("main h1")).to_contain_text(indicator.name.km[:10])


def test_a_mark_leads_to_the_cell_and_the_original_file_in_two_clicks(sample_site: ServedApp) -> None:
    plan = sample_site.plan
    code = next(indicator.code for indicator in plan.indicators if plan.list_parts(indicator.code))
    with sample_site.visit() as visitor:
        visitor.open(f"/staff/indicator/{code}")
        with walk(visitor, "from a mark to the file", clicks=2) as person:
            person.click_mark("chart-history", 0, 0)
            row = person.page.locator("#drawer-cells tbody tr").first
            expect(row).to_contain_text(re.compile(r"[A-Z]+\d+"))
            with person.page.expect_download() as download:
                person.click(row.locator("a[download]"))
            assert download.value.suggested_filename.endswith(".xlsx")


def test_a_return_is_approved_on_a_phone_and_withdrawn_without_a_dead_end(scenario: ReturnsScenario) -> None:
    corrected = make_faulty_return(scenario.plan).corrected_data
    with scenario.visit(OFFICER) as officer, scenario.visit(MANAGER, width=390) as manager:
        upload_return(officer, corrected)
        confirm_and_submit(officer)
        with walk(officer, "withdraw and submit again", clicks=3) as person:
            person.click(person.page.get_by_role("button", name="Withdraw"))
            expect(person.page.get_by_role("link", name="Upload a corrected file")).to_be_visible()
            person.click(person.page.get_by_role("button", name="Make a new draft of it"))
            person.click(person.page.get_by_role("button", name="Submit for approval"))
            expect(person.page.get_by_role("button", name="Withdraw")).to_be_visible()
        number = return_number(officer)
        manager.page.goto(f"{manager.origin}/staff/returns")
        with walk(manager, "approve on a phone", clicks=3) as person:
            person.click(person.page.locator(f"a[href$='/staff/returns/{number}']").first)
            expect(person.page.locator(".decision")).to_be_in_viewport()
            person.click(person.page.get_by_role("button", name="Approve").first)
            expect(person.page.locator(".done")).to_be_visible()
        assert scenario.return_states()[-1] == "approved"
