"""The app under gunicorn on loopback, and Debian's Chromium before it: what it asked for and complained about."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route, sync_playwright

CHROMIUM = "/usr/bin/chromium"
PROJECT = Path(__file__).resolve().parents[2]
SECRET = "a secret of tests only, long enough to start"

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_STARTS_WITHIN = 30.0


@dataclass
class Watched:
    """A page with every request it made and every complaint in its console."""

    page: Page
    origin: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Goes to an address of the app and waits until nothing is under way."""
        self.page.goto(self.origin + path)
        self.page.wait_for_load_state("networkidle")

    def sign_in(self, name: str, password: str) -> None:
        """Fills and sends the form, as a person would."""
        self.page.goto(self.origin + "/sign-in")
        self.page.fill("#name", name)
        self.page.fill("#password", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector("main h1")

    @property
    def foreign(self) -> list[str]:
        """Requests to another origin; data and blob addresses never leave the page."""
        return [one for one in self.requests if urlsplit(one).scheme.startswith("http") and not self._is_own(one)]

    def _is_own(self, address: str) -> bool:
        return address.startswith(self.origin + "/")


@contextlib.contextmanager
def served(database_url: str, log: Path, **settings: str) -> Iterator[str]:
    """The origin of the app, served by gunicorn with two threads for as long as the block lasts."""
    port = _free_port()
    environ = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")},
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET,
        "HOST": "127.0.0.1",
        **settings,
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--threads",
        "4",
        "dashboard.wsgi:server",
    ]
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=PROJECT, env=environ, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window; the test is skipped, and says so, where it isn't installed."""
    if not Path(CHROMIUM).exists():
        pytest.skip("CHROMIUM IS NOT INSTALLED: nothing was tested in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def watched(browser: Browser, origin: str, *, width: int = 1440, height: int = 1000) -> Iterator[Watched]:
    """A fresh visitor without cookies. What would leave the origin is written down and stopped."""
    context = browser.new_context(viewport={"width": width, "height": height})
    try:
        page = context.new_page()
        seen = Watched(page, origin)

        def answer(route: Route, request: Request) -> None:
            seen.requests.append(request.url)
            if request.url.startswith(("data:", "blob:", f"{origin}/")):
                route.continue_()
            else:
                route.abort()

        def note(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                seen.complaints.append(message.text)

        page.route("**/*", answer)
        page.on("console", note)
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        yield seen
    finally:
        context.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(address, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text()[-4000:]}")
