"""A database moves to another kind of database: every row, file, event, edition and figure is the same."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from etl.database import transfer
from etl.database.connection import SchemaStatus, read_schema, reading, writing
from etl.database.tables import metadata
from etl.use_cases.operations import move as module
from etl.use_cases.operations.verify import verify_database
from tests.journeys.return_workflow import ReturnWorkflow
from tests.support.command_line import CommandLine
from tests.support.shared_fixtures import PublishedSampleFactory

OpenDatabase = Callable[[str], Engine]


def list_changed_tables(first: Engine, second: Engine) -> set[str]:
    """Return the tables that differ, compared by all their rows in Python."""

    def read(engine: Engine) -> dict[str, list[str]]:
        with reading(engine) as connection:
            return {
                table.name: sorted(repr(tuple(row)) for row in connection.execute(table.select()))
                for table in metadata.sorted_tables
            }

    rows, other_rows = read(first), read(second)
    assert rows["cell"] and rows["received_file"]
    return {name for name in rows if rows[name] != other_rows[name]}


def stop_after(monkeypatch: pytest.MonkeyPatch, batches: int) -> None:
    """Let the copying end with an error after some batches, as a killed process would end it."""
    original = transfer._iterate_batches

    def iterate(*arguments: Any) -> Iterator[list[dict[str, Any]]]:
        nonlocal batches
        for rows in original(*arguments):
            batches -= 1
            if batches < 0:
                raise KeyboardInterrupt
            yield rows

    monkeypatch.setattr(transfer, "_iterate_batches", iterate)


@pytest.mark.postgres
@pytest.mark.slow
def test_the_published_sample_moves_to_postgresql_and_goes_on_after_a_stop(
    published_sample: PublishedSampleFactory,
    tmp_path: Path,
    make_empty_postgres_url: Callable[[], str],
    open_database: OpenDatabase,
    monkeypatch: pytest.MonkeyPatch,
    is_soak: bool,
) -> None:
    target_url = make_empty_postgres_url()
    path = shutil.copyfile(published_sample("2026Q2"), tmp_path / "sample.db")
    source, target = CommandLine(f"sqlite:///{path}"), CommandLine(target_url)
    for batches in (3, 25) if is_soak else (25,):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            stop_after(patch, batches)
            source("move", target_url)
        refused = target("figures")
        assert refused.code == 3 and "not finished" in refused.err
    moved = source.succeed("move", target_url)
    assert "figures are the same" in moved.out
    engine = open_database(target_url)
    assert read_schema(engine).status is SchemaStatus.CURRENT
    assert list_changed_tables(open_database(source.database_url), engine) == {"audit_event"}
    assert target.figures() == source.figures()
    again = source("move", target_url)
    assert again.code == 3 and "not empty" in again.err


@pytest.fixture
def postgres_run(make_planned_url: Callable[[str, str], str], open_database: OpenDatabase, now: Any) -> CommandLine:
    """Return a PostgreSQL database with an approved return."""
    run = CommandLine(make_planned_url("postgres", "other"))
    ReturnWorkflow(open_database(run.database_url), now).upload_and_approve()
    return run


@pytest.mark.postgres
def test_a_database_moves_back_and_takes_new_returns(
    postgres_run: CommandLine, tmp_path: Path, open_database: OpenDatabase, now: Any
) -> None:
    url = f"sqlite:///{tmp_path / 'back.db'}"
    postgres_run.succeed("move", url)
    engine = open_database(url)
    assert list_changed_tables(open_database(postgres_run.database_url), engine) == {"audit_event"}
    ReturnWorkflow(engine, now).upload_and_approve(quarter="2025Q2")
    assert verify_database(engine) == ()


@pytest.mark.postgres
def test_new_keys_follow_the_moved_ones_on_postgresql(
    sqlite_other_plan_run: CommandLine,
    make_empty_postgres_url: Callable[[], str],
    open_database: OpenDatabase,
    now: Any,
) -> None:
    ReturnWorkflow(open_database(sqlite_other_plan_run.database_url), now).upload_and_approve()
    url = make_empty_postgres_url()
    sqlite_other_plan_run.succeed("move", url)
    ReturnWorkflow(open_database(url), now).upload_and_approve(quarter="2025Q2")
    assert verify_database(open_database(url)) == ()


def test_a_source_that_changed_since_the_move_began_is_refused(
    sqlite_other_plan_run: CommandLine,
    tmp_path: Path,
    open_database: OpenDatabase,
    monkeypatch: pytest.MonkeyPatch,
    now: Any,
) -> None:
    url = f"sqlite:///{tmp_path / 'target.db'}"
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stop_after(patch, 1)
        sqlite_other_plan_run("move", url)
    ReturnWorkflow(open_database(sqlite_other_plan_run.database_url), now).upload_and_approve()
    refused = sqlite_other_plan_run("move", url)
    assert refused.code == 3 and "has changed since the move" in refused.err


def test_rows_that_differ_are_named_and_the_target_is_not_opened(
    sqlite_other_plan_run: CommandLine, tmp_path: Path, open_database: OpenDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damage(_source: Connection, target: Engine) -> None:
        with writing(target) as connection:
            connection.execute(text("UPDATE target SET value = value + 1"))

    monkeypatch.setattr(module, "finish_transfer", damage)
    url = f"sqlite:///{tmp_path / 'target.db'}"
    refused = sqlite_other_plan_run("move", url)
    assert refused.code == 3 and "The rows differ in target" in refused.err
    assert read_schema(open_database(url)).status is SchemaStatus.UNFINISHED


def test_a_database_that_holds_anything_is_no_target(
    sqlite_other_plan_run: CommandLine, sqlite_url: str, tmp_path: Path
) -> None:
    for url in (sqlite_url, sqlite_other_plan_run.database_url):
        refused = sqlite_other_plan_run("move", url)
        assert refused.code == 3 and "The target is not empty" in refused.err
    assert "must begin with" in sqlite_other_plan_run("move", "mysql://here/there").err
