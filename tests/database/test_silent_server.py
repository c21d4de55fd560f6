"""A PostgreSQL server that is frozen is an error within seconds, and is used again when it goes on."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import Engine, text

from etl.database.connection import UnreachableError, open_engine, reading, writing
from etl.database.silent_server import SilenceWatch


@contextmanager
def frozen_server(engine: Engine) -> Iterator[None]:
    """Stop every process of the engine's PostgreSQL server, and let them go on at the end."""
    with reading(engine) as connection:
        main = int(connection.scalar(text("SELECT pg_read_file('postmaster.pid')")).split()[0])
    listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(main)], capture_output=True, text=True, check=True)
    processes = [main, *map(int, listing.stdout.split())]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def wait_until(is_reached: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not is_reached():
        assert time.monotonic() < until
        time.sleep(0.02)


def can_read(engine: Engine) -> bool:
    try:
        with reading(engine) as connection:
            return connection.scalar(text("SELECT 1")) == 1
    except UnreachableError:
        return False


@pytest.mark.postgres
@pytest.mark.slow
def test_a_frozen_server_is_unreachable_and_comes_back(postgres_url: str) -> None:
    engine = open_engine(postgres_url, notices_silence=True)
    with frozen_server(engine):
        # One connection waits in the pool; the second time a new one is refused at once.
        for use in (reading, writing):
            with pytest.raises(UnreachableError), use(engine):
                pytest.fail("a frozen server answered")
    wait_until(lambda: can_read(engine))
    engine.dispose()


@pytest.mark.postgres
def test_a_slow_statement_goes_on_while_the_server_answers(postgres_url: str) -> None:
    engine = open_engine(postgres_url, notices_silence=True)
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT 1 FROM pg_sleep(1.5)")) == 1
    engine.dispose()


@pytest.mark.parametrize("error", [None, psycopg.OperationalError("too many clients")])
def test_any_answer_to_a_probe_ends_the_probing(error: Exception | None) -> None:
    answers = [psycopg.errors.ConnectionTimeout(), error]
    seen: list[bool] = []

    def probe() -> None:
        seen.append(watch.is_silent)
        answer = answers.pop(0)
        if answer is not None:
            raise answer

    watch = SilenceWatch(probe)
    watch._answered_at -= 10
    watch.report_wait()
    wait_until(lambda: not watch._is_probing)
    assert seen == [False, True] and not watch.is_silent
