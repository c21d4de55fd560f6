"""One browser, one sample and one server of it for all tests of a process; who changes data gets another server."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from etl.indicators.plans import Plan
from etl.plan.read_plan import read_plan
from tests.browser.chromium import PROJECT, launch_chromium, serve_app
from tests.browser.returns_scenario import ReturnsScenario, prepare_returns_scenario, serve_returns_scenario
from tests.browser.served_app import ServeApp, ServedApp, TakePicture, add_manager, create_manager_session
from tests.support.command_line import CLOCK, CommandLine
from tests.support.plan_edits import SHIPPED_PLAN
from tests.support.shared_fixtures import SampleDatabase, SharedFolders


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launch_chromium() as running:
        yield running


@pytest.fixture(scope="session")
def shipped_plan() -> Plan:
    plan = read_plan(SHIPPED_PLAN).plan
    assert plan is not None
    return plan


@pytest.fixture(scope="session")
def sample_database(shared_sample: SampleDatabase, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, with one account whose password the tests know."""
    path = Path(shutil.copyfile(shared_sample.path, tmp_path_factory.mktemp("sample") / "sample.db"))
    add_manager(path)
    return path


@pytest.fixture(scope="session")
def serve(browser: Browser) -> ServeApp:
    """Serves a database for as long as a block lasts, and signs in."""

    @contextlib.contextmanager
    def serve_one(database: Path, plan: Plan, *, clock: str = CLOCK) -> Iterator[ServedApp]:
        url = f"sqlite:///{database}"
        with serve_app(url, database.with_suffix(".log"), CLOCK=clock) as origin:
            yield ServedApp(browser, origin, CommandLine(url), plan, create_manager_session(browser, origin))

    return serve_one


@pytest.fixture(scope="session")
def sample_site(serve: ServeApp, sample_database: Path, shipped_plan: Plan) -> Iterator[ServedApp]:
    """The sample as it is served; no test changes it."""
    with serve(sample_database, shipped_plan) as site:
        yield site


@pytest.fixture
def sample_copy(sample_database: Path, tmp_path: Path) -> Path:
    """A database of the sample for a test that changes it. It keeps the name, without which no server would start."""
    return Path(shutil.copyfile(sample_database, tmp_path / "sample.db"))


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where pictures of pages are left for somebody to look at."""
    folder = Path(os.environ.get("GALLERY", PROJECT / "var" / "shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def take_picture(pictures: Path) -> TakePicture:
    """Leaves a picture of a whole page under a name, in `make gallery`; else nobody would look at it."""

    def take(page: Page, name: str) -> None:
        if "GALLERY" in os.environ:
            page.screenshot(path=pictures / f"{name}.png", full_page=True, animations="disabled")

    return take


@pytest.fixture
def staffed_database(shared_folders: SharedFolders, tmp_path: Path) -> Path:
    """People and a plan with nothing sent yet, for one test."""
    shared_folder = shared_folders("returns_scenario", lambda folder: prepare_returns_scenario(folder / "cardec.db"))
    return Path(shutil.copyfile(shared_folder / "cardec.db", tmp_path / "cardec.db"))


@pytest.fixture
def scenario(browser: Browser, shipped_plan: Plan, staffed_database: Path) -> Iterator[ReturnsScenario]:
    """The same, served."""
    with serve_returns_scenario(browser, staffed_database, shipped_plan) as running_scenario:
        yield running_scenario
