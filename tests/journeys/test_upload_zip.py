"""A zip of returns becomes drafts of its sender, file by file, all told in both languages; again changes nothing."""

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
from etl.settings import Settings
from tests.journeys.other_returns import make_filled_form, read_other_plan
from tests.support.command_line import CommandLine
from tests.support.plan_edits import OTHER_PLAN

PLAN = read_other_plan()


@pytest.fixture
def run(database_url: str, with_people) -> CommandLine:
    run = with_people(database_url)
    run.succeed("plan", "load", OTHER_PLAN)
    return run


def a_zip(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return made.getvalue()


def upload(run: CommandLine, engine, data: bytes, who: str, now) -> tuple[int, list[dict[str, str]]]:
    """Runs the job as a worker does; its number and the rows of its table."""
    given = (JobFile("returns.zip", "application/zip", data),)
    number = start_job(engine, "returns-zip", owner=who, input_files=given, now=now)
    Worker(DataSource(engine), Settings(database_url=run.database_url, fixed_now=now)).run(once=True)
    with reading(engine) as connection:
        job = find_job(connection, number)
        made = [file for file in read_job_files(connection, number) if file.name == "findings.csv"]
    assert job is not None and job.state.value == "done", job
    table = find_job_file(engine, number, made[0].id, actor=who, can_see_all=False)
    assert table is not None
    return number, list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"))))


def test_a_zip_becomes_drafts_and_every_file_is_reported(run, open_database, now):
    engine = open_database(run.database_url)
    data = a_zip(
        one__xlsx=make_filled_form(PLAN, "01", "2025Q1"),
        faulty__xlsx=make_filled_form(PLAN, "01", "2025Q2", changes={"P.1/sex/women": 999}),
        another__xlsx=make_filled_form(PLAN, "N-2", "2025Q1"),
        bad__xlsx=b"=1+1",
        notes__txt=b"hello",
    )
    _, rows = upload(run, engine, data, "only01", now)
    with reading(engine) as connection:
        stored = read_returns(connection)
    assert [(one.site, str(one.quarter), one.state) for one in stored] == [
        ("01", "2025Q1", ReturnState.DRAFT),
        ("01", "2025Q2", ReturnState.DRAFT),
    ]
    told = {row["file"]: row for row in rows}
    assert set(told) == {"one.xlsx", "faulty.xlsx", "another.xlsx", "bad.xlsx", "notes.txt"}
    assert told["faulty.xlsx"]["code"] and told["faulty.xlsx"]["cell"].startswith("Return!")
    assert "cannot upload returns for" in told["another.xlsx"]["english"] and told["another.xlsx"]["khmer"]
    assert told["bad.xlsx"]["severity"] == "error"
    assert all(row["english"] and row["khmer"] for row in rows)


def test_the_same_zip_again_changes_nothing(run, open_database, now):
    engine = open_database(run.database_url)
    data = a_zip(one__xlsx=make_filled_form(PLAN, "01", "2025Q1"), two__xlsx=make_filled_form(PLAN, "01", "2025Q2"))
    upload(run, engine, data, "offi", now)
    _, rows = upload(run, engine, data, "offi", now)
    assert {row["outcome"] for row in rows} == {"unchanged"}
    with reading(engine) as connection:
        assert len(read_returns(connection)) == 2


def test_a_damaged_zip_is_reported_and_stores_nothing(run, open_database, now):
    engine = open_database(run.database_url)
    given = (JobFile("returns.zip", "application/zip", b"PK\x03\x04 cut off"),)
    number = start_job(engine, "returns-zip", owner="offi", input_files=given, now=now)
    Worker(DataSource(engine), Settings(database_url=run.database_url, fixed_now=now)).run(once=True)
    with reading(engine) as connection:
        job = find_job(connection, number)
        assert read_returns(connection) == ()
    assert job is not None and job.state.value == "failed" and "damaged" in job.error, job
