"""gunicorn with one worker on loopback, for benchmarks that compare two kinds of requests."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.chromium import PROJECT, SECRET, free_port, wait_for_server
from tests.support.command_line import CLOCK


@contextmanager
def serve_with_one_worker(server: str, database_url: str, log: Path, *, threads: int = 8) -> Iterator[int]:
    """Serve an app, named as gunicorn names it, with one worker, and yield its port once its front page answers."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class", "gthread", "--workers", "1"]
    command += ["--threads", str(threads), "--keep-alive", "60", "--bind", f"127.0.0.1:{port}", server]
    environ = {
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET,
        "HOST": "127.0.0.1",
        "PATH": "/usr/bin:/bin",
        "CLOCK": CLOCK,
    }
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=PROJECT, env=environ, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_for_server(f"http://127.0.0.1:{port}/", process, log)
            yield port
        finally:
            process.terminate()
            process.wait(20)
