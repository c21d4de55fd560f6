"""A server with two gunicorn workers, and connections that stay with one of them."""

import contextlib
import http.client
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.browser.forked_server import fork_server

Form = Mapping[str, str | list[str]]
SECRET = "a secret of tests only, long enough to start"


@dataclass
class WorkerConnection:
    """A connection that stays open, so that one worker answers all its requests; with its cookies."""

    connection: http.client.HTTPConnection
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, form: Form | None = None, *, file: tuple[str, bytes] | None = None
    ) -> tuple[int, str]:
        """Send a form, with a file if given. Return the status, and the redirect target or else the text."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body: str | bytes | None = None
        if file is not None:
            boundary, body = encode_multipart({**(form or {}), "file": FileStorage(BytesIO(file[1]), file[0])})
            headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        elif form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form, doseq=True)
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location") or text


@dataclass
class TwoWorkers:
    """A running server with its log."""

    port: int
    log: Path
    connections: list[http.client.HTTPConnection] = field(default_factory=list)

    def connect(self) -> tuple[WorkerConnection, WorkerConnection]:
        """Return a connection to each of the two workers."""
        connection_by_worker: dict[str, WorkerConnection] = {}
        for _ in range(200):
            connection = WorkerConnection(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30))
            self.connections.append(connection.connection)
            number = len(self.connections)
            assert connection.ask("GET", f"/health?line={number}")[0] == 200
            connection_by_worker.setdefault(self._find_worker(number), connection)
            if len(connection_by_worker) == 2:
                first, second = connection_by_worker.values()
                return first, second
        raise AssertionError("one worker took every connection")

    def _find_worker(self, number: int) -> str:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            match = re.search(rf"^worker (\S+) /health\?line={number}$", self.log.read_text(), re.MULTILINE)
            if match:
                return match[1]
            time.sleep(0.02)
        raise AssertionError(self.log.read_text()[-2000:])


@contextlib.contextmanager
def open_two_workers(database_url: str, folder: Path, clock: str) -> Iterator[TwoWorkers]:
    """Start the server of the Procfile on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = folder / "server.log"
    server = TwoWorkers(port, log)
    environ = {**os.environ, "DATABASE_URL": database_url, "SECRET_KEY": SECRET, "HOST": "127.0.0.1", "CLOCK": clock}
    arguments = ["dashboard.wsgi:server", "--no-control-socket", "--bind", f"127.0.0.1:{port}"]
    arguments += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--keep-alive", "120"]
    arguments += ["--access-logfile", "-", "--access-logformat", "worker %(p)s %(U)s?%(q)s"]
    log.touch()
    process = fork_server(arguments, environ, log)
    try:
        until = time.monotonic() + 60
        while log.read_text().count("Booting worker") < 2 or not _answers(port):
            assert process.poll() is None and time.monotonic() < until, log.read_text()[-4000:]
            time.sleep(0.05)
        yield server
    finally:
        for connection in server.connections:
            connection.close()
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
