"""Tests of the account pages, the audit log and the page of a one-time link."""

import html
import re

import pytest

from etl.database.connection import reading
from etl.database.read.audit import read_audit_events
from etl.locale import get_locale
from etl.use_cases.accounts.one_time_links import make_link
from etl.use_cases.accounts.sign_in import find_signed_in_user
from etl.use_cases.accounts.users import list_users
from etl.wording.audit import describe_detail
from tests.dashboard.app_constants import PASSWORD

OTHER = "another one of tests"


def post(client, address, **fields):
    cookie = client.get_cookie("csrf")
    return client.post(address, data={"csrf": cookie.value if cookie else "", **fields})


def user(staffed_app, name):
    return next((user for user in list_users(staffed_app.source.engine) if user.name == name), None)


def link_in(text):
    match = re.search(r"http://localhost(/set-password/[\w-]{43})", html.unescape(text))
    return match[1] if match else None


def test_a_new_user_sets_a_password_through_a_one_time_link(staffed_app):
    client = staffed_app.make_client("administrator")
    form = {"name": "Sok", "display_name": "Sok Dara", "role": "officer", "site": ["01", "N-2"]}
    answer = post(client, "/admin/users", **form)
    assert answer.status_code == 200 and user(staffed_app, "sok").sites == {"01", "N-2"}
    address = link_in(answer.text)
    assert address and "Sok Dara" in answer.text
    owner = staffed_app.make_client()
    assert owner.get(address).status_code == 200
    assert "Set-Cookie" not in owner.get(address).headers
    assert post(owner, address, password=OTHER, again="different").status_code == 422
    response = post(owner, f"/km{address}", password=OTHER, again=OTHER)
    assert (response.status_code, response.headers["Location"]) == (303, "/km/sign-in?notice=password")
    assert owner.post("/sign-in", data={"name": "sok", "password": OTHER}).status_code == 303
    for method in ("get", "post"):
        assert getattr(staffed_app.make_client(), method)(address).status_code == 404


def test_an_officer_gets_all_sites_only_when_they_alone_are_chosen(staffed_app):
    client = staffed_app.make_client("administrator")
    assert not re.search(r'id="sites-all"[^>]*checked|checked[^>]*id="sites-all"', client.get("/admin/users").text)
    both = post(client, "/admin/users", name="sok", role="officer", sites="all", site=["01"])
    assert both.status_code == 422 and "Choose all sites or only some of them, not both." in both.text
    assert user(staffed_app, "sok") is None
    assert post(client, "/admin/users", name="sok", role="officer").status_code == 422
    assert post(client, "/admin/users", name="sok", role="officer", sites="all").status_code == 200
    assert user(staffed_app, "sok").all_sites


def test_the_page_of_a_one_time_link_is_not_cached_and_sends_no_referrer(staffed_app, now):
    token = make_link(staffed_app.source.engine, "officer", actor="test", now=now)
    headers = staffed_app.make_client().get(f"/set-password/{token}").headers
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "strict-origin")
    assert headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("token", ["x", "x" * 43, "ក", "a" * 5000])
def test_an_invalid_link_gets_the_same_page_as_an_expired_one(staffed_app, token):
    answer = staffed_app.make_client().get(f"/set-password/{token}")
    assert answer.status_code == 404 and "password" in answer.text
    assert (
        staffed_app.make_client().post(f"/set-password/{token}", data={"password": OTHER, "again": OTHER}).status_code
        == 404
    )


def test_setting_a_password_through_a_link_ends_the_session_of_the_browser(staffed_app, now):
    client = staffed_app.make_client("manager")
    session = client.get_cookie("session").value
    token = make_link(staffed_app.source.engine, "officer", actor="test", now=now)
    assert client.post(f"/set-password/{token}", data={"password": OTHER, "again": OTHER}).status_code == 303
    assert client.get_cookie("session") is None
    assert find_signed_in_user(staffed_app.source.engine, session, now=now) is None


def test_an_invalid_user_form_shows_every_error_and_keeps_the_input(staffed_app):
    client = staffed_app.make_client("administrator")
    answer = post(client, "/admin/users", name="a<b", display_name="D" * 61, role="officer")
    assert answer.status_code == 422
    text = html.unescape(answer.text)
    assert "letters, digits" in text and "to 60 characters" in text and "at least one site" in text
    assert 'value="a&lt;b"' in answer.text and "a<b" not in answer.text
    assert post(client, "/admin/users", name="x", role="king").status_code == 422
    assert len(list_users(staffed_app.source.engine)) == 3


def test_the_account_page_changes_role_and_sites_and_closes_the_account(staffed_app, now):
    client, officer = staffed_app.make_client("administrator"), staffed_app.make_client("officer")
    assert "officer" in client.get("/admin/users/officer").text
    assert post(client, "/admin/users/officer/change", role="officer", site="01").status_code == 303
    assert user(staffed_app, "officer").sites == {"01"}
    limited = post(client, "/admin/users/officer/change", role="manager", site="01")
    assert limited.status_code == 422 and "Only officers can be limited" in limited.text
    assert user(staffed_app, "officer").sites == {"01"}
    assert post(client, "/admin/users/officer/change", role="manager", sites="all").status_code == 303
    assert user(staffed_app, "officer").all_sites
    assert post(client, "/admin/users/officer/close").status_code == 303
    assert officer.get("/staff/overview").status_code == 302
    assert post(client, "/km/admin/users/officer/open").headers["Location"] == "/km/admin/users/officer?notice=saved"
    assert link_in(post(client, "/admin/users/officer/link").text)


def test_an_action_that_is_not_possible_shows_an_error(staffed_app):
    client = staffed_app.make_client("administrator")
    assert "own account" in post(client, "/admin/users/administrator/close").text
    response = post(client, "/km/admin/users/administrator/change", role="manager", sites="all")
    assert response.status_code == 422 and "អ្នកគ្រប់គ្រងប្រព័ន្ធចុងក្រោយ" in response.text
    for act in ("change", "close", "link", "open"):
        assert post(client, f"/admin/users/nobody/{act}").status_code == 404
    assert post(client, "/admin/users/officer/delete").status_code == 404
    assert client.get("/admin/users/nobody").status_code == 404


def test_changing_approval_of_own_returns_needs_a_reason(staffed_app):
    client = staffed_app.make_client("administrator")
    assert post(client, "/admin/own-approval", allowed="yes").status_code == 422
    assert post(client, "/admin/own-approval", allowed="yes", why="two of us only").status_code == 303
    assert "Senders can approve their own returns" in client.get("/admin/users").text
    assert post(client, "/admin/own-approval", why="more of us now").status_code == 303
    with reading(staffed_app.source.engine) as connection:
        events = read_audit_events(connection, subject="own approval")
    assert [(event.old, event.new, event.reason) for event in events] == [
        ("yes", "no", "more of us now"),
        ("no", "yes", "two of us only"),
    ]


def test_changing_the_own_password_signs_out_everywhere(staffed_app, now):
    client, elsewhere = staffed_app.make_client("officer"), staffed_app.make_client("officer")
    assert "this browser" in client.get("/staff/account").text
    wrong = post(client, "/staff/account/password", old="wrong", new=OTHER, again=OTHER)
    assert wrong.status_code == 422 and "incorrect" in wrong.text
    assert post(client, "/staff/account/password", old=PASSWORD, new=OTHER, again="x").status_code == 422
    response = post(client, "/staff/account/password", old=PASSWORD, new=OTHER, again=OTHER)
    assert response.headers["Location"] == "/sign-in?notice=password"
    for browser in (client, elsewhere):
        assert browser.get("/staff/account").status_code == 302


def test_signing_out_everywhere_ends_the_sessions_of_every_browser(staffed_app):
    browsers = [staffed_app.make_client("officer"), staffed_app.make_client("officer")]
    assert post(browsers[0], "/km/staff/account/sign-out-everywhere").status_code == 303
    assert [browser.get("/staff/account").status_code for browser in browsers] == [302, 302]


def test_the_saved_language_sets_the_page_after_sign_in_only(staffed_app):
    client = staffed_app.make_client("officer")
    assert post(client, "/staff/account/language", language="km").status_code == 303
    assert '<html lang="en">' in client.get("/staff/account").text
    assert post(client, "/staff/account/language", language="xx").status_code == 422

    def sign_in(address, **form):
        answer = staffed_app.make_client().post(address, data={"name": "officer", "password": PASSWORD, **form})
        return answer.headers["Location"]

    assert sign_in("/sign-in") == "/km/staff/returns"
    assert sign_in("/sign-in", next="/staff/site/01") == "/staff/site/01"


def test_the_audit_log_is_filtered_and_paginated(staffed_app, monkeypatch):
    monkeypatch.setattr(
        "dashboard.documents.audit.get_audit_page.__kwdefaults__", {"before_id": None, "limit": 2}, raising=False
    )
    client = staffed_app.make_client("administrator")
    staffed_app.make_client("officer")
    everything = client.get("/admin/audit").text
    assert everything.count("<tr>") == 3 and "Older" in everything
    older = html.unescape(re.search(r'href="([^"]*below=[^"]*)"', everything)[1])
    assert "Newest" in client.get(older).text
    assert client.get("/admin/audit?who=officer&act=sign+in").text.count("<tr>") == 2
    assert "No actions match" in client.get("/admin/audit?who=nobody").text
    assert "No actions match" in client.get("/admin/audit?until=2000-01-01").text
    unusual = client.get("/km/admin/audit?since=yesterday&below=x&subject=%25&who=%3Ci%3E")
    assert (
        unusual.status_code == 200
        and "yesterday" in unusual.text
        and "<b>" not in unusual.text.replace("<b>ខ្មែរ</b>", "")
    )


def test_exporting_the_audit_log_starts_a_job_of_the_user(staffed_app):
    client = staffed_app.make_client("administrator")
    answer = post(client, "/admin/audit/export", who="officer", since="2026-01-01", until="2026-12-31")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/jobs/1")
    assert "Audit log as CSV" in client.get("/staff/account").text


def test_exporting_figures_is_recorded_in_the_audit_log(staffed_app):
    for ending in ("xlsx", "csv"):
        assert staffed_app.make_client("officer").get(f"/staff/tracking-table.{ending}").status_code == 200
    with reading(staffed_app.source.engine) as connection:
        exports = [(event.actor, event.subject) for event in read_audit_events(connection) if event.action == "export"]
    assert exports == [("officer", "tracking table, csv"), ("officer", "tracking table, xlsx")]


@pytest.mark.parametrize(
    ("detail", "khmer"),
    [
        ("user mia", "គណនី mia"),
        ("return 7 approved", "របាយការណ៍ 7៖ បានអនុម័ត"),
        ("submitted", "បានដាក់ជូន"),
        ("officer (Mia) for BKN RVG", "មន្ត្រី M&E (Mia) សម្រាប់ BKN RVG"),
        ("from 127.0.0.1", "ពី 127.0.0.1"),
        ("public: rain came late", "សាធារណៈ៖ rain came late"),
        (
            "staff: seed\nwas short; agreed: order early (Sok (BKN), 2025-03-01), done",
            "បុគ្គលិក៖ seed\nwas short; សកម្មភាព៖ order early (Sok (BKN), 2025-03-01) ធ្វើរួច",
        ),
        ("BKN 2025Q3", "BKN 2025Q3"),
        ("the scan came late", "the scan came late"),
    ],
)
def test_audit_details_are_translated_except_what_people_typed(detail, khmer):
    assert describe_detail(detail, get_locale("km")) == khmer
    assert describe_detail("return 7 approved", get_locale("en")) == "return 7: approved"
