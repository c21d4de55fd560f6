"""Account pages in a browser: use by keyboard, and the page of a job. Their layout is in `test_gallery`."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from etl.database.authorization import COMMAND_LINE
from etl.indicators.vocabulary import Role
from etl.jobs.queue import start_job
from etl.jobs.worker import Worker
from etl.queries.data_source import open_data_source
from etl.settings import Settings
from etl.use_cases.accounts.one_time_links import make_link
from etl.use_cases.accounts.users import add_user
from etl.use_cases.plans.load_plan import load_plan
from tests.browser.chromium import BrowserVisitor, create_session, open_visitor, serve_app
from tests.browser.page_sampling import KHMER_FIRST
from tests.support.command_line import CLOCK
from tests.support.plan_edits import OTHER_PLAN

pytestmark = pytest.mark.browser

PASSWORD, OTHER = "a password of tests", "another one of tests"
NOW = datetime.fromisoformat(CLOCK)
WIDTHS = (360, 768, 1440)


@pytest.fixture(scope="module")
def accounts_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    """Yield the origin of the served app, an open one-time link, and the database's URL, with two jobs."""
    folder = tmp_path_factory.mktemp("accounts")
    url = f"sqlite:///{folder / 'cardec.db'}"
    source = open_data_source(url)
    source.ensure_schema()
    load_plan(source.engine, OTHER_PLAN, actor=COMMAND_LINE, now=NOW)
    add_user(source.engine, "boss", Role.ADMINISTRATOR, PASSWORD, now=NOW, actor="test", display_name="Chan Bopha")
    add_user(source.engine, "sok", Role.OFFICER, PASSWORD, ["01", "N-2"], now=NOW, actor="test", display_name="Sok សុខ")
    add_user(source.engine, "ដារ៉ា", Role.MANAGER, None, now=NOW, actor="boss")
    start_job(source.engine, "audit-csv", owner="boss", now=NOW)
    Worker(source, Settings(fixed_now=NOW)).run(once=True)
    start_job(source.engine, "audit-csv", owner="boss", now=NOW)
    link = make_link(source.engine, "sok", actor="boss", now=NOW)
    source.engine.dispose()
    with serve_app(url, folder / "log", CLOCK=NOW.isoformat()) as origin:
        yield origin, link, url


def tab_to(visitor: BrowserVisitor, selector: str) -> None:
    """Press Tab until the element has the focus."""
    element = visitor.page.locator(selector).first
    expect(element).to_be_attached()
    for _ in range(120):
        if visitor.page.evaluate("selector => document.querySelector(selector) === document.activeElement", selector):
            return
        visitor.page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard doesn't reach {selector}")


def type_into(visitor: BrowserVisitor, selector: str, text: str) -> None:
    tab_to(visitor, selector)
    visitor.page.keyboard.press("Control+a")
    visitor.page.keyboard.type(text)


@pytest.mark.parametrize("language", KHMER_FIRST)
def test_an_account_is_created_set_up_and_closed_by_keyboard(
    browser: Browser, accounts_site: tuple[str, str, str], language: str
) -> None:
    origin = accounts_site[0]
    prefix, name = ("/km" if language == "km" else ""), f"new-{language}"
    session = create_session(browser, origin, "boss", PASSWORD)
    with (
        open_visitor(browser, origin, width=1024, session=session) as boss,
        open_visitor(browser, origin, width=360) as owner,
    ):
        boss.open(f"{prefix}/admin/users")
        type_into(boss, "#name", name)
        type_into(boss, "#display_name", "New Person")
        tab_to(boss, "#site-01")
        boss.page.keyboard.press("Space")
        tab_to(boss, "#add button")
        boss.page.keyboard.press("Enter")
        text = boss.page.locator(f"#link-{language}").inner_text()
        match = re.search(r"https?://[^/\s]+(/\S*set-password/[\w-]{43})", text)
        assert match is not None and match[1].startswith(f"{prefix}/set-password/")
        tab_to(boss, f"[data-copy=link-{language}]")
        boss.page.keyboard.press("Enter")
        expect(boss.page.locator(f"[data-copy=link-{language}].copied")).to_be_attached()

        owner.page.goto(origin + match[1])
        type_into(owner, "#password", OTHER)
        type_into(owner, "#again", OTHER)
        owner.page.keyboard.press("Enter")
        owner.page.wait_for_url(f"{origin}{prefix}/sign-in?notice=password")
        type_into(owner, "#name", name)
        type_into(owner, "#password", OTHER)
        owner.page.keyboard.press("Enter")
        owner.page.wait_for_url(lambda address: "/sign-in" not in address)
        owner.open(f"{prefix}/staff/account")
        expect(owner.page.locator("main .sub")).to_contain_text("01")

        boss.open(f"{prefix}/admin/users/{name}")
        tab_to(boss, "#keys form[action$=close] button")
        boss.page.keyboard.press("Enter")
        boss.page.wait_for_url("**?notice=saved")
        owner.page.goto(f"{origin}{prefix}/staff/account")
        assert "/sign-in?next=" in owner.page.url
        assert boss.console_errors == []


def test_the_header_links_to_accounts_and_to_the_own_account(
    browser: Browser, accounts_site: tuple[str, str, str]
) -> None:
    session = create_session(browser, accounts_site[0], "boss", PASSWORD)
    with open_visitor(browser, accounts_site[0], session=session) as visitor:
        visitor.open("/staff/returns")
        visitor.page.locator(".account .dropdown-toggle").click()
        visitor.page.locator(".account a", has_text="Accounts").click()
        visitor.page.wait_for_url("**/admin/users")
        visitor.page.locator(".account summary").click()
        visitor.page.locator(".account a", has_text="Account").first.click()
        visitor.page.wait_for_url("**/staff/account")
        expect(visitor.page.locator("#jobs tbody tr")).to_have_count(2)
    session = create_session(browser, accounts_site[0], "sok", PASSWORD)
    with open_visitor(browser, accounts_site[0], session=session) as visitor:
        visitor.open("/staff/returns")
        expect(visitor.page.locator(".account a")).to_have_count(1)
        assert visitor.page.locator("header", has_text="Administration").count() == 0


def test_the_page_of_a_queued_job_updates_until_it_is_done(
    browser: Browser, accounts_site: tuple[str, str, str]
) -> None:
    origin = accounts_site[0]
    with open_visitor(browser, origin, session=create_session(browser, origin, "boss", PASSWORD)) as visitor:
        visitor.open("/admin/audit")
        visitor.page.locator("main form[action$=export] button").click()
        visitor.page.wait_for_url("**/staff/jobs/*")
        expect(visitor.page.locator("#job-standing")).to_contain_text("No worker has been seen for a minute")
        source = open_data_source(accounts_site[2])
        Worker(source, Settings(fixed_now=NOW)).run(once=True)
        source.engine.dispose()
        expect(visitor.page.locator("#job-standing")).to_contain_text("Done.")
        with visitor.page.expect_download() as download:
            visitor.page.locator(".job-result a").first.click()
        assert Path(download.value.path()).read_bytes().startswith(b"\xef\xbb\xbfnumber,at,who")
        assert not [request for request in visitor.requests if "plotly" in request]
        assert visitor.console_errors == []
