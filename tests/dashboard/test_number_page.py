"""Tests of the page that shows the source of a number."""

import json
from datetime import datetime

import pytest

from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from etl.use_cases.returns.import_file import ImportOutcome, import_return_file
from tests.dashboard.app_constants import PASSWORD, ROUTER
from tests.journeys.other_returns import make_filled_form, read_other_plan
from tests.support.rendered_pages import unfold_static_parts

PAGE = "/staff/number/L.1/2025Q1"


@pytest.fixture
def app_with_return(staffed_app, now: datetime):
    """Return the app with an approved return of site 01 and an officer of another site."""
    add_user(staffed_app.source.engine, "north", Role.OFFICER, PASSWORD, ["N-2"], now=now, actor="test")
    data = make_filled_form(read_other_plan(), "01", "2025Q1")
    result = import_return_file(
        staffed_app.source.engine, "01-2025Q1.xlsx", data, actor="manager", now=now, approve=True
    )
    assert result.outcome is ImportOutcome.APPROVED
    return staffed_app


def get_page(staffed_app, name: str, path: str = PAGE, search: str = "") -> str:
    answer = staffed_app.call_callback(staffed_app.make_client(name), ROUTER, path, search)
    return json.dumps(unfold_static_parts(answer.json), ensure_ascii=False)


def test_all_staff_see_file_sheet_cell_sender_and_approver_of_a_number(app_with_return):
    for name in ("north", "officer", "manager", "administrator"):
        text = get_page(app_with_return, name)
        assert all(f'"{word}"' in text for word in ("01-2025Q1.xlsx", "Return", "manager")), name
        assert "Where this number comes from" in text


def test_only_people_with_access_to_the_site_see_the_file_and_its_rows(app_with_return):
    for name, may in (("north", False), ("officer", True), ("manager", True), ("administrator", True)):
        text = get_page(app_with_return, name)
        assert ("/staff/returns/1/file" in text) is may, name
        assert ('"around"' in text) is may, name
        assert app_with_return.make_client(name).get("/staff/returns/1/file").status_code == (200 if may else 404)


def test_naming_a_cell_in_the_address_does_not_bypass_site_access(app_with_return):
    assert '"around"' not in get_page(app_with_return, "north", search="?cell=1!G12")


def test_an_unknown_part_is_reported_and_the_whole_number_is_shown(app_with_return):
    text = get_page(app_with_return, "manager", search="?part=nonsense")
    assert "Not in the plan, so ignored: nonsense" in text and '"inputs"' in text


def test_an_unknown_period_is_reported_with_a_link_to_the_plan_to_date(app_with_return):
    text = get_page(app_with_return, "manager", "/staff/number/L.1/soon")
    assert "Period not found: soon" in text and "/staff/number/L.1/plan" in text


def test_an_unknown_code_shows_the_list_of_codes(app_with_return):
    text = get_page(app_with_return, "manager", "/staff/number/X.9/2025")
    assert "Code not found: X.9" in text and "/staff/indicator/L.1" in text
