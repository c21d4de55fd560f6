"""A folder or a zip of returns: one answer a file, one summary, and an interrupted run is finished by the next."""

import gc
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from etl.database.connection import reading
from etl.database.read.returns import read_returns
from etl.returns.workbook.bundle import open_paths, open_zip
from etl.use_cases.returns import import_many as load_many_returns
from etl.use_cases.returns.import_file import ImportOutcome
from etl.use_cases.returns.import_many import FileImport, import_bundle, import_zip
from tests.journeys.other_returns import SENT_RETURNS, make_filled_form, read_other_plan, write_returns
from tests.journeys.test_killed_import import kill_import_after
from tests.support.command_line import CommandLine
from tests.support.plan_edits import OTHER_PLAN
from tests.support.workbooks import zip_parts

PLAN = read_other_plan()
ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(database_url: str, with_people) -> CommandLine:
    run = with_people(database_url)
    run.succeed("plan", "load", OTHER_PLAN)
    return run


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("bulk") / "returns"
    write_returns(found, PLAN)
    return found


def zip_of(folder: Path, **more: bytes) -> bytes:
    """The folder's files in a zip, with others beside them; `__` in a name is a slash."""
    members = {f"2024/{path.name}": path.read_bytes() for path in sorted(folder.iterdir())}
    return zip_parts({**members, **more})


def test_a_zip_is_loaded_file_by_file_with_one_summary_at_the_end(
    run: CommandLine, folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "all.zip"
    bad = make_filled_form(PLAN, "N-2", "2024Q2", changes={"P.1/sex/women": 900})
    path.write_bytes(zip_of(folder, **{"bad.xlsx": bad, "photo.jpg": b"\xff\xd8\xff", "list.csv": b"a,b\n"}))
    first = run("load", path, "--as", "mana", "--approve")
    assert first.code == 1
    assert (
        first.out.splitlines()[-1]
        == f"{len(SENT_RETURNS) + 2} files: {len(SENT_RETURNS)} approved, 2 refused, 1 skipped."
    )
    assert "photo.jpg: skipped, not a workbook." in first.err
    assert "2024/01-2024Q1.xlsx: 01 2024Q1 approved (return 1)" in first.out
    assert "list.csv: refused" in first.out and "file-text" in first.out
    again = run("load", path, "--as", "mana", "--approve")
    assert (
        again.out.splitlines()[-1]
        == f"{len(SENT_RETURNS) + 2} files: {len(SENT_RETURNS)} unchanged, 2 refused, 1 skipped."
    )
    assert "2024/01-2024Q1.xlsx: 01 2024Q1 unchanged (return 1)" in again.out
    assert run("verify").code == 0


def test_a_zip_that_was_killed_half_way_is_finished_by_the_next_run(
    run: CommandLine, folder: Path, tmp_path: Path, open_database
) -> None:
    path, told = tmp_path / "all.zip", tmp_path / "told.txt"
    path.write_bytes(zip_of(folder))
    assert kill_import_after(run.database_url, path, told, reported_files=3, pause=0), (
        "it was done before it could be killed"
    )
    with reading(open_database(run.database_url)) as connection:
        stored = len(read_returns(connection))
    assert 3 <= stored < len(SENT_RETURNS)
    assert run("verify").code == 0
    again = run.succeed("load", path, "--as", "mana", "--approve", "--format", "json")
    outcomes = [one["outcome"] for one in again.json]
    assert outcomes == ["unchanged"] * stored + ["approved"] * (len(SENT_RETURNS) - stored)
    assert again.err.strip().endswith(
        f"{len(SENT_RETURNS)} files: {len(SENT_RETURNS) - stored} approved, {stored} unchanged."
    )


def test_a_job_hears_of_each_file_after_it_is_committed_and_can_stop(
    run: CommandLine, folder: Path, now: datetime, open_database
) -> None:
    engine: Engine = open_database(run.database_url)
    heard: list[tuple[int, int, str]] = []

    def hear(done: int, total: int, file: FileImport) -> None:
        with reading(engine) as connection:
            assert len(read_returns(connection)) == done
        heard.append((done, total, file.name))

    data = zip_of(folder)
    many = import_zip(
        engine, data, actor="offi", clock=lambda: now, report_progress=hear, should_stop=lambda: len(heard) == 3
    )
    assert many.was_stopped and [done for done, _, _ in heard] == [1, 2, 3]
    assert {total for _, total, _ in heard} == {len(SENT_RETURNS)}
    rest = import_zip(engine, data, actor="offi", clock=lambda: now)
    assert not rest.was_stopped
    assert (rest.outcome_counts[ImportOutcome.UNCHANGED], rest.outcome_counts[ImportOutcome.SUBMITTED]) == (
        3,
        len(SENT_RETURNS) - 3,
    )


def test_a_file_of_another_site_is_told_and_does_not_keep_the_others_out(
    run: CommandLine, folder: Path, now: datetime, open_database
) -> None:
    many = import_bundle(open_database(run.database_url), open_paths([folder]), actor="only01", clock=lambda: now)
    of_01 = sum(site == "01" for site, _ in SENT_RETURNS)
    assert (many.outcome_counts[ImportOutcome.SUBMITTED], many.error_count) == (of_01, len(SENT_RETURNS) - of_01)
    troubles = [str(one.error) for one in many.files if one.result is None]
    assert all("only01 cannot upload returns for" in one for one in troubles)


def test_files_read_ahead_are_told_in_order_and_each_with_its_own_findings(
    run: CommandLine, folder: Path, now: datetime, open_database
) -> None:
    data = zip_of(folder, **{"0-broken.xlsx": b"PK\x03\x04", "1-empty.xlsx": b"", "2-text.xlsx": b"hello, world"})
    many = import_zip(open_database(run.database_url), data, actor="mana", clock=lambda: now)
    names = [file.name for file in open_zip(data).files]
    assert [one.name for one in many.files] == names == sorted(names)
    refused = {
        one.name: one.result.findings[0].code
        for one in many.files
        if one.result is not None and one.result.outcome is ImportOutcome.REFUSED
    }
    assert refused == {"0-broken.xlsx": "file-damaged", "1-empty.xlsx": "file-empty", "2-text.xlsx": "file-text"}


def test_a_terminal_shows_a_bar_that_fills_and_the_lines_come_after_it(
    sqlite_url: str, with_people, folder: Path
) -> None:
    run: CommandLine = with_people(sqlite_url)
    run.succeed("plan", "load", OTHER_PLAN)
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "etl", "load", str(folder), "--as", "mana"],
        cwd=ROOT,
        env={**os.environ, **run.environ},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        check=True,
    )
    os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        shown = terminal.read(100_000).decode()
    assert f"returns [{'#' * 30}] {len(SENT_RETURNS)}/{len(SENT_RETURNS)}" in shown
    assert f"{len(SENT_RETURNS) // 2}/{len(SENT_RETURNS)}" in shown
    assert done.stdout.splitlines()[-1] == f"{len(SENT_RETURNS)} files: {len(SENT_RETURNS)} submitted."


@pytest.fixture
def usual_thresholds() -> Iterator[tuple[int, int, int]]:
    """When Python looks for cycles unless somebody says otherwise, as the tests themselves do."""
    of_tests = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield gc.get_threshold()
    gc.set_threshold(*of_tests)


def test_the_collector_looks_seldom_while_returns_are_loaded_and_as_often_as_before_afterwards(
    run: CommandLine, folder: Path, now: datetime, open_database, usual_thresholds: tuple[int, int, int]
) -> None:
    heard = set()
    for who in ("mana", "nobody"):
        import_bundle(
            open_database(run.database_url),
            open_paths([folder]),
            actor=who,
            clock=lambda: now,
            report_progress=lambda *_: heard.add(gc.get_threshold()),
        )
        assert gc.get_threshold() == usual_thresholds
    assert len(heard) == 1 and usual_thresholds not in heard


def test_returns_that_share_a_transaction_take_few_statements_together(
    run: CommandLine, folder: Path, now: datetime, open_database, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine: Engine = open_database(run.database_url)
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _connection, _cursor, statement, *_: said.append(statement))
    monkeypatch.setattr(load_many_returns, "BATCH_SIZES", (len(SENT_RETURNS),))
    many = import_bundle(engine, open_paths([folder]), actor="mana", clock=lambda: now, approve=True)
    assert many.outcome_counts[ImportOutcome.APPROVED] == len(SENT_RETURNS)
    for table in ("received_file", "cell", "return_event", "audit_event", "rollup", "centre_row"):
        assert sum(f"INSERT INTO {table} " in one for one in said) == 1, table
    assert not any("DELETE" in one for one in said)
