"""A manager writes a remark in a plain form; all staff read it on the indicator's page and in the overview."""

import json

import pytest

from tests.dashboard.app_constants import ROUTER

FORM = "/staff/remarks/L.1/2026Q3"
WRITTEN = {"why": "Floods in August", "agreed": "Plant again", "responsible": "Sokha", "due": "2026-12-31", "seen": "0"}


def send(client, fields: dict[str, str], path: str = FORM):
    return client.post(path, data={"csrf": client.get_cookie("csrf").value, **fields})


def page(office, name: str, path: str) -> str:
    """What the page callback answers, as text."""
    return json.dumps(office.call(office.visitor(name), ROUTER, path, "").json, ensure_ascii=False)


def test_a_sent_remark_stands_on_the_indicator_s_page_and_its_agreement_on_the_overview(office):
    answer = send(office.visitor("manager"), WRITTEN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/indicator/L.1#remarks")
    for name in ("officer", "manager"):
        assert "Floods in August" in page(office, name, "/staff/indicator/L.1")
        assert "Plant again" in page(office, name, "/staff/overview")


def test_only_managers_are_shown_the_way_to_the_form(office):
    send(office.visitor("manager"), WRITTEN)
    assert FORM in page(office, "manager", "/staff/indicator/L.1")
    assert FORM not in page(office, "officer", "/staff/indicator/L.1")


@pytest.mark.parametrize(("name", "status"), [("officer", 404), (None, 302), ("manager", 200), ("administrator", 200)])
def test_the_form_opens_for_managers_only(office, name, status):
    assert office.visitor(name).get(FORM).status_code == status


def test_an_officer_s_form_is_refused_and_nothing_is_written(office):
    assert send(office.visitor("officer"), WRITTEN).status_code == 404
    assert "Floods" not in page(office, "manager", "/staff/indicator/L.1")


def test_every_fault_stands_at_its_field_and_what_was_typed_stays(office):
    typed = {**WRITTEN, "why": "", "responsible": "", "due": "soon", "agreed": "Plant <b>again</b>"}
    answer = send(office.visitor("manager"), typed)
    assert answer.status_code == 422
    for field in ("why", "responsible", "due"):
        assert f'href="#{field}"' in answer.text and f'id="{field}-fault"' in answer.text
    assert "Plant &lt;b&gt;again&lt;/b&gt;" in answer.text and 'value="soon"' in answer.text


def test_faults_are_told_in_khmer_on_the_khmer_form(office):
    answer = send(office.visitor("manager"), {**WRITTEN, "why": ""}, f"/km{FORM}")
    assert answer.status_code == 422 and "មូលហេតុ" not in answer.text
    assert "សូមប្រាប់ថា ហេតុអ្វីបានជាសូចនាករនៅត្រង់នេះ" in answer.text


def test_who_wrote_on_an_old_version_sees_the_new_one_beside_their_own_words(office):
    send(office.visitor("manager"), WRITTEN)
    answer = send(office.visitor("administrator"), {**WRITTEN, "why": "My own words"})
    assert answer.status_code == 422
    assert "Floods in August" in answer.text and "My own words" in answer.text
    again = send(office.visitor("administrator"), {**WRITTEN, "why": "My own words", "seen": "1"})
    assert again.status_code == 303
    shown = page(office, "officer", "/staff/indicator/L.1")
    assert shown.index("My own words") < shown.index("Floods in August")


@pytest.mark.parametrize("path", ["/staff/remarks/X.9/2026Q3", "/staff/remarks/L.1/2027Q1", "/staff/remarks/L.1/Q"])
def test_there_is_no_form_for_what_the_plan_does_not_have(office, path):
    assert office.visitor("manager").get(path).status_code == 404
