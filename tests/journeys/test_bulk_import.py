"""Importing a folder or a zip: a result per file, a summary, and repeated runs after an interruption."""

import gc
import os
import pty
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
from etl.use_cases.returns.import_many import FileImport, import_bundle
from tests.journeys.other_returns import SENT_RETURNS, make_filled_form, read_other_plan, write_returns
from tests.journeys.test_killed_import import kill_import_after
from tests.support.command_line import CommandLine
from tests.support.forked_processes import start_command
from tests.support.workbooks import zip_parts

PLAN = read_other_plan()


@pytest.fixture
def run(other_plan_run: CommandLine) -> CommandLine:
    return other_plan_run


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return_folder = tmp_path_factory.mktemp("bulk") / "returns"
    write_returns(return_folder, PLAN)
    return return_folder


def zip_of(folder: Path, **more: bytes) -> bytes:
    """Return a zip of the folder's files and others; `__` in a name stands for a slash."""
    members = {f"2024/{path.name}": path.read_bytes() for path in sorted(folder.iterdir())}
    return zip_parts({**members, **more})


def test_a_zip_is_imported_file_by_file_with_a_summary(run: CommandLine, folder: Path, tmp_path: Path) -> None:
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


def test_the_next_run_finishes_a_killed_import(run: CommandLine, folder: Path, tmp_path: Path, open_database) -> None:
    path, output_path = tmp_path / "all.zip", tmp_path / "output.txt"
    path.write_bytes(zip_of(folder))
    assert kill_import_after(run.database_url, path, output_path, reported_files=3, pause=0), (
        "it was done before it could be killed"
    )
    with reading(open_database(run.database_url)) as connection:
        stored = len(read_returns(connection))
    assert 3 <= stored < len(SENT_RETURNS)
    assert run("verify").code == 0
    again = run.succeed("load", path, "--as", "mana", "--approve", "--format", "json")
    outcomes = [result["outcome"] for result in again.json]
    assert outcomes == ["unchanged"] * stored + ["approved"] * (len(SENT_RETURNS) - stored)
    assert again.err.strip().endswith(
        f"{len(SENT_RETURNS)} files: {len(SENT_RETURNS) - stored} approved, {stored} unchanged."
    )


def test_progress_is_reported_after_each_commit_and_the_import_can_stop(
    run: CommandLine, folder: Path, now: datetime, open_database
) -> None:
    engine: Engine = open_database(run.database_url)
    reports: list[tuple[int, int, str]] = []

    def record_report(done: int, total: int, file: FileImport) -> None:
        with reading(engine) as connection:
            assert len(read_returns(connection)) == done
        reports.append((done, total, file.name))

    data = zip_of(folder)
    bulk_import = import_bundle(
        engine,
        open_zip(data),
        actor="offi",
        clock=lambda: now,
        report_progress=record_report,
        should_stop=lambda: len(reports) == 3,
    )
    assert bulk_import.was_stopped and [done for done, _, _ in reports] == [1, 2, 3]
    assert {total for _, total, _ in reports} == {len(SENT_RETURNS)}
    rest = import_bundle(engine, open_zip(data), actor="offi", clock=lambda: now)
    assert not rest.was_stopped
    assert (rest.outcome_counts[ImportOutcome.UNCHANGED], rest.outcome_counts[ImportOutcome.SUBMITTED]) == (
        3,
        len(SENT_RETURNS) - 3,
    )


def test_a_file_of_another_site_is_reported_and_the_others_are_imported(
    run: CommandLine, folder: Path, now: datetime, open_database
) -> None:
    bulk_import = import_bundle(
        open_database(run.database_url), open_paths([folder]), actor="only01", clock=lambda: now
    )
    of_01 = sum(site == "01" for site, _ in SENT_RETURNS)
    assert (bulk_import.outcome_counts[ImportOutcome.SUBMITTED], bulk_import.error_count) == (
        of_01,
        len(SENT_RETURNS) - of_01,
    )
    troubles = [str(file.error) for file in bulk_import.files if file.result is None]
    assert all("only01 cannot upload returns for" in trouble for trouble in troubles)


def test_prefetched_files_are_reported_in_order_with_their_own_findings(
    run: CommandLine, folder: Path, now: datetime, open_database
) -> None:
    data = zip_of(folder, **{"0-broken.xlsx": b"PK\x03\x04", "1-empty.xlsx": b"", "2-text.xlsx": b"hello, world"})
    bulk_import = import_bundle(open_database(run.database_url), open_zip(data), actor="mana", clock=lambda: now)
    names = [file.name for file in open_zip(data).files]
    assert [file.name for file in bulk_import.files] == names == sorted(names)
    refused = {
        file.name: file.result.findings[0].code
        for file in bulk_import.files
        if file.result is not None and file.result.outcome is ImportOutcome.REFUSED
    }
    assert refused == {"0-broken.xlsx": "file-damaged", "1-empty.xlsx": "file-empty", "2-text.xlsx": "file-text"}


def test_a_terminal_shows_a_progress_bar_before_the_results(
    sqlite_other_plan_run: CommandLine, folder: Path, tmp_path: Path
) -> None:
    controller, terminal_fd = pty.openpty()
    output, terminal_name = tmp_path / "output.txt", os.ttyname(terminal_fd)
    arguments = ["load", str(folder), "--as", "mana"]
    process = start_command(arguments, sqlite_other_plan_run.environ, output, errors=terminal_name)
    process.join()
    os.close(terminal_fd)
    with os.fdopen(controller, "rb", buffering=0) as terminal:
        screen = terminal.read(100_000).decode()
    assert f"returns [{'#' * 30}] {len(SENT_RETURNS)}/{len(SENT_RETURNS)}" in screen
    assert f"{len(SENT_RETURNS) // 2}/{len(SENT_RETURNS)}" in screen
    assert (
        process.exitcode == 0
        and output.read_text().splitlines()[-1] == f"{len(SENT_RETURNS)} files: {len(SENT_RETURNS)} submitted."
    )


@pytest.fixture
def default_thresholds() -> Iterator[tuple[int, int, int]]:
    """Python's default thresholds of garbage collection, which the tests change otherwise."""
    of_tests = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield gc.get_threshold()
    gc.set_threshold(*of_tests)


def test_garbage_collection_is_rare_during_an_import_and_normal_afterwards(
    run: CommandLine, folder: Path, now: datetime, open_database, default_thresholds: tuple[int, int, int]
) -> None:
    thresholds = set()
    for actor in ("mana", "nobody"):
        import_bundle(
            open_database(run.database_url),
            open_paths([folder]),
            actor=actor,
            clock=lambda: now,
            report_progress=lambda *_: thresholds.add(gc.get_threshold()),
        )
        assert gc.get_threshold() == default_thresholds
    assert len(thresholds) == 1 and default_thresholds not in thresholds


def test_returns_that_share_a_transaction_share_their_statements(
    run: CommandLine, folder: Path, now: datetime, open_database, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine: Engine = open_database(run.database_url)
    statements: list[str] = []
    event.listen(
        engine, "before_cursor_execute", lambda _connection, _cursor, statement, *_: statements.append(statement)
    )
    monkeypatch.setattr(load_many_returns, "BATCH_SIZES", (len(SENT_RETURNS),))
    bulk_import = import_bundle(engine, open_paths([folder]), actor="mana", clock=lambda: now, approve=True)
    assert bulk_import.outcome_counts[ImportOutcome.APPROVED] == len(SENT_RETURNS)
    for table in ("received_file", "cell", "return_event", "audit_event", "rollup", "centre_row"):
        assert sum(f"INSERT INTO {table} " in statement for statement in statements) == 1, table
    assert not any("DELETE" in statement for statement in statements)
