"""Tests of the list of returns: next steps, grid and reminders."""

import json
from datetime import datetime

import pytest

from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from etl.use_cases.returns.import_file import import_return_file
from etl.use_cases.returns.upload_return import upload_return
from tests.dashboard.app_constants import PASSWORD, ROUTER
from tests.journeys.other_returns import make_filled_form, read_other_plan
from tests.support.rendered_pages import unfold_static_parts

PATH = "/staff/returns"


@pytest.fixture
def app_with_returns(staffed_app, now: datetime):
    """Return the app with two submitted returns, a draft, and the officer `north` of one site."""
    add_user(staffed_app.source.engine, "north", Role.OFFICER, PASSWORD, ["N-2"], now=now, actor="test")
    plan = read_other_plan()
    for site in ("01", "N-2"):
        data = make_filled_form(plan, site, "2025Q1")
        import_return_file(staffed_app.source.engine, f"{site}.xlsx", data, actor="officer", now=now)
    upload_return(
        staffed_app.source.engine, "draft.xlsx", make_filled_form(plan, "01", "2025Q2"), actor="officer", now=now
    )
    return staffed_app


def get_page(staffed_app, name: str, path: str = PATH, search: str = "") -> str:
    answer = staffed_app.call_callback(staffed_app.make_client(name), ROUTER, path, search)
    return json.dumps(unfold_static_parts(answer.json), ensure_ascii=False)


def test_grid_cells_link_only_to_returns_and_uploads_of_own_sites(app_with_returns):
    own_page = get_page(app_with_returns, "north")
    assert '"/staff/returns/2"' in own_page and "/staff/upload?site=N-2&quarter=2025Q3" in own_page
    assert '"/staff/returns/1"' not in own_page and "site=01" not in own_page and "N-2 2025Q1" in own_page
    everything = get_page(app_with_returns, "manager")
    assert '"/staff/returns/1"' in everything and "/staff/upload?site=01&quarter=2025Q3" in everything


def test_a_draft_is_shown_only_to_people_with_access_to_the_site(app_with_returns):
    assert "01 2025Q2: draft" in get_page(app_with_returns, "officer") and "01 2025Q2: draft" in get_page(
        app_with_returns, "manager"
    )
    others = get_page(app_with_returns, "north")
    assert "01 2025Q2: missing" in others and "2025Q2: draft" not in others


def test_next_steps_are_uploads_for_officers_and_reviews_for_managers(app_with_returns):
    officer, manager = get_page(app_with_returns, "officer"), get_page(app_with_returns, "manager")
    assert "Finish the draft and submit it" in officer and "Approve or send back" not in officer
    assert "Approve or send back" in manager and '"Upload"' not in manager.partition("By site and quarter")[0]


def test_reminders_cover_own_sites_in_both_languages_with_absolute_addresses(app_with_returns):
    text = get_page(app_with_returns, "north")
    assert "North terraces (N-2)" in text and "Basin office (01)" not in text
    assert "http://localhost/staff/upload?site=N-2" in text and "http://localhost/km/staff/upload?site=N-2" in text


def test_the_selected_year_is_shown_and_an_unknown_one_is_reported(app_with_returns):
    assert "N-2 2025Q1" not in get_page(app_with_returns, "north", search="?period=2024")
    assert "Not in the plan, so ignored: 1999" in get_page(app_with_returns, "north", search="?period=1999")


def test_the_khmer_page_links_to_khmer_pages(app_with_returns):
    text = get_page(app_with_returns, "manager", f"/km{PATH}")
    assert "ជំហានបន្ទាប់របស់ខ្ញុំ" in text and '"/km/staff/returns/1"' in text and '"/staff/returns/1"' not in text


def test_missing_returns_of_earlier_quarters_are_folded_below_this_quarters(app_with_returns):
    steps = get_page(app_with_returns, "north").partition("By site and quarter")[0]
    shown, folded = steps.split("Missing from earlier quarters: ")
    assert "/staff/returns/new/N-2/2026Q3" in shown and "/staff/returns/new/N-2/2026Q2" not in shown
    assert "/staff/returns/new/N-2/2026Q2" in folded and "/staff/returns/new/N-2/2026Q3" not in folded
