"""Every message arrives exactly once, however often the worker is killed, and none is lost when its sender is."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

from etl.database.connection import reading, writing
from etl.database.message_records import Contact, MessageState
from etl.database.read.messages import count_messages, has_message_work, read_open_notices
from etl.database.write.messages import save_contact, write_submission_notices
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from etl.use_cases.notifications.compose import list_channels
from etl.use_cases.notifications.deliver import STALE_AFTER
from etl.wording.notifications import MAX_LINES
from tests.support.message_receivers import Receivers, receive_messages

ROOT = Path(__file__).parents[2]
MANAGERS = ("ann", "bo")
KILLS, KILLS_IN_SOAK = 3, 100
WITHIN = 90

FORKING_SERVER = """
import json, os, select, sys
from datetime import timedelta
from etl.jobs.notifier import Notifier
from etl.jobs.worker import Worker, WorkerTimings
from etl.queries.data_source import open_data_source
from etl.settings import read_settings
from etl.use_cases.notifications.deliver import run_notifications

requests, ask = os.pipe()

class Ended:
    def poll(self):
        return 0

def start():
    os.write(ask, b"s")
    return Ended()

def work(settings, source):
    timings = WorkerTimings(poll_seconds=0.05, heartbeat_seconds=0.05)
    Worker(source, settings, timings=timings, notifier=Notifier(source, settings, start)).run()

def send(settings, source):
    run_notifications(source, settings)

def send_after_kills(settings, source):
    run_notifications(source, settings, stale_after=timedelta(0))

def fork(action, environment):
    pid = os.fork()
    if pid == 0:
        settings = read_settings(environment)
        action(settings, open_data_source(settings.database_url))
        os._exit(0)
    return pid

sender, environment, actions = 0, {}, {"w": work, "s": send_after_kills}
while True:
    ready, _, _ = select.select([0, requests], [], [], 0.02)
    while sender and os.waitpid(sender, os.WNOHANG)[0]:
        sender = 0
    if requests in ready:
        os.read(requests, 1000)
        sender = sender or fork(send, environment)
    if 0 in ready:
        line = sys.stdin.readline()
        if not line:
            break
        kind, environment = json.loads(line)
        print(fork(actions[kind], environment), flush=True)
"""
"""Forks workers and senders, because imports take most of a start. As in real life a sender outlives its worker."""

StartProcess = Callable[[str, dict[str, str]], int]


@pytest.fixture(scope="module")
def start() -> Iterator[StartProcess]:
    """Yield a function that starts a worker (`w`) or a sender (`s`) with settings and returns its process id."""
    command = [sys.executable, "-u", "-c", FORKING_SERVER]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:

        def start_process(kind: str, environment: dict[str, str]) -> int:
            assert server.stdin is not None and server.stdout is not None
            server.stdin.write(json.dumps([kind, environment]) + "\n")
            server.stdin.flush()
            return int(server.stdout.readline())

        yield start_process
        assert server.stdin is not None
        server.stdin.close()


@pytest.fixture
def receivers() -> Iterator[Receivers]:
    with receive_messages() as served:
        served.delay = 0.02
        yield served


@pytest.fixture
def environment(database_url: str, receivers: Receivers, now: datetime) -> dict[str, str]:
    return make_environment(database_url, receivers, now)


def make_environment(database_url: str, receivers: Receivers, now: datetime) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "CLOCK": now.isoformat(), **receivers.environment}


def add_managers(engine: Engine, now: datetime) -> None:
    """Add managers with both addresses of people."""
    for name in MANAGERS:
        add_user(engine, name, Role.MANAGER, None, now=now, actor="test")
        contact = Contact(
            user=name,
            language="en",
            email=f"{name}@example.org",
            email_since=now,
            telegram_chat=f"chat of {name}",
            telegram_since=now,
        )
        with writing(engine) as connection:
            save_contact(connection, contact)


def submit(engine: Engine, number: int, now: datetime) -> None:
    """Submit a return of a site of its own."""
    with writing(engine) as connection:
        write_submission_notices(connection, [(number, f"site{number}", Quarter(2026, 3), "officer", now)])


def wait_for_messages(engine: Engine, *, most: int) -> None:
    """Wait until at most so many notices have no messages yet: a message lists only so many returns."""
    until = time.monotonic() + WITHIN
    while True:
        with reading(engine) as connection:
            if len(read_open_notices(connection)) <= most:
                return
        assert time.monotonic() < until, "no messages are written"
        time.sleep(0.01)


def wait_until_all_is_sent(engine: Engine, receivers: Receivers) -> None:
    until, channels = time.monotonic() + WITHIN, list_channels(receivers.settings)
    while True:
        with reading(engine) as connection:
            moment = datetime.fromisoformat("2999-01-01T00:00+00:00")
            is_open = has_message_work(connection, channels=channels, now=moment, stale_since=moment)
        if not is_open:
            return
        assert time.monotonic() < until, "messages are still waiting"
        time.sleep(0.05)


def count_by_submission(texts: list[str], submitted: int) -> Counter[int]:
    """Return the number of messages about each submission."""
    return Counter(number for text in texts for number in range(submitted) if f"site{number}," in text)


def check_people(receivers: Receivers, submitted: int) -> None:
    """Check that each manager got one mail about each submission, and the webhook one call."""
    once = Counter(range(submitted))
    for name in MANAGERS:
        mails = {key: text for to, key, _, text in receivers.mails if to == f"{name}@example.org"}
        assert count_by_submission(list(mails.values()), submitted) == once
    assert Counter(content["data"]["site"] for content in dict(receivers.hooks).values()) == Counter(
        f"site{number}" for number in once
    )


def test_each_message_is_sent_exactly_once_while_the_worker_is_killed(
    engine: Engine,
    environment: dict[str, str],
    receivers: Receivers,
    start: StartProcess,
    now: datetime,
    is_soak: bool,
) -> None:
    add_managers(engine, now)
    draw, numbers = random.Random(15), count()
    for _ in range(KILLS_IN_SOAK if is_soak else KILLS):
        pid = start("w", environment)
        wait_for_messages(engine, most=MAX_LINES - 5)
        submit(engine, next(numbers), now)
        time.sleep(draw.uniform(0.05, 0.5))
        os.kill(pid, signal.SIGKILL)
    submit(engine, next(numbers), now)
    pid = start("w", environment)
    wait_until_all_is_sent(engine, receivers)
    os.kill(pid, signal.SIGKILL)
    submitted = next(numbers)
    check_people(receivers, submitted)
    assert len({key for _, key, *_ in receivers.mails}) == len(receivers.mails), "a mail was sent twice"
    assert len(receivers.hooks) == submitted, "a webhook was called twice"
    assert [count_by_submission(texts, submitted) for texts in list_chats(receivers)] == [Counter(range(submitted))] * 2
    with reading(engine) as connection:
        assert count_messages(connection).keys() == {MessageState.SENT}


def test_killing_the_sending_process_itself_loses_no_message_in_silence(
    sqlite_engine: Engine, sqlite_url: str, receivers: Receivers, start: StartProcess, now: datetime, is_soak: bool
) -> None:
    """A repeated mail or webhook has the same key. Telegram knows no keys, so a chat gets a message at most once."""
    draw, submitted = random.Random(4), 0
    add_managers(sqlite_engine, now)
    environment = make_environment(sqlite_url, receivers, now)
    for turn in range(KILLS_IN_SOAK if is_soak else KILLS):
        submit(sqlite_engine, submitted, now)
        submitted += 1
        pid = start("s", environment)
        if turn % 3:
            wait_for_messages(sqlite_engine, most=0)
        time.sleep(draw.uniform(0, 0.2))
        os.kill(pid, signal.SIGKILL)
    start("s", environment)
    wait_until_all_is_sent(sqlite_engine, receivers)
    check_people(receivers, submitted)
    with reading(sqlite_engine) as connection:
        counts = count_messages(connection)
    assert counts.keys() <= {MessageState.SENT, MessageState.UNCONFIRMED}
    for texts in list_chats(receivers):
        counts = count_by_submission(texts, submitted)
        assert set(counts.values()) == {1}, "a chat got a message twice"
    assert STALE_AFTER.total_seconds() > 2 * 120, "a running attempt could count as dead"


def list_chats(receivers: Receivers) -> list[list[str]]:
    """Return the texts in each manager's chat."""
    return [[text for chat, text in receivers.telegram if chat == f"chat of {name}"] for name in MANAGERS]
