"""The administrator sends a revised plan, sees every fault or every change, and loads it with a reason."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from etl.plan.read_plan import read_plan
from etl.plan.write_plan import write_plan_workbook
from tests.support.plan_edits import Edit, apply_edits, copy_plan

PATH = "/admin/plan"


def revised(folder: Path, *edits: Edit) -> bytes:
    """The other plan's workbook with some cells changed."""
    plan = copy_plan(folder / "plan")
    apply_edits(plan, *edits)
    found = read_plan(plan)
    assert found.plan is not None, found.issues
    return write_plan_workbook(found.plan)


def send(client, data: bytes, name: str = "plan.xlsx", path: str = PATH):
    return client.post(path, data={"csrf": client.get_cookie("csrf").value, "file": (BytesIO(data), name)})


def load(client, address: str, **fields: str):
    return client.post(address, data={"csrf": client.get_cookie("csrf").value, **fields})


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize(("name", "status"), [(None, 302), ("officer", 404), ("manager", 404), ("administrator", 200)])
def test_only_the_administrator_gets_to_the_plan_and_its_workbook(staffed_app, name, status):
    client = staffed_app.make_client(name)
    for path in (PATH, f"{PATH}/versions/1"):
        assert client.get(path).status_code == status
    if name in ("officer", "manager"):
        assert send(client, b"x").status_code == 404


def test_the_present_plan_comes_as_a_workbook_that_brings_nothing_new(staffed_app):
    client = staffed_app.make_client("administrator")
    workbook = client.get(f"{PATH}/versions/1")
    assert workbook.headers["Content-Disposition"].startswith("attachment") and workbook.data[:2] == b"PK"
    shown = client.get(send(client, workbook.data).headers["Location"]).text
    assert "No changes: this is the current plan." in shown and "Load this plan" not in shown
    assert client.get(f"{PATH}/versions/9").status_code == 404


def test_a_revision_is_previewed_loaded_with_its_reason_and_listed(staffed_app, tmp_path):
    client = staffed_app.make_client("administrator")
    data = revised(tmp_path, Edit("targets", "L.1//2026", "value", "4321"))
    preview = send(client, data)
    assert preview.status_code == 303
    page = client.get(preview.headers["Location"]).text
    assert "L.1, target 2026: 4321 instead of" in page and "Changes: 1" in page
    assert len(staffed_app.source.get_snapshot().plans.versions) == 1
    done = load(
        client, preview.headers["Location"], reason="Mid-term <review>", effective="2026-01-01", seen=seen_in(page)
    )
    assert (done.status_code, done.headers["Location"]) == (303, f"{PATH}?told=loaded")
    newest = staffed_app.source.get_snapshot().plans.versions[-1]
    assert (newest.number, newest.effective.isoformat()) == (2, "2026-01-01")
    listed = client.get(PATH).text
    assert "Mid-term &lt;review&gt;" in listed and "plan.xlsx" not in listed.split("<table")[0]
    assert client.get(f"{PATH}/versions/2").status_code == 200


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"reason": ""}, "Enter the reason for the change"),
        ({"reason": "x" * 501}, "Shorten the reason"),
        ({"reason": "Review", "effective": "soon"}, "Enter the date as 2026-12-31"),
        ({"reason": "Review", "seen": "0"}, "Another plan has been loaded since"),
        ({"reason": "Review", "seen": "x"}, "Another plan has been loaded since"),
    ],
)
def test_what_keeps_a_plan_from_being_loaded_is_said_and_nothing_is_stored(staffed_app, tmp_path, fields, told):
    client = staffed_app.make_client("administrator")
    address = send(client, revised(tmp_path, Edit("targets", "L.1//2026", "value", "4321"))).headers["Location"]
    answer = load(client, address, **{"seen": "1", **fields})
    assert answer.status_code == 422 and told in answer.text
    assert len(staffed_app.source.get_snapshot().plans.versions) == 1


def test_every_fault_of_a_workbook_stands_there_with_its_sheet_and_cell(staffed_app, tmp_path):
    client = staffed_app.make_client("administrator")
    book = load_workbook(BytesIO(revised(tmp_path)))
    book["Indicators"]["B2"], book["Targets"]["D2"] = "NO-SUCH", "many"
    file = BytesIO()
    book.save(file)
    page = client.get(send(client, file.getvalue()).headers["Location"]).text
    assert "errors and was not loaded" in page and "Load this plan" not in page
    assert "Indicators!B2" in page and "Targets!D2" in page


@pytest.mark.parametrize("data", [b"no workbook", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old"])
def test_a_file_that_is_no_workbook_is_answered_in_words(staffed_app, data):
    client = staffed_app.make_client("administrator")
    page = client.get(send(client, data).headers["Location"])
    assert page.status_code == 200 and "save it as .xlsx" in page.text


def test_no_file_and_an_unknown_one_are_answered(staffed_app):
    client = staffed_app.make_client("administrator")
    empty = client.post(PATH, data={"csrf": client.get_cookie("csrf").value})
    assert empty.status_code == 422 and "Choose a file first" in empty.text
    assert client.get(f"{PATH}/files/{'0' * 64}").status_code == 404


def test_the_khmer_page_shows_changes_in_khmer(staffed_app, tmp_path):
    client = staffed_app.make_client("administrator")
    data = revised(tmp_path, Edit("targets", "L.1//2026", "value", "4321"))
    address = send(client, data, path=f"/km{PATH}").headers["Location"]
    page = client.get(address).text
    assert address.startswith("/km/") and '<html lang="km">' in page and "ការផ្លាស់ប្តូរ៖ 1" in page


def test_the_khmer_page_tells_the_faults_in_khmer_at_the_same_cells(staffed_app, tmp_path):
    client = staffed_app.make_client("administrator")
    book = load_workbook(BytesIO(revised(tmp_path)))
    book["Indicators"]["B2"], book["Targets"]["D2"] = "NO-SUCH", "many"
    file = BytesIO()
    book.save(file)
    told = {}
    for language, prefix in (("en", ""), ("km", "/km")):
        page = client.get(send(client, file.getvalue(), path=f"{prefix}{PATH}").headers["Location"]).text
        told[language] = page.partition('id="faults-of-plan"')[2].partition("</table>")[0]
        assert "Indicators!B2" in told[language] and "Targets!D2" in told[language]
        assert "NO-SUCH" in told[language] and "many" in told[language]
    assert "which objectives doesn" in told["en"] and "write a number such as 1500" in told["en"]
    assert "which" not in told["km"] and "write a number" not in told["km"] and 'lang="en"' not in told["km"]
    assert "សូមសរសេរ៖ លេខដូចជា 1500" in told["km"] and "ដែលគ្មានក្នុង objectives" in told["km"]
