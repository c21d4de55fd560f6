"""The door to the database for those who ask: a snapshot of everything, kept until something changes."""

from threading import Lock

from etl.database.connection import Connection, Engine, is_migrated, migrate, open_engine, reading
from etl.database.read.data_version import read_data_version
from etl.errors import CardecError
from etl.indicators.editions import EditionContents
from etl.queries.refresh_snapshot import read_snapshot
from etl.queries.snapshot import Snapshot


class NoPlanError(CardecError):
    """No plan is loaded yet, so nothing can be asked."""

    def __init__(self) -> None:
        super().__init__("No plan is loaded yet. Load one with: python -m etl plan load data/plan")


class DataSource:
    """One database, read through snapshots; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.newest_contents_cache: tuple[tuple[str, int], EditionContents] | None = None
        """The newest edition by its name and how often something was taken out of it: a frozen thing, kept as it is."""
        self._kept: Snapshot | None = None
        self._lock = Lock()

    def ensure_schema(self) -> None:
        """Brings the schema up to date where it isn't: what the first command on a new database needs."""
        if not is_migrated(self.engine):
            migrate(self.engine)

    def read_data_version(self) -> int:
        """The number that rises with every committed change."""
        with reading(self.engine) as connection:
            return read_data_version(connection)

    def find_snapshot(self) -> Snapshot | None:
        """Everything as it stands now; None before a plan is loaded. Read anew only when something has changed."""
        with reading(self.engine) as connection:
            return self.find_snapshot_in(connection)

    def find_snapshot_in(self, connection: Connection) -> Snapshot | None:
        """The same within a reading transaction, for who reads more at the same moment."""
        version = read_data_version(connection)
        kept = self._kept
        if kept is not None and kept.data_version == version:
            return kept
        with self._lock:
            found = read_snapshot(self.engine, connection, version, self._kept)
            self._kept = found or self._kept
            return found

    def get_snapshot(self) -> Snapshot:
        """The same; NoPlanError before a plan is loaded."""
        snapshot = self.find_snapshot()
        if snapshot is None:
            raise NoPlanError
        return snapshot


def open_data_source(database_url: str) -> DataSource:
    """The source behind a database address; nothing is connected yet."""
    return DataSource(open_engine(database_url))
