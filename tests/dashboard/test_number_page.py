"""Where a number comes from: all staff see cell, sender and approver; the file is for those of its site."""

import json
from datetime import datetime

import pytest

from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from etl.use_cases.returns.import_file import ImportOutcome, import_return_file
from tests.dashboard.app_constants import PASSWORD, ROUTER
from tests.journeys.other_returns import make_filled_form, read_other_plan

PAGE = "/staff/number/L.1/2025Q1"


@pytest.fixture
def sent(office, now: datetime):
    """The office with one approved return of site 01, and an officer of another site."""
    add_user(office.source.engine, "north", Role.OFFICER, PASSWORD, ["N-2"], now=now, actor="test")
    data = make_filled_form(read_other_plan(), "01", "2025Q1")
    done = import_return_file(office.source.engine, "01-2025Q1.xlsx", data, actor="manager", now=now, approve=True)
    assert done.outcome is ImportOutcome.APPROVED
    return office


def page(office, name: str, path: str = PAGE, search: str = "") -> str:
    return json.dumps(office.call(office.visitor(name), ROUTER, path, search).json, ensure_ascii=False)


def test_all_staff_see_file_sheet_cell_sender_and_approver(sent):
    for name in ("north", "officer", "manager", "administrator"):
        text = page(sent, name)
        assert all(f'"{word}"' in text for word in ("01-2025Q1.xlsx", "Return", "manager")), name
        assert "where it comes from" in text


def test_the_file_and_the_rows_around_are_for_those_of_its_site_only(sent):
    for name, may in (("north", False), ("officer", True), ("manager", True), ("administrator", True)):
        text = page(sent, name)
        assert ("/staff/returns/1/file" in text) is may, name
        assert ('"around"' in text) is may, name
        assert sent.visitor(name).get("/staff/returns/1/file").status_code == (200 if may else 404)


def test_a_cell_that_the_address_names_is_shown_to_nobody_else_either(sent):
    assert '"around"' not in page(sent, "north", search="?cell=1!G12")


def test_a_part_that_is_not_there_is_named_and_the_whole_is_shown(sent):
    text = page(sent, "manager", search="?part=nonsense")
    assert "Not in the plan, so ignored: nonsense" in text and '"inputs"' in text


def test_a_period_that_is_none_is_said_and_the_plan_to_date_offered(sent):
    text = page(sent, "manager", "/staff/number/L.1/soon")
    assert "Period not found: soon" in text and "/staff/number/L.1/plan" in text


def test_an_unknown_code_offers_the_list(sent):
    text = page(sent, "manager", "/staff/number/X.9/2025")
    assert "Code not found: X.9" in text and "/staff/indicator/L.1" in text
