"""Install the programs that tests need from Debian packages, where possible."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Program:
    """A program that some tests need: its command, its Debian packages and the tests that need it."""

    command: str
    packages: tuple[str, ...]
    needed_by: str
    is_required: bool = True
    """Whether tests are skipped without it."""


PROGRAMS = (
    Program("chromium", ("chromium",), "browser"),
    # The same browser without windows: a third less processor time for each page. Some systems don't have it.
    Program("chromium-headless-shell", ("chromium-headless-shell",), "", is_required=False),
    Program("soffice", ("libreoffice-calc", "python3-uno", "fonts-noto-core"), "libreoffice"),
    Program("nginx", ("nginx",), "base path behind nginx"),
    Program("pdftoppm", ("poppler-utils",), "pictures of printed pages"),
)


def find_missing_programs() -> list[Program]:
    """Return the programs that are not installed."""
    return [program for program in PROGRAMS if shutil.which(program.command) is None]


def main() -> int:
    """Install missing programs where possible, and print which tests are skipped. Never fails."""
    missing = find_missing_programs()
    if missing and (prefix := _find_administrator()) is not None:
        _run([*prefix, "apt-get", "update", "-q"])
        for program in missing:
            print(f"Installing for the tests: {' '.join(program.packages)}", flush=True)
            # At RUNLEVEL 1 a package starts no service.
            install = ["apt-get", "install", "-qy", "--no-install-recommends", *program.packages]
            _run([*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", *install])
    for program in find_missing_programs():
        if not program.is_required:
            continue
        print(f"!!! {program.command} is not installed: the {program.needed_by} tests will be SKIPPED.", flush=True)
    return 0


def _find_administrator() -> list[str] | None:
    """Return the prefix of commands for the superuser; None where this user can't become it."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    return (
        sudo if shutil.which("sudo") and subprocess.run([*sudo, "true"], capture_output=True).returncode == 0 else None
    )


def _run(command: list[str]) -> None:
    """Run a command and print its last lines when it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{' '.join(command[:3])} ...: {error}", flush=True)
        return
    if done.returncode:
        print("\n".join((done.stdout + done.stderr).splitlines()[-5:]), flush=True)


if __name__ == "__main__":
    sys.exit(main())
