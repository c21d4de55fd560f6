"""On a full or read-only disk everything says so, nothing is lost, and all goes on when it can be written again."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text, update

from dashboard.app import create_app
from etl.database.connection import open_engine, writing
from etl.database.job_records import JobState, StoredJob
from etl.database.tables import sessions
from etl.disk_errors import FullDiskError, UnwritableDiskError
from etl.errors import StorageError
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import ReturnState, Role
from etl.jobs.queue import find_job_status, get_utc_now, start_job
from etl.jobs.worker import Worker, WorkerTimings
from etl.queries.data_source import DataSource
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user
from etl.use_cases.operations.backup import make_backup
from etl.use_cases.operations.readiness import check_readiness
from etl.use_cases.operations.verify import verify_database
from etl.use_cases.reporting.publish import publish_edition
from etl.use_cases.returns.review import approve_return
from tests.journeys.other_returns import make_filled_form
from tests.journeys.return_workflow import PLAN, ReturnWorkflow
from tests.support.command_line import CommandLine
from tests.support.small_disk import SmallDisk, let_server_write, mount_small_disk

PASSWORD = "long enough to pass"
BOSS = "boss"
pytestmark = pytest.mark.slow


@dataclass
class Office:
    """A server whose database and backups are on a small disk, with a submitted return and a queued job."""

    disk: SmallDisk
    engine: Engine
    settings: Settings
    now: datetime

    def __post_init__(self) -> None:
        self.source = DataSource(self.engine)
        self.workflow = ReturnWorkflow(self.engine, self.now)
        add_user(self.engine, BOSS, Role.ADMINISTRATOR, PASSWORD, now=self.now, actor="test")
        self.workflow.upload_and_approve()
        self.submitted = self.workflow.upload_and_submit(quarter="2025Q2")
        self.job = start_job(self.engine, "audit-csv", owner=BOSS, now=self.now)
        self.client: FlaskClient = create_app(self.settings, self.source).server.test_client()
        assert self.sign_in("offi") == 303
        with writing(self.engine) as connection:
            # The next request wants to record that the session is in use.
            connection.execute(update(sessions).values(last_seen_at=self.now - timedelta(hours=1)))

    def sign_in(self, name: str) -> int:
        form = {"name": name, "password": PASSWORD}
        return self.client.post("/sign-in", data=form).status_code

    def empty_log(self) -> None:
        """Give back the space of SQLite's log, which would otherwise be used again."""
        with self.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def list_acts(self) -> dict[str, Callable[[], object]]:
        return {
            "upload": lambda: self.workflow.upload(quarter="2025Q3"),
            "approve": lambda: approve_return(
                self.engine, self.submitted, actor="mana", now=self.now, expected_state=ReturnState.SUBMITTED
            ),
            "publish": lambda: publish_edition(self.source, Quarter(2025, 1), actor=BOSS, now=self.now),
            "back up": lambda: make_backup(self.engine, self.disk.folder / "cardec.zip", actor="test", now=self.now),
        }

    def get_job(self) -> StoredJob:
        status = find_job_status(self.engine, self.job, actor=BOSS, can_see_all=True, now=get_utc_now())
        assert status is not None
        return status.job

    def upload_on_page(self):
        csrf = self.client.get_cookie("csrf").value
        file = (BytesIO(make_filled_form(PLAN, "N-2", "2024Q1")), "return.xlsx")
        form = {"csrf": csrf, "file": file}
        return self.client.post("/staff/upload", data=form, content_type="multipart/form-data")

    def check_trouble(self, error: type[StorageError], problem: str) -> set[str]:
        """Check that acts which fail and the page say what is wrong, and return the names of those acts."""
        failed = set()
        for name, act in self.list_acts().items():
            try:
                act()
            except error:
                failed.add(name)
        answer = self.upload_on_page()
        assert answer.status_code == 503 and error.text in answer.text
        Worker(self.source, self.settings).run(once=True)
        readiness = check_readiness(self.engine, self.settings, real_now=get_utc_now())
        assert problem in readiness.problems
        assert not [path for path in self.disk.folder.iterdir() if path.name.startswith(".")]
        return failed

    def check_recovery(self, failed: set[str]) -> None:
        """Check that everything works again, and that the database is whole."""
        for name, act in self.list_acts().items():
            if name in failed:
                act()
        assert self.client.get("/staff/account").status_code == 200
        assert self.upload_on_page().status_code == 303
        if self.get_job().state is JobState.FAILED:
            assert self.get_job().error == FullDiskError.text
            self.job = start_job(self.engine, "audit-csv", owner=BOSS, now=self.now)
        Worker(self.source, self.settings, timings=WorkerTimings(heartbeat_timeout=timedelta(0))).run(once=True)
        assert self.get_job().state is JobState.DONE
        assert self.workflow.get_state(self.submitted) is ReturnState.APPROVED
        assert verify_database(self.engine) == ()


@pytest.fixture
def make_office(now: datetime, tmp_path: Path) -> Callable[[SmallDisk, str], Office]:
    def make(disk: SmallDisk, url: str) -> Office:
        settings = Settings(
            database_url=url, secret_key="a secret of tests only, long enough", fixed_now=now,
            backup_folder=str(disk.folder),
        )  # fmt: skip
        return Office(disk, open_engine(url), settings, now)

    return make


@pytest.fixture
def sqlite_office(
    tmp_path: Path, make_planned_url: Callable[[str, str], str], make_office: Callable[[SmallDisk, str], Office]
) -> Iterator[Office]:
    with mount_small_disk(tmp_path / "disk", megabytes=16) as disk:
        database = Path(make_planned_url("sqlite", "other").removeprefix("sqlite:///"))
        office = make_office(disk, f"sqlite:///{shutil.copyfile(database, disk.folder / 'cardec.db')}")
        yield office
        office.engine.dispose()


@pytest.fixture
def postgres_office(
    tmp_path: Path,
    postgres_server: str,
    make_planned_url: Callable[[str, str], str],
    make_office: Callable[[SmallDisk, str], Office],
    pg_programs: None,
) -> Iterator[Office]:
    """Yield an office whose tables are in a tablespace on the small disk."""
    url = make_planned_url("postgres", "other")
    server = open_engine(postgres_server)
    with mount_small_disk(tmp_path / "disk", megabytes=32) as disk, server.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        let_server_write(disk.folder, Path(str(connection.scalar(text("SHOW data_directory")))))
        for parent in disk.folder.parents:
            parent.chmod(parent.stat().st_mode | 0o011)
        name = open_engine(url).url.database
        connection.execute(text(f"CREATE TABLESPACE small LOCATION '{disk.folder}'"))
        connection.execute(text(f"ALTER DATABASE {name} SET TABLESPACE small"))
        office = make_office(disk, url)
        yield office
        office.engine.dispose()
        connection.execute(text(f"ALTER DATABASE {name} SET TABLESPACE pg_default"))
        connection.execute(text("DROP TABLESPACE small"))
    server.dispose()


ACTS = {"upload", "approve", "publish", "back up"}


def test_a_full_disk_is_told_and_loses_nothing(sqlite_office: Office) -> None:
    states = sqlite_office.workflow.list_states()
    sqlite_office.empty_log()
    sqlite_office.disk.fill()
    assert sqlite_office.check_trouble(FullDiskError, "disk full") == ACTS
    assert sqlite_office.client.get("/staff/account").status_code == 200
    assert sqlite_office.workflow.list_states() == states
    sqlite_office.disk.free()
    sqlite_office.check_recovery(ACTS)


def test_a_full_disk_is_told_when_the_database_is_opened(sqlite_office: Office) -> None:
    sqlite_office.engine.dispose()
    sqlite_office.disk.fill()
    result = CommandLine(sqlite_office.settings.database_url)("figures")
    assert result.code == 3 and FullDiskError.text in result.err


@pytest.mark.postgres
def test_a_full_disk_of_postgresql_is_told_and_loses_nothing(postgres_office: Office) -> None:
    """What fits into the free space of its pages is still saved, such as an approval."""
    postgres_office.disk.fill()
    failed = postgres_office.check_trouble(FullDiskError, "disk full")
    assert {"upload", "back up"} <= failed
    assert postgres_office.client.get("/staff/account").status_code == 200
    postgres_office.disk.free()
    postgres_office.check_recovery(failed)


def test_a_read_only_disk_is_told_and_loses_nothing(sqlite_office: Office) -> None:
    """Files that are open would keep the disk from becoming read-only, so the database is opened anew."""
    states = sqlite_office.workflow.list_states()
    sqlite_office.engine.dispose()
    sqlite_office.disk.set_read_only(True)
    assert sqlite_office.check_trouble(UnwritableDiskError, "disk not writable") == ACTS
    sqlite_office.engine.dispose()
    sqlite_office.disk.set_read_only(False)
    assert sqlite_office.workflow.list_states() == states
    sqlite_office.check_recovery(ACTS)
