"""Start gunicorn by forking a process that has imported the app, because imports take most of the start.

Run as a program, this file is that process. Master, workers and signals are gunicorn's own. The environment and
the arguments of each server come as JSON lines on standard input.
"""

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
SERVER_MODULES = (
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread",
    "alembic.command",
    "etl.use_cases.accounts.users",
    "etl.use_cases.accounts.one_time_links",
)


@dataclass(frozen=True)
class ForkedServer:
    """A gunicorn that is no child of this process, with the interface of `subprocess.Popen`."""

    args: tuple[str, ...]
    pid: int
    handle: int
    """A pidfd, which becomes readable when the process has ended."""

    def poll(self) -> int | None:
        return 0 if select.select([self.handle], [], [], 0)[0] else None

    def wait(self, timeout: float | None = None) -> int:
        if not select.select([self.handle], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return 0

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self.handle, number)


def fork_server(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> ForkedServer:
    """Start gunicorn in the project's folder with arguments, an environment and a log file."""
    process = _importing_process()
    assert process.stdin is not None and process.stdout is not None
    server_request = {"arguments": arguments, "environment": environment, "log": str(log)}
    print(json.dumps(server_request), file=process.stdin, flush=True)
    # The process exists even if it has ended: its parent reaps it at the next request.
    pid = int(process.stdout.readline())
    return ForkedServer(("gunicorn", *arguments), pid, os.pidfd_open(pid))


@functools.cache
def _importing_process() -> "subprocess.Popen[str]":
    """Return the importing process, one per test process, which ends with it."""
    process = subprocess.Popen(
        [sys.executable, __file__], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(_end, process)
    return process


def _end(process: "subprocess.Popen[str]") -> None:
    process.communicate()


def main() -> None:
    """Import the app, then fork a server for each line of standard input."""
    sys.path[0] = str(PROJECT)
    app = importlib.import_module("dashboard.app")
    app.import_modules()
    for name in SERVER_MODULES:
        importlib.import_module(name)
    gc.freeze()
    while line := sys.stdin.readline():
        _reap()
        pid = os.fork()
        if not pid:
            _become(json.loads(line))
        print(pid, flush=True)


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become(server_request: Mapping[str, Any]) -> None:
    """Turn this process into the requested server."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(server_request["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for new, old in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(new, old)
    os.environ.clear()
    os.environ.update(server_request["environment"])
    sys.argv = ["gunicorn", *server_request["arguments"]]
    sys.exit(importlib.import_module("gunicorn.app.wsgiapp").run())


if __name__ == "__main__":
    main()
