"""Loading 400 returns beside bare reading of the same files: ratios of one run, each way with as many processes.

The loader does everything: gate, limited reading process, binding, number reading, checks, one transaction a file with
its roll-ups. The others only read, but for the pandas scripts, which append the numbers to a table and check nothing:
one reads only the form's sheet, the other every sheet, as the loader's gate must. PostgreSQL's own processes come on
top of these, and its processor time is counted with the loader's.
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from etl.database.connection import open_engine, reading, writing
from etl.database.tables import cells, rollups
from etl.indicators.periods import CAMBODIA
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Role
from etl.returns.workbook.bundle import open_paths
from etl.use_cases.accounts.users import add_user
from etl.use_cases.returns.import_file import ImportOutcome
from etl.use_cases.returns.import_many import import_bundle
from tests.benchmarks.cpu_time import Stopwatch, Timing, find_server_process
from tests.benchmarks.many_returns import make_many_sites_plan, write_many_returns
from tests.benchmarks.other_readers import (
    PROCESS_COUNT,
    append_all_sheets_with_pandas,
    append_with_pandas,
    measure_time,
    read_with_calamine,
    read_with_openpyxl,
)
from tests.support.stored_returns import store_plan

NOW = datetime(2027, 2, 15, 9, 0, tzinfo=CAMBODIA)
WARM = 4
"""Files that each way goes through before, so that its processes are there."""


def ready(url: str, plan: Plan) -> Engine:
    engine = open_engine(url)
    with writing(engine) as connection:
        store_plan(connection, plan, when=NOW, effective=date.min)
    add_user(engine, "mana", Role.MANAGER, "long enough to pass", None, now=NOW, actor="bench")
    return engine


def load(engine: Engine, paths: list[Path]) -> Timing:
    watch = Stopwatch(find_server_process(engine))
    many = import_bundle(engine, open_paths(paths), actor="mana", clock=lambda: NOW, approve=True)
    taken = watch.elapsed()
    assert many.outcome_counts[ImportOutcome.APPROVED] == len(paths), [file for file in many.files if file.error]
    return taken


def stored_numbers(engine: Engine) -> tuple[int, int]:
    with reading(engine) as connection:
        counted = [connection.scalar(select(func.count()).select_from(table)) for table in (cells, rollups)]
        return counted[0] or 0, counted[1] or 0


@pytest.mark.postgres
def test_importing_four_hundred_returns_compared_with_bare_reading(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    plan = make_many_sites_plan()
    paths = write_many_returns(tmp_path / "returns", plan)
    on_sqlite, on_postgresql = ready(sqlite_url, plan), ready(postgres_url, plan)
    ways: dict[str, Callable[[list[Path]], Timing]] = {
        "bare openpyxl, every cell": lambda some: measure_time(read_with_openpyxl, some),
        "bare calamine, every cell": lambda some: measure_time(read_with_calamine, some),
        "pandas script, one sheet": lambda some: measure_time(append_with_pandas, some, tmp_path / "pandas.db"),
        "pandas script, every sheet": lambda some: measure_time(
            append_all_sheets_with_pandas, some, tmp_path / "every.db"
        ),
        "loader on SQLite": lambda some: load(on_sqlite, some),
        "loader on PostgreSQL": lambda some: load(on_postgresql, some),
    }
    for warm in ways.values():
        warm(paths[:WARM])
    rest = paths[WARM:]
    taken = {name: way(rest) for name, way in ways.items()}
    assert stored_numbers(on_sqlite) == stored_numbers(on_postgresql)
    for engine in (on_sqlite, on_postgresql):
        engine.dispose()
    tell(taken, len(rest))


def tell(taken: dict[str, Timing], files: int) -> None:
    """Both ratios of one run: on the clock, which a busy machine disturbs, and in processor time, servers included."""
    bare = taken["bare openpyxl, every cell"]
    seconds = sum(one.clock for one in taken.values())
    print(
        f"\n{files} returns, {PROCESS_COUNT} processes each; {seconds:.0f} s in all for these files {len(taken)} times"
    )
    print("                              a file, clock and processors    x bare openpyxl, clock and processors")
    for name, one in taken.items():
        each = f"{one.clock / files * 1000:7.1f} ms {one.cpu / files * 1000:7.1f} ms"
        print(f"  {name:<28} {each}           {one.clock / bare.clock:5.2f} {one.cpu / bare.cpu:5.2f}")
