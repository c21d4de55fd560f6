"""A backup that is made while returns come in holds everything acknowledged before, and restores whole."""

import json
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from etl.database.authorization import COMMAND_LINE
from etl.database.connection import BusyError, SchemaStatus, open_engine, read_schema, reading, writing
from etl.indicators.periods import Quarter
from etl.jobs.backup_schedule import BackupSchedule
from etl.queries.data_source import DataSource
from etl.settings import Settings
from etl.use_cases.operations.backup import (
    BackupError,
    delete_old_backups,
    find_last_backup,
    make_backup,
    make_backup_name,
    restore_backup,
)
from etl.use_cases.operations.verify import verify_database
from etl.use_cases.reporting.publish import publish_edition
from tests.journeys.return_workflow import PLAN, ReturnWorkflow
from tests.support.command_line import CommandLine


@pytest.fixture
def run(database_url: str, make_planned_url: Callable[[str, str], str]) -> CommandLine:
    return CommandLine(make_planned_url("sqlite" if database_url.startswith("sqlite") else "postgres", "other"))


@dataclass
class Drill:
    """Clients in threads of their own, which upload and approve returns and publish editions until they are stopped."""

    url: str
    now: datetime
    client_count: int
    returns: list[int] = field(default_factory=list)
    """The ids of the returns whose approval was acknowledged."""
    editions: list[str] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.turns = threading.Semaphore(self.client_count)
        """Publishing takes all turns, since data that change meanwhile refuse an edition."""
        self.turnstile = threading.Lock()
        """Lets nobody pass a publisher who collects the turns."""

    @contextmanager
    def running(self) -> Iterator[None]:
        tasks = [partial(self.publish), *(partial(self.approve, number) for number in range(1, self.client_count))]
        threads = [threading.Thread(target=self.run, args=(task,)) for task in tasks]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopped.set()
            for thread in threads:
                thread.join()
        assert not self.errors

    def wait_for(self, *, more_returns: int, more_editions: int) -> None:
        returns, editions = len(self.returns) + more_returns, len(self.editions) + more_editions
        while (len(self.returns) < returns or len(self.editions) < editions) and not self.errors:
            self.stopped.wait(0.01)

    def run(self, act: Callable[[Engine], None]) -> None:
        engine = open_engine(self.url, busy_seconds=60)
        try:
            while not self.stopped.is_set():
                with suppress(BusyError):
                    act(engine)
        except Exception as error:
            self.errors.append(error)
        finally:
            engine.dispose()

    def approve(self, number: int, engine: Engine) -> None:
        """Replace the return of this client's site and quarter."""
        # In the third quarter of 2024 the last site of the plan begins to report.
        year, quarter = divmod(2 + number // len(PLAN.sites), 4)
        site = PLAN.sites[number % len(PLAN.sites)].code
        changes = {"L.1": number * 100 + len(self.returns)}
        with self.turnstile:
            self.turns.acquire()
        try:
            workflow = ReturnWorkflow(engine, self.now)
            done = workflow.upload_and_approve(changes, site=site, quarter=f"{2024 + year}Q{quarter + 1}")
        finally:
            self.turns.release()
        self.returns.append(done)

    def publish(self, engine: Engine) -> None:
        with self.turnstile:
            for _ in range(self.client_count):
                self.turns.acquire()
        try:
            done = publish_edition(
                DataSource(engine), Quarter(2024, 3), actor=COMMAND_LINE, now=self.now, reason="a drill"
            )
        finally:
            self.turns.release(self.client_count)
        self.editions.append(done.edition.id)
        self.stopped.wait(0.2)


@pytest.mark.slow
def test_a_backup_under_load_holds_every_act_acknowledged_before_it(
    run: CommandLine, tmp_path: Path, now: datetime, pg_programs: None, open_database, make_empty_url, is_soak: bool
) -> None:
    engine = open_database(run.database_url)
    ReturnWorkflow(engine, now).upload_and_approve(quarter="2024Q3")
    drill = Drill(run.database_url, now, client_count=20 if is_soak else 4)
    acknowledged: dict[Path, tuple[set[int], set[str]]] = {}
    with drill.running():
        for number in range(5 if is_soak else 1):
            drill.wait_for(more_returns=2, more_editions=1)
            path = tmp_path / f"{number}.zip"
            acknowledged[path] = set(drill.returns), set(drill.editions)
            make_backup(engine, path, actor="test", now=now)
    for path, (returns, editions) in acknowledged.items():
        restored = open_database(make_empty_url())
        restore_backup(restored, path, actor="test", now=now)
        assert verify_database(restored) == ()
        with reading(restored) as connection:
            approved = connection.execute(text("SELECT id FROM \"return\" WHERE approver = 'mana'"))
            published = connection.execute(text("SELECT id FROM edition WHERE sealed"))
            assert returns and returns <= set(approved.scalars())
            assert editions and editions <= set(published.scalars())


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
    missing = run("backup", tmp_path / "no-disk" / "cardec.zip")
    assert missing.code == 3 and "no-disk does not exist" in missing.err and not (tmp_path / "no-disk").exists()
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


def test_a_backup_that_cannot_be_recorded_is_kept_and_says_so(
    sqlite_engine: Engine, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.use_cases.operations.backup._RECORD_SECONDS", 0)
    path = tmp_path / "cardec.zip"
    with writing(sqlite_engine), pytest.raises(BackupError, match=r"cardec\.zip is whole, but .* busy"):
        make_backup(sqlite_engine, path, actor="test", now=now)
    assert zipfile.is_zipfile(path) and find_last_backup(sqlite_engine) is None


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


KEY = "a key of tests only, long enough to pass"


@pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is not installed")
def test_a_backup_with_a_key_is_restored_with_this_key_only(
    run: CommandLine, tmp_path: Path, pg_programs: None, make_empty_url
) -> None:
    run.environ |= {"BACKUP_FOLDER": str(tmp_path / "folder"), "BACKUP_KEY": KEY}
    run.succeed("backup")
    (path,) = (tmp_path / "folder").iterdir()
    assert path.name.endswith(".zip.gpg") and not zipfile.is_zipfile(path)
    other = CommandLine(make_empty_url())
    refused = other("restore", path)
    assert refused.code == 3 and "Write its key into BACKUP_KEY" in refused.err
    other.environ["BACKUP_KEY"] = KEY[::-1]
    refused = other("restore", path)
    assert refused.code == 3 and "is not its key" in refused.err
    other.environ["BACKUP_KEY"] = KEY
    assert "No damage found" in other.succeed("restore", path).out
    assert other.figures() == run.figures()


def test_the_worker_makes_a_backup_when_the_last_one_is_too_old(
    sqlite_other_plan_run: CommandLine, tmp_path: Path, now: datetime, open_database
) -> None:
    source = DataSource(open_database(sqlite_other_plan_run.database_url))
    folder = tmp_path / "backups"
    for hours, expected in ((0, 1), (23, 1), (24, 2), (49, 3), (73, 3)):
        settings = Settings(
            database_url=sqlite_other_plan_run.database_url,
            backup_folder=str(folder),
            backup_hours=24,
            backup_keep=3,
            fixed_now=now + timedelta(hours=hours),
        )
        BackupSchedule(source, settings).run_if_due()
        assert len(list(folder.iterdir())) == expected, hours
    last = find_last_backup(source.engine)
    assert last is not None and last.actor == "worker"


def test_a_scheduled_backup_that_fails_is_logged_and_not_repeated_at_once(
    sqlite_other_plan_run: CommandLine, tmp_path: Path, now: datetime, open_database, caplog: pytest.LogCaptureFixture
) -> None:
    source = DataSource(open_database(sqlite_other_plan_run.database_url))
    (tmp_path / "file").write_text("")
    settings = Settings(backup_folder=str(tmp_path / "file" / "folder"), backup_hours=24, fixed_now=now)
    schedule = BackupSchedule(source, settings)
    schedule.run_if_due()
    schedule.run_if_due()
    assert caplog.text.count("no backup made") == 1
