"""Tests of locking and unlocking quarters."""

import re

import pytest

PATH = "/admin/periods"


def send(client, path: str = PATH, **fields: object):
    return client.post(path, data={"csrf": client.get_cookie("csrf").value, **fields})


@pytest.mark.parametrize(("name", "status"), [(None, 302), ("officer", 404), ("manager", 404), ("administrator", 200)])
def test_only_administrators_see_and_lock_quarters(staffed_app, name, status):
    client = staffed_app.make_client(name)
    assert client.get(PATH).status_code == status
    if name in ("officer", "manager"):
        assert send(client, act="lock", quarter="2025Q1", reason="x").status_code == 404
        assert not staffed_app.source.get_snapshot().locked_quarters


def test_selected_quarters_are_locked_and_unlocked_with_a_reason(staffed_app):
    client = staffed_app.make_client("administrator")
    response = send(client, act="lock", quarter=["2025Q1", "2025Q2"], reason="Audited <now>")
    assert (response.status_code, response.headers["Location"]) == (303, f"{PATH}?notice=locked")
    page = client.get(response.headers["Location"]).text
    assert page.count("Audited &lt;now&gt;") == 2 and "do not accept returns until" in page
    send(client, act="unlock", quarter="2025Q1", reason="A correction")
    assert {str(quarter) for quarter in staffed_app.source.get_snapshot().locked_quarters} == {"2025Q2"}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"quarter": "2025Q1", "reason": ""}, "Enter a reason"),
        ({"reason": "Audited"}, "Choose at least one quarter"),
        ({"quarter": "no quarter", "reason": "Audited"}, "Choose at least one quarter"),
        ({"quarter": "2031Q1", "reason": "Audited"}, "2031 Q1 is in no plan"),
    ],
)
def test_an_invalid_lock_form_shows_an_error_and_keeps_the_input(staffed_app, fields, message):
    answer = send(staffed_app.make_client("administrator"), act="lock", **fields)
    assert answer.status_code == 422 and message in answer.text
    assert fields["reason"] in answer.text
    assert not staffed_app.source.get_snapshot().locked_quarters


def test_the_khmer_page_shows_errors_in_khmer(staffed_app):
    answer = send(staffed_app.make_client("administrator"), f"/km{PATH}", act="lock", reason="x")
    assert "សូមជ្រើសរើសត្រីមាសយ៉ាងហោចណាស់មួយ" in answer.text


def test_locking_without_a_csrf_token_is_refused(staffed_app):
    client = staffed_app.make_client("administrator")
    assert client.post(PATH, data={"act": "lock", "quarter": "2025Q1", "reason": "x"}).status_code == 403


def list_quarters(text: str) -> dict[str, list[str]]:
    """Return the quarters of each table of the page by its id, in their order."""
    tables = re.findall(r'<table[^>]* id="([^"]*)"(.*?)</table>', text, re.DOTALL)
    return {name: re.findall(r'name="quarter" value="(\w+)"', body) for name, body in tables}


def list_folds(text: str) -> dict[str, bool]:
    """Return whether each fold of the page is open, by its title."""
    folds = re.findall(r"<details([^>]*)><summary>([^<]*)", text[text.index('class="periods"') :])
    return {title: "open" in attributes for attributes, title in folds}


def test_the_current_quarter_comes_first_and_distant_ones_are_folded(staffed_app):
    """On the day of the test the last quarter of 2026 is the current one, and the plan runs from 2024 to 2028."""
    text = staffed_app.make_client("administrator").get(PATH).text
    past = [f"{year}Q{number}" for year in (2026, 2025, 2024) for number in (4, 3, 2, 1)]
    future = [f"{year}Q{number}" for year in (2027, 2028) for number in (1, 2, 3, 4)]
    assert list_quarters(text) == {"periods": past[:9], "periods-earlier": past[9:], "periods-future": future}
    assert list_folds(text) == {"Earlier quarters (3)": False, "Future quarters (8)": False}


def test_a_refused_form_opens_the_fold_of_a_selected_quarter(staffed_app):
    text = send(staffed_app.make_client("administrator"), act="lock", quarter="2027Q2", reason="").text
    assert list_folds(text) == {"Earlier quarters (3)": False, "Future quarters (8)": True}
