"""Kill web workers, job workers and PostgreSQL at random moments under load: no acknowledged change is lost."""

import os
import random
import re
import signal
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from http.client import HTTPConnection, HTTPException
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from etl.database.connection import DatabaseFailureError, open_engine, reading
from etl.database.job_records import JobState
from etl.database.read.audit import read_audit_events
from etl.database.read.jobs import read_jobs
from etl.database.read.returns import read_cells, read_returns
from etl.indicators.periods import parse_quarter
from etl.indicators.vocabulary import ReturnState, Role
from etl.jobs.handlers import JobOutcome, JobRun
from etl.jobs.queue import QueueFullError, start_job
from etl.jobs.worker import TOO_MANY_ATTEMPTS, Worker, WorkerTimings
from etl.queries.data_source import open_data_source
from etl.returns.form.build import list_form_rows
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user
from etl.use_cases.operations.verify import verify_database
from tests.browser.chromium import SECRET, free_port, wait_for_server
from tests.browser.forked_server import ForkedServer, fork_server
from tests.dashboard.two_workers import WorkerConnection
from tests.journeys.other_returns import make_filled_form
from tests.journeys.return_workflow import PLAN
from tests.support.command_line import CLOCK
from tests.support.forked_processes import get_fork_context
from tests.support.postgres_servers import kill_server, start_killed_server

PASSWORD, BOSS, SITE = "long enough to pass", "boss", "01"
CLIENTS, JOB_STEPS = 2, 12
KILLS_IN_SOAK = 200
WITHIN = 120
_OTHER_CONNECTIONS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
VICTIMS = {"sqlite": ("web", "worker"), "postgresql": ("web", "worker", "connection", "server")}
FORKS = get_fork_context(__name__)
TIMINGS = WorkerTimings(
    poll_seconds=0.02, heartbeat_seconds=0.1, progress_seconds=0, heartbeat_timeout=timedelta(seconds=1)
)


def run_worker(url: str, *, once: bool = False) -> None:
    """Run jobs that take half a second."""

    def work_slowly(run: JobRun) -> JobOutcome:
        for step in range(JOB_STEPS):
            time.sleep(0.04)
            run.report_progress(step + 1, JOB_STEPS)
        return JobOutcome()

    source = open_data_source(url)
    Worker(source, Settings(), handlers={"audit-csv": work_slowly}, timings=TIMINGS).run(once=once)


@dataclass
class Client(threading.Thread):
    """An officer and a manager who upload, submit and approve returns of one quarter, and note what was answered."""

    port: int
    quarter: str
    is_over: threading.Event
    first_depth: int
    submitted: dict[int, int] = field(default_factory=dict)
    approved: dict[int, int] = field(default_factory=dict)
    """The number in each return by the return's id."""
    refusals: Counter[str] = field(default_factory=Counter)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        for name in ("offi", "mana"):
            visitor = self.connect(name)
            assert visitor.ask("POST", "/sign-in", {"name": name, "password": PASSWORD})[0] == 303
            visitor.connection.close()
            self.cookies[name] = visitor.cookies

    def __hash__(self) -> int:
        return id(self)

    def connect(self, name: str) -> WorkerConnection:
        return WorkerConnection(HTTPConnection("127.0.0.1", self.port, timeout=60), dict(self.cookies.get(name, {})))

    def run(self) -> None:
        depth = self.first_depth
        while not self.is_over.is_set():
            depth += 1
            officer, manager = self.connect("offi"), self.connect("mana")
            try:
                self.report(officer, manager, depth)
            except (OSError, HTTPException) as error:
                self.refusals[type(error).__name__] += 1
                self.is_over.wait(0.05)
            finally:
                officer.connection.close()
                manager.connection.close()

    def report(self, officer: WorkerConnection, manager: WorkerConnection, depth: int) -> None:
        data = make_filled_form(PLAN, SITE, self.quarter, changes={"L.1": depth})
        address = self.post(officer, "/staff/upload", file=("return.xlsx", data))
        match = re.match(r"/staff/returns/(\d+)", address or "")
        if match is None:
            return
        number = int(match[1])
        codes = re.findall(r'name="confirmed" value="([^"]+)"', officer.ask("GET", match[0])[1])
        if self.post(officer, f"{match[0]}/submit", seen="draft", confirmed=codes) is None:
            return
        self.submitted[number] = depth
        if self.post(manager, f"{match[0]}/approve", seen="submitted") is not None:
            self.approved[number] = depth

    def post(
        self, visitor: WorkerConnection, path: str, *, file: tuple[str, bytes] | None = None, **fields: str | list[str]
    ) -> str | None:
        """Return where the answer leads; None when the form was refused."""
        status, target = visitor.ask("POST", path, {"csrf": visitor.cookies["csrf"], **fields}, file=file)
        if status == 303:
            return target
        self.refusals[f"{status} {path.rpartition('/')[2]}"] += 1
        return None


@dataclass
class Office:
    """A server with two web workers and a job worker, under load."""

    url: str
    engine: Engine
    server: ForkedServer
    worker: BaseProcess
    clients: list[Client]
    jobs: list[int] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)

    def kill(self, victim: str) -> None:
        getattr(self, f"kill_{victim}")()
        self.kills[victim] += 1

    def kill_web(self) -> None:
        children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text().split()
        for child in children[:1]:
            os.kill(int(child), signal.SIGKILL)

    def kill_worker(self) -> None:
        """Kill the worker while it runs a job, and start another one."""
        self.queue_job()
        until = time.monotonic() + WITHIN
        while not self.is_job_running():
            assert time.monotonic() < until, "no job runs"
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.3))
        self.kills["running jobs"] += self.is_job_running()
        self.worker.kill()
        self.worker.join()
        self.worker = start_worker(self.url)

    def kill_connection(self) -> None:
        """Kill PostgreSQL's process of a connection: it ends all others and recovers from its log."""
        with reading(self.engine) as connection:
            numbers = connection.scalars(text(_OTHER_CONNECTIONS)).all()
        os.kill(random.choice(numbers), signal.SIGKILL)

    def kill_server(self) -> None:
        """Kill PostgreSQL with all its processes, and start it again."""
        with reading(self.engine) as connection:
            folder = Path(str(connection.scalar(text("SHOW data_directory"))))
        kill_server(folder)
        start_killed_server(folder)

    def is_job_running(self) -> bool:
        try:
            with reading(self.engine) as connection:
                return any(job.state is JobState.RUNNING for job in read_jobs(connection, limit=1000))
        except DatabaseFailureError:
            return False

    def queue_job(self) -> None:
        try:
            self.jobs.append(start_job(self.engine, "audit-csv", owner=BOSS, now=datetime.fromisoformat(CLOCK)))
        except (DatabaseFailureError, QueueFullError):
            return

    def count_answers(self) -> int:
        return sum(len(client.approved) for client in self.clients)

    def wait_for_answers(self, count: int) -> None:
        until = time.monotonic() + WITHIN
        while self.count_answers() < count:
            assert time.monotonic() < until, [client.refusals for client in self.clients]
            time.sleep(0.02)


def start_worker(url: str) -> BaseProcess:
    process = FORKS.Process(target=run_worker, args=(url,), daemon=True)
    process.start()
    return process


@pytest.fixture
def office(database_kind: str, make_planned_url, tmp_path: Path, now: datetime):
    url = make_planned_url(database_kind, "other")
    engine = open_engine(url, busy_seconds=30)
    add_user(engine, BOSS, Role.ADMINISTRATOR, PASSWORD, now=now, actor="test")
    port, log = free_port(), tmp_path / "server.log"
    environment = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "CLOCK": CLOCK, "PORT": str(port)}
    is_over = threading.Event()
    with ExitStack() as ends:
        ends.callback(engine.dispose)
        server = fork_server(["--config", "deploy/gunicorn.conf.py", "dashboard.wsgi:server"], environment, log)
        ends.callback(server.wait, 60)
        ends.callback(server.terminate)
        wait_for_server(f"http://127.0.0.1:{port}/health", server, log)
        clients = [Client(port, f"2024Q{number}", is_over, 1000 * number) for number in range(1, CLIENTS + 1)]
        office = Office(url, engine, server, start_worker(url), clients)
        ends.callback(lambda: office.worker.kill())
        for client in clients:
            client.start()
            ends.callback(client.join)
        ends.callback(is_over.set)
        yield office


@pytest.mark.slow
def test_what_was_answered_is_kept_once_whatever_is_killed(office: Office, is_soak: bool) -> None:
    victims = VICTIMS[office.engine.dialect.name]
    # The longest of the kills is left to `make soak`.
    kills = KILLS_IN_SOAK if is_soak else 3
    draw = random.Random(16)
    for kill in range(kills):
        office.wait_for_answers(office.count_answers() + 1)
        time.sleep(draw.uniform(0, 0.5))
        office.kill(victims[kill % len(victims)])
    office.wait_for_answers(office.count_answers() + 1)
    office.clients[0].is_over.set()
    for client in office.clients:
        client.join()
    finish_jobs(office)
    check_returns(office)
    check_jobs(office)
    assert office.kills["running jobs"] > 0
    assert verify_database(office.engine) == ()
    print(f"\n{dict(office.kills)} kills, {office.count_answers()} answered approvals, {len(office.jobs)} jobs", end="")


def finish_jobs(office: Office) -> None:
    until = time.monotonic() + WITHIN
    while True:
        with reading(office.engine) as connection:
            open_jobs = [
                job for job in read_jobs(connection, limit=1000) if job.state in (JobState.WAITING, JobState.RUNNING)
            ]
        if not open_jobs:
            return
        assert time.monotonic() < until, open_jobs
        time.sleep(0.05)


def check_returns(office: Office) -> None:
    """Check that every answered return is there once with its number, and that each return has all its numbers."""
    with reading(office.engine) as connection:
        stored = {stored_return.id: stored_return for stored_return in read_returns(connection)}
        for client in office.clients:
            keys = {str(row.key) for row in list_form_rows(PLAN, SITE, parse_quarter(client.quarter))}
            depths = {}
            for number, stored_return in stored.items():
                if str(stored_return.quarter) == client.quarter:
                    values = {str(cell.key): cell.value for cell in read_cells(connection, number)}
                    assert values.keys() == keys, "a return is half there"
                    depths[number] = values["L.1"]
            assert len(set(depths.values())) == len(depths), "a file became two returns"
            for number, depth in client.submitted.items():
                assert depths[number] == Decimal(depth)
                assert stored[number].state is not ReturnState.DRAFT
            for number in client.approved:
                assert stored[number].state in (ReturnState.APPROVED, ReturnState.SUPERSEDED)
                assert stored[number].approver == "mana"


def check_jobs(office: Office) -> None:
    """Check that each queued job has one result; one that was killed three times says so."""
    with reading(office.engine) as connection:
        by_number = {job.id: job for job in read_jobs(connection, limit=1000)}
        events = [event for event in read_audit_events(connection, limit=100_000) if event.action == "long work done"]
    done = [job for job in by_number.values() if job.state is JobState.DONE]
    assert len(events) == len(done)
    assert set(office.jobs) <= by_number.keys()
    assert all(job.error == TOO_MANY_ATTEMPTS for job in by_number.values() if job.state is not JobState.DONE)
