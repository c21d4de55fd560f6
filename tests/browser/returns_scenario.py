"""A served database with accounts and a plan, for tests that upload and review returns."""

import contextlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser, Download, StorageState

from etl.database.connection import migrate, open_engine, reading
from etl.database.read.returns import read_returns
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Role
from etl.returns.form.rows import list_form_rows
from etl.use_cases.accounts.users import add_user
from etl.use_cases.plans.load_plan import load_plan
from tests.browser.chromium import BrowserVisitor, create_session, open_visitor, serve_app
from tests.support.command_line import CLOCK, CommandLine
from tests.support.faulty_return import collect_valid_entries
from tests.support.fill_forms import fill_form
from tests.support.plan_edits import SHIPPED_PLAN

SITE, QUARTER = "BKN", Quarter(2025, 3)
PASSWORD = "long enough for a test"
OFFICER, MANAGER, ADMINISTRATOR = "sokha", "dara", "root"
PREFIXES = {"en": "", "km": "/km"}
NOW = datetime.fromisoformat(CLOCK)


@dataclass(frozen=True)
class ReturnsScenario:
    """A served database with a plan, an officer of one site, a manager, an administrator, and no returns."""

    browser: Browser
    origin: str
    run: CommandLine
    plan: Plan

    @contextlib.contextmanager
    def visit(self, name: str, *, width: int = 1280, session: StorageState | None = None) -> Iterator[BrowserVisitor]:
        """Open a page as a signed-in person."""
        session = session or self.create_session(name)
        with open_visitor(self.browser, self.origin, width=width, session=session) as visitor:
            yield visitor

    def create_session(self, name: str) -> StorageState:
        return create_session(self.browser, self.origin, name, PASSWORD)

    def valid_entries(self) -> dict[str, object]:
        """Return a valid number for every row of the form, and the words of the last of its stages."""
        rows = list_form_rows(self.plan, SITE, QUARTER)
        stages = {str(row.key): row.stages[-1].label.en for row in rows if row.stages}
        return {**collect_valid_entries(rows), **stages}

    def return_states(self) -> list[str]:
        """Return the state of every return, the oldest first."""
        engine = open_engine(self.run.database_url)
        with reading(engine) as connection:
            states = [
                stored_return.state.value
                for stored_return in sorted(read_returns(connection), key=lambda stored_return: stored_return.id)
            ]
        engine.dispose()
        return states


def prepare_returns_scenario(path: Path) -> None:
    """Create a database with its accounts and the shipped plan."""
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    for name, role, sites in (
        (OFFICER, Role.OFFICER, [SITE]),
        (MANAGER, Role.MANAGER, None),
        (ADMINISTRATOR, Role.ADMINISTRATOR, None),
    ):
        add_user(engine, name, role, PASSWORD, sites, now=NOW, actor="test")
    load_plan(engine, SHIPPED_PLAN, actor=ADMINISTRATOR, now=NOW)
    engine.dispose()


@contextlib.contextmanager
def serve_returns_scenario(browser: Browser, path: Path, plan: Plan) -> Iterator[ReturnsScenario]:
    url = f"sqlite:///{path}"
    with serve_app(url, path.with_suffix(".log"), CLOCK=CLOCK) as origin:
        yield ReturnsScenario(browser, origin, CommandLine(url), plan)


def fill_return_form(form: bytes, entries: Mapping[str, object]) -> bytes:
    return fill_form(form, entries)


def read_download(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def choose_file(visitor: BrowserVisitor, data: bytes, name: str = "return.xlsx", field: str = "#return-file") -> None:
    visitor.page.set_input_files(field, files=[{"name": name, "mimeType": "", "buffer": data}])


def upload_return(visitor: BrowserVisitor, data: bytes, language: str = "en") -> int:
    """Upload a file with the form and return the id of the new return."""
    visitor.page.goto(f"{visitor.origin}{PREFIXES[language]}/staff/upload")
    choose_file(visitor, data)
    visitor.page.click("form[data-upload] button[type=submit]")
    visitor.page.wait_for_url(re.compile(r"/staff/returns/\d+"))
    return return_number(visitor)


def return_number(visitor: BrowserVisitor) -> int:
    match = re.search(r"/staff/returns/(\d+)", visitor.page.url)
    assert match is not None
    return int(match[1])


def confirm_and_submit(visitor: BrowserVisitor) -> None:
    for box in visitor.page.query_selector_all("input[name=confirmed]"):
        box.check()
    click_action(visitor, "submit")


def click_action(visitor: BrowserVisitor, action: str) -> None:
    """Click the button of an action and wait until the page confirms it."""
    page = visitor.page
    own = page.locator(f"button[formaction$='/{action}']")
    button = own if own.count() else page.locator(f"form[action$='/{action}'] button[type=submit]:not([formaction])")
    button.click()
    page.wait_for_selector(".done")


def read_findings(visitor: BrowserVisitor) -> list[tuple[str, str]]:
    """Return the code and cell of every finding on the page, sorted."""
    pairs = visitor.page.eval_on_selector_all(
        "li[data-code]", "all => all.map(element => [element.dataset.code, element.dataset.cell.split('!').pop()])"
    )
    return sorted((code, cell) for code, cell in pairs)


def read_bytes(data: bytes) -> io.BytesIO:
    return io.BytesIO(data)
