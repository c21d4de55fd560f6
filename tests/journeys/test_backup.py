"""A backup that is made while returns come in holds everything acknowledged before, and restores whole."""

import json
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from etl.database.connection import BusyError, SchemaStatus, open_engine, read_schema, reading, writing
from etl.use_cases.operations.backup import (
    BackupError,
    delete_old_backups,
    find_last_backup,
    make_backup,
    make_backup_name,
    restore_backup,
)
from etl.use_cases.operations.verify import verify_database
from tests.journeys.return_workflow import ReturnWorkflow
from tests.support.command_line import CommandLine
from tests.support.plan_edits import OTHER_PLAN

CLIENTS = 3
BACKUPS = 2


@pytest.fixture
def run(database_url: str, with_people) -> CommandLine:
    run: CommandLine = with_people(database_url)
    run.succeed("plan", "load", OTHER_PLAN)
    return run


@dataclass
class Clients:
    """Threads that upload and approve returns until they are stopped, and remember what was acknowledged."""

    url: str
    now: datetime
    acknowledged: list[int] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def work(self, number: int) -> None:
        engine = open_engine(self.url, busy_seconds=60)
        workflow = ReturnWorkflow(engine, self.now)
        depth = number * 100
        try:
            while not self.stopped.is_set():
                depth += 1
                try:
                    accepted = workflow.upload_and_approve({"L.1": depth}, quarter=f"2024Q{number + 1}")
                except BusyError:
                    continue
                self.acknowledged.append(accepted)
        except Exception as error:
            self.errors.append(error)
        finally:
            engine.dispose()


@pytest.mark.slow
def test_a_backup_under_load_holds_every_act_acknowledged_before_it(
    run: CommandLine, tmp_path: Path, now: datetime, pg_programs: None, open_database, make_empty_url
) -> None:
    clients = Clients(run.database_url, now)
    threads = [threading.Thread(target=clients.work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    engine = open_database(run.database_url)
    backups: list[tuple[Path, set[int]]] = []
    try:
        for number in range(BACKUPS):
            reached = len(clients.acknowledged) + 2
            while len(clients.acknowledged) < reached and not clients.errors:
                clients.stopped.wait(0.01)
            before = set(clients.acknowledged)
            make_backup(engine, tmp_path / f"{number}.zip", actor="test", now=now)
            backups.append((tmp_path / f"{number}.zip", before))
    finally:
        clients.stopped.set()
        for thread in threads:
            thread.join()
    assert not clients.errors
    for path, before in backups:
        restored = open_database(make_empty_url())
        restore_backup(restored, path, actor="test", now=now)
        assert verify_database(restored) == ()
        with reading(restored) as connection:
            approved = connection.execute(text("SELECT id FROM \"return\" WHERE approver = 'mana'"))
            assert before and before <= set(approved.scalars())


def test_a_restored_database_is_the_same_and_its_sign_ins_have_ended(
    run: CommandLine, tmp_path: Path, now: datetime, pg_programs: None, open_database, make_empty_url
) -> None:
    engine = open_database(run.database_url)
    ReturnWorkflow(engine, now).upload_and_approve()
    with writing(engine) as connection:
        connection.execute(
            text("INSERT INTO session VALUES ('t', 'mana', '2026-11-23 00:00:00', '2026-11-23 00:00:00', 's')")
        )
    run.environ["BACKUP_FOLDER"] = str(tmp_path / "folder")
    run.succeed("backup", tmp_path / "cardec.zip")
    other = CommandLine(make_empty_url())
    restored = other.succeed("restore", tmp_path / "cardec.zip")
    assert "No damage found" in restored.out
    assert other.figures() == run.figures()
    with reading(open_database(other.database_url)) as connection:
        assert connection.scalar(text("SELECT count(*) FROM session")) == 0
        assert connection.scalar(text("SELECT count(*) FROM audit_event WHERE act = 'backup restored'")) == 1
    last = find_last_backup(engine)
    assert last is not None and last.new == "cardec.zip" and last.at == now
    refused = run("restore", tmp_path / "cardec.zip")
    assert refused.code == 3 and "not empty" in refused.err


@pytest.fixture
def backup(sqlite_engine: Engine, tmp_path: Path, now: datetime) -> Path:
    path = tmp_path / "cardec.zip"
    make_backup(sqlite_engine, path, actor="test", now=now)
    return path


def alter_copy(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["database.sqlite"] = parts["database.sqlite"][:-1] + b"?"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def alter_manifest(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": 1}))


def cut_file(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-500])


@pytest.mark.parametrize("damage", [alter_copy, alter_manifest, cut_file])
def test_a_damaged_backup_is_refused_and_the_place_stays_empty(
    backup: Path, tmp_path: Path, damage: Callable[[Path], None], open_database
) -> None:
    damage(backup)
    target = tmp_path / "target.db"
    result = CommandLine(f"sqlite:///{target}")("restore", backup)
    assert result.code == 3 and "Use another backup" in result.err
    engine = open_database(f"sqlite:///{target}")
    assert read_schema(engine).status is SchemaStatus.EMPTY


def test_a_backup_replaces_no_file_and_leaves_none_when_it_fails(
    sqlite_engine: Engine, backup: Path, tmp_path: Path, now: datetime
) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupError, match="exists already"):
        make_backup(sqlite_engine, backup, actor="test", now=now)
    assert backup.read_bytes() == before
    assert not list(tmp_path.glob(".*"))


@pytest.mark.postgres
def test_a_backup_of_sqlite_is_not_restored_into_postgresql(
    backup: Path, make_empty_postgres_url: Callable[[], str]
) -> None:
    refused = CommandLine(make_empty_postgres_url())("restore", backup)
    assert refused.code == 3 and "a backup of sqlite" in refused.err


@pytest.mark.postgres
def test_missing_programs_are_named(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("etl.database.copies._DEBIAN_FOLDERS", tmp_path)
    refused = CommandLine(postgres_url)("backup", tmp_path / "cardec.zip")
    assert refused.code == 3 and "pg_dump is not installed" in refused.err and "postgresql-client" in refused.err
    assert not list(tmp_path.iterdir())


def test_retention_keeps_the_newest_scheduled_backups(tmp_path: Path, now: datetime) -> None:
    names = [make_backup_name(now.replace(day=day)) for day in (1, 2, 3, 4)]
    others = [make_backup_name(now, "before-0014"), "usb-copy.zip"]
    for name in (*names, *others):
        (tmp_path / name).write_text("")
    assert delete_old_backups(tmp_path, keep=2) == 2
    assert {path.name for path in tmp_path.iterdir()} == {*names[2:], *others}
