"""Create a database of a whole country in bulk, with the same rows as importing every return.

`python -m tests.benchmarks.national_database PATH_OR_URL [--sites N]` makes one to keep. The files behind the returns
are a few words each, not workbooks; everything else is as it would be.
"""

import argparse
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Index, Table, event, func, insert, select

from etl.database.centre_rows import fill_centre_rows
from etl.database.connection import migrate, open_engine, writing
from etl.database.read.data_version import make_site_counter_name
from etl.database.read.plans import read_plans
from etl.database.tables import cells, counters, received_files, return_events, returns, rollups
from etl.database.write.data_version import increment_data_version
from etl.indicators.periods import CAMBODIA
from etl.indicators.plans import Plans
from etl.indicators.site_rollup import roll_up_site
from etl.indicators.vocabulary import CellState, ReturnState, SiteQuarter, SiteReturn
from tests.benchmarks.national_plan import make_national_plan
from tests.benchmarks.national_returns import NationalReturns
from tests.support.command_line import CLOCK
from tests.support.stored_returns import store_plan

LOADED_AT = datetime(2020, 1, 5, 8, tzinfo=CAMBODIA)
OFFICER, MANAGER = "officer", "manager"
_SITES_AT_ONCE = 50

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class NationalDatabase:
    """The size of a created database and the time it took."""

    sites: int
    indicators: int
    quarters: int
    row_counts: dict[str, int]
    seconds: float

    def __str__(self) -> str:
        counts = ", ".join(f"{count:,} {name}" for name, count in self.row_counts.items())
        words = f"{self.sites:,} sites, {self.indicators} indicators, {self.quarters} quarters"
        return f"{words}: {counts} in {self.seconds:.0f} s"


def make_national_database(engine: Engine, *, sites: int = 1000, indicators: int = 100) -> NationalDatabase:
    """Fill a new, migrated database."""
    started = time.perf_counter()
    plan = make_national_plan(sites=sites, indicators=indicators)
    today = datetime.fromisoformat(CLOCK).date()
    last = min(plan.settings.calendar.find_last_ended_quarter(today), plan.settings.last_quarter)
    national_returns = NationalReturns(plan, last)
    with writing(engine) as connection:
        store_plan(connection, plan, when=LOADED_AT, effective=date.min)
        plans = read_plans(connection)
        assert plans is not None
    _give_memory(engine)
    site_index = next(indexe for indexe in rollups.indexes if indexe.name == "ix_rollup_site_quarter")
    _fill(engine, plans, national_returns, site_index)
    with writing(engine) as connection:
        increment_data_version(connection)
        tables = (returns, cells, rollups)
        row_counts = {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
    seconds = time.perf_counter() - started
    return NationalDatabase(len(plan.sites), len(plan.indicators), len(national_returns.quarters), row_counts, seconds)


def _give_memory(engine: Engine) -> None:
    """Give SQLite enough cache for its growing indexes."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA cache_size = -1500000"))
        engine.dispose()


def _fill(engine: Engine, plans: Plans, national_returns: NationalReturns, site_index: Index) -> None:
    """Insert the rows in groups of sites; the index by site is created at the end."""
    with writing(engine) as connection:
        site_index.drop(connection)
    number = 0
    for start in range(0, len(plans.latest.sites), _SITES_AT_ONCE):
        rows: Rows = {}
        for site in plans.latest.sites[start : start + _SITES_AT_ONCE]:
            site_returns = list(national_returns.returns_of_site(site.code))
            for return_id, site_return in enumerate(site_returns, start=number + 1):
                _collect(rows, _iterate_rows_of_return(return_id, site_return))
            number += len(site_returns)
            _collect(rows, _iterate_rollup_rows(plans, site_returns))
            if site_returns:
                _collect(rows, [("counter", (make_site_counter_name(site.code), 1))])
        with writing(engine) as connection:
            for table in (received_files, returns, return_events, cells, rollups, counters):
                insert_rows(connection, table, rows.get(table.name, []))
    with writing(engine) as connection:
        site_index.create(connection)
        _move_numbers_on(connection)
        fill_centre_rows(connection)


def _collect(collected: Rows, rows: Iterable[tuple[str, tuple[Any, ...]]]) -> None:
    for name, row in rows:
        collected.setdefault(name, []).append(row)


def _iterate_rows_of_return(number: int, site_return: SiteReturn) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the rows of a return: its file, events and cells."""
    data = f"{site_return.site} {site_return.quarter}".encode()
    digest, when = sha256(data).hexdigest(), site_return.first_submitted
    decided = when + timedelta(days=1) if site_return.approved else None
    state = ReturnState.APPROVED if site_return.approved else ReturnState.SUBMITTED
    approver = MANAGER if site_return.approved else ""
    name = f"{site_return.site}-{site_return.quarter}.xlsx"
    yield "received_file", (digest, name, len(data), zlib.compress(data, 1), when)
    columns = (number, site_return.site, site_return.quarter, digest, state, site_return.basis, 1, OFFICER)
    yield "return", (*columns, when, when, when, decided, approver, None)
    events: list[tuple[datetime, str, ReturnState | None, ReturnState]] = [
        (when, OFFICER, None, ReturnState.DRAFT),
        (when, OFFICER, ReturnState.DRAFT, ReturnState.SUBMITTED),
    ]
    if decided is not None:
        events.append((decided, MANAGER, ReturnState.SUBMITTED, ReturnState.APPROVED))
    for place, event_row in enumerate(events):
        yield "return_event", (number * 3 + place - 2, number, *event_row, "")
    for row, observation in enumerate(site_return.observations, start=9):
        value, key = observation.value, observation.key
        cell_state = CellState.NOT_COLLECTED if value is None else CellState.REPORTED
        raw = "NC" if value is None else str(value)
        yield "cell", (number, key.indicator, key.part, cell_state, value, raw, "Return", f"F{row}", "")


def _iterate_rollup_rows(plans: Plans, site_returns: Sequence[SiteReturn]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the roll-ups of a site on both bases."""
    submitted = roll_up_site(plans, site_returns)
    approved_returns = [site_return for site_return in site_returns if site_return.approved]
    are_all_approved = len(approved_returns) == len(site_returns)
    approved = submitted if are_all_approved else roll_up_site(plans, approved_returns)
    for basis, resolved in (("approved", approved), ("submitted", submitted)):
        for row in resolved:
            yield "rollup", (basis, *_OF_ROW(row))


_OF_ROW = attrgetter(*(field_.name for field_ in fields(SiteQuarter)))


class _Bound(dict[Any, Any]):
    """A cache of bound values of a column type."""

    def __init__(self, process: Any) -> None:
        self._process = process

    def __missing__(self, value: Any) -> Any:
        bound = self[value] = self._process(value)
        return bound


def insert_rows(connection: Connection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows, in the order of the table's columns, through the driver, which is much faster."""
    if not rows:
        return
    dialect = connection.dialect
    names = [column.name for column in table.columns]
    processors = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
    columns = [
        values if process is None else map(_Bound(process).__getitem__, values)
        for process, values in zip(processors, zip(*rows, strict=True), strict=True)
    ]
    statement = insert(table).compile(dialect=dialect, column_keys=names)
    bound_rows: Iterable[Any] = zip(*columns, strict=True)
    if not statement.positional:
        bound_rows = (dict(zip(names, row, strict=True)) for row in bound_rows)
    connection.exec_driver_sql(str(statement), list(bound_rows))


def _move_numbers_on(connection: Connection) -> None:
    """Advance PostgreSQL's sequences past the inserted IDs."""
    if connection.dialect.name == "postgresql":
        for table in (returns, return_events):
            sequence = func.pg_get_serial_sequence(f'"{table.name}"', "id")
            connection.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery())))


def main() -> None:
    """Create a database from command line arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", help="a path for a new SQLite file, or an address")
    parser.add_argument("--sites", type=int, default=1000)
    parser.add_argument("--indicators", type=int, default=100)
    arguments = parser.parse_args()
    url = arguments.database if "://" in arguments.database else f"sqlite:///{Path(arguments.database).resolve()}"
    engine = open_engine(url)
    migrate(engine)
    print(make_national_database(engine, sites=arguments.sites, indicators=arguments.indicators))
    engine.dispose()


if __name__ == "__main__":
    main()
