"""Long work: done once by however many workers, taken anew when one is killed, told in words when it fails."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from etl.database.connection import reading, writing
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
    JobError,
    find_job_file,
    find_job_status,
    list_jobs,
    start_job,
    utc_now,
)
from etl.jobs.worker import TOO_MANY_ATTEMPTS, UNEXPECTED_ERROR, UNKNOWN_KIND, JobLostError, Worker, WorkerTimings
from etl.queries.data_source import DataSource
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user, list_users
from tests.support.command_line import CLOCK, CommandLine

ROOT = Path(__file__).parents[1]
KIND = "audit-csv"
BOSS = "boss"
SLOW_WORKER = """
import signal, sys, time
from datetime import timedelta
from pathlib import Path
from etl.jobs.handlers import JobOutcome
from etl.queries.data_source import open_data_source
from etl.settings import Settings
from etl.jobs.worker import Worker, WorkerTimings

def slow(run):
    Path(sys.argv[2]).write_text("begun")
    time.sleep(60)
    return JobOutcome()

# A process inherits an ignored SIGINT from its parent, such as `make` in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)
timings = WorkerTimings(poll_seconds=0.1, heartbeat_seconds=0.2, heartbeat_timeout=timedelta(seconds=2))
Worker(open_data_source(sys.argv[1]), Settings(), handlers={"audit-csv": slow}, timings=timings).run()
"""


@pytest.fixture
def staffed(engine: Engine, now: datetime) -> Engine:
    """A database with an administrator."""
    add_user(engine, BOSS, Role.ADMINISTRATOR, "long enough to pass", now=now, actor="test")
    return engine


@pytest.fixture
def start(staffed: Engine, now: datetime) -> Callable[..., int]:
    def start(**given: object) -> int:
        return start_job(staffed, KIND, owner=BOSS, now=now, **given)  # type: ignore[arg-type]

    return start


def worker(engine: Engine, handler: Handler | None = None, **rhythm: object) -> Worker:
    """A worker in this process, whose only kind of work is the handler's."""
    handlers = HANDLERS if handler is None else {KIND: handler}
    return Worker(DataSource(engine), Settings(), handlers=handlers, timings=replace(WorkerTimings(), **rhythm))  # type: ignore[arg-type]


def stored(engine: Engine, number: int) -> StoredJob:
    with reading(engine) as connection:
        found = find_job(connection, number)
    assert found is not None
    return found


def wait_until(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until, f"never: {what}"
        time.sleep(0.05)


def test_every_kind_of_work_has_what_does_it():
    assert JOB_KINDS.keys() == HANDLERS.keys()
    assert all(kind.command.startswith("python -m etl ") for kind in JOB_KINDS.values())


def test_a_job_is_done_and_its_file_is_there_for_its_owner(staffed: Engine, start: Callable[..., int]) -> None:
    number = start(parameters={"act": "add user"})
    assert worker(staffed).run(once=True) == 1
    standing = find_job_status(staffed, number, actor=BOSS, can_see_all=False, now=utc_now())
    assert standing is not None
    assert (standing.job.state, standing.messages[0].parameters) == (JobState.DONE, {"count": 1})
    assert (standing.job.steps_done, standing.job.steps_total) == (1, 1)
    (made,) = standing.output_files
    found = find_job_file(staffed, number, made.id, actor=BOSS, can_see_all=False)
    with reading(staffed) as connection:
        assert [
            (one.actor, one.subject) for one in read_audit_events(connection) if one.action == "long work done"
        ] == [(BOSS, KIND)]
    assert found is not None and f",{BOSS}," not in found.data.decode() and f"user {BOSS}" in found.data.decode()


def test_a_job_is_its_owner_s_and_the_administrator_s_only(staffed: Engine, start: Callable[..., int]) -> None:
    number = start()
    worker(staffed).run(once=True)
    with reading(staffed) as connection:
        (file,) = read_job_files(connection, number)
    for who, sees_all, sees in ((BOSS, False, True), ("other", False, False), ("other", True, True)):
        standing = find_job_status(staffed, number, actor=who, can_see_all=sees_all, now=utc_now())
        assert (standing is not None) is sees
        assert (find_job_file(staffed, number, file.id, actor=who, can_see_all=sees_all) is not None) is sees
    assert find_job_file(staffed, number + 1, file.id, actor=BOSS, can_see_all=True) is None
    assert [one.job.id for one in list_jobs(staffed, owner=BOSS, now=utc_now())] == [number]
    assert list_jobs(staffed, owner="other", now=utc_now()) == ()


def test_workers_of_several_processes_never_do_one_job_twice(
    staffed: Engine, start: Callable[..., int], database_url: str
) -> None:
    numbers = [start() for _ in range(12)]
    command = [sys.executable, "-m", "etl", "work", "--once"]
    environ = {**os.environ, "DATABASE_URL": database_url, "CLOCK": CLOCK}
    running = [
        subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(3)
    ]
    told = [process.communicate(timeout=120)[0].decode() for process in running]
    assert sum(int(one.split()[0]) for one in told) == len(numbers), told
    assert {stored(staffed, number).state for number in numbers} == {JobState.DONE}
    with reading(staffed) as connection:
        assert len([one for one in read_audit_events(connection) if one.action == "export"]) == len(numbers)
        assert {one.attempts for one in read_jobs(connection)} == {1}
        assert [len(read_job_files(connection, number)) for number in numbers] == [1] * len(numbers)


def start_slow_worker(database_url: str, begun: Path) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen([sys.executable, "-c", SLOW_WORKER, database_url, str(begun)], cwd=ROOT)
    wait_until(lambda: begun.exists() or process.poll() is not None, "the slow worker begins")
    assert begun.exists(), "the slow worker ended before it began a job"
    return process


def test_the_job_of_a_killed_worker_is_claimed_again_once_its_heartbeat_is_too_old(
    staffed: Engine, start: Callable[..., int], database_url: str, tmp_path: Path
) -> None:
    number = start()
    process = start_slow_worker(database_url, tmp_path / "begun")

    def age_of_start() -> timedelta:
        job = stored(staffed, number)
        assert job.started_at is not None
        return utc_now() - job.started_at

    def has_several_heartbeats() -> bool:
        job = stored(staffed, number)
        assert job.started_at is not None and job.heartbeat_at is not None
        return job.heartbeat_at - job.started_at > timedelta(seconds=0.6)

    try:
        # Without its heartbeats, the job would be claimable with this timeout.
        wait_until(has_several_heartbeats, "the slow worker records heartbeats")
        assert worker(staffed, heartbeat_timeout=age_of_start()).run(once=True) == 0
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert stored(staffed, number).state is JobState.RUNNING
    assert worker(staffed, heartbeat_timeout=timedelta(0)).run(once=True) == 1
    job = stored(staffed, number)
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_a_worker_that_is_asked_to_stop_lets_go_of_its_job_at_once(
    staffed: Engine, start: Callable[..., int], database_url: str, tmp_path: Path
) -> None:
    number = start()
    begun = tmp_path / "begun"
    process = start_slow_worker(database_url, begun)
    process.send_signal(signal.SIGINT)
    process.wait(20)
    assert (stored(staffed, number).state, stored(staffed, number).attempts) == (JobState.WAITING, 0)
    with reading(staffed) as connection:
        assert read_worker_last_seen(connection) is None


def test_a_worker_that_lost_its_job_keeps_nothing_of_it(staffed: Engine, start: Callable[..., int]) -> None:
    number = start()
    soon = utc_now() + timedelta(hours=1)

    def overtaken(run: JobRun) -> JobOutcome:
        with writing(staffed) as connection:
            assert claim_job(connection, token="another", now=soon, silent_since=soon) is not None
        with pytest.raises(JobLostError):
            run.report_progress(1, 1)
        return JobOutcome(output_files=(JobFile("late.txt", "text/plain", b"late"),))

    worker(staffed, overtaken).run(once=True)
    with reading(staffed) as connection:
        assert read_job_files(connection, number) == ()
    assert stored(staffed, number).state is JobState.RUNNING


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (CardecError("The plan has no such year."), "The plan has no such year."),
        (KeyError("secret inside"), UNEXPECTED_ERROR),
    ],
)
def test_what_goes_wrong_is_told_in_words(
    staffed: Engine, start: Callable[..., int], fault: Exception, told: str
) -> None:
    def failing(run: JobRun) -> JobOutcome:
        raise fault

    number = start()
    worker(staffed, failing).run(once=True)
    assert (stored(staffed, number).state, stored(staffed, number).error) == (JobState.FAILED, told)


def test_a_job_that_stops_its_worker_three_times_is_given_up(staffed: Engine, start: Callable[..., int]) -> None:
    number = start()
    for _ in range(3):
        with writing(staffed) as connection:
            later = utc_now() + timedelta(hours=1)
            assert claim_job(connection, token="dies", now=utc_now() - 2 * HEARTBEAT_TIMEOUT, silent_since=later)
    worker(staffed).run(once=True)
    assert stored(staffed, number).error == TOO_MANY_ATTEMPTS


def test_a_kind_that_a_worker_does_not_know_is_told(staffed: Engine, start: Callable[..., int]) -> None:
    number = start()
    Worker(DataSource(staffed), Settings(), handlers={}).run(once=True)
    assert stored(staffed, number).error == UNKNOWN_KIND


def test_who_lost_the_right_meanwhile_gets_nothing_done(staffed: Engine, start: Callable[..., int]) -> None:
    number = start()
    with writing(staffed) as connection:
        update_user(connection, replace(list_users(staffed)[0], role=Role.MANAGER))
    worker(staffed).run(once=True)
    assert stored(staffed, number).state is JobState.FAILED
    with pytest.raises(JobError):
        start()


def test_what_can_not_be_started_is_refused(staffed: Engine, now: datetime) -> None:
    add_user(staffed, "mana", Role.MANAGER, "long enough to pass", now=now, actor="test")
    for kind, owner in (("nothing", BOSS), (KIND, "nobody"), (KIND, "mana")):
        with pytest.raises(JobError):
            start_job(staffed, kind, owner=owner, now=now)
    with pytest.raises(JobError, match="small"):
        start_job(staffed, KIND, owner=BOSS, now=now, parameters={"text": "x" * 70_000})


def test_given_files_reach_the_work_and_go_when_it_is_done(staffed: Engine, start: Callable[..., int]) -> None:
    seen = []

    def counting(run: JobRun) -> JobOutcome:
        seen.extend(run.input_files)
        return JobOutcome()

    given = JobFile("returns.zip", "application/zip", bytes(range(256)))
    number = start(input_files=[given])
    worker(staffed, counting).run(once=True)
    assert seen == [given]
    with reading(staffed) as connection:
        assert read_input_files(connection, number) == ()


def test_files_of_old_jobs_are_let_go_of(staffed: Engine, start: Callable[..., int]) -> None:
    old, new = start(), start()
    now = utc_now()
    for number, moment in ((old, now - timedelta(days=31)), (new, now)):
        with writing(staffed) as connection:
            taken = claim_job(connection, token="me", now=moment, silent_since=now - timedelta(days=99))
            assert taken is not None and taken.job.id == number
            assert finish_job(connection, taken, result={}, output_files=[JobFile("a", "text/plain", b"a")], now=moment)
    with writing(staffed) as connection:
        assert delete_job_files_before(connection, now - timedelta(days=30)) == 1
        assert [len(read_job_files(connection, one)) for one in (old, new)] == [0, 1]


def test_that_no_worker_was_seen_for_a_minute_is_known(staffed: Engine, start: Callable[..., int]) -> None:
    number = start()

    def is_there(moment: datetime) -> bool:
        standing = find_job_status(staffed, number, actor=BOSS, can_see_all=False, now=moment)
        assert standing is not None
        return standing.has_active_worker

    assert not is_there(utc_now())

    def looking(run: JobRun) -> JobOutcome:
        assert is_there(utc_now())
        assert not is_there(utc_now() + HEARTBEAT_TIMEOUT + timedelta(seconds=1))
        return JobOutcome()

    worker(staffed, looking).run(once=True)
    assert stored(staffed, number).state is JobState.DONE


def test_the_command_takes_the_audit_trail_out_at_once(database_url: str, tmp_path: Path) -> None:
    run = CommandLine(database_url)
    engine = run.succeed("migrate")
    assert engine.code == 0
    run.succeed("audit", "--output", tmp_path / "audit.csv")
    again = run.succeed("audit", "--act", "export", "--since", "2026-01-01", "--until", "2026-11-23").out
    assert again.splitlines()[0] == "number,at,who,act,subject,old,new,why"
    assert "export,audit trail,,0 events" in again
    assert run.succeed("audit", "--until", "2026-11-22").out.count("\n") == 1
