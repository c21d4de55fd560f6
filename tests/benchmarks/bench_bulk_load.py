"""Compare importing 400 returns with only reading the files, each with the same number of processes.

The import does everything: gate, limited reading process, binding, parsing, checks, transactions with their roll-ups.
The others only read, except the pandas scripts, which append the numbers to a table without checks: one reads only the
form's sheet, the other every sheet, as the gate does. PostgreSQL's processes are additional, and their processor time
is included in that of the import.
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
WARM_UP_FILES = 4
"""The number of files that each way processes first, to start its processes."""


def prepare_database(url: str, plan: Plan) -> Engine:
    engine = open_engine(url)
    with writing(engine) as connection:
        store_plan(connection, plan, when=NOW, effective=date.min)
    add_user(engine, "mana", Role.MANAGER, "long enough to pass", None, now=NOW, actor="bench")
    return engine


def load(engine: Engine, paths: list[Path]) -> Timing:
    stopwatch = Stopwatch(find_server_process(engine))
    bulk_import = import_bundle(engine, open_paths(paths), actor="mana", clock=lambda: NOW, approve=True)
    timing = stopwatch.elapsed()
    assert bulk_import.outcome_counts[ImportOutcome.APPROVED] == len(paths), [
        file for file in bulk_import.files if file.error
    ]
    return timing


def count_stored_rows(engine: Engine) -> tuple[int, int]:
    with reading(engine) as connection:
        counted = [connection.scalar(select(func.count()).select_from(table)) for table in (cells, rollups)]
        return counted[0] or 0, counted[1] or 0


@pytest.mark.postgres
def test_importing_four_hundred_returns_compared_with_bare_reading(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    plan = make_many_sites_plan()
    paths = write_many_returns(tmp_path / "returns", plan)
    on_sqlite, on_postgresql = prepare_database(sqlite_url, plan), prepare_database(postgres_url, plan)
    ways: dict[str, Callable[[list[Path]], Timing]] = {
        "bare openpyxl, every cell": lambda paths_: measure_time(read_with_openpyxl, paths_),
        "bare calamine, every cell": lambda paths_: measure_time(read_with_calamine, paths_),
        "pandas script, one sheet": lambda paths_: measure_time(append_with_pandas, paths_, tmp_path / "pandas.db"),
        "pandas script, every sheet": lambda paths_: measure_time(
            append_all_sheets_with_pandas, paths_, tmp_path / "every.db"
        ),
        "loader on SQLite": lambda paths_: load(on_sqlite, paths_),
        "loader on PostgreSQL": lambda paths_: load(on_postgresql, paths_),
    }
    for way in ways.values():
        way(paths[:WARM_UP_FILES])
    rest = paths[WARM_UP_FILES:]
    timings = {name: way(rest) for name, way in ways.items()}
    assert count_stored_rows(on_sqlite) == count_stored_rows(on_postgresql)
    for engine in (on_sqlite, on_postgresql):
        engine.dispose()
    print_timings(timings, len(rest))


def print_timings(timings: dict[str, Timing], files: int) -> None:
    """Print the ratios in wall time, which other processes disturb, and in processor time."""
    bare = timings["bare openpyxl, every cell"]
    seconds = sum(timing.clock for timing in timings.values())
    print(f"\n{files} returns, {PROCESS_COUNT} processes each; {seconds:.0f} s for {len(timings)} ways")
    print("                              a file, clock and processors    x bare openpyxl, clock and processors")
    for name, timing in timings.items():
        each = f"{timing.clock / files * 1000:7.1f} ms {timing.cpu / files * 1000:7.1f} ms"
        print(f"  {name:<28} {each}           {timing.clock / bare.clock:5.2f} {timing.cpu / bare.cpu:5.2f}")
