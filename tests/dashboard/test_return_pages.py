"""Tests of the pages, files, evidence and actions of returns."""

import re
from io import BytesIO

import pytest

from etl.database.connection import BusyError, reading
from etl.database.read.audit import read_audit_events
from etl.database.read.evidence import read_evidence
from etl.database.read.returns import read_events
from etl.indicators.periods import parse_quarter
from etl.indicators.vocabulary import ReturnState
from etl.use_cases.returns.locks import set_quarter_locks
from tests.dashboard.returns_app import PLAN, QUARTER, SITE
from tests.journeys.other_returns import make_filled_form

PHOTO = b"\xff\xd8\xff\xe0 a photo"
JSON = {"X-Upload": "1", "Accept": "application/json"}


def test_an_upload_redirects_to_its_draft_with_findings_at_their_cells(returns_app):
    number = returns_app.create_draft(change={"P.1/sex/women": 999, "L.2": "4,25"})
    text = returns_app.make_client("one").get(f"/staff/returns/{number}").text
    assert 'data-code="part-over-total"' in text and 'data-code="number-decimal-comma"' in text
    assert re.search(r'data-code="part-over-total" data-cell="Return!G\d+"', text)
    assert "Submit for approval" not in text and "/annotated" in text
    khmer = returns_app.make_client("one").get(f"/km/staff/returns/{number}").text
    assert '<html lang="km">' in khmer and 'data-code="part-over-total"' in khmer


def test_a_file_that_matches_no_form_is_reported_on_the_page_and_to_the_script(returns_app):
    client = returns_app.make_client("one")
    page = returns_app.upload(client, b"not a workbook")
    assert page.status_code == 422 and "data-code=" in page.text
    response = returns_app.upload(client, b"not a workbook", headers=JSON)
    assert response.status_code == 422 and "data-code=" in response.json["files"][0]["html"]
    assert returns_app.upload(client, b"", "").status_code == 422
    assert returns_app.count_returns() == 0


def test_results_of_several_files_are_listed_by_file_name(returns_app):
    client = returns_app.make_client("one")
    good = (BytesIO(make_filled_form(PLAN, SITE, QUARTER)), "good.xlsx")
    answer = returns_app.post(client, "/staff/upload", file=[good, (BytesIO(b"no"), "<b>bad.xlsx")])
    assert answer.status_code == 422
    assert "good.xlsx" in answer.text and "&lt;b&gt;bad.xlsx" in answer.text
    assert returns_app.count_returns() == 1


def test_only_people_with_access_to_the_site_open_a_return(returns_app):
    number = returns_app.create_draft()
    returns_app.post(
        returns_app.make_client("one"), f"/staff/returns/{number}/evidence", file=(BytesIO(PHOTO), "a.jpg")
    )
    clients = {name: returns_app.make_client(name) for name in ("one", "officer", "manager", "administrator")}
    other_client, stranger = returns_app.make_client("two"), returns_app.make_client(None)
    unknown = other_client.get("/staff/returns/999999")
    for more in ("", "/file", "/annotated", "/numbers", "/evidence/1"):
        for prefix in ("", "/km"):
            address = f"{prefix}/staff/returns/{number}{more}"
            # Everybody with access gets the same file, so each file is made once in each language.
            for name, client in clients.items() if more in ("", "/numbers") else [("one", clients["one"])]:
                assert client.get(address).status_code == 200, (name, address)
            other = other_client.get(address)
            assert other.status_code == 404
            if not prefix:
                assert other.text == unknown.text
            assert stranger.get(address).status_code == 302


@pytest.mark.parametrize("number", ["0", "-1", "1e3", "X", "99999999999999999999", "１", "1 OR 1=1", "..%2f..%2fetc"])
def test_an_invalid_return_number_is_not_found(returns_app, number):
    client = returns_app.make_client("manager")
    for more in ("", "/file", "/annotated", "/numbers", "/evidence/1"):
        assert client.get(f"/staff/returns/{number}{more}").status_code == 404
    assert returns_app.post(client, f"/staff/returns/{number}/approve", seen="submitted").status_code == 404


def test_an_officer_of_another_site_cannot_act_on_a_return(returns_app):
    number, other_officer = returns_app.create_submitted(), returns_app.make_client("two")
    for act in ("submit", "withdraw", "approve", "send-back", "comment", "remove-evidence", "evidence"):
        answer = returns_app.post(
            other_officer, f"/staff/returns/{number}/{act}", seen="submitted", comment="x", evidence="1"
        )
        assert answer.status_code == 404, act
    assert returns_app.get_state(number) is ReturnState.SUBMITTED
    with reading(returns_app.staffed_app.source.engine) as connection:
        assert {event.actor for event in read_events(connection, number)} == {"one"}


def test_an_officer_cannot_upload_or_download_for_another_site(returns_app):
    other_officer = returns_app.make_client("two")
    answer = returns_app.upload(other_officer, make_filled_form(PLAN, SITE, QUARTER), headers=JSON)
    assert answer.status_code == 422 and "cannot upload returns for" in answer.json["files"][0]["message"]
    assert returns_app.count_returns() == 0
    assert other_officer.get(f"/staff/forms?site={SITE}&quarter={QUARTER}").status_code == 404
    form_file = returns_app.make_client("one").get(f"/staff/forms?site={SITE}&quarter={QUARTER}")
    assert (
        form_file.status_code == 200
        and form_file.data.startswith(b"PK")
        and "attachment" in form_file.headers["Content-Disposition"]
    )


@pytest.mark.parametrize(
    "query", ["", "site=01", "site=01&quarter=never", "site=zz&quarter=2025Q3", "site=01&quarter=2019Q1"]
)
def test_a_form_that_cannot_be_made_shows_an_error(returns_app, query):
    answer = returns_app.make_client("one").get(f"/staff/forms?{query}")
    assert answer.status_code in (404, 422) and "Traceback" not in answer.text


def test_only_reviewers_other_than_the_sender_see_the_approve_button(returns_app):
    number = returns_app.create_submitted("manager")
    assert ">Approve<" not in returns_app.make_client("manager").get(f"/staff/returns/{number}").text
    assert ">Approve<" not in returns_app.make_client("one").get(f"/staff/returns/{number}").text
    assert ">Approve<" in returns_app.make_client("administrator").get(f"/staff/returns/{number}").text
    assert (
        returns_app.post(
            returns_app.make_client("one"), f"/staff/returns/{number}/approve", seen="submitted"
        ).status_code
        == 409
    )
    response = returns_app.post(
        returns_app.make_client("manager"), f"/staff/returns/{number}/approve", seen="submitted"
    )
    assert response.status_code == 409 and "Ask somebody else" in response.text
    assert returns_app.get_state(number) is ReturnState.SUBMITTED


def test_a_second_decision_is_refused_in_both_languages(returns_app):
    number, manager = returns_app.create_submitted(), returns_app.make_client("manager")
    assert returns_app.post(manager, f"/staff/returns/{number}/approve", seen="submitted").status_code == 303
    second = returns_app.post(manager, f"/staff/returns/{number}/send-back", seen="submitted", comment="late")
    assert second.status_code == 409 and f"Return {number} has changed and is now approved" in second.text
    khmer = returns_app.post(manager, f"/km/staff/returns/{number}/approve", seen="submitted")
    assert khmer.status_code == 409 and "បានអនុម័ត" in khmer.text


def test_the_comment_of_a_return_that_was_sent_back_is_escaped(returns_app):
    number, manager = returns_app.create_submitted(), returns_app.make_client("manager")
    without_comment = returns_app.post(manager, f"/staff/returns/{number}/send-back", seen="submitted", comment=" ")
    assert without_comment.status_code == 409
    returns_app.post(manager, f"/staff/returns/{number}/send-back", seen="submitted", comment="<script>x</script> L.1?")
    text = returns_app.make_client("one").get(f"/staff/returns/{number}").text
    assert "&lt;script&gt;x&lt;/script&gt; L.1?" in text and "<script>x" not in text
    assert "Upload a corrected file" in text


def test_a_post_without_a_csrf_token_does_not_change_a_return(returns_app):
    number, manager = returns_app.create_submitted(), returns_app.make_client("manager")
    for act in ("approve", "send-back", "comment", "withdraw", "evidence"):
        answer = manager.post(f"/staff/returns/{number}/{act}", data={"seen": "submitted", "comment": "x"})
        assert answer.status_code == 403
    assert manager.post("/staff/upload", data={"file": (BytesIO(b"x"), "a.xlsx")}).status_code == 403
    assert returns_app.get_state(number) is ReturnState.SUBMITTED


def large(client, address: str, size: int):
    """Post one file of the size. The body is built by hand, since Flask's client would leave a file open."""
    head = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="huge.jpg"\r\n\r\n'
    body = head + PHOTO + bytes(size) + b"\r\n--cut--\r\n"
    headers = {"X-CSRFToken": client.get_cookie("csrf").value, **JSON}
    return client.post(address, data=body, headers=headers, content_type="multipart/form-data; boundary=cut")


def test_an_oversized_upload_is_refused_before_it_is_read(returns_app):
    client = returns_app.make_client("one")
    refused = large(client, "/km/staff/upload", 34 * 1024 * 1024)
    assert refused.status_code == 413 and '<html lang="km">' in refused.text and "zip" in refused.text
    medium = large(client, "/staff/upload", 11 * 1024 * 1024)
    assert medium.status_code == 422 and 'data-code="file-too-big"' in medium.json["files"][0]["html"]
    number = returns_app.create_draft()
    assert large(client, f"/staff/returns/{number}/evidence", 7 * 1024 * 1024).status_code == 413
    response = large(client, f"/staff/returns/{number}/evidence", 5 * 1024 * 1024)
    assert response.status_code == 422 and "5 MB" in response.json["files"][0]["message"]


def test_evidence_is_a_download_with_a_safe_name(returns_app):
    number, client = returns_app.create_draft(), returns_app.make_client("one")
    name = '..\\..\\"evil"\r\nX-Header: 1;.html'
    answer = returns_app.post(client, f"/staff/returns/{number}/evidence", headers=JSON, file=(BytesIO(PHOTO), name))
    assert answer.status_code == 200, answer.text
    with reading(returns_app.staffed_app.source.engine) as connection:
        (evidence,) = read_evidence(connection, number)
    response = client.get(f"/staff/returns/{number}/evidence/{evidence.id}")
    assert response.data == PHOTO and response.mimetype == "image/jpeg"
    assert response.headers["Content-Disposition"].startswith("attachment;") and "X-Header" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff" and response.headers["Cache-Control"] == "no-store"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_evidence_whose_content_does_not_match_its_name_is_refused(returns_app):
    number, client = returns_app.create_draft(), returns_app.make_client("one")
    answer = returns_app.post(client, f"/staff/returns/{number}/evidence", file=(BytesIO(b"MZ program"), "photo.jpg"))
    assert answer.status_code == 409 and "photo.jpg: Evidence must be a photo" in answer.text
    with reading(returns_app.staffed_app.source.engine) as connection:
        assert read_evidence(connection, number) == ()


def test_evidence_of_another_return_is_not_reachable_through_an_own_one(returns_app):
    mine, other = returns_app.create_draft("one"), returns_app.create_draft("officer")
    returns_app.post(
        returns_app.make_client("officer"), f"/staff/returns/{other}/evidence", file=(BytesIO(PHOTO), "a.jpg")
    )
    client = returns_app.make_client("one")
    assert client.get(f"/staff/returns/{mine}/evidence/1").status_code == 404
    answer = returns_app.post(client, f"/staff/returns/{mine}/remove-evidence", evidence="1", seen="draft")
    assert answer.status_code == 409
    with reading(returns_app.staffed_app.source.engine) as connection:
        assert len(read_evidence(connection, other)) == 1


def test_a_correction_shows_approved_numbers_and_keeps_old_versions_readable(returns_app):
    number, manager = returns_app.create_submitted(), returns_app.make_client("manager")
    returns_app.post(manager, f"/staff/returns/{number}/approve", seen="submitted")
    again = returns_app.create_draft(change={"L.1": 777})
    text = returns_app.make_client("one").get(f"/staff/returns/{again}").text
    assert 'id="corrects"' in text and f'href="/staff/returns/{number}"' in text
    assert "Currently approved" in text and "→ 777" in text
    assert returns_app.make_client("one").get(f"/staff/returns/{number}").status_code == 200


def test_the_page_callback_redirects_to_documents(returns_app):
    from tests.dashboard.app_constants import ROUTER

    client = returns_app.make_client("one")
    response = returns_app.staffed_app.call_callback(client, ROUTER, "/km/staff/upload", "?site=01").json["response"]
    assert response["page-head"]["data"] == {"redirect": "/km/staff/upload?site=01"}


def test_an_unknown_notice_in_the_address_is_not_shown(returns_app):
    number = returns_app.create_draft()
    text = returns_app.make_client("one").get(f"/staff/returns/{number}?notice=<script>alert(1)</script>").text
    assert "alert(1)" not in text.split("</header>")[1]


def test_a_manager_approves_several_returns_and_sees_which_failed(returns_app):
    first, own = returns_app.create_submitted("one"), returns_app.create_submitted_for("manager", "N-2", "2024Q3")
    manager = returns_app.make_client("manager")
    page = manager.get("/staff/approve").text
    assert f'value="{first}:submitted"' in page and f'value="{own}:submitted"' not in page
    assert "1 more return needs another manager" in page
    chosen = [f"{first}:submitted", f"{own}:submitted", "999:submitted", "x", "1:nothing"]
    answer = returns_app.post(manager, "/km/staff/approve", chosen=chosen)
    assert answer.status_code == 409
    assert (returns_app.get_state(first), returns_app.get_state(own)) == (ReturnState.APPROVED, ReturnState.SUBMITTED)
    again = returns_app.post(manager, "/staff/approve", chosen=[f"{first}:submitted"])
    assert again.status_code == 409 and f"Return {first} has changed and is now approved" in again.text
    assert returns_app.make_client("one").get("/staff/approve").status_code == 404


def test_a_locked_quarter_offers_no_approval_and_names_who_can_unlock_it(returns_app, now):
    number, manager = returns_app.create_submitted("one"), returns_app.make_client("manager")
    set_quarter_locks(
        returns_app.staffed_app.source.engine,
        [parse_quarter(QUARTER)],
        locked=True,
        actor="administrator",
        now=now,
        reason="closed",
    )
    page = manager.get(f"/staff/returns/{number}").text
    assert ">Approve<" not in page and ">Send back<" in page
    assert "An administrator can unlock it" in page and "/admin/periods" not in page
    assert (
        'href="/km/admin/periods"' in returns_app.make_client("administrator").get(f"/km/staff/returns/{number}").text
    )
    several = manager.get("/staff/approve").text
    assert f'value="{number}:submitted"' not in several and "locked: an administrator can unlock it" in several
    assert "Approve selected returns" not in several
    response = returns_app.post(
        manager, f"/staff/returns/{number}/send-back", seen="submitted", comment="after unlocking"
    )
    assert response.status_code == 303 and returns_app.get_state(number) is ReturnState.SENT_BACK


def test_a_zip_file_of_returns_starts_a_job(returns_app):
    answer = returns_app.upload(returns_app.make_client("one"), b"PK\x05\x06" + bytes(18), "many.ZIP", headers=JSON)
    assert answer.status_code == 200 and answer.json["files"][0]["address"] == "/staff/jobs/1"
    assert returns_app.count_returns() == 0


def test_a_correction_lists_the_evidence_of_earlier_versions(returns_app):
    first, client = returns_app.create_draft(), returns_app.make_client("one")
    returns_app.post(client, f"/staff/returns/{first}/evidence", file=(BytesIO(PHOTO), "signed.jpg"))
    second = returns_app.create_draft(change={"L.1": 4321})
    text = client.get(f"/staff/returns/{second}").text
    assert f'href="/staff/returns/{first}/evidence/1"' in text and "signed.jpg" in text


def test_a_visitor_who_cannot_act_sees_who_can(returns_app):
    number = returns_app.create_draft("one")
    assert "Only one can submit this draft." in returns_app.make_client("officer").get(f"/staff/returns/{number}").text
    client = returns_app.make_client("one")
    returns_app.post(client, f"/staff/returns/{number}/withdraw", seen="draft")
    text = client.get(f"/staff/returns/{number}").text
    assert "Make a new draft of it" in text and "Only one can submit this draft." not in text


def test_a_file_name_cannot_add_folders_or_headers(returns_app):
    client, name = returns_app.make_client("one"), '..\\..\\a"b\r\nSet-Cookie: x=1;\u202egnp.xlsx'
    answer = returns_app.upload(client, make_filled_form(PLAN, SITE, QUARTER), name, headers=JSON)
    assert answer.status_code == 200, answer.text
    response = client.get("/staff/returns/1/file")
    assert response.status_code == 200 and response.data.startswith(b"PK")
    assert "Set-Cookie" not in response.headers and "\\" not in response.headers["Content-Disposition"]
    assert "\u202e" not in client.get("/staff/returns/1").text


def test_entries_of_a_return_are_escaped(returns_app):
    client, typed = returns_app.make_client("one"), "<img src=x onerror=alert(1)>"
    data = make_filled_form(PLAN, SITE, QUARTER, changes={"L.1": typed})
    assert returns_app.upload(client, data).status_code == 303
    for prefix in ("", "/km"):
        text = client.get(f"{prefix}/staff/returns/1").text
        assert "&lt;img src=x onerror=alert(1)&gt;" in text and "<img src=x" not in text


def test_every_download_of_a_file_is_in_the_audit_log(returns_app, monkeypatch):
    number, client = returns_app.create_draft(), returns_app.make_client("one")
    engine = returns_app.staffed_app.source.engine
    for name in ("file", "annotated"):
        assert client.get(f"/staff/returns/{number}/{name}").status_code == 200
        assert client.head(f"/staff/returns/{number}/{name}").status_code == 200
    with reading(engine) as connection:
        events = [event for event in read_audit_events(connection) if event.action == "file downloaded"]
    assert [(event.actor, event.subject) for event in events] == [("one", f"{SITE} {QUARTER}")] * 2
    assert {event.new.partition(": ")[0] for event in events} == {f"return {number}"}


def test_a_file_whose_download_cannot_be_recorded_is_refused(returns_app, monkeypatch):
    number, client = returns_app.create_draft(), returns_app.make_client("one")

    def fail(*_args, **_more):
        raise BusyError

    monkeypatch.setattr("dashboard.documents.return_files.record_download", fail)
    assert client.get(f"/staff/returns/{number}/file").status_code == 503
