"""Every upload door refuses hostile files with a message: returns, zips, tables, plans and evidence."""

import hashlib
from io import BytesIO
from itertools import islice
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from etl.errors import CardecError
from etl.indicators.vocabulary import Role
from etl.jobs import queue
from etl.queries.data_source import DataSource
from etl.returns.evidence_file import detect_media_type
from etl.returns.layouts.layout import read_layout
from etl.use_cases.accounts.users import add_user
from etl.use_cases.plans.check_plan_file import check_stored_plan
from etl.use_cases.plans.read_plan_file import read_plan_file
from etl.use_cases.returns.import_table import check_table
from etl.use_cases.returns.upload_many import upload_zip
from tests.dashboard.app_constants import PASSWORD
from tests.dashboard.conftest import StaffedApp
from tests.hostile.hostile_file import HostileFile
from tests.journeys.other_returns import make_filled_form, read_other_plan
from tests.support.hostile_files import iterate_hostile_files
from tests.support.workbooks import zip_parts

MAX_REQUEST_SIZE = 5 * 1024 * 1024
"""Larger evidence is refused by its size alone; the other doors are tested with it."""
SAMPLE_STEP = 73
"""Each read takes some 0.2 seconds, so only a soak run uploads every file; tests of the gate read all of them."""


def post_file(client, address: str, file: HostileFile) -> TestResponse:
    """Upload a file in a form, under a name that a multipart header can contain."""
    name = "".join(character for character in file.name if character.isprintable()) or "unnamed.xlsx"
    token = client.get_cookie("csrf").value
    data = {"csrf": token, "file": (BytesIO(file.data), name)}
    response = client.post(address, data=data, content_type="multipart/form-data")
    # The test client stores large bodies in a temporary file.
    response.request.environ["wsgi.input"].close()
    return response


def check_return_page(client, file: HostileFile) -> str:
    """Upload a zip, which becomes a job, or another file, which is refused at once."""
    response = post_file(client, "/staff/upload", file)
    expected = 303 if file.name.endswith(".zip") else 422
    return "" if response.status_code in (expected, 422) else f"return page: {response.status_code}"


def check_evidence(client, address: str, file: HostileFile) -> str:
    if len(file.data) > MAX_REQUEST_SIZE:
        return ""
    response = post_file(client, address, file)
    expected = 303 if detect_media_type(file.data) else 409
    return "" if response.status_code == expected else f"evidence: {response.status_code}"


def check_plan_page(app: StaffedApp, client, file: HostileFile) -> str:
    """Upload a plan, check it as its job would, and read the page of the result."""
    response = post_file(client, "/admin/plan", file)
    if not file.data:
        return "" if response.status_code == 422 else f"plan page: {response.status_code}"
    sha256 = hashlib.sha256(file.data).hexdigest()
    check_stored_plan(app.source.engine, sha256, actor="administrator", now=app.settings.now())
    preview = client.get(f"/admin/plan/files/{sha256}")
    is_refused = response.status_code == 303 and preview.status_code == 200 and "was not loaded" in preview.text
    return "" if is_refused else f"plan page: {response.status_code}, {preview.status_code}"


def check_plan_file(folder: Path, file: HostileFile) -> str:
    path = folder / "plan.xlsx"
    path.write_bytes(file.data)
    plan_file = read_plan_file(path)
    is_refused = plan_file.plan is None and plan_file.issue_list.error_count
    return "" if is_refused else "plan file: accepted"


def check_table_import(source: DataSource, file: HostileFile, now) -> str:
    table = check_table(source, file.name, file.data, layout=read_layout("long"), now=now)
    return "" if table.is_refused and table.findings else "table: accepted"


def check_zip(staffed_app: StaffedApp, file: HostileFile) -> str:
    data = zip_parts({"return.xlsx": file.data})
    engine, clock = staffed_app.source.engine, staffed_app.settings.now
    try:
        result = upload_zip(engine, data, actor="one", clock=clock, report_progress=lambda *_: None)
    except CardecError as error:
        return f"zip: {error}"
    return "" if result.refused_count == 1 else "zip: accepted"


@pytest.mark.slow
def test_hostile_files_are_refused_at_every_upload_door(
    staffed_app: StaffedApp, tmp_path: Path, is_soak: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MAX_WAITING_JOBS", 1000)
    engine, now = staffed_app.source.engine, staffed_app.settings.now()
    add_user(engine, "one", Role.OFFICER, PASSWORD, ["01"], now=now, actor="test")
    officer, administrator = staffed_app.make_client("one"), staffed_app.make_client("administrator")
    valid_return = HostileFile("a valid return", make_filled_form(read_other_plan(), "01", "2025Q3"))
    return_address = post_file(officer, "/staff/upload", valid_return).headers["Location"].partition("?")[0]
    failures = []
    for file in islice(iterate_hostile_files(is_whole=is_soak), 0, None, 1 if is_soak else SAMPLE_STEP):
        results = [
            check_return_page(officer, file),
            check_evidence(officer, f"{return_address}/evidence", file),
            check_zip(staffed_app, file),
            check_table_import(staffed_app.source, file, now),
            check_plan_file(tmp_path, file),
            check_plan_page(staffed_app, administrator, file),
        ]
        failures += [f"{file.description}: {result}" for result in results if result]
    assert not failures, "\n".join(failures)
