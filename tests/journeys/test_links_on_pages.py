"""Selections in addresses: links keep them, unknown values are named, and numbers link to their source cells."""

from decimal import Decimal

import pytest

from tests.support.cli_figures import Choice, CliFigures, check_indicator, check_overview
from tests.support.page_content import PageContent
from tests.support.staff_pages import StaffPages, read_text
from tests.support.stored_files import find_current_file


@pytest.fixture(scope="module")
def all_figures(sample_pages: StaffPages) -> CliFigures:
    return CliFigures(sample_pages.run, sample_pages.plan, Choice())


@pytest.mark.parametrize("query", ["?site=ATLANTIS", "?period=1999", "?programme=nobody", "?unapproved=perhaps"])
def test_an_unknown_value_in_the_address_is_named_and_ignored(
    sample_pages: StaffPages, all_figures: CliFigures, query: str
) -> None:
    alerts = sample_pages.fetch_document(f"/staff/overview{query}").iterfind(".//alert")
    assert any(query.partition("=")[2] in read_text(alert) for alert in alerts)
    check_overview(sample_pages.read(f"/staff/overview{query}"), all_figures)


@pytest.mark.parametrize("kind", ["objective", "indicator", "site"])
def test_the_page_of_an_unknown_code_links_to_known_ones(sample_pages: StaffPages, kind: str) -> None:
    plan = sample_pages.plan
    known = {"objective": plan.objectives, "indicator": plan.indicators, "site": plan.sites}[kind]
    page = sample_pages.fetch_document(f"/staff/{kind}/NO-1?period=2024")
    assert "NO-1" in read_text(page.find(".//h1"))
    links = [link.get("href") for link in page.iterfind(".//main//li//a")]
    assert links == [f"/staff/{kind}/{item.code}?period=2024" for item in known]
    assert "NO-1" not in sample_pages.read(links[-1]).heading


def test_both_languages_show_the_same_figures_for_the_same_selection(sample_pages: StaffPages) -> None:
    address = f"/staff/indicator/{sample_pages.plan.indicators[0].code}?period=2024&site=RVG&unapproved=no"
    english = list_exact_numbers(sample_pages.read(address))
    assert english and english == list_exact_numbers(sample_pages.read(f"/km{address}"))


def list_exact_numbers(page: PageContent) -> dict[str, list[list[str]]]:
    return {
        name: [[number.exact for cell in row for number in cell.numbers] for row in rows]
        for name, rows in page.tables.items()
    }


def test_a_number_links_to_its_file_sheet_and_cell(sample_pages: StaffPages) -> None:
    code, quarter = "SO2-05", "2024Q2"
    choice = Choice(f"?period={quarter}", ("--quarter", quarter))
    cli = CliFigures(sample_pages.run, sample_pages.plan, choice)
    address = f"/staff/indicator/{code}{choice.query}"
    check_indicator(sample_pages.read(address), cli, code)
    calculation = sample_pages.fetch_document(address).get_element_by_id("calculation")
    link = calculation.find(".//dd//a").get("href")
    assert link.startswith(f"/staff/number/{code}/{quarter}")
    inputs = sample_pages.read(link).tables["inputs"]
    assert sum(Decimal(row[3].words) for row in inputs) == Decimal(cli.figures[code]["actual"]["amount"])
    assert len(inputs) == cli.figures[code]["actual"]["reported"]
    for row in inputs:
        key, site, when, number, _, file_name, sheet, cell, *_ = (cell.words for cell in row)
        file = find_current_file(sample_pages.run.database_url, site.removesuffix(row[1].small), when.replace(" ", ""))
        assert (key, file_name, cell) == (code, file.name, file.cells[code])
        assert Decimal(str(file.number_at(sheet, cell))) == Decimal(number)


def test_the_file_of_an_unknown_chart_is_not_found(sample_pages: StaffPages) -> None:
    for path in ("NO-1/quarters", f"{sample_pages.plan.indicators[0].code}/no-such-chart"):
        assert sample_pages.client.get(f"/staff/chart/{path}/csv").status_code == 404
