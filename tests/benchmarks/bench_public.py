"""Compare public front pages per second with a bare Flask server on the same gunicorn.

Each server has one worker with eight threads; requests alternate over persistent connections.
"""

import socket
import statistics
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from etl.database.connection import migrate, open_engine
from etl.sample.build import build_sample
from etl.use_cases.accounts.users import remove_sample_accounts
from tests.benchmarks.one_worker import serve_with_one_worker
from tests.support.command_line import CLOCK, CommandLine
from tests.support.plan_edits import SHIPPED_PLAN

ROUNDS, SECONDS, CONNECTIONS = 7, 1.5, 4
MIN_RATIO = 0.8


def test_the_front_page_compared_with_a_bare_flask_server(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'published.db'}"
    engine = open_engine(url)
    migrate(engine)
    build_sample(engine, plan_path=SHIPPED_PLAN, today=datetime.fromisoformat(CLOCK).date())
    remove_sample_accounts(engine)
    engine.dispose()
    CommandLine(url).succeed("publish", "2026Q2")
    with (
        serve_with_one_worker("dashboard.wsgi:server", url, tmp_path / "ours.log") as ours,
        serve_with_one_worker("tests.benchmarks.bare_flask:server", url, tmp_path / "bare.log") as bare,
    ):
        tag = get_etag(ours)
        hello, page = measure_alternately(
            lambda: measure_rate(bare, ""), lambda: measure_rate(ours, "Accept-Encoding: br\r\n")
        )
        ratio = page / hello
        print(f"\nThe first page: {ratio:.2f} of the requests a second of a bare Flask server", end="")
        hello, unchanged = measure_alternately(
            lambda: measure_rate(bare, ""), lambda: measure_rate(ours, f"If-None-Match: {tag}\r\n", b" 304 ")
        )
        print(f" (at least {MIN_RATIO:g}); answered as unchanged: {unchanged / hello:.2f}")
        assert ratio >= MIN_RATIO


def measure_alternately(first: Callable[[], float], second: Callable[[], float]) -> tuple[float, float]:
    """Return the medians of both, measured alternately, so that other load affects both."""
    pairs = [(first(), second()) for _ in range(ROUNDS)]
    return statistics.median(pair for pair, _ in pairs), statistics.median(second_rate for _, second_rate in pairs)


def measure_rate(port: int, headers: str, status: bytes = b" 200 ") -> float:
    """Return responses per second over a few connections with consecutive requests."""
    end = time.perf_counter() + SECONDS
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(send_requests_until(port, headers, status, end)))
        for _ in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == CONNECTIONS
    return sum(counts) / SECONDS


def send_requests_until(port: int, headers: str, status: bytes, end: float) -> int:
    request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}\r\n".encode()
    count = 0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        stream = connection.makefile("rb")
        while time.perf_counter() < end:
            connection.sendall(request)
            line, length = read_head(stream)
            assert status in line, line
            stream.read(length)
            count += 1
    return count


def read_head(stream: "socket.SocketIO | object") -> tuple[bytes, int]:
    """Return the status line and the number of bytes after the headers."""
    readline = stream.readline  # type: ignore[attr-defined]
    status, length = readline(), 0
    while (line := readline()) not in (b"\r\n", b""):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return status, length


def get_etag(port: int) -> str:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        head = connection.makefile("rb").read().partition(b"\r\n\r\n")[0].decode()
    return next(line.partition(": ")[2] for line in head.split("\r\n") if line.lower().startswith("etag:"))
