"""Three web servers behind the shipped nginx configuration on one PostgreSQL behave as one."""

import os
import signal
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest

from etl.database.connection import open_engine
from tests.browser.chromium import SECRET, free_port, wait_for_server
from tests.browser.forked_server import ForkedServer, fork_server
from tests.dashboard.two_workers import WorkerConnection
from tests.journeys.return_workflow import ReturnWorkflow
from tests.support.command_line import CLOCK
from tests.support.nginx import needs_nginx, run_nginx
from tests.support.page_client import PageClient

PASSWORD = "long enough to pass"
READERS, CHANGES = 4, 3
pytestmark = [needs_nginx, pytest.mark.postgres, pytest.mark.slow]


@dataclass
class Host:
    """A web server with one worker process."""

    port: int
    server: ForkedServer

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """Kill the server and its worker, as a power cut does."""
        children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text().split()
        self.server.kill()
        for child in children:
            os.kill(int(child), signal.SIGKILL)


@dataclass
class Reader(threading.Thread):
    """A visitor who reads the front page again and again through nginx."""

    origin: str
    is_over: threading.Event
    answered: int = 0
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        while not self.is_over.is_set():
            try:
                with urllib.request.urlopen(f"{self.origin}/", timeout=60) as answer:
                    answer.read()
                self.answered += 1
            except (OSError, urllib.error.HTTPError) as error:
                self.failures.append(repr(error))


@contextmanager
def run_hosts(url: str, folder: Path, count: int) -> Iterator[list[Host]]:
    environment = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "CLOCK": CLOCK, "PATH": os.environ["PATH"]}
    with ExitStack() as ends:
        hosts = []
        for number in range(count):
            port, log = free_port(), folder / f"host-{number}.log"
            command = ["--config", "deploy/gunicorn.conf.py", "--workers", "1", "dashboard.wsgi:server"]
            server = fork_server(command, {**environment, "PORT": str(port)}, log)
            ends.callback(server.wait, 60)
            ends.callback(server.terminate)
            hosts.append((Host(port, server), log))
        for host, log in hosts:
            wait_for_server(f"{host.origin}/health", host.server, log)
        yield [host for host, _ in hosts]


def test_three_hosts_are_one_server(make_planned_url: Callable[[str, str], str], tmp_path: Path, now: datetime) -> None:
    """Start the hosts once for all of it, since starting takes most of the time."""
    url = make_planned_url("postgres", "other")
    engine = open_engine(url)
    with run_hosts(url, tmp_path, 3) as hosts, run_nginx(tmp_path / "nginx", [host.port for host in hosts]) as origin:
        check_sessions_and_limits(hosts)
        check_changes(hosts, ReturnWorkflow(engine, now))
        check_loss_of_a_host(hosts, origin)
    engine.dispose()


def check_sessions_and_limits(hosts: list[Host]) -> None:
    """Check that a sign-in at one host holds at all, and that failed attempts add up."""
    right = {"name": "only01", "password": PASSWORD}
    visitors = [WorkerConnection(HTTPConnection("127.0.0.1", host.port, timeout=60)) for host in hosts]
    assert visitors[0].ask("POST", "/sign-in", right)[0] == 303
    session = dict(visitors[0].cookies)
    for visitor in visitors:
        visitor.cookies = dict(session)
        assert visitor.ask("GET", "/staff/account")[0] == 200
        visitor.cookies = {}
    wrong = {"name": "offi", "password": "wrong"}
    assert [visitors[number % 3].ask("POST", "/sign-in", wrong)[0] for number in range(5)] == [403] * 5
    right = {"name": "offi", "password": PASSWORD}
    assert [visitor.ask("POST", "/sign-in", right)[0] for visitor in visitors] == [429] * 3
    for visitor in visitors:
        visitor.connection.close()


def check_changes(hosts: list[Host], workflow: ReturnWorkflow) -> None:
    """Check that the first page that any host answers after a change shows it."""
    signed_in = PageClient(hosts[0].origin).sign_in("mana", PASSWORD)
    pages = [PageClient(host.origin, dict(signed_in.cookies)) for host in hosts]
    for change in range(CHANGES):
        amount = 700_001 + change
        workflow.upload_and_approve({"S.1": amount})
        for page in pages:
            assert f"{amount:,}" in page.get_page("/staff/indicator/S.1", "?year=2025").decode()
    for page in pages:
        page.disconnect()
    signed_in.disconnect()


def check_loss_of_a_host(hosts: list[Host], origin: str) -> None:
    """Check that a killed host costs no more than the requests that it was answering."""
    is_over = threading.Event()
    readers = [Reader(origin, is_over) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        wait_for_answers(readers, 5)
        hosts[2].kill()
        wait_for_answers(readers, 20)
    finally:
        is_over.set()
        for reader in readers:
            reader.join()
    assert sum(len(reader.failures) for reader in readers) <= READERS
    assert all(len(reader.failures) <= 1 for reader in readers)


def wait_for_answers(readers: list[Reader], count: int) -> None:
    """Wait until every reader got so many more answers."""
    wanted = [(reader, reader.answered + count) for reader in readers]
    pause = threading.Event()
    for reader, number in wanted:
        for _ in range(1200):
            if reader.answered >= number or len(reader.failures) > 10:
                break
            pause.wait(0.05)
        else:
            raise AssertionError("a reader hangs")
