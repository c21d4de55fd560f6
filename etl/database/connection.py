"""Open the database and run transactions: readers see a snapshot, writers run one at a time."""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from etl.database.failures import (
    BusyError,
    DamagedError,
    DatabaseFailureError,
    DiskFullError,
    ReadOnlyError,
    UnreachableError,
    classify_failure,
    is_busy,
    is_forbidden_write,
)
from etl.database.silent_server import watch_for_silence
from etl.errors import CardecError

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

__all__ = [
    "BusyError",
    "Connection",
    "DatabaseFailureError",
    "DatabaseUrlError",
    "DiskFullError",
    "Engine",
    "ReadOnlyError",
    "Schema",
    "SchemaStatus",
    "UNFINISHED_MOVE",
    "UnreachableError",
    "is_busy",
    "is_migrated",
    "migrate",
    "open_engine",
    "read_schema",
    "reading",
    "writing",
]

_log = logging.getLogger(__name__)

_BUSY_SECONDS = 5.0
_CONNECT_SECONDS = 3
_WRITERS_LOCK = 0x_CA_4D_EC
"""Key of the advisory lock that serializes writers on PostgreSQL; no other code uses this number."""


class DatabaseUrlError(CardecError):
    """The database URL is not valid."""


def open_engine(url: str, *, busy_seconds: float = _BUSY_SECONDS, notices_silence: bool = False) -> Engine:
    """Create an engine for a SQLite or PostgreSQL URL; create SQLite's folder, but don't connect yet.

    A writer waits up to `busy_seconds` for another one, then raises BusyError. With `notices_silence`, for a web
    server, a frozen PostgreSQL server is an UnreachableError within seconds. Any other URL is a DatabaseUrlError.
    """
    address = _parse_address(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address, busy_seconds)
    engine = _open_postgresql(address, busy_seconds)
    if notices_silence:
        watch_for_silence(engine)
    return engine


def _parse_address(url: str) -> URL:
    try:
        address = make_url(url)
        if address.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
            return address.set(drivername="postgresql+psycopg")
        if address.drivername in ("sqlite", "sqlite+pysqlite"):
            return address
    except (ArgumentError, NoSuchModuleError, ValueError):
        pass
    raise DatabaseUrlError("The database address must begin with sqlite:/// or postgresql://")


def _open_sqlite(address: URL, busy_seconds: float) -> Engine:
    is_read_only = address.query.get("mode") == "ro"
    if address.database and address.database != ":memory:" and not is_read_only:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    # Isolation level None keeps the driver from beginning transactions itself: `_begin_sqlite` does that.
    engine = create_engine(address, connect_args={"timeout": busy_seconds, "isolation_level": None})
    _notice_lost_file(engine, address.database or "")

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        if not is_read_only:
            _turn_on_wal(connection, until=time.monotonic() + busy_seconds)
        # Each commit reaches the disk: a power cut loses no return that somebody was told is saved.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _notice_lost_file(engine: Engine, name: str) -> None:
    """Refuse connections once the file that this engine opened first was deleted or replaced.

    SQLite goes on with a deleted file, and all that it saves there is lost with the process; a new connection would
    create an empty file in its place.
    """
    path = Path(name)
    first_file: list[tuple[int, int]] = []

    def find_file() -> tuple[int, int] | None:
        try:
            status = path.stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    def check_file(*_arguments: Any) -> None:
        if first_file and find_file() != first_file[0]:
            _log.warning("the file of the database was deleted or replaced: %s", path)
            raise DamagedError

    def remember_file(*_arguments: Any) -> None:
        file = find_file()
        if not first_file and file is not None:
            first_file.append(file)

    event.listen(engine, "do_connect", check_file)
    event.listen(engine, "connect", remember_file)
    event.listen(engine, "checkout", check_file)
    # A restore closes its connections and puts a new file in place.
    event.listen(engine, "engine_disposed", lambda _engine: first_file.clear())


def _turn_on_wal(connection: Any, *, until: float) -> None:
    """Switch to WAL mode. SQLite doesn't wait when two processes open a new file at once, so retry here."""
    while connection.execute("PRAGMA journal_mode").fetchone()[0] not in ("wal", "memory"):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except connection.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; writers take the lock at once, since upgrading it after a read could fail."""
    is_writing = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if is_writing else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _open_postgresql(address: URL, busy_seconds: float) -> Engine:
    engine = create_engine(
        address,
        pool_pre_ping=True,
        pool_timeout=_CONNECT_SECONDS,
        # A server that is gone, or a host that is off the network, is an error within seconds.
        connect_args={"connect_timeout": _CONNECT_SECONDS, "tcp_user_timeout": _CONNECT_SECONDS * 2000},
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute(f"SET lock_timeout = {int(busy_seconds * 1000)}")
        connection.commit()

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a read-only transaction on a snapshot of the database, taken at the first read.

    Raise UnreachableError if the database does not answer.
    """
    with _begin(engine, writes=False) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open an exclusive write transaction; commit at the end, roll back on any exception.

    Raise BusyError if another writer does not finish in time.
    """
    with _begin(engine, writes=True) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
        yield connection


@contextmanager
def _begin(engine: Engine, *, writes: bool) -> Iterator[Connection]:
    try:
        with _connect(engine) as connection:
            connection.execution_options(**_make_engine_options(engine, writes=writes))
            with connection.begin():
                yield connection
    except DBAPIError as error:
        failure = classify_failure(error)
        if failure is None or (not writes and is_forbidden_write(error)):
            raise
        _log.warning("%s: %s", type(failure).__name__, error.orig)
        raise failure from error


def _connect(engine: Engine) -> Connection:
    """Connect. A SQLite file can't even be opened for reading when its disk is full or can't be written."""
    try:
        return engine.connect()
    except OperationalError as error:
        _log.warning("database does not answer: %s", error.orig)
        failure = classify_failure(error) or UnreachableError()
        if isinstance(failure, UnreachableError) and _is_on_read_only_disk(engine):
            failure = ReadOnlyError()
        raise failure from error


def _is_on_read_only_disk(engine: Engine) -> bool:
    """Return whether a SQLite file exists, but nobody may make the files that SQLite needs beside it."""
    path = Path(engine.url.database or "")
    return engine.dialect.name == "sqlite" and path.is_file() and not os.access(path.parent, os.W_OK)


def _make_engine_options(engine: Engine, *, writes: bool) -> dict[str, Any]:
    if engine.dialect.name == "sqlite":
        return {"writes": writes}
    if writes:
        # Read committed, so that reads after acquiring the writers' lock see the previous writer's changes.
        return {"isolation_level": "READ COMMITTED"}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrade the schema to the newest version; safe to repeat and to run from two processes at once."""
    # Imported here, since the web process never migrates.
    from alembic import command

    with writing(engine) as connection:
        config = _make_migration_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


UNFINISHED_MOVE = "unfinished_move"
"""The name of a table that marks a database into which a move is not finished."""


class SchemaStatus(StrEnum):
    """How the tables of a database relate to those that this version of the code needs."""

    EMPTY = "empty"
    """No tables at all."""
    OLD = "old"
    CURRENT = "current"
    NEWER = "newer"
    """Migrated by a newer version of the code."""
    FOREIGN = "foreign"
    """Tables, but not of this system."""
    UNFINISHED = "unfinished"
    """A move into it is not finished."""


@dataclass(frozen=True)
class Schema:
    """The schema of a database: its migration, blank without one, and the newest one of this code."""

    status: SchemaStatus
    revision: str
    newest: str


def read_schema(engine: Engine) -> Schema:
    """Read which migration the database is at."""
    from alembic.runtime.migration import MigrationContext

    with reading(engine) as connection:
        revision = MigrationContext.configure(connection).get_current_revision() or ""
        tables = inspect(connection).get_table_names()
    scripts = _read_migrations()
    newest = scripts.get_current_head() or ""
    if UNFINISHED_MOVE in tables:
        status = SchemaStatus.UNFINISHED
    elif not revision:
        has_tables = any(name != "alembic_version" for name in tables)
        status = SchemaStatus.FOREIGN if has_tables else SchemaStatus.EMPTY
    elif revision == newest:
        status = SchemaStatus.CURRENT
    else:
        known = {script.revision for script in scripts.walk_revisions()}
        status = SchemaStatus.OLD if revision in known else SchemaStatus.NEWER
    return Schema(status, revision, newest)


def is_migrated(engine: Engine) -> bool:
    """Return whether the schema is at the newest migration."""
    return read_schema(engine).status is SchemaStatus.CURRENT


@cache
def _read_migrations() -> "ScriptDirectory":
    """Return the migrations of this code, which are files that are read once in a process."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_make_migration_config())


def _make_migration_config() -> "Config":
    from alembic.config import Config

    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
