"""Background jobs: run once by any number of workers, claimed again after a crash, with messages on failure."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import Engine

from etl.cli.job_commands import NICENESS
from etl.database.connection import DiskFullError, reading, writing
from etl.database.job_records import JobFile, JobState, StoredJob
from etl.database.read.audit import read_audit_events
from etl.database.read.jobs import find_job, read_input_files, read_job_files, read_jobs, read_worker_last_seen
from etl.database.write.jobs import claim_job, delete_job_files_before, finish_job
from etl.database.write.users import update_user
from etl.errors import CardecError
from etl.indicators.vocabulary import Role
from etl.jobs.handlers import HANDLERS, Handler, JobOutcome, JobRun
from etl.jobs.queue import (
    HEARTBEAT_TIMEOUT,
    JOB_KINDS,
    MAX_WAITING_JOBS,
    JobError,
    QueueFullError,
    find_job_file,
    find_job_status,
    get_utc_now,
    list_jobs,
    start_job,
)
from etl.jobs.worker import TOO_MANY_ATTEMPTS, UNEXPECTED_ERROR, UNKNOWN_KIND, JobLostError, Worker, WorkerTimings
from etl.queries.data_source import DataSource, open_data_source
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user, list_users
from tests.support.command_line import CLOCK, CommandLine
from tests.support.forked_processes import get_fork_context, start_command

KIND = "audit-csv"
BOSS = "boss"
FORKS = get_fork_context(__name__)


@pytest.fixture
def staffed(engine: Engine, now: datetime) -> Engine:
    """Return a database with an administrator."""
    add_user(engine, BOSS, Role.ADMINISTRATOR, "long enough to pass", now=now, actor="test")
    return engine


@pytest.fixture
def start(staffed: Engine, now: datetime) -> Callable[..., int]:
    def start(**options: object) -> int:
        return start_job(staffed, KIND, owner=BOSS, now=now, **options)  # type: ignore[arg-type]

    return start


def make_worker(engine: Engine, handler: Handler | None = None, **timings: object) -> Worker:
    """Return a worker in this process. With a handler, it is the only kind of job."""
    handlers = HANDLERS if handler is None else {KIND: handler}
    return Worker(DataSource(engine), Settings(), handlers=handlers, timings=replace(WorkerTimings(), **timings))  # type: ignore[arg-type]


def get_job(engine: Engine, number: int) -> StoredJob:
    with reading(engine) as connection:
        job = find_job(connection, number)
    assert job is not None
    return job


def wait_until(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until, f"never: {what}"
        time.sleep(0.05)


def test_every_kind_of_job_has_a_handler():
    assert JOB_KINDS.keys() == HANDLERS.keys()
    assert all(kind.command.startswith("python -m etl ") for kind in JOB_KINDS.values())


def test_a_finished_job_has_a_file_for_its_owner(staffed: Engine, start: Callable[..., int]) -> None:
    number = start(parameters={"act": "add user"})
    assert make_worker(staffed).run(once=True) == 1
    status = find_job_status(staffed, number, actor=BOSS, can_see_all=False, now=get_utc_now())
    assert status is not None
    assert (status.job.state, status.messages[0].parameters) == (JobState.DONE, {"count": 1})
    assert (status.job.steps_done, status.job.steps_total) == (1, 1)
    (output,) = status.output_files
    file = find_job_file(staffed, number, output.id, actor=BOSS, can_see_all=False)
    with reading(staffed) as connection:
        assert [
            (event.actor, event.subject) for event in read_audit_events(connection) if event.action == "long work done"
        ] == [(BOSS, KIND)]
    assert file is not None and f",{BOSS}," not in file.data.decode() and f"user {BOSS}" in file.data.decode()


def test_a_job_is_visible_to_its_owner_and_administrators_only(staffed: Engine, start: Callable[..., int]) -> None:
    number = start()
    make_worker(staffed).run(once=True)
    with reading(staffed) as connection:
        (file,) = read_job_files(connection, number)
    for actor, can_see_all, is_visible in ((BOSS, False, True), ("other", False, False), ("other", True, True)):
        status = find_job_status(staffed, number, actor=actor, can_see_all=can_see_all, now=get_utc_now())
        assert (status is not None) is is_visible
        assert (find_job_file(staffed, number, file.id, actor=actor, can_see_all=can_see_all) is not None) is is_visible
    assert find_job_file(staffed, number + 1, file.id, actor=BOSS, can_see_all=True) is None
    assert [job.job.id for job in list_jobs(staffed, owner=BOSS, now=get_utc_now())] == [number]
    assert list_jobs(staffed, owner="other", now=get_utc_now()) == ()


def test_several_worker_processes_run_each_job_once(
    staffed: Engine, start: Callable[..., int], database_url: str, tmp_path: Path
) -> None:
    numbers = [start() for _ in range(8)]
    environ, paths = {"DATABASE_URL": database_url, "CLOCK": CLOCK}, [tmp_path / "first", tmp_path / "second"]
    running = [start_command(["work", "--once"], environ, path) for path in paths]
    for process in running:
        process.join(120)
    outputs = [path.read_text() for path in paths]
    assert sum(int(output.split()[0]) for output in outputs) == len(numbers), outputs
    assert {get_job(staffed, number).state for number in numbers} == {JobState.DONE}
    with reading(staffed) as connection:
        assert len([event for event in read_audit_events(connection) if event.action == "export"]) == len(numbers)
        assert {job.attempts for job in read_jobs(connection)} == {1}
        assert [len(read_job_files(connection, number)) for number in numbers] == [1] * len(numbers)


def test_the_worker_leaves_the_processor_to_pages(sqlite_url: str, tmp_path: Path) -> None:
    worker = start_command(["work"], {"DATABASE_URL": sqlite_url, "CLOCK": CLOCK}, tmp_path / "output")
    assert worker.pid is not None
    expected, until = min(os.getpriority(os.PRIO_PROCESS, 0) + NICENESS, 19), time.monotonic() + 60
    try:
        while os.getpriority(os.PRIO_PROCESS, worker.pid) != expected and time.monotonic() < until:
            time.sleep(0.02)
        assert os.getpriority(os.PRIO_PROCESS, worker.pid) == expected
    finally:
        worker.kill()
        worker.join()


def run_slow_worker(database_url: str, begun: Path) -> None:
    def wait(_run: JobRun) -> JobOutcome:
        begun.write_text("begun")
        time.sleep(60)
        return JobOutcome()

    # A process inherits an ignored SIGINT from its parent, such as `make` in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    timings = WorkerTimings(poll_seconds=0.1, heartbeat_seconds=0.2, heartbeat_timeout=timedelta(seconds=2))
    source = open_data_source(database_url)
    with contextlib.suppress(KeyboardInterrupt):
        Worker(source, Settings(), handlers={KIND: wait}, timings=timings).run()


def start_slow_worker(database_url: str, begun: Path) -> BaseProcess:
    process = FORKS.Process(target=run_slow_worker, args=(database_url, begun))
    process.start()
    wait_until(lambda: begun.exists() or not process.is_alive(), "the slow worker begins")
    assert begun.exists(), "the slow worker ended before it began a job"
    return process


def test_the_job_of_a_killed_worker_is_claimed_again_once_its_heartbeat_is_too_old(
    staffed: Engine, start: Callable[..., int], database_url: str, tmp_path: Path
) -> None:
    number = start()
    process = start_slow_worker(database_url, tmp_path / "begun")

    def age_of_start() -> timedelta:
        job = get_job(staffed, number)
        assert job.started_at is not None
        return get_utc_now() - job.started_at

    def has_several_heartbeats() -> bool:
        job = get_job(staffed, number)
        assert job.started_at is not None and job.heartbeat_at is not None
        return job.heartbeat_at - job.started_at > timedelta(seconds=0.6)

    try:
        # Without its heartbeats, the job would be claimable with this timeout.
        wait_until(has_several_heartbeats, "the slow worker records heartbeats")
        assert make_worker(staffed, heartbeat_timeout=age_of_start()).run(once=True) == 0
    finally:
        process.kill()
        process.join()
    assert get_job(staffed, number).state is JobState.RUNNING
    assert make_worker(staffed, heartbeat_timeout=timedelta(0)).run(once=True) == 1
    job = get_job(staffed, number)
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_an_interrupted_worker_releases_its_job(
    staffed: Engine, start: Callable[..., int], database_url: str, tmp_path: Path
) -> None:
    number = start()
    begun = tmp_path / "begun"
    process = start_slow_worker(database_url, begun)
    os.kill(process.pid or 0, signal.SIGINT)
    process.join(20)
    assert (get_job(staffed, number).state, get_job(staffed, number).attempts) == (JobState.WAITING, 0)
    with reading(staffed) as connection:
        assert read_worker_last_seen(connection) is None


def test_a_worker_that_lost_its_job_stores_no_result(staffed: Engine, start: Callable[..., int]) -> None:
    number = start()
    soon = get_utc_now() + timedelta(hours=1)

    def lose_job(run: JobRun) -> JobOutcome:
        with writing(staffed) as connection:
            assert claim_job(connection, token="another", now=soon, silent_since=soon) is not None
        with pytest.raises(JobLostError):
            run.report_progress(1, 1)
        return JobOutcome(output_files=(JobFile("late.txt", "text/plain", b"late"),))

    make_worker(staffed, lose_job).run(once=True)
    with reading(staffed) as connection:
        assert read_job_files(connection, number) == ()
    assert get_job(staffed, number).state is JobState.RUNNING


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (CardecError("The plan has no such year."), "The plan has no such year."),
        (KeyError("secret inside"), UNEXPECTED_ERROR),
    ],
)
def test_a_failed_job_has_an_error_message(
    staffed: Engine, start: Callable[..., int], error: Exception, message: str
) -> None:
    def failing(run: JobRun) -> JobOutcome:
        raise error

    number = start()
    make_worker(staffed, failing).run(once=True)
    assert (get_job(staffed, number).state, get_job(staffed, number).error) == (JobState.FAILED, message)


def test_a_job_is_cancelled_after_three_attempts(staffed: Engine, start: Callable[..., int]) -> None:
    number = start()
    for _ in range(3):
        with writing(staffed) as connection:
            later = get_utc_now() + timedelta(hours=1)
            assert claim_job(connection, token="dies", now=get_utc_now() - 2 * HEARTBEAT_TIMEOUT, silent_since=later)
    make_worker(staffed).run(once=True)
    assert get_job(staffed, number).error == TOO_MANY_ATTEMPTS


def test_an_unknown_kind_of_job_has_an_error_message(staffed: Engine, start: Callable[..., int]) -> None:
    number = start()
    Worker(DataSource(staffed), Settings(), handlers={}).run(once=True)
    assert get_job(staffed, number).error == UNKNOWN_KIND


def test_a_job_fails_when_its_owner_lost_the_permission(staffed: Engine, start: Callable[..., int]) -> None:
    number = start()
    with writing(staffed) as connection:
        update_user(connection, replace(list_users(staffed)[0], role=Role.MANAGER))
    make_worker(staffed).run(once=True)
    assert get_job(staffed, number).state is JobState.FAILED
    with pytest.raises(JobError):
        start()


def test_an_invalid_job_is_refused(staffed: Engine, now: datetime) -> None:
    add_user(staffed, "mana", Role.MANAGER, "long enough to pass", now=now, actor="test")
    for kind, owner in (("nothing", BOSS), (KIND, "nobody"), (KIND, "mana")):
        with pytest.raises(JobError):
            start_job(staffed, kind, owner=owner, now=now)
    with pytest.raises(JobError, match="small"):
        start_job(staffed, KIND, owner=BOSS, now=now, parameters={"text": "x" * 70_000})


def test_a_person_cannot_fill_the_queue(staffed: Engine, start: Callable[..., int]) -> None:
    for _ in range(MAX_WAITING_JOBS):
        start()
    with pytest.raises(QueueFullError, match=f"{MAX_WAITING_JOBS} jobs"):
        start()


def test_large_files_in_the_queue_are_limited(
    staffed: Engine, start: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.jobs.queue.MAX_WAITING_BYTES", 1024 * 1024)
    start(input_files=(JobFile("a.zip", "application/zip", bytes(1024 * 1024)),))
    with pytest.raises(QueueFullError, match="1 MB"):
        start()


def test_short_jobs_go_before_long_ones(staffed: Engine, now: datetime) -> None:
    kinds = ("edition", "returns-zip", "audit-csv", "meeting-pack")
    for kind in kinds:
        start_job(staffed, kind, owner=BOSS, now=now)
    done: list[str] = []
    handlers = {kind: lambda run, kind=kind: (done.append(kind), JobOutcome())[1] for kind in kinds}
    Worker(DataSource(staffed), Settings(), handlers=handlers).run(once=True)
    assert done == ["audit-csv", "meeting-pack", "edition", "returns-zip"]


def test_a_worker_lives_on_after_a_full_disk(
    staffed: Engine, start: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = start()
    failing = make_worker(staffed, lambda _run: JobOutcome())

    def fail(*_args: object, **_more: object) -> None:
        raise DiskFullError

    with monkeypatch.context() as full:
        full.setattr("etl.jobs.worker.finish_job", fail)
        full.setattr("etl.jobs.worker.fail_job", fail)
        full.setattr("etl.jobs.worker.record_heartbeat", fail)
        assert failing.run(once=True) == 1
    assert get_job(staffed, number).state is JobState.RUNNING
    assert make_worker(staffed, heartbeat_timeout=timedelta(0)).run(once=True) == 1
    assert get_job(staffed, number).state is JobState.DONE


def test_a_worker_that_cannot_write_stops_its_job(
    staffed: Engine, start: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    start()

    def run_without_heartbeats(run: JobRun) -> JobOutcome:
        silent._last_heartbeat_at -= 1000
        with pytest.raises(JobLostError, match="No heartbeat"):
            run.report_progress(1, 2)
        return JobOutcome()

    silent = make_worker(staffed, run_without_heartbeats)
    assert silent.run(once=True) == 1


def test_input_files_reach_the_handler_and_are_deleted_afterwards(staffed: Engine, start: Callable[..., int]) -> None:
    received = []

    def collect_files(run: JobRun) -> JobOutcome:
        received.extend(run.input_files)
        return JobOutcome()

    input_file = JobFile("returns.zip", "application/zip", bytes(range(256)))
    number = start(input_files=[input_file])
    make_worker(staffed, collect_files).run(once=True)
    assert received == [input_file]
    with reading(staffed) as connection:
        assert read_input_files(connection, number) == ()


def test_files_of_old_jobs_are_deleted(staffed: Engine, start: Callable[..., int]) -> None:
    old, new = start(), start()
    now = get_utc_now()
    for number, moment in ((old, now - timedelta(days=31)), (new, now)):
        with writing(staffed) as connection:
            claim = claim_job(connection, token="me", now=moment, silent_since=now - timedelta(days=99))
            assert claim is not None and claim.job.id == number
            assert finish_job(connection, claim, result={}, output_files=[JobFile("a", "text/plain", b"a")], now=moment)
    with writing(staffed) as connection:
        assert delete_job_files_before(connection, now - timedelta(days=30)) == 1
        assert [len(read_job_files(connection, number)) for number in (old, new)] == [0, 1]


def test_the_status_tells_whether_a_worker_is_active(staffed: Engine, start: Callable[..., int]) -> None:
    number = start()

    def is_there(moment: datetime) -> bool:
        status = find_job_status(staffed, number, actor=BOSS, can_see_all=False, now=moment)
        assert status is not None
        return status.has_active_worker

    assert not is_there(get_utc_now())

    def check_status(run: JobRun) -> JobOutcome:
        assert is_there(get_utc_now())
        assert not is_there(get_utc_now() + HEARTBEAT_TIMEOUT + timedelta(seconds=1))
        return JobOutcome()

    make_worker(staffed, check_status).run(once=True)
    assert get_job(staffed, number).state is JobState.DONE


def test_the_command_exports_the_audit_log(database_url: str, tmp_path: Path) -> None:
    run = CommandLine(database_url)
    engine = run.succeed("migrate")
    assert engine.code == 0
    run.succeed("audit", "--output", tmp_path / "audit.csv")
    again = run.succeed("audit", "--act", "export", "--since", "2026-01-01", "--until", "2026-11-23").out
    assert again.splitlines()[0] == "number,at,who,act,subject,old,new,why"
    assert "export,audit log,,0 events" in again
    assert run.succeed("audit", "--until", "2026-11-22").out.count("\n") == 1
