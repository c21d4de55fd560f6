"""The guards of every test: no network but loopback, a fixed clock, and a clear word about what is skipped."""

import gc
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import HealthCheck, settings

from etl.settings import CAMBODIA

RAM_DISK, RAM_DISK_SPACE_NEEDED = "/dev/shm", 4 * 1024**3
if (
    "TMPDIR" not in os.environ
    and os.access(RAM_DISK, os.W_OK)
    and shutil.disk_usage(RAM_DISK).free >= RAM_DISK_SPACE_NEEDED
):
    # Files and databases of tests are written in memory: nothing of theirs needs to outlive the machine, and thousands
    # of small transactions would each wait for the disk. It is taken over by every process that a test starts.
    os.environ["TMPDIR"] = tempfile.tempdir = RAM_DISK

# Until everything is collected nothing is thrown away, so nothing has to be looked for.
gc.disable()

pytest_plugins = ["tests.support.database_fixtures", "tests.support.shared_fixtures"]

settings.register_profile("few", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("soak", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "few"))

REQUIRED_PROGRAMS = {
    "browser": ("Chromium", lambda: shutil.which("chromium")),
    "libreoffice": ("LibreOffice", lambda: shutil.which("soffice")),
}
"""What a marked test needs, and how to see whether it is there. PostgreSQL is no such thing: its wheel is locked with
the tests' other packages, so a server that doesn't start is a failure."""


def pytest_collection_finish() -> None:
    """The tests themselves stay until the end: looking through them for cycles, again and again, would find none."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
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
    """No test may speak to another machine."""
    connect = socket.socket.connect

    def connect_on_loopback(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect_on_loopback)
    yield


@pytest.fixture
def now() -> datetime:
    """The moment at which tests take place: 2026 Q3 has ended and was due, 2026 Q4 runs."""
    return datetime(2026, 11, 23, 9, 0, tzinfo=CAMBODIA)


@pytest.fixture
def is_soak() -> bool:
    """Whether the random tests run at their full numbers."""
    return os.environ.get("SOAK") == "1"


@pytest.fixture
def is_whole(is_soak: bool) -> bool:
    """Whether each page is looked at in every way, in `make soak` and `make gallery`, and not in a choice of them."""
    return is_soak or "GALLERY" in os.environ
