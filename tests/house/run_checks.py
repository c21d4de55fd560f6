"""Runs ruff, mypy and import-linter at the same time and tells what each says: `make check`."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BIN = Path(sys.executable).parent
CHECKS = {
    "ruff check": [BIN / "ruff", "check", "--quiet", "."],
    "ruff format": [BIN / "ruff", "format", "--check", "--quiet", "."],
    "mypy": [BIN / "mypy", "--no-error-summary"],
    "import-linter": [BIN / "lint-imports", "--no-logo"],
}


def run(name: str) -> tuple[str, int, str, float]:
    """The check's name, exit code, output and seconds."""
    started = time.monotonic()
    done = subprocess.run(CHECKS[name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return name, done.returncode, done.stdout.strip(), time.monotonic() - started


def main() -> int:
    """0 when every check passes, else 1 after all of them have spoken."""
    failed = 0
    with ThreadPoolExecutor() as pool:
        for name, code, output, seconds in pool.map(run, CHECKS):
            print(f"{'passed' if code == 0 else 'FAILED'}  {name}  ({seconds:.1f} s)", flush=True)
            if code:
                failed = 1
                print(output, flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
