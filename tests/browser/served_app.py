"""The served app with a database and the session of a signed-in manager."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, StorageState

from etl.indicators.plans import Plan
from tests.browser.chromium import BrowserVisitor, create_session, open_visitor
from tests.support.command_line import CommandLine
from tests.support.manager_account import MANAGER, PASSWORD


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


def create_manager_session(browser: Browser, origin: str) -> StorageState:
    """Sign in as the manager and return the session."""
    return create_session(browser, origin, MANAGER, PASSWORD)
