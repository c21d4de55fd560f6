"""Compare public pages while clients send forms byte by byte with the same pages in peace, behind nginx and without it.

Rounds alternate, so that other load affects both.
"""

import shutil
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.benchmarks.bench_public import read_head
from tests.browser.chromium import SECRET, free_port, wait_for_server
from tests.browser.forked_server import ForkedServer, fork_server
from tests.support.command_line import CLOCK
from tests.support.nginx import needs_nginx, run_nginx

SLOW_CLIENTS, SECONDS_PER_BYTE = 48, 2.0
ROUNDS, READERS, PAGES = 5, 4, 15
_SLOW_FORM = (
    b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 4000\r\n\r\n"
)


@needs_nginx
def test_slow_bodies_behind_the_shipped_nginx(published_sample, tmp_path: Path) -> None:
    url = copy_sample(published_sample("2026Q2"), tmp_path)
    with serve(url, tmp_path) as (port, _), run_nginx(tmp_path / "nginx", [port]) as origin:
        compare("behind nginx", int(origin.rpartition(":")[2]), max_ratio=1.5)


def test_slow_bodies_without_a_proxy(published_sample, tmp_path: Path) -> None:
    with serve(copy_sample(published_sample("2026Q2"), tmp_path), tmp_path) as (port, _):
        compare("without nginx", port, max_ratio=3)


def copy_sample(path: Path, folder: Path) -> str:
    return f"sqlite:///{shutil.copyfile(path, folder / path.name)}"


def compare(label: str, port: int, *, max_ratio: float) -> None:
    """Print the ratio of the 95th percentiles, and check it."""
    quiet: list[float] = []
    attacked: list[float] = []
    for _ in range(ROUNDS):
        quiet += measure_pages(port)
        with send_slowly(port):
            attacked += measure_pages(port)
    ratio = get_p95(attacked) / get_p95(quiet)
    print(
        f"\nPublic pages {label}, {SLOW_CLIENTS} slow senders: p95 {ratio:.2f} times (limit {max_ratio:g}), "
        f"median {statistics.median(attacked) / statistics.median(quiet):.2f} times; "
        f"p95 {get_p95(quiet) * 1000:.1f} and {get_p95(attacked) * 1000:.1f} ms",
        end="",
    )
    assert ratio < max_ratio


def get_p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def measure_pages(port: int) -> list[float]:
    """Return the seconds of public pages, read by a few visitors at a time."""
    durations: list[float] = []
    readers = [threading.Thread(target=read_pages, args=(port, durations)) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(durations) == READERS * PAGES, "a page was not answered"
    return durations


def read_pages(port: int, durations: list[float]) -> None:
    for _ in range(PAGES):
        start = time.perf_counter()
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            stream = connection.makefile("rb")
            status, length = read_head(stream)
            assert b" 200 " in status, status
            stream.read(length)
        durations.append(time.perf_counter() - start)


@contextmanager
def send_slowly(port: int) -> Iterator[None]:
    """Let many clients send a form, one byte at a time; a new one takes the place of each that is answered."""
    is_over = threading.Event()

    def send() -> None:
        while not is_over.is_set():
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(_SLOW_FORM)
                connection.settimeout(SECONDS_PER_BYTE)
                while not is_over.is_set():
                    try:
                        connection.sendall(b"a")
                        if not connection.recv(10_000):
                            break
                    except TimeoutError:
                        continue
                    except OSError:
                        break
            is_over.wait(SECONDS_PER_BYTE)

    senders = [threading.Thread(target=send) for _ in range(SLOW_CLIENTS)]
    for sender in senders:
        sender.start()
    is_over.wait(2 * SECONDS_PER_BYTE)
    try:
        yield
    finally:
        is_over.set()
        for sender in senders:
            sender.join()


@contextmanager
def serve(url: str, folder: Path, *options: str) -> Iterator[tuple[int, ForkedServer]]:
    """Serve a database with the shipped settings of gunicorn. Yield the port and the server."""
    port, log = free_port(), folder / "server.log"
    environment = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "CLOCK": CLOCK, "PORT": str(port)}
    command = ["--config", "deploy/gunicorn.conf.py", *options, "dashboard.wsgi:server"]
    with ExitStack() as ends:
        server = fork_server(command, environment, log)
        ends.callback(server.wait, 60)
        ends.callback(server.terminate)
        wait_for_server(f"http://127.0.0.1:{port}/health", server, log)
        yield port, server
