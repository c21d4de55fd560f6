"""The app under gunicorn on loopback, and Debian's Chromium with a record of its requests and console errors."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState, sync_playwright

from tests.browser.forked_server import ForkedServer, fork_server

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""Chromium without windows where it is installed, since it needs less time; else the usual one. None without both."""
PROJECT = Path(__file__).resolve().parents[2]
Server = ForkedServer | subprocess.Popen[bytes]
SECRET = "a secret of tests only, long enough to start"

_NOT_NEEDED = [
    # Suggestions under the address bar: each new window would make two pages for them,
    # which take more time than the page under test.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # Features that Playwright disables itself. Chromium uses only the last list.
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
    # Requests to other machines are recorded and then fail, so no test depends on a network.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    f"--disable-features={','.join(_NOT_NEEDED)}",
]
_TIMEOUT = 60.0
_IS_SHOWN = "() => document.querySelector('main h1') !== null"
_IS_DRAWN = """() => document.querySelector('main h1') !== null
  && [...document.querySelectorAll('.chart-frame')].every(frame => frame.querySelector('.js-plotly-plot .main-svg'))"""


@dataclass
class BrowserVisitor:
    """A page with a record of its requests and of errors and warnings in its console."""

    page: Page
    origin: str
    requests: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)

    def open(self, path: str, *, with_charts: bool = True) -> None:
        """Go to an address of the app and wait until the page and every chart is drawn."""
        self.page.goto(self.origin + path)
        self.wait(with_charts=with_charts)

    def wait(self, *, with_charts: bool = True) -> None:
        """Wait until a page and every chart is drawn. A page that replaces another must have begun to do so."""
        self.page.wait_for_function(_IS_DRAWN if with_charts else _IS_SHOWN)

    def sign_in(self, name: str, password: str) -> None:
        """Fill and submit the sign-in form."""
        self.page.goto(self.origin + "/sign-in")
        self.page.fill("#name", name)
        self.page.fill("#password", password)
        self.page.click("button[type=submit]")
        self.wait()

    @property
    def foreign_requests(self) -> list[str]:
        """Requests to other origins, except for data and blob addresses."""
        return [
            request
            for request in self.requests
            if urlsplit(request).scheme.startswith("http") and not self._is_own(request)
        ]

    def _is_own(self, address: str) -> bool:
        return address.startswith(self.origin + "/")


class Traffic:
    """The bytes of all responses of a page as they came over the network, with headers."""

    def __init__(self, page: Page) -> None:
        self.sizes: dict[str, float] = {}
        """The bytes of each response by its address."""
        self._page = page
        self._open: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._start)
        session.on("Network.loadingFinished", self._finish)
        session.on("Network.loadingFailed", lambda event: self._open.pop(event["requestId"], None))

    @property
    def total(self) -> float:
        return sum(self.sizes.values())

    def wait_until_idle(self) -> None:
        """Wait until every request has ended."""
        until = time.monotonic() + _TIMEOUT
        while self._open and time.monotonic() < until:
            self._page.wait_for_timeout(20)
        assert not self._open, "some requests did not end"

    def _start(self, event: dict[str, Any]) -> None:
        self._open[event["requestId"]] = event["request"]["url"]

    def _finish(self, event: dict[str, Any]) -> None:
        address = self._open.pop(event["requestId"], "")
        self.sizes[address] = self.sizes.get(address, 0.0) + event["encodedDataLength"]


@contextlib.contextmanager
def serve_app(database_url: str, log: Path, **settings: str) -> Iterator[str]:
    """Serve the app with a forked gunicorn of one worker, which starts fast, and return its origin."""
    with start_forked_server(database_url, log, **settings) as (origin, _):
        yield origin


@contextlib.contextmanager
def start_forked_server(
    database_url: str, log: Path, *, port: int = 0, **settings: str
) -> Iterator[tuple[str, ForkedServer]]:
    """Serve the app as `serve_app` does. Return its origin and process."""
    port = port or free_port()
    server = fork_server(_list_arguments(port, workers=1), _make_environment(database_url, settings), log)
    with _wait_for_answer(server, port, log) as origin:
        yield origin, server


@contextlib.contextmanager
def start_server(
    database_url: str, log: Path, *, project: Path = PROJECT, port: int = 0, **settings: str
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Serve the app, or a copy of the project, by the command of production. Return its origin and process."""
    port = port or free_port()
    command = [sys.executable, "-m", "gunicorn", *_list_arguments(port, workers=2)]
    environment = _make_environment(database_url, settings)
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=project, env=environment, stdout=output, stderr=subprocess.STDOUT)
    with _wait_for_answer(process, port, log) as origin:
        yield origin, process


def _list_arguments(port: int, *, workers: int) -> list[str]:
    of_workers = ["--worker-class", "gthread", "--workers", str(workers), "--threads", "8"]
    return ["--bind", f"127.0.0.1:{port}", "--no-control-socket", *of_workers, "dashboard.wsgi:server"]


def _make_environment(database_url: str, settings: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return {**inherited, "DATABASE_URL": database_url, "SECRET_KEY": SECRET, "HOST": "127.0.0.1", **settings}


@contextlib.contextmanager
def _wait_for_answer(server: Server, port: int, log: Path) -> Iterator[str]:
    """Wait until the server answers, return its origin, and end it afterwards."""
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
    """Launch Debian's Chromium without a window. Skip the test where it is not installed."""
    if CHROMIUM is None:
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
    """Open a page in a new context, without cookies unless a session is given."""
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
    """Sign in with the real form, without drawing a page, and return the session."""
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
    until = time.monotonic() + _TIMEOUT
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(address, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.03)
    raise AssertionError(f"the server did not start:\n{log.read_text()[-4000:]}")
