"""One return's page, files, evidence and acts are its site's officers', managers' and the administrator's only."""

import re
from dataclasses import dataclass
from io import BytesIO

import pytest

from etl.database.connection import reading
from etl.database.read.evidence import read_evidence
from etl.database.read.returns import find_return, read_events, read_returns
from etl.indicators.periods import parse_quarter
from etl.indicators.vocabulary import ReturnState, Role
from etl.use_cases.accounts.users import add_user
from etl.use_cases.returns.locks import set_quarter_locks
from tests.dashboard.app_constants import PASSWORD
from tests.journeys.other_returns import make_filled_form, read_other_plan

PLAN = read_other_plan()
SITE, QUARTER = "01", "2025Q3"
PHOTO = b"\xff\xd8\xff\xe0 a photo"
JSON = {"X-Upload": "1", "Accept": "application/json"}


@dataclass
class Desk:
    """The office with an officer of site 01 (`one`) and one of N-2 (`two`)."""

    office: object

    def visitor(self, name: str | None):
        return self.office.visitor(name)

    def post(self, client, address: str, *, headers=None, **fields):
        token = client.get_cookie("csrf")
        data = {"csrf": token.value if token else "", **fields}
        return client.post(address, data=data, headers=headers or {}, content_type="multipart/form-data")

    def upload(self, client, data: bytes, name: str = "return.xlsx", *, headers=None, **fields):
        return self.post(client, "/staff/upload", headers=headers, file=(BytesIO(data), name), **fields)

    def draft(self, name: str = "one", change=None, site: str = SITE, quarter: str = QUARTER) -> int:
        answer = self.upload(self.visitor(name), make_filled_form(PLAN, site, quarter, changes=change))
        assert answer.status_code == 303, answer.text
        return int(re.search(r"/staff/returns/(\d+)", answer.headers["Location"])[1])

    def submitted(self, name: str = "one") -> int:
        return self.submitted_of(name, SITE, QUARTER)

    def submitted_of(self, name: str, site: str, quarter: str) -> int:
        number, client = self.draft(name, site=site, quarter=quarter), self.visitor(name)
        codes = re.findall(r'name="confirmed" value="([^"]+)"', client.get(f"/staff/returns/{number}").text)
        answer = self.post(client, f"/staff/returns/{number}/submit", confirmed=codes, seen="draft")
        assert answer.headers["Location"].endswith("told=submitted"), answer.text
        return number

    def state(self, number: int) -> ReturnState:
        with reading(self.office.source.engine) as connection:
            return find_return(connection, number).state

    def count(self) -> int:
        with reading(self.office.source.engine) as connection:
            return len(read_returns(connection))


@pytest.fixture
def desk(office) -> Desk:
    for name, site in (("one", "01"), ("two", "N-2")):
        add_user(office.source.engine, name, Role.OFFICER, PASSWORD, [site], now=office.settings.now(), actor="test")
    return Desk(office)


def test_an_upload_leads_to_its_draft_with_every_finding_at_its_cell(desk):
    number = desk.draft(change={"P.1/sex/women": 999, "L.2": "4,25"})
    text = desk.visitor("one").get(f"/staff/returns/{number}").text
    assert 'data-code="part-over-total"' in text and 'data-code="number-decimal-comma"' in text
    assert re.search(r'data-code="part-over-total" data-cell="Return!G\d+"', text)
    assert "Submit for approval" not in text and "/annotated" in text
    khmer = desk.visitor("one").get(f"/km/staff/returns/{number}").text
    assert '<html lang="km">' in khmer and 'data-code="part-over-total"' in khmer


def test_a_file_of_no_form_is_answered_on_the_page_and_to_the_script(desk):
    client = desk.visitor("one")
    page = desk.upload(client, b"not a workbook")
    assert page.status_code == 422 and "data-code=" in page.text
    told = desk.upload(client, b"not a workbook", headers=JSON)
    assert told.status_code == 422 and "data-code=" in told.json["files"][0]["html"]
    assert desk.upload(client, b"", "").status_code == 422
    assert desk.count() == 0


def test_several_files_in_one_form_are_each_told_by_their_name(desk):
    client = desk.visitor("one")
    good = (BytesIO(make_filled_form(PLAN, SITE, QUARTER)), "good.xlsx")
    answer = desk.post(client, "/staff/upload", file=[good, (BytesIO(b"no"), "<b>bad.xlsx")])
    assert answer.status_code == 422
    assert "good.xlsx" in answer.text and "&lt;b&gt;bad.xlsx" in answer.text
    assert desk.count() == 1


def test_only_the_site_s_officers_managers_and_the_administrator_open_a_return(desk):
    number = desk.draft()
    desk.post(desk.visitor("one"), f"/staff/returns/{number}/evidence", file=(BytesIO(PHOTO), "a.jpg"))
    unknown = desk.visitor("two").get("/staff/returns/999999")
    for more in ("", "/file", "/annotated", "/evidence/1"):
        for prefix in ("", "/km"):
            address = f"{prefix}/staff/returns/{number}{more}"
            for name in ("one", "officer", "manager", "administrator"):
                assert desk.visitor(name).get(address).status_code == 200, (name, address)
            other = desk.visitor("two").get(address)
            assert other.status_code == 404
            if not prefix:
                assert other.text == unknown.text
            assert desk.visitor(None).get(address).status_code == 302


@pytest.mark.parametrize("number", ["0", "-1", "1e3", "X", "99999999999999999999", "１", "1 OR 1=1", "..%2f..%2fetc"])
def test_a_number_that_is_none_is_an_unknown_address(desk, number):
    client = desk.visitor("manager")
    for more in ("", "/file", "/annotated", "/evidence/1"):
        assert client.get(f"/staff/returns/{number}{more}").status_code == 404
    assert desk.post(client, f"/staff/returns/{number}/approve", seen="submitted").status_code == 404


def test_an_officer_of_another_site_can_do_nothing_with_a_return(desk):
    number, two = desk.submitted(), desk.visitor("two")
    for act in ("submit", "withdraw", "approve", "send-back", "comment", "remove-evidence", "evidence"):
        answer = desk.post(two, f"/staff/returns/{number}/{act}", seen="submitted", comment="x", evidence="1")
        assert answer.status_code == 404, act
    assert desk.state(number) is ReturnState.SUBMITTED
    with reading(desk.office.source.engine) as connection:
        assert {one.actor for one in read_events(connection, number)} == {"one"}


def test_an_officer_sends_nothing_for_another_site_and_gets_no_form_of_it(desk):
    two = desk.visitor("two")
    answer = desk.upload(two, make_filled_form(PLAN, SITE, QUARTER), headers=JSON)
    assert answer.status_code == 422 and "cannot upload returns for" in answer.json["files"][0]["told"]
    assert desk.count() == 0
    assert two.get(f"/staff/forms?site={SITE}&quarter={QUARTER}").status_code == 404
    made = desk.visitor("one").get(f"/staff/forms?site={SITE}&quarter={QUARTER}")
    assert (
        made.status_code == 200 and made.data.startswith(b"PK") and "attachment" in made.headers["Content-Disposition"]
    )


@pytest.mark.parametrize(
    "query", ["", "site=01", "site=01&quarter=never", "site=zz&quarter=2025Q3", "site=01&quarter=2019Q1"]
)
def test_a_form_that_can_not_be_made_is_told_in_words(desk, query):
    answer = desk.visitor("one").get(f"/staff/forms?{query}")
    assert answer.status_code in (404, 422) and "Traceback" not in answer.text


def test_an_officer_has_no_buttons_to_decide_and_a_sender_none_on_an_own_return(desk):
    number = desk.submitted("manager")
    assert ">Approve<" not in desk.visitor("manager").get(f"/staff/returns/{number}").text
    assert ">Approve<" not in desk.visitor("one").get(f"/staff/returns/{number}").text
    assert ">Approve<" in desk.visitor("administrator").get(f"/staff/returns/{number}").text
    assert desk.post(desk.visitor("one"), f"/staff/returns/{number}/approve", seen="submitted").status_code == 409
    own = desk.post(desk.visitor("manager"), f"/staff/returns/{number}/approve", seen="submitted")
    assert own.status_code == 409 and "ask somebody else" in own.text
    assert desk.state(number) is ReturnState.SUBMITTED


def test_the_second_of_two_decisions_is_told_in_plain_words_and_both_languages(desk):
    number, manager = desk.submitted(), desk.visitor("manager")
    assert desk.post(manager, f"/staff/returns/{number}/approve", seen="submitted").status_code == 303
    second = desk.post(manager, f"/staff/returns/{number}/send-back", seen="submitted", comment="late")
    assert second.status_code == 409 and f"Return {number} has changed and is now approved" in second.text
    khmer = desk.post(manager, f"/km/staff/returns/{number}/approve", seen="submitted")
    assert khmer.status_code == 409 and "បានអនុម័ត" in khmer.text


def test_a_return_comes_back_with_its_comment_as_it_was_written_and_not_as_markup(desk):
    number, manager = desk.submitted(), desk.visitor("manager")
    bare = desk.post(manager, f"/staff/returns/{number}/send-back", seen="submitted", comment=" ")
    assert bare.status_code == 409
    desk.post(manager, f"/staff/returns/{number}/send-back", seen="submitted", comment="<script>x</script> L.1?")
    text = desk.visitor("one").get(f"/staff/returns/{number}").text
    assert "&lt;script&gt;x&lt;/script&gt; L.1?" in text and "<script>x" not in text
    assert "Upload a corrected return" in text


def test_a_form_without_the_session_s_token_does_nothing(desk):
    number, manager = desk.submitted(), desk.visitor("manager")
    for act in ("approve", "send-back", "comment", "withdraw", "evidence"):
        answer = manager.post(f"/staff/returns/{number}/{act}", data={"seen": "submitted", "comment": "x"})
        assert answer.status_code == 403
    assert manager.post("/staff/upload", data={"file": (BytesIO(b"x"), "a.xlsx")}).status_code == 403
    assert desk.state(number) is ReturnState.SUBMITTED


def large(client, address: str, size: int):
    """A request with one file of that size, made by hand: the client of tests would leave a file open."""
    head = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="huge.jpg"\r\n\r\n'
    body = head + PHOTO + bytes(size) + b"\r\n--cut--\r\n"
    headers = {"X-CSRFToken": client.get_cookie("csrf").value, **JSON}
    return client.post(address, data=body, headers=headers, content_type="multipart/form-data; boundary=cut")


def test_an_oversized_upload_is_refused_before_it_is_read(desk):
    client = desk.visitor("one")
    refused = large(client, "/km/staff/upload", 34 * 1024 * 1024)
    assert refused.status_code == 413 and '<html lang="km">' in refused.text and "zip" in refused.text
    middle = large(client, "/staff/upload", 11 * 1024 * 1024)
    assert middle.status_code == 422 and 'data-code="file-too-big"' in middle.json["files"][0]["html"]
    number = desk.draft()
    assert large(client, f"/staff/returns/{number}/evidence", 7 * 1024 * 1024).status_code == 413
    told = large(client, f"/staff/returns/{number}/evidence", 5 * 1024 * 1024)
    assert told.status_code == 422 and "5 MB" in told.json["files"][0]["told"]


def test_evidence_leaves_as_a_download_under_a_name_that_can_do_no_harm(desk):
    number, client = desk.draft(), desk.visitor("one")
    name = '..\\..\\"evil"\r\nX-Header: 1;.html'
    answer = desk.post(client, f"/staff/returns/{number}/evidence", headers=JSON, file=(BytesIO(PHOTO), name))
    assert answer.status_code == 200, answer.text
    with reading(desk.office.source.engine) as connection:
        (kept,) = read_evidence(connection, number)
    sent = client.get(f"/staff/returns/{number}/evidence/{kept.id}")
    assert sent.data == PHOTO and sent.mimetype == "image/jpeg"
    assert sent.headers["Content-Disposition"].startswith("attachment;") and "X-Header" not in sent.headers
    assert sent.headers["X-Content-Type-Options"] == "nosniff" and sent.headers["Cache-Control"] == "no-store"
    assert "sandbox" in sent.headers["Content-Security-Policy"]


def test_evidence_that_is_not_what_its_name_says_is_refused_by_its_name(desk):
    number, client = desk.draft(), desk.visitor("one")
    answer = desk.post(client, f"/staff/returns/{number}/evidence", file=(BytesIO(b"MZ program"), "photo.jpg"))
    assert answer.status_code == 409 and "photo.jpg: Evidence is a photo" in answer.text
    with reading(desk.office.source.engine) as connection:
        assert read_evidence(connection, number) == ()


def test_evidence_of_another_return_is_not_found_through_one_s_own(desk):
    mine, other = desk.draft("one"), desk.draft("officer")
    desk.post(desk.visitor("officer"), f"/staff/returns/{other}/evidence", file=(BytesIO(PHOTO), "a.jpg"))
    client = desk.visitor("one")
    assert client.get(f"/staff/returns/{mine}/evidence/1").status_code == 404
    answer = desk.post(client, f"/staff/returns/{mine}/remove-evidence", evidence="1", seen="draft")
    assert answer.status_code == 409
    with reading(desk.office.source.engine) as connection:
        assert len(read_evidence(connection, other)) == 1


def test_a_correction_says_what_it_restates_and_old_versions_stay_readable(desk):
    number, manager = desk.submitted(), desk.visitor("manager")
    desk.post(manager, f"/staff/returns/{number}/approve", seen="submitted")
    again = desk.draft(change={"L.1": 777})
    text = desk.visitor("one").get(f"/staff/returns/{again}").text
    assert 'id="corrects"' in text and f'href="/staff/returns/{number}"' in text
    assert "Currently approved" in text and "→ 777" in text
    assert desk.visitor("one").get(f"/staff/returns/{number}").status_code == 200


def test_the_router_leads_to_pages_that_answer_by_themselves(desk):
    from tests.dashboard.app_constants import ROUTER

    client = desk.visitor("one")
    told = desk.office.call(client, ROUTER, "/km/staff/upload", "?site=01").json["response"]
    assert told["page-head"]["data"] == {"redirect": "/km/staff/upload?site=01"}


def test_nothing_of_an_address_is_shown_as_what_was_done(desk):
    number = desk.draft()
    text = desk.visitor("one").get(f"/staff/returns/{number}?told=<script>alert(1)</script>").text
    assert "alert(1)" not in text.split("</header>")[1]


def test_a_manager_approves_several_at_once_and_is_told_what_could_not_be_done(desk):
    first, own = desk.submitted("one"), desk.submitted_of("manager", "N-2", "2024Q3")
    manager = desk.visitor("manager")
    page = manager.get("/staff/approve").text
    assert f'value="{first}:submitted"' in page and f'value="{own}:submitted"' not in page
    assert "1 more return needs another manager" in page
    chosen = [f"{first}:submitted", f"{own}:submitted", "999:submitted", "x", "1:nothing"]
    answer = desk.post(manager, "/km/staff/approve", chosen=chosen)
    assert answer.status_code == 409
    assert (desk.state(first), desk.state(own)) == (ReturnState.APPROVED, ReturnState.SUBMITTED)
    again = desk.post(manager, "/staff/approve", chosen=[f"{first}:submitted"])
    assert again.status_code == 409 and f"Return {first} has changed and is now approved" in again.text
    assert desk.visitor("one").get("/staff/approve").status_code == 404


def test_in_a_locked_quarter_nobody_is_offered_to_approve_and_who_can_unlock_is_said(desk, now):
    number, manager = desk.submitted("one"), desk.visitor("manager")
    set_quarter_locks(
        desk.office.source.engine,
        [parse_quarter(QUARTER)],
        locked=True,
        actor="administrator",
        now=now,
        reason="closed",
    )
    page = manager.get(f"/staff/returns/{number}").text
    assert ">Approve<" not in page and ">Send back<" in page
    assert "An administrator can unlock it" in page and "/admin/periods" not in page
    assert 'href="/km/admin/periods"' in desk.visitor("administrator").get(f"/km/staff/returns/{number}").text
    several = manager.get("/staff/approve").text
    assert f'value="{number}:submitted"' not in several and "locked: an administrator can unlock it" in several
    assert "Approve selected returns" not in several
    sent = desk.post(manager, f"/staff/returns/{number}/send-back", seen="submitted", comment="after unlocking")
    assert sent.status_code == 303 and desk.state(number) is ReturnState.SENT_BACK


def test_a_zip_of_returns_is_long_work_with_a_page_of_its_own(desk):
    answer = desk.upload(desk.visitor("one"), b"PK\x05\x06" + bytes(18), "many.ZIP", headers=JSON)
    assert answer.status_code == 200 and answer.json["files"][0]["address"] == "/staff/jobs/1"
    assert desk.count() == 0


def test_evidence_of_an_earlier_version_is_at_hand_on_the_corrected_one(desk):
    first, client = desk.draft(), desk.visitor("one")
    desk.post(client, f"/staff/returns/{first}/evidence", file=(BytesIO(PHOTO), "signed.jpg"))
    second = desk.draft(change={"L.1": 4321})
    text = client.get(f"/staff/returns/{second}").text
    assert f'href="/staff/returns/{first}/evidence/1"' in text and "signed.jpg" in text


def test_who_may_not_act_on_a_return_is_told_who_may(desk):
    number = desk.draft("one")
    assert "Only one can submit this draft." in desk.visitor("officer").get(f"/staff/returns/{number}").text
    client = desk.visitor("one")
    desk.post(client, f"/staff/returns/{number}/withdraw", seen="draft")
    assert 'class="acts"' not in client.get(f"/staff/returns/{number}").text


def test_a_file_name_can_neither_leave_its_folder_nor_add_a_header(desk):
    client, name = desk.visitor("one"), '..\\..\\a"b\r\nSet-Cookie: x=1;\u202egnp.xlsx'
    answer = desk.upload(client, make_filled_form(PLAN, SITE, QUARTER), name, headers=JSON)
    assert answer.status_code == 200, answer.text
    sent = client.get("/staff/returns/1/file")
    assert sent.status_code == 200 and sent.data.startswith(b"PK")
    assert "Set-Cookie" not in sent.headers and "\\" not in sent.headers["Content-Disposition"]
    assert "\u202e" not in client.get("/staff/returns/1").text


def test_what_a_sender_typed_is_shown_as_text_and_never_as_markup(desk):
    client, typed = desk.visitor("one"), "<img src=x onerror=alert(1)>"
    data = make_filled_form(PLAN, SITE, QUARTER, changes={"L.1": typed})
    assert desk.upload(client, data).status_code == 303
    for prefix in ("", "/km"):
        text = client.get(f"{prefix}/staff/returns/1").text
        assert "&lt;img src=x onerror=alert(1)&gt;" in text and "<img src=x" not in text
