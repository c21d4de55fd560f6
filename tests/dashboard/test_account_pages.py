"""The pages on accounts: one's own, the administrator's list, and the page that a one-time link opens."""

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


def user(office, name):
    return next((one for one in list_users(office.source.engine) if one.name == name), None)


def link_in(text):
    found = re.search(r"http://localhost(/set-password/[\w-]{43})", html.unescape(text))
    return found[1] if found else None


def test_an_account_is_added_with_a_link_that_its_owner_follows(office):
    client = office.visitor("administrator")
    form = {"name": "Sok", "display_name": "Sok Dara", "role": "officer", "site": ["01", "N-2"]}
    answer = post(client, "/admin/users", **form)
    assert answer.status_code == 200 and user(office, "sok").sites == {"01", "N-2"}
    address = link_in(answer.text)
    assert address and "Sok Dara" in answer.text
    owner = office.visitor()
    assert owner.get(address).status_code == 200
    assert "Set-Cookie" not in owner.get(address).headers
    assert post(owner, address, password=OTHER, again="different").status_code == 422
    done = post(owner, f"/km{address}", password=OTHER, again=OTHER)
    assert (done.status_code, done.headers["Location"]) == (303, "/km/sign-in?told=password")
    assert owner.post("/sign-in", data={"name": "sok", "password": OTHER}).status_code == 303
    for method in ("get", "post"):
        assert getattr(office.visitor(), method)(address).status_code == 404


def test_a_link_s_page_is_kept_nowhere_and_tells_nobody_where_it_was(office, now):
    token = make_link(office.source.engine, "officer", actor="test", now=now)
    headers = office.visitor().get(f"/set-password/{token}").headers
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "strict-origin")
    assert headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "ក", "a" * 5000])
def test_a_link_that_never_was_is_told_as_a_closed_one(office, token):
    answer = office.visitor().get(f"/set-password/{token}")
    assert answer.status_code == 404 and "password" in answer.text
    assert office.visitor().post(f"/set-password/{token}", data={"password": OTHER, "again": OTHER}).status_code == 404


def test_setting_a_password_by_link_signs_out_whoever_was_there(office, now):
    client = office.visitor("manager")
    session = client.get_cookie("session").value
    token = make_link(office.source.engine, "officer", actor="test", now=now)
    assert client.post(f"/set-password/{token}", data={"password": OTHER, "again": OTHER}).status_code == 303
    assert client.get_cookie("session") is None
    assert find_signed_in_user(office.source.engine, session, now=now) is None


def test_every_fault_of_the_form_is_told_and_what_was_typed_comes_back(office):
    client = office.visitor("administrator")
    answer = post(client, "/admin/users", name="a<b", display_name="D" * 61, role="officer")
    assert answer.status_code == 422
    text = html.unescape(answer.text)
    assert "letters, digits" in text and "at most 60" in text and "at least one site" in text
    assert 'value="a&lt;b"' in answer.text and "<b" not in answer.text.replace("<b>", "").replace("<body", "").replace(
        "<button", ""
    ).replace("<br", "")
    assert post(client, "/admin/users", name="x", role="king").status_code == 422
    assert len(list_users(office.source.engine)) == 3


def test_role_sites_and_closing_are_changed_on_the_account_s_page(office, now):
    client, officer = office.visitor("administrator"), office.visitor("officer")
    assert "officer" in client.get("/admin/users/officer").text
    assert post(client, "/admin/users/officer/change", role="officer", site="01").status_code == 303
    assert user(office, "officer").sites == {"01"}
    assert post(client, "/admin/users/officer/change", role="manager", sites="all").status_code == 303
    assert user(office, "officer").all_sites
    assert post(client, "/admin/users/officer/close").status_code == 303
    assert officer.get("/staff/overview").status_code == 302
    assert post(client, "/km/admin/users/officer/open").headers["Location"] == "/km/admin/users/officer?told=saved"
    assert link_in(post(client, "/admin/users/officer/link").text)


def test_what_can_not_be_done_is_said_on_the_page(office):
    client = office.visitor("administrator")
    assert "own account" in post(client, "/admin/users/administrator/close").text
    demoted = post(client, "/km/admin/users/administrator/change", role="manager", sites="all")
    assert demoted.status_code == 422 and "អ្នកគ្រប់គ្រងប្រព័ន្ធចុងក្រោយ" in demoted.text
    for act in ("change", "close", "link", "open"):
        assert post(client, f"/admin/users/nobody/{act}").status_code == 404
    assert post(client, "/admin/users/officer/delete").status_code == 404
    assert client.get("/admin/users/nobody").status_code == 404


def test_whether_senders_approve_their_own_is_changed_with_a_reason(office):
    client = office.visitor("administrator")
    assert post(client, "/admin/own-approval", allowed="yes").status_code == 422
    assert post(client, "/admin/own-approval", allowed="yes", why="two of us only").status_code == 303
    assert "Senders can approve their own returns" in client.get("/admin/users").text
    assert post(client, "/admin/own-approval", why="more of us now").status_code == 303
    with reading(office.source.engine) as connection:
        events = read_audit_events(connection, subject="own approval")
    assert [(one.old, one.new, one.reason) for one in events] == [
        ("yes", "no", "more of us now"),
        ("no", "yes", "two of us only"),
    ]


def test_one_s_own_page_changes_the_password_and_signs_out(office, now):
    client, elsewhere = office.visitor("officer"), office.visitor("officer")
    assert "this browser" in client.get("/staff/account").text
    wrong = post(client, "/staff/account/password", old="wrong", new=OTHER, again=OTHER)
    assert wrong.status_code == 422 and "incorrect" in wrong.text
    assert post(client, "/staff/account/password", old=PASSWORD, new=OTHER, again="x").status_code == 422
    done = post(client, "/staff/account/password", old=PASSWORD, new=OTHER, again=OTHER)
    assert done.headers["Location"] == "/sign-in?told=password"
    for browser in (client, elsewhere):
        assert browser.get("/staff/account").status_code == 302


def test_signing_out_everywhere_closes_every_browser(office):
    browsers = [office.visitor("officer"), office.visitor("officer")]
    assert post(browsers[0], "/km/staff/account/sign-out-everywhere").status_code == 303
    assert [one.get("/staff/account").status_code for one in browsers] == [302, 302]


def test_the_saved_language_decides_where_sign_in_leads_and_nothing_else(office):
    client = office.visitor("officer")
    assert post(client, "/staff/account/language", language="km").status_code == 303
    assert '<html lang="en">' in client.get("/staff/account").text
    assert post(client, "/staff/account/language", language="xx").status_code == 422

    def led(address, **form):
        answer = office.visitor().post(address, data={"name": "officer", "password": PASSWORD, **form})
        return answer.headers["Location"]

    assert led("/sign-in") == "/km/staff/overview"
    assert led("/sign-in", next="/staff/site/01") == "/staff/site/01"


def test_the_audit_page_is_chosen_by_person_act_subject_and_day_and_paged(office, monkeypatch):
    monkeypatch.setattr(
        "dashboard.documents.audit.get_audit_page.__kwdefaults__", {"before_id": None, "limit": 2}, raising=False
    )
    client = office.visitor("administrator")
    office.visitor("officer")
    everything = client.get("/admin/audit").text
    assert everything.count("<tr>") == 3 and "Older" in everything
    older = html.unescape(re.search(r'href="([^"]*below=[^"]*)"', everything)[1])
    assert "Newest" in client.get(older).text
    assert client.get("/admin/audit?who=officer&act=sign+in").text.count("<tr>") == 2
    assert "No actions match" in client.get("/admin/audit?who=nobody").text
    assert "No actions match" in client.get("/admin/audit?until=2000-01-01").text
    strange = client.get("/km/admin/audit?since=yesterday&below=x&subject=%25&who=%3Ci%3E")
    assert (
        strange.status_code == 200
        and "yesterday" in strange.text
        and "<b>" not in strange.text.replace("<b>ខ្មែរ</b>", "")
    )


def test_taking_the_audit_trail_out_is_a_job_of_who_asked(office):
    client = office.visitor("administrator")
    answer = post(client, "/admin/audit/export", who="officer", since="2026-01-01", until="2026-12-31")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/jobs/1")
    assert "Audit log as CSV" in client.get("/staff/account").text


def test_taking_figures_out_as_a_file_is_written_down(office):
    for ending in ("xlsx", "csv"):
        assert office.visitor("officer").get(f"/staff/tracking-table.{ending}").status_code == 200
    with reading(office.source.engine) as connection:
        taken = [(one.actor, one.subject) for one in read_audit_events(connection) if one.action == "export"]
    assert taken == [("officer", "tracking table, csv"), ("officer", "tracking table, xlsx")]


@pytest.mark.parametrize(
    ("kept", "khmer"),
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
def test_the_trails_own_words_are_said_in_khmer_and_what_people_typed_stays(kept, khmer):
    assert describe_detail(kept, get_locale("km")) == khmer
    assert describe_detail("return 7 approved", get_locale("en")) == "return 7: approved"
