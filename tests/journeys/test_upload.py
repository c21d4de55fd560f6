"""Uploading drafts, submitting them, and attaching evidence."""

import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from etl.database.authorization import NotAllowedError
from etl.database.connection import reading, writing
from etl.database.read.audit import read_audit_events
from etl.database.read.confirmations import read_confirmed_codes
from etl.database.read.evidence import read_evidence
from etl.database.read.returns import read_findings
from etl.database.write.locks import set_quarter_lock
from etl.indicators.periods import parse_quarter
from etl.indicators.vocabulary import ReturnState
from etl.returns.form.claims import Confirmation
from etl.use_cases.returns.evidence import MAX_EVIDENCE_FILES, EvidenceError, attach_evidence, remove_evidence
from etl.use_cases.returns.review import DecisionError, comment_on_return, send_back_return, withdraw_return
from etl.use_cases.returns.upload_return import SubmissionError, SubmitOutcome, UploadOutcome, upload_return
from tests.finding_samples.form_samples import remove_identity
from tests.journeys.other_returns import make_filled_form
from tests.journeys.return_workflow import PLAN, ReturnWorkflow
from tests.support.command_line import CommandLine
from tests.support.plan_edits import OTHER_PLAN

FAULTY = {"P.1/sex/women": 999}
PHOTO = b"\xff\xd8\xff\xe0 a photo"


@pytest.fixture
def run(other_plan_run: CommandLine) -> CommandLine:
    return other_plan_run


@pytest.fixture
def workflow(run: CommandLine, open_database, now) -> ReturnWorkflow:
    return ReturnWorkflow(open_database(run.database_url), now)


def test_a_file_with_errors_becomes_a_draft_that_is_in_no_figure(workflow, run):
    before = run.figures("--year", 2025)
    upload = workflow.upload(FAULTY)
    assert upload.outcome is UploadOutcome.DRAFT and any(finding.is_error for finding in upload.findings)
    assert workflow.get_state(upload.return_id) is ReturnState.DRAFT
    with reading(workflow.engine) as connection:
        assert read_findings(connection, upload.return_id) == upload.findings
    assert run.figures("--year", 2025) == before
    result = workflow.submit(upload.return_id)
    assert result.outcome is SubmitOutcome.BLOCKED and result.findings == upload.findings
    assert workflow.get_state(upload.return_id) is ReturnState.DRAFT


def test_a_file_that_matches_no_form_is_not_stored(workflow):
    for data in (b"no workbook at all", PHOTO, b""):
        upload = upload_return(workflow.engine, "mine.xlsx", data, actor="offi", now=workflow.now)
        assert upload.outcome is UploadOutcome.UNRECOGNIZED and upload.findings
    assert workflow.list_states() == []


def test_the_corrected_file_supersedes_the_faulty_draft(workflow):
    faulty, corrected = workflow.upload(FAULTY), workflow.upload()
    assert workflow.get_state(faulty.return_id) is ReturnState.SUPERSEDED
    assert workflow.get_state(corrected.return_id) is ReturnState.DRAFT


def test_uploading_the_same_file_again_changes_nothing(workflow):
    first = workflow.upload()
    again = workflow.upload()
    assert (again.outcome, again.return_id) == (UploadOutcome.UNCHANGED, first.return_id)
    workflow.submit(first.return_id, confirmed_codes=workflow.submit(first.return_id).unconfirmed_codes)
    assert workflow.upload().outcome is UploadOutcome.UNCHANGED
    assert len(workflow.list_states()) == 1


def test_the_file_of_a_return_that_was_sent_back_can_be_uploaded_again(workflow):
    number = workflow.upload_and_submit()
    send_back_return(
        workflow.engine,
        number,
        actor="mana",
        now=workflow.now,
        expected_state=ReturnState.SUBMITTED,
        comment="Attach the signed form.",
    )
    again = workflow.upload()
    assert again.outcome is UploadOutcome.DRAFT and again.return_id != number


def test_warnings_are_confirmed_once_for_each_code_and_stay_confirmed(workflow):
    number = workflow.upload({"L.1": None, "L.2": "4,25"}, site="N-2").return_id
    first = workflow.submit(number)
    assert first.outcome is SubmitOutcome.UNCONFIRMED
    assert len(set(first.unconfirmed_codes)) == len(first.unconfirmed_codes) > 1
    some = first.unconfirmed_codes[:1]
    second = workflow.submit(number, confirmed_codes=some)
    assert second.unconfirmed_codes == first.unconfirmed_codes[1:]
    last = workflow.submit(number, confirmed_codes=second.unconfirmed_codes)
    assert last.outcome is SubmitOutcome.SUBMITTED
    with reading(workflow.engine) as connection:
        assert read_confirmed_codes(connection, number) == set(first.unconfirmed_codes)


def test_submitting_twice_changes_nothing(workflow, run):
    number = workflow.upload_and_submit()
    before = workflow.list_events(number)
    assert workflow.submit(number).outcome is SubmitOutcome.ALREADY_SUBMITTED
    assert workflow.list_events(number) == before
    with reading(workflow.engine) as connection:
        actions = [event.action for event in read_audit_events(connection)]
    assert actions.count("return submitted") == 1


def test_a_quarter_locked_after_the_upload_accepts_no_submission(workflow):
    number = workflow.upload().return_id
    lock(workflow, "2025Q1")
    done = workflow.submit(number)
    assert done.outcome is SubmitOutcome.BLOCKED
    assert "quarter-locked" in {finding.code for finding in done.findings}
    with reading(workflow.engine) as connection:
        assert read_findings(connection, number) == done.findings


def test_a_submission_is_checked_against_a_plan_loaded_after_the_upload(workflow, run, tmp_path):
    number = workflow.upload().return_id
    revised = Path(shutil.copytree(OTHER_PLAN, tmp_path / "revised"))
    for table in (revised / "indicators.csv", revised / "targets.csv"):
        rows = table.read_text().splitlines(keepends=True)
        table.write_text("".join(row for row in rows if not row.startswith("L.2,")))
    targets = revised / "targets.csv"
    targets.write_text(
        "".join(
            splitline for splitline in targets.read_text().splitlines(keepends=True) if not splitline.startswith("L.2,")
        )
    )
    run.succeed("plan", "load", revised, "--effective", "2024-01-01")
    done = workflow.submit(number)
    assert "form-older-plan" in {finding.code for finding in done.findings}, done
    assert workflow.get_return(number).plan_version == 1
    if done.outcome is SubmitOutcome.UNCONFIRMED:
        done = workflow.submit(number, confirmed_codes=done.unconfirmed_codes)
    assert done.outcome is SubmitOutcome.SUBMITTED


def test_users_cannot_access_returns_of_other_sites(workflow):
    with pytest.raises(NotAllowedError):
        workflow.upload(site="N-2", actor="only01")
    assert workflow.list_states() == []
    number = workflow.upload(site="N-2").return_id
    before = workflow.list_events(number)
    for access in (
        lambda: workflow.submit(number, actor="only01"),
        lambda: withdraw_return(
            workflow.engine, number, actor="only01", now=workflow.now, expected_state=ReturnState.DRAFT
        ),
        lambda: comment_on_return(workflow.engine, number, actor="only01", now=workflow.now, comment="Mine?"),
        lambda: attach_evidence(
            workflow.engine, number, key="", name="a.jpg", data=PHOTO, actor="only01", now=workflow.now
        ),
    ):
        with pytest.raises(NotAllowedError) as refused:
            access()
        assert str(refused.value) == f"There is no return {number}, or you do not have access to it."
    assert workflow.list_events(number) == before


def test_only_its_sender_submits_a_draft(workflow):
    number = workflow.upload().return_id
    with pytest.raises(NotAllowedError, match="Only offi"):
        workflow.submit(number, actor="only01")
    own = workflow.upload(actor="only01")
    assert own.outcome is UploadOutcome.DRAFT and own.return_id != number


def test_a_withdrawn_draft_can_not_be_submitted(workflow):
    number = workflow.upload().return_id
    withdraw_return(workflow.engine, number, actor="offi", now=workflow.now, expected_state=ReturnState.DRAFT)
    with pytest.raises(SubmissionError, match="withdrawn"):
        workflow.submit(number)


def test_a_sheet_without_its_form_s_data_is_a_draft_once_site_and_quarter_are_confirmed(workflow):
    data = change_sheet(make_filled_form(PLAN, "01", "2025Q1"), remove_identity)
    unconfirmed = upload_return(workflow.engine, "copy.xlsx", data, actor="offi", now=workflow.now)
    assert (unconfirmed.outcome, [finding.code for finding in unconfirmed.findings]) == (
        UploadOutcome.UNRECOGNIZED,
        ["form-unconfirmed"],
    )
    confirmation = Confirmation("01", parse_quarter("2025Q1"))
    upload = upload_return(
        workflow.engine, "copy.xlsx", data, actor="offi", now=workflow.now, confirmation=confirmation
    )
    assert (upload.outcome, upload.site) == (UploadOutcome.DRAFT, "01")


def test_evidence_is_stored_with_a_sanitized_name_and_the_type_of_its_bytes(workflow):
    number = workflow.upload().return_id
    evidence_id = attach_evidence(
        workflow.engine,
        number,
        key="P.1",
        name="../../etc/x\r\nSet-Cookie: a.exe",
        data=PHOTO,
        actor="offi",
        now=workflow.now,
    )
    with reading(workflow.engine) as connection:
        (evidence,) = read_evidence(connection, number)
    assert (evidence.id, evidence.kind, evidence.key) == (evidence_id, "image/jpeg", "P.1")
    assert evidence.name.endswith(".jpg") and not set(evidence.name) & set('/\\\r\n:;"')


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("photo.jpg", b"MZ\x90\x00 a program"),
        ("photo.jpg", b"<html><script>alert(1)</script>"),
        ("scan.pdf", b"PK\x03\x04 a zip"),
        ("photo.png", b""),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
)
def test_evidence_that_is_not_what_its_name_says_is_refused(workflow, name, data):
    number = workflow.upload().return_id
    with pytest.raises(EvidenceError, match="photo"):
        attach_evidence(workflow.engine, number, key="", name=name, data=data, actor="offi", now=workflow.now)


def test_evidence_beyond_its_limits_or_of_an_unknown_key_is_refused(workflow):
    number = workflow.upload().return_id

    def attach(data: bytes, key: str = "") -> None:
        attach_evidence(workflow.engine, number, key=key, name="a.jpg", data=data, actor="offi", now=workflow.now)

    with pytest.raises(EvidenceError, match="5 MB"):
        attach(PHOTO + bytes(5 * 1024 * 1024))
    with pytest.raises(EvidenceError, match="X-99"):
        attach(PHOTO, "X-99")
    for file in range(MAX_EVIDENCE_FILES):
        attach(PHOTO + bytes([file]))
    with pytest.raises(EvidenceError, match=str(MAX_EVIDENCE_FILES)):
        attach(PHOTO + b"one more")


def test_the_same_evidence_is_stored_once_and_can_be_removed(workflow):
    number = workflow.upload().return_id

    def attach() -> int | None:
        return attach_evidence(
            workflow.engine, number, key="", name="a.jpg", data=PHOTO, actor="offi", now=workflow.now
        )

    evidence_id = attach()
    assert evidence_id is not None and attach() is None
    remove_evidence(workflow.engine, number, evidence_id, actor="offi", now=workflow.now)
    with reading(workflow.engine) as connection:
        assert read_evidence(connection, number) == ()
        (removed,) = [event for event in read_audit_events(connection) if event.action == "evidence removed"]
    assert "sha256" in removed.old


def test_evidence_of_a_decided_return_cannot_be_removed(workflow):
    number = workflow.upload().return_id
    evidence_id = attach_evidence(
        workflow.engine, number, key="", name="a.jpg", data=PHOTO, actor="offi", now=workflow.now
    )
    workflow.submit(number, confirmed_codes=workflow.submit(number).unconfirmed_codes)
    send_back_return(
        workflow.engine, number, actor="mana", now=workflow.now, expected_state=ReturnState.SUBMITTED, comment="Why?"
    )
    with pytest.raises(EvidenceError):
        remove_evidence(workflow.engine, number, evidence_id, actor="offi", now=workflow.now)


def test_a_comment_is_stored_unless_it_is_empty_or_invalid(workflow):
    number = workflow.upload().return_id
    comment_on_return(workflow.engine, number, actor="mana", now=workflow.now, comment=" ភ្ជាប់ឯកសារ \r\n please ")
    assert workflow.list_events(number)[-1] == ("mana", "draft", "ភ្ជាប់ឯកសារ \n please")
    for bad in (" ", "x" * 5000, "bell\x07"):
        with pytest.raises(DecisionError):
            comment_on_return(workflow.engine, number, actor="mana", now=workflow.now, comment=bad)


def lock(workflow: ReturnWorkflow, quarter: str) -> None:
    with writing(workflow.engine) as connection:
        set_quarter_lock(connection, parse_quarter(quarter), locked=True, actor="admin", when=workflow.now)


def change_sheet(data: bytes, change: Callable[[Worksheet], None]) -> bytes:
    workbook = load_workbook(BytesIO(data))
    change(workbook.worksheets[0])
    saved = BytesIO()
    workbook.save(saved)
    return saved.getvalue()
