"""Which programs the tests drive, and their installation from Debian's packages where this machine allows it."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Program:
    """A program that some tests need: its command, the Debian packages that bring it, and who misses it."""

    command: str
    packages: tuple[str, ...]
    needed_by: str


PROGRAMS = (
    Program("chromium", ("chromium",), "browser"),
    Program("soffice", ("libreoffice-calc", "python3-uno", "fonts-noto-core"), "libreoffice"),
    Program("pdftoppm", ("poppler-utils",), "pictures of printed pages"),
)


def find_missing_programs() -> list[Program]:
    """Those that are not on this machine."""
    return [program for program in PROGRAMS if shutil.which(program.command) is None]


def main() -> int:
    """Installs what is missing where it may; says what is skipped elsewhere; never fails."""
    missing = find_missing_programs()
    if missing and (prefix := _administrator()) is not None:
        names = [name for program in missing for name in program.packages]
        print(f"Installing for the tests: {' '.join(names)}", flush=True)
        _run([*prefix, "apt-get", "update", "-q"])
        _run(
            [
                *prefix,
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "install",
                "-qy",
                "--no-install-recommends",
                *names,
            ]
        )
    for program in find_missing_programs():
        print(f"!!! {program.command} is not installed: the {program.needed_by} tests will be SKIPPED.", flush=True)
    return 0


def _administrator() -> list[str] | None:
    """What to write before a command that needs the administrator; None where this user can't be it."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    return (
        sudo if shutil.which("sudo") and subprocess.run([*sudo, "true"], capture_output=True).returncode == 0 else None
    )


def _run(command: list[str]) -> None:
    """Only its last lines are told, and only when it went wrong: the tests then say what they miss."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{' '.join(command[:3])} ...: {error}", flush=True)
        return
    if done.returncode:
        print("\n".join((done.stdout + done.stderr).splitlines()[-5:]), flush=True)


if __name__ == "__main__":
    sys.exit(main())
