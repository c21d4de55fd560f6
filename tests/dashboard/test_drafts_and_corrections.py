"""Tests of drafts and corrections beside the returns that they would replace."""

import json
import re
from datetime import datetime

import pytest

from etl.indicators.periods import parse_quarter
from etl.indicators.vocabulary import ReturnState
from etl.use_cases.returns.import_file import import_return_file
from etl.use_cases.returns.upload_return import upload_return
from tests.dashboard.app_constants import ROUTER
from tests.dashboard.returns_app import PLAN, QUARTER, SITE
from tests.journeys.other_returns import make_entries, make_filled_form, read_other_plan
from tests.support.rendered_pages import unfold_static_parts


def get_list(staffed_app, name: str) -> str:
    """Return the list of returns as text."""
    answer = staffed_app.call_callback(staffed_app.make_client(name), ROUTER, "/staff/returns", "")
    return json.dumps(unfold_static_parts(answer.json), ensure_ascii=False)


@pytest.mark.parametrize("has_errors", [False, True])
def test_a_newer_draft_hides_no_pending_return(staffed_app, now: datetime, has_errors: bool):
    engine, plan = staffed_app.source.engine, read_other_plan()
    for site in ("01", "N-2"):
        import_return_file(engine, f"{site}.xlsx", make_filled_form(plan, site, "2025Q1"), actor="officer", now=now)
    data = make_filled_form(plan, "01", "2025Q1", changes={"L.1": "many" if has_errors else 777})
    draft = upload_return(engine, "again.xlsx", data, actor="officer", now=now).return_id
    officer, manager = get_list(staffed_app, "officer"), get_list(staffed_app, "manager")
    for text in (officer, manager):
        assert "01 2025Q1: pending approval, late, with a newer draft" in text and '"/staff/returns/1"' in text
    assert "Approve several at once" in manager
    steps = officer.partition("By site and quarter")[0]
    assert f'"/staff/returns/{draft}"' in steps and "until then, the return submitted before it counts" in steps
    assert manager.partition("By site and quarter")[0].count("Approve or send back") == 2


def test_the_page_of_a_correction_says_which_figures_use_it(returns_app):
    number, manager = returns_app.create_submitted(), returns_app.make_client("manager")
    returns_app.post(manager, f"/staff/returns/{number}/approve", seen="submitted")
    again, officer = returns_app.create_draft(change={"L.1": 777}), returns_app.make_client("one")
    assert "It changes no figure until it is submitted." in officer.get(f"/staff/returns/{again}").text
    text = officer.get(f"/staff/returns/{again}").text
    codes = re.findall(r'name="confirmed" value="([^"]+)"', text)
    returns_app.post(officer, f"/staff/returns/{again}/submit", confirmed=codes, seen="draft")
    text = officer.get(f"/staff/returns/{again}").text
    assert "Figures that include pending returns already use it." in text
    assert f"Figures of approved returns only use return {number} until this one is approved." in text


def test_an_older_draft_names_the_newer_one_beside_its_submit_button(returns_app):
    older = returns_app.create_draft(change={"L.1": 777})
    newer, officer = returns_app.create_draft(change={"L.1": 778}), returns_app.make_client("one")
    text = officer.get(f"/staff/returns/{older}").text
    assert "There is a newer draft of this site and quarter:" in text and f'href="/staff/returns/{newer}">' in text
    assert "There is a newer draft" not in officer.get(f"/staff/returns/{newer}").text


def submit(returns_app, number: int, *more_codes: str):
    client = returns_app.make_client("one")
    codes = re.findall(r'name="confirmed" value="([^"]+)"', client.get(f"/staff/returns/{number}").text)
    confirmed = [code for code in codes if code != "same-numbers"]
    return returns_app.post(
        client, f"/staff/returns/{number}/submit", confirmed=[*confirmed, *more_codes], seen="draft"
    )


def test_a_return_with_the_same_numbers_is_submitted_only_after_a_confirmation(returns_app):
    first = returns_app.create_submitted()
    entry = make_entries(PLAN, SITE, parse_quarter(QUARTER))["L.1"]
    again = returns_app.create_draft(change={"L.1": str(entry)})
    text = returns_app.make_client("one").get(f"/staff/returns/{again}").text
    assert f"No number differs from return {first}. Replace it all the same." in text
    refused = submit(returns_app, again)
    assert refused.status_code == 409 and "Not submitted because no number differs" in refused.text
    assert returns_app.get_state(first) is ReturnState.SUBMITTED
    assert submit(returns_app, again, "same-numbers").status_code == 303
    assert (returns_app.get_state(first), returns_app.get_state(again)) == (
        ReturnState.SUPERSEDED,
        ReturnState.SUBMITTED,
    )


def test_a_return_without_any_answer_is_not_submitted(returns_app):
    blank = dict.fromkeys(make_entries(PLAN, SITE, parse_quarter(QUARTER)))
    number = returns_app.create_draft(change=blank)
    text = returns_app.make_client("one").get(f"/staff/returns/{number}").text
    assert "All rows are blank." in text and "Submit for approval" not in text
    assert submit(returns_app, number).status_code == 409 and returns_app.get_state(number) is ReturnState.DRAFT
    answered = returns_app.create_draft(change={**blank, "L.1": "NC"})
    assert submit(returns_app, answered).status_code == 303


def test_a_refused_entry_is_shown_in_the_table_of_numbers(returns_app):
    number = returns_app.create_draft(change={"L.1": "many", "L.2": -1})
    text = returns_app.make_client("one").get(f"/staff/returns/{number}").text
    assert "many (refused)" in text and "-1 (refused)" in text
