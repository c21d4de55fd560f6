"""Fixtures: one browser and one served sample per process; tests that change data get servers of their own."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from etl.indicators.plans import Plan
from tests.browser.chromium import PROJECT, launch_chromium, serve_app
from tests.browser.returns_scenario import ReturnsScenario, prepare_returns_scenario, serve_returns_scenario
from tests.browser.served_app import ServeApp, ServedApp, TakePicture, create_manager_session
from tests.support.command_line import CLOCK, CommandLine
from tests.support.shared_fixtures import SharedFolders

expect.set_options(timeout=60_000)
"""The same limit as for all other waits. Five seconds, the default, are too short on a busy machine."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launch_chromium() as running:
        yield running


@pytest.fixture(scope="session")
def serve(browser: Browser) -> ServeApp:
    """Return a context manager that serves a database and signs in."""

    @contextlib.contextmanager
    def serve_one(database: Path, plan: Plan, *, clock: str = CLOCK) -> Iterator[ServedApp]:
        url = f"sqlite:///{database}"
        with serve_app(url, database.with_suffix(".log"), CLOCK=clock) as origin:
            yield ServedApp(browser, origin, CommandLine(url), plan, create_manager_session(browser, origin))

    return serve_one


@pytest.fixture(scope="session")
def sample_site(serve: ServeApp, sample_database: Path, shipped_plan: Plan) -> Iterator[ServedApp]:
    """Yield the served sample. Tests must not change it."""
    with serve(sample_database, shipped_plan) as site:
        yield site


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Return the folder for pictures of pages."""
    folder = Path(os.environ.get("GALLERY", PROJECT / "var" / "shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def take_picture(pictures: Path) -> TakePicture:
    """Save a picture of a whole page in `make gallery`; do nothing elsewhere."""

    def take(page: Page, name: str) -> None:
        if "GALLERY" in os.environ:
            page.screenshot(path=pictures / f"{name}.png", full_page=True, animations="disabled")

    return take


@pytest.fixture
def staffed_database(shared_folders: SharedFolders, tmp_path: Path) -> Path:
    """Return a database with accounts and a plan but no returns, for one test."""
    shared_folder = shared_folders("returns_scenario", lambda folder: prepare_returns_scenario(folder / "cardec.db"))
    return Path(shutil.copyfile(shared_folder / "cardec.db", tmp_path / "cardec.db"))


@pytest.fixture
def scenario(browser: Browser, shipped_plan: Plan, staffed_database: Path) -> Iterator[ReturnsScenario]:
    """Yield the served database with accounts and a plan but no returns."""
    with serve_returns_scenario(browser, staffed_database, shipped_plan) as running_scenario:
        yield running_scenario
