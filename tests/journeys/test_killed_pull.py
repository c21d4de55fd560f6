"""Kill the worker that reads field data at random moments: drafts equal a count by hand, and nothing is there twice."""

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from etl.database.connection import reading
from etl.database.read.field_data import read_field_submissions, read_field_values
from etl.database.read.jobs import read_jobs
from etl.database.read.returns import read_returns
from etl.indicators.vocabulary import Role
from etl.jobs.queue import start_job
from etl.jobs.worker import Worker, WorkerTimings
from etl.queries.data_source import open_data_source
from etl.use_cases.accounts.users import add_user
from tests.support.command_line import CommandLine
from tests.support.field_office import BY_HAND, Q1, FieldOffice, make_rows
from tests.support.field_servers import FieldServer, serve_form

KILLS, KILLS_IN_SOAK = {"kobo": 2, "odk": 1}, 30
LONGEST_WAIT = 0.4
"""Seconds from the first request of a pull to the kill, at most. A pull of six slow pages takes about half of it."""
WITHIN = 60
OWNER = "boss"
TIMINGS = WorkerTimings(
    poll_seconds=0.02, heartbeat_seconds=0.1, progress_seconds=0, heartbeat_timeout=timedelta(seconds=1)
)


def fork_worker(office: FieldOffice, database_url: str) -> int:
    """Start a worker in a process of its own and return its id. It opens its own connections: none survives a fork."""
    office.engine.dispose()
    pid = os.fork()
    if pid == 0:
        try:
            Worker(open_data_source(database_url), office.settings, timings=TIMINGS).run()
        finally:
            os._exit(1)
    return pid


def start_pull(office: FieldOffice) -> None:
    """Start a pull unless one is waiting or was killed and runs again. A job that was killed three times has failed."""
    with reading(office.engine) as connection:
        is_open = any(not job.state.is_finished for job in read_jobs(connection, owner=OWNER, limit=100))
    if not is_open:
        start_job(office.engine, "field-data", owner=OWNER, parameters={"source": "trainings"}, now=office.now)


def wait_for_pull(office: FieldOffice, has_begun: threading.Event) -> None:
    """Wait until the worker has asked for the first page; start another pull when it only ended a thrice killed one."""
    until = time.monotonic() + WITHIN
    while not has_begun.wait(0.2):
        assert time.monotonic() < until, "no pull has begun"
        start_pull(office)


def finish_pulls(office: FieldOffice) -> None:
    """Run jobs in this process until none is open: a killed one is claimed when its heartbeats have stopped."""
    until = time.monotonic() + WITHIN
    while True:
        Worker(office.source, office.settings, timings=TIMINGS).run(once=True)
        with reading(office.engine) as connection:
            if all(job.state.is_finished for job in read_jobs(connection, owner=OWNER, limit=100)):
                return
        assert time.monotonic() < until, "a job never ends"
        time.sleep(0.05)


def add_woman(server: FieldServer, number: int) -> None:
    """Add a submission of site 01 with one woman, in the first quarter."""
    people = [{"people/sex": "f", "people/age": 30}]
    fields = {"place/site": "01", "place/day": "2025-03-03", "kind": "training", "people": people}
    server.rows.append(server.make_row(number, fields))


@pytest.mark.parametrize("platform", ["kobo", "odk"])
def test_a_pull_that_is_killed_at_random_moments_loses_and_doubles_nothing(
    other_plan_run: CommandLine, open_database: Callable[[str], Engine], tmp_path: Path, is_soak: bool, platform: str
) -> None:
    draw, kills = random.Random(30), KILLS_IN_SOAK if is_soak else KILLS[platform]
    engine = open_database(other_plan_run.database_url)
    with serve_form(platform) as server:
        make_rows(server)
        office = FieldOffice(engine, server, tmp_path, datetime.fromisoformat("2025-07-10T09:00+07:00"))
        add_user(engine, OWNER, Role.ADMINISTRATOR, None, now=office.now, actor="test")
        has_begun = threading.Event()

        def answer_slowly(_number: int) -> None:
            has_begun.set()
            time.sleep(0.02)

        server.before_page = answer_slowly
        for kill in range(kills):
            # The form goes on growing.
            add_woman(server, 100 + kill)
            start_pull(office)
            has_begun.clear()
            pid = fork_worker(office, other_plan_run.database_url)
            wait_for_pull(office, has_begun)
            time.sleep(draw.uniform(0, LONGEST_WAIT))
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        finish_pulls(office)
        start_pull(office)
        finish_pulls(office)
    expected = {place: dict(numbers) for place, numbers in BY_HAND.items()}
    expected["01", Q1] |= {"P.1": str(5 + kills), "P.1/sex/women": str(3 + kills)}
    for (site, quarter), numbers in expected.items():
        draft = office.read_draft(site, quarter)
        assert {key: draft[key].value for key in numbers} == numbers
        assert {row.value for key, row in draft.items() if key not in numbers} == {""}
    with reading(engine) as connection:
        assert len(read_field_submissions(connection, "trainings")) == 12 + kills
        values = read_field_values(connection, source="trainings")
        assert read_returns(connection) == (), "drafts only"
    stored = {(value.site, value.quarter, value.key): value for value in values}
    assert len(stored) == len(values) == sum(len(numbers) for numbers in expected.values())
    assert {key: value.value for key, value in stored.items()} == {
        (*place, key): number for place, numbers in expected.items() for key, number in numbers.items()
    }
    women = stored["01", Q1, "P.1/sex/women"].submissions
    assert len(women) == len(set(women)) == 2 + kills
