"""The administrator locks and unlocks quarters on one page, with a reason; nobody else gets there."""

import pytest

PATH = "/admin/periods"


def send(client, path: str = PATH, **fields: object):
    return client.post(path, data={"csrf": client.get_cookie("csrf").value, **fields})


@pytest.mark.parametrize(("name", "status"), [(None, 302), ("officer", 404), ("manager", 404), ("administrator", 200)])
def test_only_the_administrator_sees_and_changes_the_periods(office, name, status):
    client = office.visitor(name)
    assert client.get(PATH).status_code == status
    if name in ("officer", "manager"):
        assert send(client, act="lock", quarter="2025Q1", reason="x").status_code == 404
        assert not office.source.get_snapshot().locked_quarters


def test_a_chosen_quarter_is_locked_and_unlocked_and_the_page_says_why(office):
    client = office.visitor("administrator")
    done = send(client, act="lock", quarter=["2025Q1", "2025Q2"], reason="Audited <now>")
    assert (done.status_code, done.headers["Location"]) == (303, f"{PATH}?told=locked")
    page = client.get(done.headers["Location"]).text
    assert page.count("Audited &lt;now&gt;") == 2 and "do not accept returns until" in page
    send(client, act="unlock", quarter="2025Q1", reason="A correction")
    assert {str(one) for one in office.source.get_snapshot().locked_quarters} == {"2025Q2"}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"quarter": "2025Q1", "reason": ""}, "Enter a reason"),
        ({"reason": "Audited"}, "Choose at least one quarter"),
        ({"quarter": "no quarter", "reason": "Audited"}, "Choose at least one quarter"),
        ({"quarter": "2031Q1", "reason": "Audited"}, "2031 Q1 is in no plan"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(office, fields, told):
    answer = send(office.visitor("administrator"), act="lock", **fields)
    assert answer.status_code == 422 and told in answer.text
    assert fields["reason"] in answer.text
    assert not office.source.get_snapshot().locked_quarters


def test_the_khmer_page_answers_in_khmer(office):
    answer = send(office.visitor("administrator"), f"/km{PATH}", act="lock", reason="x")
    assert "សូមជ្រើសរើសត្រីមាសយ៉ាងហោចណាស់មួយ" in answer.text


def test_a_lock_without_the_page_s_token_is_refused(office):
    client = office.visitor("administrator")
    assert client.post(PATH, data={"act": "lock", "quarter": "2025Q1", "reason": "x"}).status_code == 403
