"""Run ruff, mypy, import-linter and deptry in parallel and print the results: `make check`."""

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
    "deptry": [BIN / "deptry", "."],
    # Tests may import development packages (DEP004) and needn't use every package (DEP002).
    "deptry tests": [BIN / "deptry", "tests", "--exclude", "^$", "--ignore", "DEP002,DEP004"],
}


def run(name: str) -> tuple[str, int, str, float]:
    """Run a check and return its name, exit code, output and seconds."""
    started = time.monotonic()
    process = subprocess.run(CHECKS[name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return name, process.returncode, process.stdout.strip(), time.monotonic() - started


def main() -> int:
    """Run every check and return 0 when all pass, else 1."""
    exit_code = 0
    with ThreadPoolExecutor() as pool:
        for name, code, output, seconds in pool.map(run, CHECKS):
            print(f"{'passed' if code == 0 else 'FAILED'}  {name}  ({seconds:.1f} s)", flush=True)
            if code:
                exit_code = 1
                print(output, flush=True)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
