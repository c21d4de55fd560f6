"""The frame of staff pages in a browser: sign-in, sign-out, languages, chart library, requests."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, StorageState, expect

from dashboard.dash_internals import PLOTLY_PATH
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
    load_plan(source.engine, Path(__file__).resolve().parents[1] / "plans" / "other", actor="test", now=NOW)
    add_user(source.engine, "manager", Role.MANAGER, PASSWORD, now=NOW, actor="test")
    source.engine.dispose()
    with serve_app(url, folder / "log", CLOCK=NOW.isoformat()) as address:
        yield address


@pytest.fixture(scope="module")
def session(browser: Browser, origin: str) -> StorageState:
    return create_session(browser, origin, "manager", PASSWORD)


@pytest.fixture
def visitor(browser: Browser, origin: str) -> Iterator[BrowserVisitor]:
    with open_visitor(browser, origin) as browser_visitor:
        yield browser_visitor


def first_indicator(visitor: BrowserVisitor) -> str:
    """Return the address of an indicator's page from the overview."""
    return str(visitor.page.locator("#figures tbody th a").first.get_attribute("href"))


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


def test_pages_request_no_other_origin_and_log_no_errors(visitor: BrowserVisitor) -> None:
    visitor.sign_in("manager", PASSWORD)
    address = first_indicator(visitor)
    for path in ("/", "/km/", "/km/staff/overview", f"/km{address}", address):
        visitor.open(path)
    assert visitor.page.locator(".js-plotly-plot").count() > 0
    assert visitor.foreign_requests == []
    assert visitor.console_errors == []


def test_the_chart_library_is_loaded_from_our_origin_with_the_first_chart(visitor: BrowserVisitor) -> None:
    visitor.page.goto(f"{visitor.origin}/sign-in?next=/staff/returns")
    visitor.page.fill("#name", "manager")
    visitor.page.fill("#password", PASSWORD)
    visitor.page.click("button[type=submit]")
    visitor.page.wait_for_url("**/staff/returns")
    visitor.wait(with_charts=False)
    assert not [request for request in visitor.requests if "plotly" in request]
    visitor.open("/staff/overview")
    expect(visitor.page.locator(".js-plotly-plot").first).to_be_visible()
    assert {request for request in visitor.requests if "plotly" in request} == {visitor.origin + PLOTLY_PATH}


def test_a_missing_chart_library_shows_a_note_and_the_tables(visitor: BrowserVisitor) -> None:
    visitor.sign_in("manager", PASSWORD)
    address = first_indicator(visitor)
    visitor.page.route("**/plotly/**", lambda route: route.abort())
    visitor.page.goto(visitor.origin + address)
    expect(visitor.page.locator("#charts-failed")).to_be_visible()
    expect(visitor.page.locator("#charts-failed")).to_contain_text("Try again")
    expect(visitor.page.locator("#quarters")).to_be_visible()


def test_navigation_keeps_the_selection_and_loads_no_script_twice(visitor: BrowserVisitor) -> None:
    visitor.sign_in("manager", PASSWORD)
    toggle_pending_returns(visitor.page)
    visitor.page.wait_for_url(lambda url: "unapproved=no" in url)
    # The page is replaced after the address changes; earlier clicks would have no effect.
    entry = visitor.page.locator("nav a", has_text="Indicators")
    expect(entry).to_have_attribute("href", "/staff/indicators?unapproved=no")
    loaded = len(scripts_of_dash(visitor))
    header = visitor.page.locator("#header .bar").element_handle()
    entry.click()
    visitor.page.wait_for_url("**/staff/indicators?unapproved=no")
    expect(visitor.page).to_have_title(re.compile("^Indicators "))
    expect(entry).to_have_attribute("aria-current", "page")
    assert header is not None and header.evaluate("element => element.isConnected")
    added = scripts_of_dash(visitor)[loaded:]
    assert all("/async-" in address or address.endswith(PLOTLY_PATH) for address in added), added


def test_the_language_switch_keeps_page_and_selection(visitor: BrowserVisitor) -> None:
    visitor.sign_in("manager", PASSWORD)
    visitor.open("/staff/overview?unapproved=no")
    visitor.page.click(".lang a")
    visitor.page.wait_for_url("**/km/staff/overview?unapproved=no")
    expect(visitor.page.locator(".lang a")).to_have_text("EN")


def test_signing_out_closes_the_pages_at_once(visitor: BrowserVisitor) -> None:
    visitor.sign_in("manager", PASSWORD)
    visitor.page.click(".account button")
    visitor.page.click(".account .sign-out button")
    visitor.page.wait_for_url(f"{visitor.origin}/")
    visitor.page.goto(f"{visitor.origin}/staff/overview")
    assert visitor.page.url == f"{visitor.origin}/sign-in?next=/staff/overview"


def test_a_page_whose_session_ended_leads_to_sign_in(visitor: BrowserVisitor) -> None:
    visitor.sign_in("manager", PASSWORD)
    visitor.page.context.clear_cookies()
    visitor.page.locator("nav a", has_text="Sites").click()
    visitor.page.wait_for_url("**/sign-in?next=/staff/sites")


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


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_a_page_never_scrolls_sideways(browser: Browser, origin: str, session: StorageState, width: int) -> None:
    with open_visitor(browser, origin, width=width, session=session) as visitor:
        visitor.open("/staff/overview")
        wide = {}
        for path in ("/staff/overview", first_indicator(visitor), "/km/staff/overview", "/", "/km/", "/sign-in"):
            visitor.open(path)
            wide[path] = visitor.page.evaluate("document.documentElement.scrollWidth")
        assert {path: page_width for path, page_width in wide.items() if page_width > width} == {}
