"""Tests of provinces on pages: the page of a province, the filter, the list, and what officers may see.

Kampot (KH-7) has the sites 01 and N-2. Each reports P.1 for 2025Q1: 25 and 45, with targets of 90 and 60 for 2025.
"""

from datetime import datetime
from typing import Any

import pytest

from dashboard.components import filter_bar
from etl.indicators.vocabulary import Role
from etl.locale import get_locale
from etl.use_cases.accounts.users import add_user
from etl.use_cases.returns.import_file import ImportOutcome, import_return_file
from tests.dashboard.app_constants import PASSWORD, ROUTER
from tests.dashboard.conftest import StaffedApp
from tests.dashboard.test_many_sites import find_links, find_props, find_table, find_texts, read_rows
from tests.journeys.other_returns import make_filled_form, read_other_plan
from tests.support.rendered_pages import unfold_static_parts

PROVINCE = "/staff/province/KH-7"


@pytest.fixture
def kampot(staffed_app: StaffedApp, now: datetime) -> StaffedApp:
    """Return the app with an approved return of both sites of Kampot, and an officer of the other province."""
    engine = staffed_app.source.engine
    add_user(engine, "takeo", Role.OFFICER, PASSWORD, ["east.3"], now=now, actor="test")
    for site in ("01", "N-2"):
        data = make_filled_form(read_other_plan(), site, "2025Q1")
        result = import_return_file(engine, f"{site}-2025Q1.xlsx", data, actor="manager", now=now, approve=True)
        assert result.outcome is ImportOutcome.APPROVED
    return staffed_app


def read_page(staffed_app: StaffedApp, path: str, search: str = "", name: str = "manager") -> Any:
    answer = staffed_app.call_callback(staffed_app.make_client(name), ROUTER, path, search)
    return unfold_static_parts(answer.json["response"]["page"]["children"])


def read_text(staffed_app: StaffedApp, path: str, search: str = "", name: str = "manager") -> str:
    return " ".join(find_texts(read_page(staffed_app, path, search, name)))


def find_row(page: Any, table: str, text: str) -> list[str]:
    return next(row for row in read_rows(page, table) if any(text in cell for cell in row))


def test_the_page_of_a_province_adds_its_sites_and_their_targets(kampot: StaffedApp) -> None:
    page = read_page(kampot, PROVINCE, "?period=2025")
    row = " ".join(find_row(page, "figures", "P.1"))
    assert "70" in row and "150" in row
    text = " ".join(find_texts(page))
    assert "Kampot: " in text and "2 sites" in text
    assert [row[0] for row in read_rows(page, "returns")] == ["Basin office", "North terraces"]
    assert find_links(page, "/staff/number/P.1/2025?site=KH-7")


def test_the_source_of_a_province_s_number_lists_both_sites(kampot: StaffedApp) -> None:
    text = read_text(kampot, "/staff/number/P.1/2025", "?site=KH-7")
    assert "70" in text and "01-2025Q1.xlsx" in text and "N-2-2025Q1.xlsx" in text


def test_the_filter_of_a_province_restricts_every_page_and_stays_in_its_links(kampot: StaffedApp) -> None:
    page = read_page(kampot, "/staff/indicator/P.1", "?period=2025&site=KH-7")
    assert "70" in " ".join(find_texts(page))
    sites = [row[0] for row in read_rows(page, "sites")]
    assert sites == ["Basin office", "North terraces"]
    assert find_links(page, "/staff/objective/")[0].endswith("?period=2025&site=KH-7")
    bar = kampot.call_callback(kampot.make_client("manager"), "filter-bar.children", "/staff/indicator/P.1", "")
    assert "Kampot: all sites" in bar.text and "Takeo: all sites" in bar.text


def test_the_page_of_an_indicator_compares_provinces_against_their_targets(kampot: StaffedApp) -> None:
    """Takeo has a target of 30 and no return yet."""
    page = read_page(kampot, "/staff/indicator/P.1", "?period=2025")
    assert [row[:3] for row in read_rows(page, "provinces")] == [["Kampot", "70", "150"], ["Takeo", "missing", "30"]]
    assert PROVINCE in find_links(page, "/staff/province/")[0]
    filtered = read_page(kampot, "/staff/indicator/P.1", "?period=2025&site=KH-7")
    assert not [table for table in find_props(filtered, "Table") if table.get("id") == "provinces"]


def test_an_address_names_a_province_by_code_or_name(kampot: StaffedApp) -> None:
    by_code, by_name = (read_text(kampot, "/staff/indicator/P.1", f"?site={text}") for text in ("KH-7", "kampot"))
    assert by_code == by_name
    assert "Not in the plan, so ignored: KH-99" in read_text(kampot, "/staff/overview", "?site=KH-99")


def test_the_list_of_sites_lists_provinces_with_their_returns(kampot: StaffedApp) -> None:
    page = read_page(kampot, "/staff/sites")
    assert [row[:3] for row in read_rows(page, "provinces")] == [["Kampot", "KH-7", "2"], ["Takeo", "KH-21", "1"]]
    assert PROVINCE in find_links(page, PROVINCE)
    assert find_table(page, "sites")
    assert PROVINCE in find_links(read_page(kampot, "/staff/site/01"), PROVINCE)


def test_an_unknown_province_shows_the_list_of_provinces(kampot: StaffedApp) -> None:
    page = read_page(kampot, "/staff/province/KH-99")
    assert "Code not found: KH-99" in " ".join(find_texts(page)) and PROVINCE in find_links(page, PROVINCE)


def test_an_officer_of_another_site_sees_no_file_of_the_province(kampot: StaffedApp) -> None:
    text = read_text(kampot, "/staff/number/P.1/2025", "?site=KH-7", name="takeo")
    assert "Only the officers of the site and managers can open the files." in text
    page = read_page(kampot, "/staff/number/P.1/2025", "?site=KH-7", name="takeo")
    assert not find_links(page, "/staff/returns/")


def test_the_tracking_table_of_a_province_is_downloaded_with_its_name(kampot: StaffedApp) -> None:
    answer = kampot.make_client("manager").get("/staff/tracking-table.csv?period=2025&site=KH-7")
    lines = answer.get_data(as_text=True).splitlines()
    assert any("Province: Kampot (Basin office, North terraces)." in line for line in lines)
    assert ",70," in next(line for line in lines if line.startswith("P.1,"))


def test_the_menu_of_many_sites_offers_provinces_that_match(
    kampot: StaffedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filter_bar, "exceeds_list_limit", lambda sites: True)
    plans = kampot.source.get_snapshot().plans
    everything = [option["value"] for option in filter_bar.list_site_options(plans, "", [], get_locale("en"))]
    assert everything[0].startswith("KH-") and "01" in everything
    for text in ("kampot", "kh-7"):
        options = [option["value"] for option in filter_bar.list_site_options(plans, text, [], get_locale("en"))]
        assert "KH-7" in options and "KH-21" not in options and "east.3" not in options
    assert filter_bar.list_site_options(plans, "nowhere", [], get_locale("en")) == []
