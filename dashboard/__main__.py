"""`python -m dashboard`: serves the sample on this machine with its worker, made first where it isn't there yet."""

import signal
import subprocess
import sys
from collections.abc import Mapping
from types import FrameType

from etl.settings import Settings, make_sample_environment, read_settings

_SECONDS_TO_END = 10


def main() -> int:
    """Make the sample and its sign-ins, print where to look, and serve until stopped."""
    environment = make_sample_environment()
    settings = read_settings(environment)
    for arguments in (["migrate"], ["sample", "--if-needed"], ["sample", "--accounts"]):
        done = subprocess.run([sys.executable, "-m", "etl", *arguments], env=environment, check=False)
        if done.returncode:
            return done.returncode
    address = f"http://{settings.host}:{settings.port}"
    print(f"\nPublic page:  {address}/      Khmer: {address}/km/")
    print(f"For staff:    {address}/staff/overview\nStop with Ctrl+C.", flush=True)
    return _serve(settings, environment)


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
    sys.exit(main())
