"""The served app with a database and the session of a signed-in manager."""

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
    """The served app with its database, plan and a manager's session."""

    browser: Browser
    origin: str
    run: CommandLine
    plan: Plan
    session: StorageState

    def visit(self, *, width: int = 1440, height: int = 1000) -> contextlib.AbstractContextManager[BrowserVisitor]:
        """Open a page as the manager."""
        return open_visitor(self.browser, self.origin, width=width, height=height, session=self.session)

    def visit_signed_out(self) -> contextlib.AbstractContextManager[BrowserVisitor]:
        return open_visitor(self.browser, self.origin)


ServeApp = Callable[..., contextlib.AbstractContextManager[ServedApp]]
TakePicture = Callable[[Page, str], None]


def prepare_database(path: Path) -> None:
    """Create a database with the manager's account only."""
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    add_manager(path)


def add_manager(path: Path) -> None:
    """Add the manager's account."""
    engine = open_engine(f"sqlite:///{path}")
    add_user(engine, MANAGER, Role.MANAGER, PASSWORD, now=datetime.fromisoformat(CLOCK), actor="test")
    # Closing the last connection writes the log into the database file.
    engine.dispose()


def create_manager_session(browser: Browser, origin: str) -> StorageState:
    """Sign in as the manager and return the session."""
    return create_session(browser, origin, MANAGER, PASSWORD)
