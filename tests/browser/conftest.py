"""One browser, one sample and one server of it for all tests of a process; who changes data gets a server of its own."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from chromium import PROJECT, Watched, chromium, served, watched
from playwright.sync_api import Browser, StorageState

from etl.database.connection import migrate, open_engine
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Role
from etl.make_sample import make_sample
from etl.manage_users import add_user
from etl.plan.read_plan import read_plan
from tests.command_line import CLOCK, CommandLine
from tests.plan_edits import SHIPPED_PLAN

MANAGER, PASSWORD = "manager of tests", "long enough for a test"


@dataclass(frozen=True)
class Site:
    """The app as it is served, with its database, its plan and somebody's session."""

    browser: Browser
    origin: str
    run: CommandLine
    plan: Plan
    session: StorageState

    def visit(self, *, width: int = 1440, height: int = 1000) -> contextlib.AbstractContextManager[Watched]:
        """A new window of the manager."""
        return watched(self.browser, self.origin, width=width, height=height, session=self.session)

    def visit_signed_out(self) -> contextlib.AbstractContextManager[Watched]:
        return watched(self.browser, self.origin)


Serve = Callable[..., contextlib.AbstractContextManager[Site]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def shipped_plan() -> Plan:
    plan = read_plan(SHIPPED_PLAN).plan
    assert plan is not None
    return plan


@pytest.fixture(scope="session")
def sample_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, with one account whose password the tests know."""
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    prepare(path)
    engine = open_engine(f"sqlite:///{path}")
    make_sample(engine, plan_path=SHIPPED_PLAN, today=date(2026, 11, 23))
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def serve(browser: Browser) -> Serve:
    """Serves a database for as long as a block lasts, and signs in."""

    @contextlib.contextmanager
    def serve_one(database: Path, plan: Plan, *, project: Path = PROJECT) -> Iterator[Site]:
        url = f"sqlite:///{database}"
        with served(url, database.with_suffix(".log"), project=project, CLOCK=CLOCK) as origin:
            yield Site(browser, origin, CommandLine(url), plan, sign_in(browser, origin))

    return serve_one


@pytest.fixture(scope="session")
def sample_site(serve: Serve, sample_database: Path, shipped_plan: Plan) -> Iterator[Site]:
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


def prepare(path: Path) -> None:
    """A migrated database with the account, and nothing else in it."""
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    add_user(engine, MANAGER, Role.MANAGER, PASSWORD, now=datetime.fromisoformat(CLOCK), who="test")
    # The last connection to close writes everything from the log into the file.
    engine.dispose()


def sign_in(browser: Browser, origin: str) -> StorageState:
    """The session of the account, from the real form."""
    with watched(browser, origin) as visitor:
        visitor.sign_in(MANAGER, PASSWORD)
        return visitor.page.context.storage_state()
