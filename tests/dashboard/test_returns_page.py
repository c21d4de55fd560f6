"""The list of returns leads its reader to what is theirs: next steps, squares and reminders, and nobody else's."""

import json
from datetime import datetime

import pytest

from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from etl.use_cases.returns.import_file import import_return_file
from etl.use_cases.returns.upload_return import upload_return
from tests.dashboard.app_constants import PASSWORD, ROUTER
from tests.journeys.other_returns import make_filled_form, read_other_plan

PATH = "/staff/returns"


@pytest.fixture
def sent(office, now: datetime):
    """One return of each of two sites waits, a draft of a third quarter lies there, and `north` sends for one site."""
    add_user(office.source.engine, "north", Role.OFFICER, PASSWORD, ["N-2"], now=now, actor="test")
    plan = read_other_plan()
    for site in ("01", "N-2"):
        data = make_filled_form(plan, site, "2025Q1")
        import_return_file(office.source.engine, f"{site}.xlsx", data, actor="officer", now=now)
    upload_return(office.source.engine, "draft.xlsx", make_filled_form(plan, "01", "2025Q2"), actor="officer", now=now)
    return office


def page(office, name: str, path: str = PATH, search: str = "") -> str:
    return json.dumps(office.call(office.visitor(name), ROUTER, path, search).json, ensure_ascii=False)


def test_squares_lead_to_returns_and_to_the_upload_of_ones_own_sites_only(sent):
    own = page(sent, "north")
    assert '"/staff/returns/2"' in own and "/staff/upload?site=N-2&quarter=2025Q3" in own
    assert '"/staff/returns/1"' not in own and "site=01" not in own and "N-2 2025Q1" in own
    everything = page(sent, "manager")
    assert '"/staff/returns/1"' in everything and "/staff/upload?site=01&quarter=2025Q3" in everything


def test_a_draft_is_told_to_those_of_its_site_and_is_missing_to_all_others(sent):
    assert "01 2025Q2: draft" in page(sent, "officer") and "01 2025Q2: draft" in page(sent, "manager")
    others = page(sent, "north")
    assert "01 2025Q2: missing" in others and "2025Q2: draft" not in others


def test_an_officer_is_asked_to_send_and_a_manager_to_decide(sent):
    officer, manager = page(sent, "officer"), page(sent, "manager")
    assert "Finish the draft and submit it" in officer and "Approve or send back" not in officer
    assert "Approve or send back" in manager and '"Send"' not in manager.partition("By site and quarter")[0]


def test_a_reminder_is_there_for_ones_own_sites_in_both_languages_with_the_server_s_address(sent):
    text = page(sent, "north")
    assert "North terraces (N-2)" in text and "Basin office (01)" not in text
    assert "http://localhost/staff/upload?site=N-2" in text and "http://localhost/km/staff/upload?site=N-2" in text


def test_a_year_that_the_address_names_is_shown_and_an_unknown_one_is_named(sent):
    assert "N-2 2025Q1" not in page(sent, "north", search="?period=2024")
    assert "Not in the plan, so ignored: 1999" in page(sent, "north", search="?period=1999")


def test_the_khmer_page_speaks_khmer_and_its_links_stay_in_it(sent):
    text = page(sent, "manager", f"/km{PATH}")
    assert "ជំហានបន្ទាប់របស់ខ្ញុំ" in text and '"/km/staff/returns/1"' in text and '"/staff/returns/1"' not in text
