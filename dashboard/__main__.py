"""`python -m dashboard [--no-npm]`: serves the sample on this machine with its worker.

The sample and the browser's files are prepared first, at the same time, where they aren't there yet.
"""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from types import FrameType

from etl.settings import Settings, make_sample_environment, read_settings

_SECONDS_TO_END = 10


def main(arguments: Sequence[str]) -> int:
    """Prepare the sample and the browser's files, print where to look, and serve until stopped."""
    environment = make_sample_environment()
    settings = read_settings(environment)
    front_end = subprocess.Popen(
        [sys.executable, "-m", "dashboard.front_end", *arguments], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        exit_code = _prepare_sample(environment)
        exit_code = front_end.wait() or exit_code
    finally:
        _end(front_end)
    if exit_code:
        return exit_code
    address = f"http://{settings.host}:{settings.port}"
    print(f"\nPublic page:  {address}/      Khmer: {address}/km/")
    print(f"For staff:    {address}/staff/overview\nStop with Ctrl+C.", flush=True)
    return _serve(settings, environment)


def _prepare_sample(environment: Mapping[str, str]) -> int:
    """Make the sample where it is missing or old, and print its sign-ins. Return the exit code of the last command."""
    for arguments in (["migrate"], ["sample", "--if-needed"], ["sample", "--accounts"]):
        done = subprocess.run([sys.executable, "-m", "etl", *arguments], env=environment, check=False)
        if done.returncode:
            return done.returncode
    return 0


def _serve(settings: Settings, environment: Mapping[str, str]) -> int:
    """Run the web server and the worker side by side; when the server ends, so does the worker."""
    signal.signal(signal.SIGTERM, _stop)
    worker = subprocess.Popen([sys.executable, "-m", "etl", "work"], env=environment, stderr=subprocess.DEVNULL)
    server = subprocess.Popen(_make_server_command(settings), env=environment)
    try:
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        for process in (server, worker):
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Stop the process, if it still runs."""
    process.terminate()
    try:
        process.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()


def _stop(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _make_server_command(settings: Settings) -> list[str]:
    server = [sys.executable, "-m", "gunicorn", "dashboard.wsgi:server", "--log-level", "warning"]
    address = ["--bind", f"{settings.host}:{settings.port}"]
    return [*server, *address, "--worker-class", "gthread", "--workers", "2", "--threads", "8"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
