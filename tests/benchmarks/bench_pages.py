"""Compare pages, cached and after a change of data, with an empty callback of the same server.

One gunicorn worker and one connection, with alternating requests, so that other load affects both.
"""

import statistics
import time
from collections.abc import Callable
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
from tests.benchmarks.one_worker import serve_with_one_worker
from tests.support.changed_returns import ReturnCorrections
from tests.support.command_line import CLOCK
from tests.support.page_client import PageClient
from tests.support.plan_edits import SHIPPED_PLAN

PASSWORD = "long enough for a benchmark"
NOOP = "nothing.children"
ROUNDS = 60
MATRIX_RATIO = 40
"""The overview holds the matrix of all indicators, which is computed anew after each change."""


def test_pages_of_cardec_s_size_compared_with_an_empty_callback(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'sample.db'}"
    engine = open_engine(url)
    migrate(engine)
    sample = build_sample(engine, plan_path=SHIPPED_PLAN, today=datetime.fromisoformat(CLOCK).date())
    assert sample
    check_ratios("CARDEC's size", url, engine, max_cached_ratio=5, max_changed_ratio=25, changes=25)


def test_pages_of_a_whole_country_compared_with_an_empty_callback(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'national.db'}"
    engine = open_engine(url)
    migrate(engine)
    database = make_national_database(engine, sites=1000, indicators=100)
    print(f"\n{database}", end="")
    check_ratios("A whole country", url, engine, max_cached_ratio=10, max_changed_ratio=60, changes=15)


def check_ratios(
    label: str, url: str, engine: Engine, *, max_cached_ratio: float, max_changed_ratio: float, changes: int
) -> None:
    """Print for each page the ratio to the empty callback, cached and after a change, and fail beyond a limit."""
    too_slow: list[str] = []
    add_user(engine, "bench", Role.MANAGER, PASSWORD, now=datetime.fromisoformat(CLOCK), actor="bench")
    log = Path(url.removeprefix("sqlite:///")).with_suffix(".log")
    with serve_with_one_worker("tests.benchmarks.server_with_noop:server", url, log, threads=4) as port:
        client = PageClient(f"http://127.0.0.1:{port}").sign_in("bench", PASSWORD)
        change = ReturnCorrections(engine)
        for name, path, search in list_pages(engine):
            fetch = partial(client.get_page, path, search)
            fetch()
            nothing, cached = measure_alternately(partial(call_empty_callback, client), fetch, ROUNDS)
            print(f"\n{label}: {name}, cached: {cached / nothing:.2f} times (limit {max_cached_ratio:g})", end="")
            limit = max(max_changed_ratio, MATRIX_RATIO) if path.endswith("/overview") else max_changed_ratio
            too_slow += [f"{name}, cached"] if cached > nothing * max_cached_ratio else []
            nothing, changed = measure_alternately(
                partial(call_empty_callback, client), fetch, changes, before_second=change.correct_random_return
            )
            print(f"; first after a change: {changed / nothing:.2f} times (limit {limit:g})", end="")
            too_slow += [f"{name}, after a change"] if changed > nothing * limit else []
            print(f"; nothing {nothing * 1000:.2f} ms, cached {cached * 1000:.2f} ms, changed {changed * 1000:.1f} ms")
        client.disconnect()
    assert not too_slow, too_slow


def list_pages(engine: Engine) -> list[tuple[str, str, str]]:
    with engine.connect() as connection:
        plans = read_plans(connection)
    assert plans is not None
    objective = max(plans.latest.objectives, key=lambda objective: len(plans.latest.list_indicators(objective.code)))
    return [
        ("overview", "/staff/overview", ""),
        ("overview in Khmer", "/km/staff/overview", ""),
        ("objective", f"/staff/objective/{objective.code}", ""),
        ("indicator", f"/staff/indicator/{plans.latest.list_indicators(objective.code)[0].code}", ""),
        ("site", f"/staff/site/{plans.latest.sites[0].code}", ""),
        ("tracking table", "/staff/tracking-table", ""),
    ]


def call_empty_callback(client: PageClient) -> None:
    client.call_callback(
        NOOP,
        {"id": "nothing", "property": "children"},
        [{"id": "anything", "property": "value", "value": 1}],
    )


def measure_alternately(
    first: Callable[[], object], second: Callable[[], object], rounds: int, *, before_second: Callable[[], None] = int
) -> tuple[float, float]:
    """Return the median seconds of both, called alternately."""
    durations: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for index, call in enumerate((first, second)):
            if index:
                before_second()
            start = time.perf_counter()
            call()
            durations[index].append(time.perf_counter() - start)
    return statistics.median(durations[0]), statistics.median(durations[1])


if __name__ == "__main__":
    pytest.main([__file__, "-s", "--override-ini", "python_files=bench_*.py"])
