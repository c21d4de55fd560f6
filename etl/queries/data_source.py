"""Give access to one database through snapshots, which are cached until the data change."""

import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from etl.database.connection import Connection, Engine, UnreachableError, open_engine, reading
from etl.database.read.data_version import read_data_version
from etl.database.schema import prepare_schema
from etl.errors import CardecError
from etl.indicators.editions import EditionContents
from etl.queries.refresh_snapshot import read_snapshot
from etl.queries.snapshot import Snapshot


class NoPlanError(CardecError):
    """No plan is loaded yet."""

    def __init__(self) -> None:
        super().__init__("No plan is loaded yet. Load one with: python -m etl plan load data/plan")


_log = logging.getLogger(__name__)

Result = TypeVar("Result")


class DataSource:
    """One database, read through snapshots. Threads can share it."""

    def __init__(self, engine: Engine, *, notices_silence: bool = False) -> None:
        """With `notices_silence`, statements end with an error when the database does not answer."""
        self.engine, self.notices_silence = engine, notices_silence
        self.newest_contents_cache: tuple[tuple[str, int], EditionContents] | None = None
        """The newest edition with its name and the number of redactions, which tell whether it is still valid."""
        self._snapshot: Snapshot | None = None
        self._lock = Lock()

    def ensure_schema(self) -> None:
        """Create the tables of an empty database. SchemaError when they are older or newer than this code."""
        prepare_schema(self.engine)

    def read_data_version(self) -> int:
        """Return the number that rises with every committed change."""
        with reading(self.engine) as connection:
            return read_data_version(connection)

    def find_snapshot(self) -> Snapshot | None:
        """Return a snapshot of the present data, refreshed after a change; None before a plan is loaded."""
        with reading(self.engine) as connection:
            return self.find_snapshot_in(connection)

    def find_snapshot_in(self, connection: Connection) -> Snapshot | None:
        """Return the same within an open transaction, so that further reads see the same data."""
        version = read_data_version(connection)
        cached = self._snapshot
        if cached is not None and cached.data_version == version:
            return cached
        with self._lock:
            snapshot = read_snapshot(self.engine, connection, version, self._snapshot)
            self._snapshot = snapshot or self._snapshot
            return snapshot

    def get_snapshot(self) -> Snapshot:
        """Return the same; NoPlanError before a plan is loaded."""
        snapshot = self.find_snapshot()
        if snapshot is None:
            raise NoPlanError
        return snapshot


def open_data_source(database_url: str, *, notices_silence: bool = False) -> DataSource:
    """Return the data source of a database URL; it connects on first use. See `open_engine` for `notices_silence`."""
    engine = open_engine(database_url, notices_silence=notices_silence)
    return DataSource(engine, notices_silence=notices_silence)


def retry_while_unreachable(action: Callable[[], Result], *, seconds: float) -> Result:
    """Return what the action returns, tried again every second while the database does not answer.

    UnreachableError when it doesn't answer for so long.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            return action()
        except UnreachableError:
            if time.monotonic() >= until:
                raise
            _log.warning("waiting for the database")
            time.sleep(min(1.0, seconds))
