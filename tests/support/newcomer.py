"""Do what the README prints, as a new user with an empty home, and print the times: `make newcomer`.

The user clones the last commit, runs the README's first command and nothing else, and waits in Chromium for the charts
of the public page and, signed in with a printed password, of the overview. Exit code 1 when something that the README
prints isn't so, or when it takes longer than `--limit` seconds. Another `--port` is for machines on which that of the
README is in use.
"""

import argparse
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Error, Page

from tests.browser.chromium import PROJECT, launch_chromium, open_visitor

README = PROJECT / "README.md"
GIVE_UP_AFTER = 1200
_CODE_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^(?P<command>[^#\n]+?)(?:\s+#\s*(?P<comment>.*))?$", re.MULTILINE)
_OWN_SETTING = re.compile(r"^([A-Z_]+)=", re.MULTILINE)
_NOT_A_NEWCOMERS = ("PYTHON", "VIRTUAL_ENV", "MAKE", "MFLAGS", "XDG_", "GIT_")


class NewcomerError(Exception):
    """Something that the README prints isn't so."""


@dataclass(frozen=True)
class ReadmeCommand:
    """A command of a code block, and the comment behind it."""

    command: str
    comment: str


@dataclass
class Stopwatch:
    """The seconds from the start to each step."""

    start: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)

    def note(self, step: str) -> None:
        self.seconds[step] = time.monotonic() - self.start
        print(f"{self.seconds[step]:7.1f} s  {step}", flush=True)


def list_readme_commands(text: str) -> list[ReadmeCommand]:
    """Return the commands of all code blocks, in their order."""
    return [
        ReadmeCommand(match["command"].strip(), match["comment"] or "")
        for block in _CODE_BLOCK.findall(text)
        for match in _COMMAND.finditer(block)
    ]


def find_address(command: ReadmeCommand) -> str:
    """Return the address that the comment of the command promises."""
    match = re.search(r"http://[\d.]+:\d+", command.comment)
    if match is None:
        raise NewcomerError(f"The README gives no address beside `{command.command}`.")
    return match[0]


def check_is_free(address: str) -> None:
    """Raise NewcomerError when another server has the address."""
    parts = urlsplit(address)
    with socket.socket() as probe:
        if probe.connect_ex((parts.hostname, parts.port)) == 0:
            raise NewcomerError(f"Another server answers at {address}: choose another port with --port.")


def make_environment(home: Path) -> dict[str, str]:
    """Return this machine's environment without what a developer or a server has set."""
    own_settings = set(_OWN_SETTING.findall((PROJECT / ".env.sample").read_text(encoding="utf-8")))
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in own_settings and not name.startswith(_NOT_A_NEWCOMERS)
    }
    return {**inherited, "HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache")}


@contextlib.contextmanager
def run_command(
    command: str, folder: Path, environment: dict[str, str], log: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command with its output in a file, and end all its processes at the end."""
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            shell=True,
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def wait_for_page(page: Page, address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Open the address until the server answers it without an error."""
    until = time.monotonic() + GIVE_UP_AFTER
    while time.monotonic() < until:
        if process.poll() is not None:
            raise NewcomerError(f"The command ended with {process.returncode}:\n{log.read_text()[-2000:]}")
        with contextlib.suppress(Error):
            answer = page.goto(address)
            if answer is not None and answer.ok:
                return
        time.sleep(0.5)
    raise NewcomerError(f"{address} doesn't answer:\n{log.read_text()[-2000:]}")


def read_sign_in(log: Path, role: str) -> tuple[str, str]:
    """Return the name and password that the command printed for a role."""
    match = re.search(rf"^\s*{role}\s+(\S+)\s+(\S+)$", log.read_text(), re.MULTILINE)
    if match is None:
        raise NewcomerError(f"No password for the {role} was printed.")
    return match[1], match[2]


def follow_readme(folder: Path, port: int | None) -> Stopwatch:
    """Clone, run the first command of the README, and look at both pages."""
    first = list_readme_commands(README.read_text(encoding="utf-8"))[0]
    address = find_address(first)
    home, clone, log = folder / "home", folder / "clone", folder / "output.txt"
    home.mkdir()
    environment = make_environment(home)
    if port is not None:
        environment["PORT"] = str(port)
        address = f"http://{urlsplit(address).hostname}:{port}"
    check_is_free(address)
    stopwatch = Stopwatch()
    subprocess.run(["git", "clone", "--quiet", "--depth=1", PROJECT.as_uri(), clone], env=environment, check=True)
    stopwatch.note("cloned")
    with (
        launch_chromium() as browser,
        run_command(first.command, clone, environment, log) as process,
        open_visitor(browser, address) as visitor,
    ):
        wait_for_page(visitor.page, address, process, log)
        visitor.page.wait_for_selector("main svg")
        stopwatch.note("public page with charts")
        visitor.sign_in(*read_sign_in(log, "manager"))
        visitor.open("/staff/overview")
        if not visitor.page.locator(".chart-frame .main-svg").count():
            raise NewcomerError("The overview shows no chart.")
        stopwatch.note("overview for staff")
    return stopwatch


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.newcomer", description=__doc__)
    parser.add_argument("--port", type=int)
    parser.add_argument("--limit", type=float, default=120, help="seconds to the overview, 120 unless given")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        try:
            stopwatch = follow_readme(Path(folder), options.port)
        except NewcomerError as error:
            print(error, file=sys.stderr)
            return 1
    cpu = os.times()
    print(f"{cpu.children_user + cpu.children_system:7.1f} s  of processor time; {os.cpu_count()} cores")
    return int(max(stopwatch.seconds.values()) > options.limit)


if __name__ == "__main__":
    sys.exit(main())
