"""`python -m dashboard`: serves the sample on this machine, made first where it isn't there yet."""

import os
import subprocess
import sys

from etl.settings import read_settings, sample_environment


def main() -> int:
    """Makes the sample and its sign-ins, prints where to look, and becomes the web server."""
    environment = sample_environment()
    settings = read_settings(environment)
    for arguments in (["sample", "--if-needed"], ["sample", "--accounts"]):
        done = subprocess.run([sys.executable, "-m", "etl", *arguments], env=environment, check=False)
        if done.returncode:
            return done.returncode
    address = f"http://{settings.host}:{settings.port}"
    print(f"\nPublic page:  {address}/      Khmer: {address}/km/")
    print(f"For staff:    {address}/staff/overview\nStop with Ctrl+C.", flush=True)
    server = [sys.executable, "-m", "gunicorn", "dashboard.wsgi:server"]
    options = [
        "--bind",
        f"{settings.host}:{settings.port}",
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "8",
    ]
    os.execve(sys.executable, [*server, *options, "--log-level", "warning"], environment)


if __name__ == "__main__":
    sys.exit(main())
