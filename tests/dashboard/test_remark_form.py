"""Tests of the remark form."""

import json

import pytest

from tests.dashboard.app_constants import ROUTER
from tests.support.rendered_pages import unfold_static_parts

FORM = "/staff/remarks/L.1/2026Q3"
WRITTEN = {"why": "Floods in August", "agreed": "Plant again", "responsible": "Sokha", "due": "2026-12-31", "seen": "0"}


def send(client, fields: dict[str, str], path: str = FORM):
    return client.post(path, data={"csrf": client.get_cookie("csrf").value, **fields})


def get_page(staffed_app, name: str, path: str, search: str = "") -> str:
    """Return the response of the page callback as text."""
    answer = staffed_app.call_callback(staffed_app.make_client(name), ROUTER, path, search)
    return json.dumps(unfold_static_parts(answer.json), ensure_ascii=False)


def test_a_saved_remark_is_shown_on_the_indicator_page_and_the_overview(staffed_app):
    answer = send(staffed_app.make_client("manager"), WRITTEN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/indicator/L.1#remarks")
    for name in ("officer", "manager"):
        assert "Floods in August" in get_page(staffed_app, name, "/staff/indicator/L.1")
        assert "Plant again" in get_page(staffed_app, name, "/staff/overview", "?view=actions")


def test_only_managers_see_the_link_to_the_remark_form(staffed_app):
    send(staffed_app.make_client("manager"), WRITTEN)
    assert FORM in get_page(staffed_app, "manager", "/staff/indicator/L.1")
    assert FORM not in get_page(staffed_app, "officer", "/staff/indicator/L.1")


@pytest.mark.parametrize(("name", "status"), [("officer", 404), (None, 302), ("manager", 200), ("administrator", 200)])
def test_only_managers_open_the_remark_form(staffed_app, name, status):
    assert staffed_app.make_client(name).get(FORM).status_code == status


def test_an_officer_cannot_save_a_remark(staffed_app):
    assert send(staffed_app.make_client("officer"), WRITTEN).status_code == 404
    assert "Floods" not in get_page(staffed_app, "manager", "/staff/indicator/L.1")


def test_an_invalid_remark_shows_errors_at_its_fields_and_keeps_the_input(staffed_app):
    typed = {**WRITTEN, "why": "", "responsible": "", "due": "soon", "agreed": "Plant <b>again</b>"}
    answer = send(staffed_app.make_client("manager"), typed)
    assert answer.status_code == 422
    for field in ("why", "responsible", "due"):
        assert f'href="#{field}"' in answer.text and f'id="{field}-fault"' in answer.text
    assert "Plant &lt;b&gt;again&lt;/b&gt;" in answer.text and 'value="soon"' in answer.text


def test_errors_are_in_khmer_on_the_khmer_form(staffed_app):
    answer = send(staffed_app.make_client("manager"), {**WRITTEN, "why": ""}, f"/km{FORM}")
    assert answer.status_code == 422 and "មូលហេតុ" not in answer.text
    assert "សូមពន្យល់លទ្ធផលរបស់សូចនាករ" in answer.text


def test_a_remark_on_an_old_version_shows_the_current_one_and_keeps_the_input(staffed_app):
    send(staffed_app.make_client("manager"), WRITTEN)
    answer = send(staffed_app.make_client("administrator"), {**WRITTEN, "why": "My own words"})
    assert answer.status_code == 422
    assert "Floods in August" in answer.text and "My own words" in answer.text
    again = send(staffed_app.make_client("administrator"), {**WRITTEN, "why": "My own words", "seen": "1"})
    assert again.status_code == 303
    current_page = get_page(staffed_app, "officer", "/staff/indicator/L.1")
    assert current_page.index("My own words") < current_page.index("Floods in August")


@pytest.mark.parametrize("path", ["/staff/remarks/X.9/2026Q3", "/staff/remarks/L.1/2027Q1", "/staff/remarks/L.1/Q"])
def test_a_remark_form_for_an_unknown_indicator_or_quarter_is_not_found(staffed_app, path):
    assert staffed_app.make_client("manager").get(path).status_code == 404
