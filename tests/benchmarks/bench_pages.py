"""How long pages take beside a callback of the same server that does nothing, kept and after a change.

One run, one gunicorn worker, one connection; the two are asked in turns, so that what else the machine does meets both.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from etl.database.connection import Engine, migrate, open_engine
from etl.database.read.plans import read_plans
from etl.indicators.vocabulary import Role
from etl.sample.build import build_sample
from etl.use_cases.accounts.users import add_user
from tests.benchmarks.national_database import make_national_database
from tests.browser.chromium import free_port, wait_for_server
from tests.support.changed_returns import ReturnCorrections
from tests.support.command_line import CLOCK
from tests.support.page_client import PageClient
from tests.support.plan_edits import SHIPPED_PLAN

PASSWORD = "long enough for a benchmark"
NOOP = "nothing.children"
ROUNDS = 60


def test_pages_of_cardec_s_size_compared_with_an_empty_callback(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'sample.db'}"
    engine = open_engine(url)
    migrate(engine)
    sample = build_sample(engine, plan_path=SHIPPED_PLAN, today=datetime.fromisoformat(CLOCK).date())
    assert sample
    report("CARDEC's size", url, engine, kept_at_most=5, changed_at_most=15, changes=25)


def test_pages_of_a_whole_country_compared_with_an_empty_callback(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'national.db'}"
    engine = open_engine(url)
    migrate(engine)
    made = make_national_database(engine, sites=1000, indicators=100)
    print(f"\n{made}", end="")
    report("A whole country", url, engine, kept_at_most=10, changed_at_most=40, changes=15)


def report(what: str, url: str, engine: Engine, *, kept_at_most: float, changed_at_most: float, changes: int) -> None:
    """Prints for each page the ratio to the callback that does nothing, kept and after a change, with its bar."""
    add_user(engine, "bench", Role.MANAGER, PASSWORD, now=datetime.fromisoformat(CLOCK), actor="bench")
    with one_worker(url) as origin:
        asker = PageClient(origin).sign_in("bench", PASSWORD)
        change = ReturnCorrections(engine)
        for name, path, search in pages(engine):
            ask = partial(asker.get_page, path, search)
            ask()
            nothing, kept = in_turns(partial(ask_nothing, asker), ask, ROUNDS)
            print(f"\n{what}: {name}, kept: {kept / nothing:.2f} times (bar {kept_at_most:g})", end="")
            nothing, changed = in_turns(
                partial(ask_nothing, asker), ask, changes, before_second=change.correct_random_return
            )
            print(f"; first after a change: {changed / nothing:.2f} times (bar {changed_at_most:g})", end="")
            print(f"; nothing {nothing * 1000:.2f} ms, kept {kept * 1000:.2f} ms, changed {changed * 1000:.1f} ms")
        asker.disconnect()


def pages(engine: Engine) -> list[tuple[str, str, str]]:
    with engine.connect() as connection:
        plans = read_plans(connection)
    assert plans is not None
    objective = max(plans.latest.objectives, key=lambda objective: len(plans.latest.indicators_of(objective.code)))
    return [
        ("overview", "/staff/overview", ""),
        ("overview in Khmer", "/km/staff/overview", ""),
        ("objective", f"/staff/objective/{objective.code}", ""),
        ("tracking table", "/staff/tracking-table", ""),
    ]


def ask_nothing(asker: PageClient) -> None:
    asker.call_callback(
        NOOP,
        {"id": "nothing", "property": "children"},
        [{"id": "anything", "property": "value", "value": 1}],
    )


def in_turns(
    first: Callable[[], object], second: Callable[[], object], rounds: int, *, before_second: Callable[[], None] = int
) -> tuple[float, float]:
    """The median seconds of both, asked in turns."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for place, ask in enumerate((first, second)):
            if place:
                before_second()
            start = time.perf_counter()
            ask()
            taken[place].append(time.perf_counter() - start)
    return statistics.median(taken[0]), statistics.median(taken[1])


@contextmanager
def one_worker(url: str) -> Iterator[str]:
    """The app with its callback that does nothing, in one worker as in production."""
    port = free_port()
    environ = {"PATH": os.environ["PATH"], "DATABASE_URL": url, "SECRET_KEY": "s" * 40, "CLOCK": CLOCK}
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--workers", "1", "--threads", "4", "--keep-alive", "60", "tests.benchmarks.server_with_noop:server"]
    log = Path(url.removeprefix("sqlite:///")).with_suffix(".log")
    with log.open("w") as output:
        process = subprocess.Popen(command, env=environ, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_for_server(f"http://127.0.0.1:{port}/health", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


if __name__ == "__main__":
    pytest.main([__file__, "-s", "--override-ini", "python_files=bench_*.py"])
