"""Selections in addresses: the form sets them, links keep them, and numbers link to their source cells."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.browser.cli_figures import Choice, CliFigures, check_indicator, check_overview
from tests.browser.filter_controls import choose_period, find_menu, toggle_option, toggle_pending_returns
from tests.browser.page_reader import read_page
from tests.browser.served_app import ServedApp
from tests.browser.stored_files import find_current_file

pytestmark = pytest.mark.browser


def test_the_form_changes_the_address_and_the_page(sample_site: ServedApp) -> None:
    with sample_site.visit() as visitor:
        visitor.open("/staff/overview")
        page = visitor.page
        site = sample_site.plan.site_by_code["RVG"].name.en
        choose_period(page, "2024")
        page.wait_for_url("**/staff/overview?period=2024")
        toggle_option(page, "site", site)
        page.wait_for_url("**/staff/overview?period=2024&site=RVG")
        toggle_pending_returns(page)
        page.wait_for_url("**/staff/overview?period=2024&site=RVG&unapproved=no")
        expect(page.locator("main a[href*='unapproved=no']").first).to_be_attached()
        choice = Choice("", ("--year", "2024"), ("RVG",), ("--approved",))
        check_overview(read_page(page), CliFigures(sample_site.run, sample_site.plan, choice))
        expect(find_menu(page, "site").locator("summary")).to_contain_text(site)
        expect(page.locator("#filter-bar .approval input")).not_to_be_checked()
        page.go_back()
        page.wait_for_url("**/staff/overview?period=2024&site=RVG")
        expect(page.locator("main a[href*='unapproved=no']")).to_have_count(0)
        expect(page.locator("#filter-bar .approval input")).to_be_checked()
        check_overview(
            read_page(page), CliFigures(sample_site.run, sample_site.plan, Choice("", ("--year", "2024"), ("RVG",)))
        )


@pytest.mark.parametrize("query", ["?site=ATLANTIS", "?period=1999", "?programme=nobody", "?unapproved=perhaps"])
def test_an_unknown_value_in_the_address_is_named_and_ignored(sample_site: ServedApp, query: str) -> None:
    with sample_site.visit() as visitor:
        visitor.open(f"/staff/overview{query}")
        expect(visitor.page.locator("main .alert")).to_contain_text(query.partition("=")[2])
        check_overview(read_page(visitor.page), CliFigures(sample_site.run, sample_site.plan, Choice()))


@pytest.mark.parametrize("kind", ["objective", "indicator", "site"])
def test_the_page_of_an_unknown_code_links_to_known_ones(sample_site: ServedApp, kind: str) -> None:
    known = {
        "objective": [objective.code for objective in sample_site.plan.objectives],
        "indicator": [indicator.code for indicator in sample_site.plan.indicators],
        "site": [site.code for site in sample_site.plan.sites],
    }[kind]
    with sample_site.visit() as visitor:
        page = visitor.page
        visitor.open(f"/staff/{kind}/NO-1?period=2024")
        expect(page.locator("h1")).to_contain_text("NO-1")
        offered = page.locator("main li a").evaluate_all("links => links.map(element => element.getAttribute('href'))")
        assert offered == [f"/staff/{kind}/{code}?period=2024" for code in known]
        page.locator("main li a").last.click()
        page.wait_for_url(f"**/staff/{kind}/{known[-1]}?period=2024")
        expect(page.locator("h1")).not_to_contain_text("NO-1")


def test_the_language_switch_keeps_the_selection_and_the_figures(sample_site: ServedApp) -> None:
    query = "?period=2024&site=RVG&unapproved=no"
    code = sample_site.plan.indicators[0].code
    with sample_site.visit() as visitor:
        page = visitor.page
        visitor.open(f"/staff/indicator/{code}{query}")
        english = read_page(page)
        page.click(".lang a[lang=km]")
        page.wait_for_url(f"**/km/staff/indicator/{code}{query}")
        visitor.wait()
        assert page.evaluate("document.documentElement.lang") == "km"
        assert exact_numbers(read_page(page).tables) == exact_numbers(english.tables)
        page.click(".lang a[lang=en]")
        page.wait_for_url(f"**{code}{query}")
        visitor.wait()
        assert read_page(page) == english


def exact_numbers(tables) -> dict[str, list[list[str]]]:
    return {
        name: [[number.exact for cell in row for number in cell.numbers] for row in rows]
        for name, rows in tables.items()
    }


def test_a_number_links_to_its_file_sheet_and_cell(sample_site: ServedApp) -> None:
    code, quarter = "SO2-05", "2024Q2"
    choice = Choice(f"?period={quarter}", ("--quarter", quarter))
    cli = CliFigures(sample_site.run, sample_site.plan, choice)
    with sample_site.visit() as visitor:
        page = visitor.page
        visitor.open(f"/staff/indicator/{code}{choice.query}")
        content = read_page(page)
        check_indicator(content, cli, code)
        page.locator("#calculation > summary").click()
        page.locator("#calculation .explain dd a").first.click()
        page.wait_for_url(f"**/staff/number/{code}/{quarter}*")
        expect(page.locator("#inputs")).to_be_visible()
        inputs = read_page(page).tables["inputs"]
    assert sum(Decimal(row[3].words) for row in inputs) == Decimal(cli.figures[code]["actual"]["amount"])
    assert len(inputs) == cli.figures[code]["actual"]["reported"]
    for row in inputs:
        key, site, when, number, _, file_name, sheet, cell, *_ = (cell.words for cell in row)
        file = find_current_file(sample_site.run.database_url, site.removesuffix(row[1].small), when.replace(" ", ""))
        assert (key, file_name, cell) == (code, file.name, file.cells[code])
        assert Decimal(str(file.number_at(sheet, cell))) == Decimal(number)
