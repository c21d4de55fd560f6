"""Rules for every test: no network except loopback, a fixed clock, and a report of skipped tests."""

import gc
import os
import shutil
import socket
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, Phase, settings
from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.engine.default import DefaultDialect
from werkzeug.routing import Rule

from etl.database import connection, passwords
from etl.settings import CAMBODIA

RAM_DISK, RAM_DISK_SPACE_NEEDED = "/dev/shm", 4 * 1024**3
if (
    "TMPDIR" not in os.environ
    and os.access(RAM_DISK, os.W_OK)
    and shutil.disk_usage(RAM_DISK).free >= RAM_DISK_SPACE_NEEDED
):
    # Tests write their files and databases to memory, since thousands of small transactions would wait for the disk.
    # Processes that a test starts inherit the setting.
    os.environ["TMPDIR"] = tempfile.tempdir = RAM_DISK

# Collecting tests creates no garbage.
gc.disable()

pytest_plugins = ["tests.support.soak_only", "tests.support.database_fixtures", "tests.support.shared_fixtures"]

settings.register_profile("few", max_examples=25, deadline=None, derandomize=True)
settings.register_profile("mutations", parent=settings.get_profile("few"), phases=[Phase.explicit, Phase.generate])
settings.register_profile("soak", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "few"))

REQUIRED_PROGRAMS = {
    "browser": ("Chromium", lambda: shutil.which("chromium")),
    "libreoffice": ("LibreOffice", lambda: shutil.which("soffice")),
}
"""What a marked test needs, and how to see whether it is there. PostgreSQL is no such thing: its wheel is locked with
the tests' other packages, so a server that doesn't start is a failure."""


def pytest_collection_finish() -> None:
    """Exclude the collected tests from garbage collection: they live until the end."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    gc.enable()


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark, (program, find) in REQUIRED_PROGRAMS.items():
        if item.get_closest_marker(mark) and not find():
            pytest.skip(f"{program} is not installed")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for mark, (program, find) in REQUIRED_PROGRAMS.items():
        if not find():
            terminalreporter.write_line(f"!!! {program} is not installed: {mark} tests were SKIPPED.", yellow=True)


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Prevent connections to other machines."""
    connect = socket.socket.connect

    def connect_on_loopback(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect_on_loopback)
    yield


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hash passwords with the least memory and time, since tests sign in a thousand times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def cheap_routes() -> Iterator[None]:
    """Compile the address rules of the app once, since a thousand tests create the app with the same rules."""
    make_builder = Rule._compile_builder
    builders: dict[tuple[str, bool], Callable[..., tuple[str, str]]] = {}

    def make_builder_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults or rule.subdomain or rule.host:
            return make_builder(rule, append_unknown)
        key = (rule.rule, append_unknown)
        if key not in builders:
            builders[key] = make_builder(rule, append_unknown)
        return builders[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", make_builder_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def cheap_statements() -> Iterator[None]:
    """Compile each statement once for each kind of database, since a thousand tests open an engine of their own."""
    caches: dict[str, dict[Any, Any]] = defaultdict(dict)

    def create_engine_with_cache(address: URL, **options: Any) -> Engine:
        cache = caches[address.get_backend_name()]
        return create_engine(address, execution_options={"compiled_cache": cache}, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "create_engine", create_engine_with_cache)
        # The cache looks statements up by their dialect too, and those of one kind compile alike.
        patch.setattr(DefaultDialect, "__hash__", lambda dialect: hash(type(dialect)))
        patch.setattr(DefaultDialect, "__eq__", lambda dialect, other: type(dialect) is type(other))
        yield


@pytest.fixture
def now() -> datetime:
    """Return the current time of tests: 2026 Q3 is over and was due, 2026 Q4 is running."""
    return datetime(2026, 11, 23, 9, 0, tzinfo=CAMBODIA)


@pytest.fixture
def is_soak() -> bool:
    """Whether random tests run with all their examples."""
    return os.environ.get("SOAK") == "1"


@pytest.fixture
def is_whole(is_soak: bool) -> bool:
    """Whether each page is tested in every variant (`make soak`, `make gallery`) and not in a selection."""
    return is_soak or "GALLERY" in os.environ
