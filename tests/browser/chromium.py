"""The app under gunicorn on loopback, and Debian's Chromium before it: what it asked for and complained about."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState, sync_playwright

from tests.browser.forked_server import ForkedServer, fork_server

CHROMIUM = "/usr/bin/chromium"
PROJECT = Path(__file__).resolve().parents[2]
Server = ForkedServer | subprocess.Popen[bytes]
SECRET = "a secret of tests only, long enough to start"

_NOT_NEEDED = [
    # Suggestions under an address bar that nobody sees: without a word here each new window makes two pages for them,
    # which cost more than the page under test.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # What Playwright turns off itself; of two lists Chromium takes the last one only.
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # What would go to another machine is seen as a request and then fails, so that no test depends on a network.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    f"--disable-features={','.join(_NOT_NEEDED)}",
]
_STARTS_WITHIN = 60.0
_STANDS = "() => document.querySelector('main h1') !== null"
_IS_DRAWN = """() => document.querySelector('main h1') !== null
  && [...document.querySelectorAll('.chart-frame')].every(one => one.querySelector('.js-plotly-plot .main-svg'))"""


@dataclass
class BrowserVisitor:
    """A page with every request it made and every complaint in its console."""

    page: Page
    origin: str
    requests: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)

    def open(self, path: str, *, with_charts: bool = True) -> None:
        """Goes to an address of the app and waits until the page stands, with every chart drawn."""
        self.page.goto(self.origin + path)
        self.wait(with_charts=with_charts)

    def wait(self, *, with_charts: bool = True) -> None:
        """Waits until a page stands, with every chart drawn; for one that replaces another, that has begun to."""
        self.page.wait_for_function(_IS_DRAWN if with_charts else _STANDS)

    def sign_in(self, name: str, password: str) -> None:
        """Fills and sends the form, as a person would."""
        self.page.goto(self.origin + "/sign-in")
        self.page.fill("#name", name)
        self.page.fill("#password", password)
        self.page.click("button[type=submit]")
        self.wait()

    @property
    def foreign_requests(self) -> list[str]:
        """Requests to another origin; data and blob addresses never leave the page."""
        return [
            request
            for request in self.requests
            if urlsplit(request).scheme.startswith("http") and not self._is_own(request)
        ]

    def _is_own(self, address: str) -> bool:
        return address.startswith(self.origin + "/")


@contextlib.contextmanager
def serve_app(database_url: str, log: Path, **settings: str) -> Iterator[str]:
    """The origin of the app, served by gunicorn for as long as the block lasts, which starts soon as it is forked."""
    port = free_port()
    server = fork_server(_arguments(port), _environment(database_url, settings), log)
    with _answering(server, port, log) as origin:
        yield origin


@contextlib.contextmanager
def start_server(
    database_url: str, log: Path, *, project: Path = PROJECT, port: int = 0, **settings: str
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The same started by its command as in production, with its process; of a copy of the project if one is given."""
    port = port or free_port()
    command = [sys.executable, "-m", "gunicorn", *_arguments(port)]
    environment = _environment(database_url, settings)
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=project, env=environment, stdout=output, stderr=subprocess.STDOUT)
    with _answering(process, port, log) as origin:
        yield origin, process


def _arguments(port: int) -> list[str]:
    of_workers = ["--worker-class", "gthread", "--workers", "2", "--threads", "8"]
    return ["--bind", f"127.0.0.1:{port}", *of_workers, "dashboard.wsgi:server"]


def _environment(database_url: str, settings: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return {**inherited, "DATABASE_URL": database_url, "SECRET_KEY": SECRET, "HOST": "127.0.0.1", **settings}


@contextlib.contextmanager
def _answering(server: Server, port: int, log: Path) -> Iterator[str]:
    """The origin of a server once it answers; ends it."""
    try:
        wait_for_server(f"http://127.0.0.1:{port}/health", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextlib.contextmanager
def launch_chromium() -> Iterator[Browser]:
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
def open_visitor(
    browser: Browser, origin: str, *, width: int = 1440, height: int = 1000, session: StorageState | None = None
) -> Iterator[BrowserVisitor]:
    """A fresh visitor, without cookies unless a session is given."""
    context = browser.new_context(viewport={"width": width, "height": height}, storage_state=session)
    context.set_default_timeout(60_000)
    try:
        visitor = BrowserVisitor(context.new_page(), origin)

        def note(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                visitor.console_errors.append(message.text)

        visitor.page.on("request", lambda request: visitor.requests.append(request.url))
        visitor.page.on("console", note)
        visitor.page.on("pageerror", lambda error: visitor.console_errors.append(str(error)))
        yield visitor
    finally:
        context.close()


def create_session(browser: Browser, origin: str, name: str, password: str) -> StorageState:
    """The session of somebody who sent the real form, without a page drawn for it."""
    context = browser.new_context()
    try:
        answer = context.request.post(
            f"{origin}/sign-in", form={"name": name, "password": password}, max_redirects=0, timeout=60_000
        )
        assert answer.status == 303, answer.text()
        return context.storage_state()
    finally:
        context.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_server(address: str, process: Server, log: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(address, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.03)
    raise AssertionError(f"the server did not start:\n{log.read_text()[-4000:]}")
