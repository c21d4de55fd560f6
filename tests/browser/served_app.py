"""The app as a browser meets it: served from a database, with the session of somebody who signed in."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState

from etl.database.connection import migrate, open_engine
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from tests.browser.chromium import BrowserVisitor, create_session, open_visitor
from tests.support.command_line import CLOCK, CommandLine

MANAGER, PASSWORD = "manager of tests", "long enough for a test"


@dataclass(frozen=True)
class ServedApp:
    """The app as it is served, with its database, its plan and somebody's session."""

    browser: Browser
    origin: str
    run: CommandLine
    plan: Plan
    session: StorageState

    def visit(self, *, width: int = 1440, height: int = 1000) -> contextlib.AbstractContextManager[BrowserVisitor]:
        """A new window of the manager."""
        return open_visitor(self.browser, self.origin, width=width, height=height, session=self.session)

    def visit_signed_out(self) -> contextlib.AbstractContextManager[BrowserVisitor]:
        return open_visitor(self.browser, self.origin)


ServeApp = Callable[..., contextlib.AbstractContextManager[ServedApp]]
TakePicture = Callable[[Page, str], None]


def prepare_database(path: Path) -> None:
    """A migrated database with the account, and nothing else in it."""
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    add_manager(path)


def add_manager(path: Path) -> None:
    """The account whose password the tests know."""
    engine = open_engine(f"sqlite:///{path}")
    add_user(engine, MANAGER, Role.MANAGER, PASSWORD, now=datetime.fromisoformat(CLOCK), actor="test")
    # The last connection to close writes everything from the log into the file.
    engine.dispose()


def create_manager_session(browser: Browser, origin: str) -> StorageState:
    """The session of the account, from the real form."""
    return create_session(browser, origin, MANAGER, PASSWORD)
