"""The frame of staff pages in a browser: sign-in, sign-out, languages, chart library, requests."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, StorageState, expect

from dashboard.dash_internals import PLOTLY_PATH
from etl.database.authorization import COMMAND_LINE
from etl.indicators.vocabulary import Role
from etl.queries.data_source import open_data_source
from etl.settings import CAMBODIA
from etl.use_cases.accounts.users import add_user
from etl.use_cases.plans.load_plan import load_plan
from tests.browser.chromium import BrowserVisitor, create_session, open_visitor, serve_app
from tests.browser.filter_controls import toggle_pending_returns

pytestmark = pytest.mark.browser

PASSWORD = "a password of tests"
NOW = datetime(2025, 10, 20, 9, 0, tzinfo=CAMBODIA)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    url = f"sqlite:///{folder / 'cardec.db'}"
    source = open_data_source(url)
    source.ensure_schema()
    load_plan(source.engine, Path(__file__).resolve().parents[1] / "plans" / "other", actor=COMMAND_LINE, now=NOW)
    add_user(source.engine, "manager", Role.MANAGER, PASSWORD, now=NOW, actor="test")
    source.engine.dispose()
    with serve_app(url, folder / "log", CLOCK=NOW.isoformat()) as address:
        yield address


@pytest.fixture(scope="module")
def session(browser: Browser, origin: str) -> StorageState:
    """Return the manager's session. Tests must not sign out of it."""
    return create_session(browser, origin, "manager", PASSWORD)


@pytest.fixture
def manager(browser: Browser, origin: str, session: StorageState) -> Iterator[BrowserVisitor]:
    with open_visitor(browser, origin, session=session) as browser_visitor:
        yield browser_visitor


@pytest.fixture
def visitor(browser: Browser, origin: str) -> Iterator[BrowserVisitor]:
    with open_visitor(browser, origin) as browser_visitor:
        yield browser_visitor


def scripts_of_dash(visitor: BrowserVisitor) -> list[str]:
    return [request for request in visitor.requests if "_dash-component-suites" in request]


def test_a_shared_link_leads_through_sign_in_to_its_page(visitor: BrowserVisitor) -> None:
    visitor.page.goto(f"{visitor.origin}/km/staff/overview?unapproved=no")
    visitor.page.fill("#name", "manager")
    visitor.page.fill("#password", PASSWORD)
    visitor.page.click("button[type=submit]")
    expect(visitor.page.locator("main h1")).to_be_visible()
    assert visitor.page.url == f"{visitor.origin}/km/staff/overview?unapproved=no"
    assert visitor.page.evaluate("document.documentElement.lang") == "km"
    assert visitor.page.title().endswith("· CARDEC")


def test_the_chart_library_is_loaded_from_our_origin_with_the_first_chart(visitor: BrowserVisitor) -> None:
    visitor.page.goto(f"{visitor.origin}/sign-in?next=/staff/returns")
    visitor.page.fill("#name", "manager")
    visitor.page.fill("#password", PASSWORD)
    visitor.page.click("button[type=submit]")
    visitor.page.wait_for_url("**/staff/returns")
    visitor.wait(with_charts=False)
    assert not [request for request in visitor.requests if "plotly" in request]
    visitor.open("/staff/indicator/P.1")
    expect(visitor.page.locator(".js-plotly-plot").first).to_be_visible()
    assert {request for request in visitor.requests if "plotly" in request} == {visitor.origin + PLOTLY_PATH}


def test_navigation_keeps_the_selection_and_loads_no_script_twice(manager: BrowserVisitor) -> None:
    manager.open("/staff/overview", with_charts=False)
    toggle_pending_returns(manager.page)
    manager.page.wait_for_url(lambda url: "unapproved=no" in url)
    # The page is replaced after the address changes; earlier clicks would have no effect.
    entry = manager.page.locator("nav a", has_text="Indicators")
    expect(entry).to_have_attribute("href", "/staff/indicators?unapproved=no")
    loaded = len(scripts_of_dash(manager))
    header = manager.page.locator("#header .bar").element_handle()
    entry.click()
    manager.page.wait_for_url("**/staff/indicators?unapproved=no")
    expect(manager.page).to_have_title(re.compile("^Indicators "))
    expect(entry).to_have_attribute("aria-current", "page")
    assert header is not None and header.evaluate("element => element.isConnected")
    added = scripts_of_dash(manager)[loaded:]
    assert all("/async-" in address or address.endswith(PLOTLY_PATH) for address in added), added
    assert manager.console_errors == []


def test_pages_that_are_left_before_they_are_drawn_raise_no_error(manager: BrowserVisitor) -> None:
    """Callbacks of a page that has gone may get controls without an id, as `synchronize` does here."""
    manager.open("/staff/overview", with_charts=False)
    expect(manager.page.locator("#filter-bar .segment").first).to_be_visible()
    for path in ("/staff/sites?period=2025", "/staff/returns", "/staff/overview?compare=2024", "/staff/indicators"):
        manager.page.evaluate("path => window.dash_clientside.set_props('address', {href: path})", path)
    expect(manager.page).to_have_title(re.compile("^Indicators "))
    manager.page.evaluate("window.dash_clientside.filters.synchronize('', [null], [undefined], [null])")
    assert manager.console_errors == []


def test_the_language_switch_keeps_page_and_selection(manager: BrowserVisitor) -> None:
    manager.open("/staff/overview?unapproved=no")
    manager.page.click(".lang a")
    manager.page.wait_for_url("**/km/staff/overview?unapproved=no")
    expect(manager.page.locator(".lang a")).to_have_text("EN")


def test_signing_out_closes_the_pages_at_once(visitor: BrowserVisitor) -> None:
    visitor.sign_in("manager", PASSWORD)
    visitor.page.click(".account button")
    visitor.page.click(".account .sign-out button")
    visitor.page.wait_for_url(f"{visitor.origin}/")
    visitor.page.goto(f"{visitor.origin}/staff/overview")
    assert visitor.page.url == f"{visitor.origin}/sign-in?next=/staff/overview"


def test_a_page_whose_session_ended_leads_to_sign_in(manager: BrowserVisitor) -> None:
    manager.open("/staff/returns", with_charts=False)
    # A callback that is answered after the cookies are gone leads to sign-in, maybe before the click.
    manager.page.wait_for_load_state("networkidle")
    manager.page.context.clear_cookies()
    manager.page.locator("nav a", has_text="Sites").click()
    expect(manager.page).to_have_url(re.compile(r"/sign-in\?next=/staff/sites$"))


def test_sign_in_works_without_any_script(browser: Browser, origin: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{origin}/sign-in")
    page.fill("#name", "manager")
    page.click("button[type=submit]")
    expect(page.locator(".error-summary a")).to_have_text("Enter your password")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    assert page.url == f"{origin}/staff/overview"
    context.close()


def test_back_from_a_document_shows_the_page_before(manager: BrowserVisitor) -> None:
    manager.open("/staff/returns", with_charts=False)
    page = manager.page
    with page.expect_event("load"):
        page.locator("main").get_by_role("link", name="Upload a return").first.click()
    expect(page.locator("h1")).to_have_text("Upload a return")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Returns")
    expect(page.locator("#returns")).to_be_visible()
