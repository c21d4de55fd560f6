"""A zip of returns becomes drafts, with a table of findings in both languages."""

import csv
import io
import zipfile

import pytest

from etl.database.connection import reading
from etl.database.read.jobs import find_job, read_job_files
from etl.database.read.returns import read_returns
from etl.indicators.vocabulary import ReturnState
from etl.jobs.queue import JobFile, find_job_file, start_job
from etl.jobs.worker import Worker
from etl.queries.data_source import DataSource
from etl.returns.workbook.bundle import BundleError
from etl.settings import Settings
from etl.use_cases.returns.upload_many import upload_zip
from tests.journeys.other_returns import make_filled_form, read_other_plan
from tests.support.command_line import CommandLine

PLAN = read_other_plan()


@pytest.fixture
def run(other_plan_run: CommandLine) -> CommandLine:
    return other_plan_run


def make_zip(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return buffer.getvalue()


def run_upload(run: CommandLine, engine, data: bytes, actor: str, now) -> tuple[int, list[dict[str, str]]]:
    """Run the job, and return its ID and the rows of its table."""
    input_files = (JobFile("returns.zip", "application/zip", data),)
    number = start_job(engine, "returns-zip", owner=actor, input_files=input_files, now=now)
    Worker(DataSource(engine), Settings(database_url=run.database_url, fixed_now=now)).run(once=True)
    with reading(engine) as connection:
        job = find_job(connection, number)
        output_files = [file for file in read_job_files(connection, number) if file.name == "findings.csv"]
    assert job is not None and job.state.value == "done", job
    table = find_job_file(engine, number, output_files[0].id, actor=actor, can_see_all=False)
    assert table is not None
    return number, list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"))))


def test_a_zip_becomes_drafts_and_every_file_is_reported(run, open_database, now):
    engine = open_database(run.database_url)
    data = make_zip(
        one__xlsx=make_filled_form(PLAN, "01", "2025Q1"),
        faulty__xlsx=make_filled_form(PLAN, "01", "2025Q2", changes={"P.1/sex/women": 999}),
        another__xlsx=make_filled_form(PLAN, "N-2", "2025Q1"),
        bad__xlsx=b"=1+1",
        notes__txt=b"hello",
    )
    _, rows = run_upload(run, engine, data, "only01", now)
    with reading(engine) as connection:
        stored = read_returns(connection)
    assert [(stored_return.site, str(stored_return.quarter), stored_return.state) for stored_return in stored] == [
        ("01", "2025Q1", ReturnState.DRAFT),
        ("01", "2025Q2", ReturnState.DRAFT),
    ]
    row_by_file = {row["file"]: row for row in rows}
    assert set(row_by_file) == {"one.xlsx", "faulty.xlsx", "another.xlsx", "bad.xlsx", "notes.txt"}
    assert row_by_file["faulty.xlsx"]["code"] and row_by_file["faulty.xlsx"]["cell"].startswith("Return!")
    assert (
        "cannot upload returns for" in row_by_file["another.xlsx"]["english"] and row_by_file["another.xlsx"]["khmer"]
    )
    assert row_by_file["bad.xlsx"]["severity"] == "error"
    assert all(row["english"] and row["khmer"] for row in rows)


def test_the_same_zip_again_changes_nothing(run, open_database, now):
    engine = open_database(run.database_url)
    data = make_zip(one__xlsx=make_filled_form(PLAN, "01", "2025Q1"), two__xlsx=make_filled_form(PLAN, "01", "2025Q2"))
    run_upload(run, engine, data, "offi", now)
    _, rows = run_upload(run, engine, data, "offi", now)
    assert {row["outcome"] for row in rows} == {"unchanged"}
    with reading(engine) as connection:
        assert len(read_returns(connection)) == 2


@pytest.mark.parametrize(
    "files",
    [
        {f"photo-{number}__jpg": b"\xff\xd8" for number in range(200)},
        {"notes__txt": b"hello", "report__pdf": b"%PDF-1.4"},
        {"returns__zip": make_zip(one__xlsx=b"PK")},
        {"text__xlsx": b"hello"},
    ],
    ids=["photos", "documents", "a zip in a zip", "a text named .xlsx"],
)
def test_a_zip_without_a_return_says_that_nothing_was_saved(run, open_database, now, files):
    engine = open_database(run.database_url)
    number, rows = run_upload(run, engine, make_zip(**files), "offi", now)
    with reading(engine) as connection:
        job = find_job(connection, number)
        assert read_returns(connection) == ()
    texts = [text for text, _parameters in job.result["told"]]
    assert texts[0].startswith("Nothing was saved") and len(texts) == 2 and "Drafts saved" not in "".join(texts)
    assert len(rows) == len(files) and all(row["english"] and row["khmer"] for row in rows)


def test_a_zip_of_returns_names_only_what_it_holds(run, open_database, now):
    engine = open_database(run.database_url)
    number, _ = run_upload(run, engine, make_zip(one__xlsx=make_filled_form(PLAN, "01", "2025Q1")), "offi", now)
    with reading(engine) as connection:
        job = find_job(connection, number)
    assert [parameters["count"] for _text, parameters in job.result["told"]] == [1]


def test_a_damaged_zip_is_reported_and_stores_nothing(run, open_database, now):
    engine = open_database(run.database_url)
    input_files = (JobFile("returns.zip", "application/zip", b"PK\x03\x04 cut off"),)
    number = start_job(engine, "returns-zip", owner="offi", input_files=input_files, now=now)
    Worker(DataSource(engine), Settings(database_url=run.database_url, fixed_now=now)).run(once=True)
    with reading(engine) as connection:
        job = find_job(connection, number)
        assert read_returns(connection) == ()
    assert job is not None and job.state.value == "failed" and "damaged" in job.error, job


def test_a_zip_without_files_is_reported(open_database, now):
    with pytest.raises(BundleError, match="The zip contains no files."):
        upload_zip(open_database, make_zip(), actor="offi", clock=lambda: now, report_progress=lambda done, of: None)
