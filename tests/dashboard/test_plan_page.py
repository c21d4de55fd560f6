"""The administrator uploads a revised plan, previews its issues or changes, and loads it with a reason."""

import hashlib
import re
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from etl.database.connection import reading
from etl.database.job_records import JobState
from etl.database.read.jobs import find_job
from etl.jobs.worker import Worker
from etl.plan.read_plan import read_plan
from etl.plan.write_plan import write_plan_workbook
from etl.use_cases.plans import check_plan_file
from tests.support.plan_edits import Edit, append_row, apply_edits, copy_plan

PATH = "/admin/plan"


def make_revised_workbook(folder: Path, *edits: Edit) -> bytes:
    """Return the other plan as a workbook with some cells changed."""
    plan = copy_plan(folder / "plan")
    apply_edits(plan, *edits)
    result = read_plan(plan)
    assert result.plan is not None, result.issues
    return write_plan_workbook(result.plan)


def upload(app, client, data: bytes, name: str = "plan.xlsx", path: str = PATH) -> str:
    """Upload a workbook, run the job that checks it, and return the address of the result."""
    answer = client.post(path, data={"csrf": client.get_cookie("csrf").value, "file": (BytesIO(data), name)})
    assert answer.status_code == 303
    return run_check(app, answer.headers["Location"])


def run_check(app, job_address: str) -> str:
    """Run the job of an address and return the address of the plan that it checked, in the same language."""
    prefix, _, number = job_address.partition("/staff/jobs/")
    Worker(app.source, app.settings).run(once=True)
    with reading(app.source.engine) as connection:
        job = find_job(connection, int(number))
    assert job is not None and job.state is JobState.DONE, job
    return f"{prefix}{job.result['links'][0][1]}"


def load(client, address: str, **fields: str):
    return client.post(address, data={"csrf": client.get_cookie("csrf").value, **fields})


def find_seen_version(page: str) -> str:
    match = re.search(r'name="seen" value="(\d+)"', page)
    assert match
    return match[1]


@pytest.mark.parametrize(("name", "status"), [(None, 302), ("officer", 404), ("manager", 404), ("administrator", 200)])
def test_only_the_administrator_can_open_the_plan_and_its_workbook(staffed_app, name, status):
    client = staffed_app.make_client(name)
    for path in (PATH, f"{PATH}/versions/1"):
        assert client.get(path).status_code == status
    if name in ("officer", "manager"):
        token = client.get_cookie("csrf").value
        assert client.post(PATH, data={"csrf": token, "file": (BytesIO(b"x"), "x.xlsx")}).status_code == 404


def test_the_current_plan_can_be_downloaded_and_changes_nothing(staffed_app):
    client = staffed_app.make_client("administrator")
    workbook = client.get(f"{PATH}/versions/1")
    assert workbook.headers["Content-Disposition"].startswith("attachment") and workbook.data[:2] == b"PK"
    shown = client.get(upload(staffed_app, client, workbook.data)).text
    assert "No changes: this is the current plan." in shown and "Load this plan" not in shown
    assert client.get(f"{PATH}/versions/9").status_code == 404


def test_a_revision_is_previewed_loaded_and_listed_with_its_reason(staffed_app, tmp_path):
    client = staffed_app.make_client("administrator")
    data = make_revised_workbook(tmp_path, Edit("targets", "L.1//2026", "value", "4321"))
    address = upload(staffed_app, client, data)
    page = client.get(address).text
    assert "L.1, target 2026: 4321 instead of" in page and "Changes: 1" in page
    assert len(staffed_app.source.get_snapshot().plans.versions) == 1
    done = load(
        client,
        address,
        reason="Mid-term <review>",
        effective="2026-01-01",
        seen=find_seen_version(page),
    )
    assert (done.status_code, done.headers["Location"]) == (303, f"{PATH}?notice=loaded")
    newest = staffed_app.source.get_snapshot().plans.versions[-1]
    assert (newest.number, newest.effective.isoformat()) == (2, "2026-01-01")
    listed = client.get(PATH).text
    assert "Mid-term &lt;review&gt;" in listed and "plan.xlsx" not in listed.split("<table")[0]
    assert client.get(f"{PATH}/versions/2").status_code == 200


def test_a_plan_without_a_day_is_loaded_only_after_the_day_is_confirmed(staffed_app, tmp_path):
    client = staffed_app.make_client("administrator")
    data = make_revised_workbook(tmp_path, Edit("targets", "L.1//2025", "value", "2432"))
    address = upload(staffed_app, client, data)
    confirmation = load(client, address, reason="Mid-term review", seen="1")
    assert confirmation.status_code == 200 and "Confirm from when this plan is in force" in confirmation.text
    assert "this plan assesses the quarters from" in confirmation.text and "Mid-term review" in confirmation.text
    assert len(staffed_app.source.get_snapshot().plans.versions) == 1
    day = re.search(r'name="effective"[^>]*value="([0-9-]+)"|value="([0-9-]+)"[^>]*name="effective"', confirmation.text)
    assert day
    confirmed = load(client, address, reason="Mid-term review", seen="1", effective=day[1] or day[2])
    assert confirmed.status_code == 303 and len(staffed_app.source.get_snapshot().plans.versions) == 2


def test_the_preview_says_which_targets_and_ratings_change(staffed_app, tmp_path):
    client = staffed_app.make_client("administrator")
    plan = copy_plan(tmp_path / "plan")
    apply_edits(plan, Edit("targets", "L.1//2025", "value", "2432"))
    append_row(plan, "plan", {"key": "effective_from", "value": "2024-01-01", "source": ""})
    data = write_plan_workbook(read_plan(plan).plan)
    page = client.get(upload(staffed_app, client, data)).text
    assert "What this plan changes" in page and "In force from 1 Jan 2024" in page
    assert "2025: target 1,500, " in page and "→ target 1,432, " in page


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"reason": ""}, "Enter the reason for the change"),
        ({"reason": "x" * 501}, "Shorten the reason"),
        ({"reason": "Review", "effective": "soon"}, "Enter the date as 2026-12-31"),
        ({"reason": "Review", "seen": "0"}, "Another plan has been loaded since"),
        ({"reason": "Review", "seen": "x"}, "Another plan has been loaded since"),
    ],
)
def test_a_plan_that_cannot_be_loaded_gives_a_message_and_is_not_stored(staffed_app, tmp_path, fields, message):
    client = staffed_app.make_client("administrator")
    revised_plan = make_revised_workbook(tmp_path, Edit("targets", "L.1//2026", "value", "4321"))
    address = upload(staffed_app, client, revised_plan)
    response = load(client, address, **{"seen": "1", **fields})
    assert response.status_code == 422 and message in response.text
    assert len(staffed_app.source.get_snapshot().plans.versions) == 1


def test_every_issue_of_a_workbook_is_shown_with_its_sheet_and_cell(staffed_app, tmp_path):
    client = staffed_app.make_client("administrator")
    book = load_workbook(BytesIO(make_revised_workbook(tmp_path)))
    book["Indicators"]["B2"], book["Targets"]["D2"] = "NO-SUCH", "many"
    file = BytesIO()
    book.save(file)
    page = client.get(upload(staffed_app, client, file.getvalue())).text
    assert "errors and was not loaded" in page and "Load this plan" not in page
    assert "Indicators!B2" in page and "Targets!D2" in page


@pytest.mark.parametrize("data", [b"no workbook", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old"])
def test_a_file_that_is_not_a_workbook_gives_a_message(staffed_app, data):
    client = staffed_app.make_client("administrator")
    page = client.get(upload(staffed_app, client, data))
    assert page.status_code == 200 and "save it as .xlsx" in page.text


def test_a_missing_or_unknown_file_gives_a_message(staffed_app):
    client = staffed_app.make_client("administrator")
    empty = client.post(PATH, data={"csrf": client.get_cookie("csrf").value})
    assert empty.status_code == 422 and "Choose a file first" in empty.text
    assert client.get(f"{PATH}/files/{'0' * 64}").status_code == 404


def test_the_request_only_stores_the_workbook_and_its_page_asks_for_the_check(staffed_app, tmp_path, monkeypatch):
    def fail(*_args: object) -> None:
        raise AssertionError("a workbook is read in the web process")

    client = staffed_app.make_client("administrator")
    data = make_revised_workbook(tmp_path, Edit("targets", "L.1//2026", "value", "4321"))
    with monkeypatch.context() as patch:
        patch.setattr(check_plan_file, "read_plan_workbook", fail)
        token = client.get_cookie("csrf").value
        answer = client.post(PATH, data={"csrf": token, "file": (BytesIO(data), "plan.xlsx")})
        address = f"{PATH}/files/{hashlib.sha256(data).hexdigest()}"
        assert "This plan has not been checked" in client.get(address).text
        assert "Load this plan" not in load(client, address, reason="Review", seen="1").text
    assert run_check(staffed_app, answer.headers["Location"]) == address
    monkeypatch.setattr(check_plan_file, "read_plan_workbook", fail)
    page = client.get(address).text
    assert (
        load(client, address, reason="Review", effective="2026-01-01", seen=find_seen_version(page)).status_code == 303
    )
    assert staffed_app.source.get_snapshot().plans.versions[-1].number == 2


def test_a_check_is_repeated_after_another_plan_was_loaded(staffed_app, tmp_path):
    client = staffed_app.make_client("administrator")
    addresses = [
        upload(
            staffed_app,
            client,
            make_revised_workbook(tmp_path / year, Edit("targets", f"L.1//{year}", "value", "4321")),
        )
        for year in ("2025", "2026")
    ]
    fields = {"reason": "Review", "effective": "2026-01-01", "seen": "1"}
    assert load(client, addresses[0], **fields).status_code == 303
    page = client.get(addresses[1]).text
    assert "Another plan has been loaded since" in page and "Load this plan" not in page
    assert run_check(staffed_app, load(client, addresses[1], action="check").headers["Location"]) == addresses[1]
    assert find_seen_version(client.get(addresses[1]).text) == "2"


def test_long_lists_of_changes_are_limited_and_counted(staffed_app, tmp_path, monkeypatch):
    monkeypatch.setattr(check_plan_file, "MAX_LISTED_CHANGES", 1)
    client = staffed_app.make_client("administrator")
    edits = [Edit("targets", f"L.1//{year}", "value", "4321") for year in (2025, 2026)]
    page = client.get(upload(staffed_app, client, make_revised_workbook(tmp_path, *edits))).text
    assert "Targets: 2" in page and "... and 1 more" in page and "target 2026" not in page


def test_the_khmer_page_shows_changes_in_khmer(staffed_app, tmp_path):
    client = staffed_app.make_client("administrator")
    data = make_revised_workbook(tmp_path, Edit("targets", "L.1//2026", "value", "4321"))
    address = upload(staffed_app, client, data, path=f"/km{PATH}")
    page = client.get(address).text
    assert address.startswith("/km/") and '<html lang="km">' in page and "ការផ្លាស់ប្តូរ៖ 1" in page


def test_the_khmer_page_shows_issues_in_khmer_at_the_same_cells(staffed_app, tmp_path):
    client = staffed_app.make_client("administrator")
    book = load_workbook(BytesIO(make_revised_workbook(tmp_path)))
    book["Indicators"]["B2"], book["Targets"]["D2"] = "NO-SUCH", "many"
    file = BytesIO()
    book.save(file)
    table_by_language = {}
    for language, prefix in (("en", ""), ("km", "/km")):
        page = client.get(upload(staffed_app, client, file.getvalue(), path=f"{prefix}{PATH}")).text
        table_by_language[language] = page.partition('id="faults-of-plan"')[2].partition("</table>")[0]
        assert "Indicators!B2" in table_by_language[language] and "Targets!D2" in table_by_language[language]
        assert "NO-SUCH" in table_by_language[language] and "many" in table_by_language[language]
    assert (
        "which objectives doesn" in table_by_language["en"] and "write a number such as 1500" in table_by_language["en"]
    )
    assert (
        "which" not in table_by_language["km"]
        and "write a number" not in table_by_language["km"]
        and 'lang="en"' not in table_by_language["km"]
    )
    assert "សូមសរសេរ៖ លេខដូចជា 1500" in table_by_language["km"] and "ដែលគ្មានក្នុង objectives" in table_by_language["km"]
