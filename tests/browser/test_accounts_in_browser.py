"""Accounts in a real browser: every page at three widths in both languages, and an account's whole way by keyboard."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from etl.indicators.vocabulary import Role
from etl.jobs.queue import start_job
from etl.jobs.worker import Worker
from etl.queries.data_source import open_data_source
from etl.settings import Settings
from etl.use_cases.accounts.one_time_links import make_link
from etl.use_cases.accounts.users import add_user
from etl.use_cases.plans.load_plan import load_plan
from tests.browser.chromium import BrowserVisitor, create_session, open_visitor, serve_app
from tests.browser.gallery_checks import RECORD_LAYOUT_SHIFTS, find_page_faults
from tests.browser.page_sampling import sample_half
from tests.browser.served_app import TakePicture
from tests.support.command_line import CLOCK
from tests.support.plan_edits import OTHER_PLAN

pytestmark = pytest.mark.browser

PASSWORD, OTHER = "a password of tests", "another one of tests"
NOW = datetime.fromisoformat(CLOCK)
WIDTHS = (360, 768, 1440)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    """Where the app is served, a link that waits there, and the database; one job is done, one waits."""
    folder = tmp_path_factory.mktemp("accounts")
    url = f"sqlite:///{folder / 'cardec.db'}"
    source = open_data_source(url)
    source.ensure_schema()
    load_plan(source.engine, OTHER_PLAN, actor="test", now=NOW)
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


def sign_in(seen: BrowserVisitor, name: str = "boss", password: str = PASSWORD) -> None:
    seen.sign_in(name, password)


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_gallery_of_accounts_fits_and_axe_finds_nothing(
    browser: Browser, office: tuple[str, str, str], take_picture: TakePicture, language: str, width: int, is_whole: bool
) -> None:
    """Every page at every width in both languages in `make soak` and `make gallery`; else each pair of these."""
    origin, link, _ = office
    prefix = "/km" if language == "km" else ""
    paths = ["/admin/users", "/admin/users/sok", "/admin/audit", "/admin/audit?who=nobody", "/staff/account"]
    paths += ["/staff/jobs/1", "/staff/jobs/2", f"/set-password/{link}", "/set-password/closed"]
    faults, violations = [], {}
    session = create_session(browser, origin, "boss", PASSWORD)
    with open_visitor(browser, origin, width=width, height=900, session=session) as seen:
        seen.page.add_init_script(f"({RECORD_LAYOUT_SHIFTS})()")
        for path in paths if is_whole else sample_half(paths, width, WIDTHS, language):
            seen.open(prefix + path)
            faults += find_page_faults(seen, prefix + path, width)
            found = Axe().run(seen.page).response["violations"]
            violations[path] = [f"{one['id']}: {one['nodes'][0]['html'][:140]}" for one in found]
            name = re.sub(r"[^a-z0-9]+", "-", path.replace(link, "open")).strip("-")
            take_picture(seen.page, f"accounts-{name}-{language}-{width}")
        assert seen.page.evaluate("document.documentElement.lang") == language
        assert seen.foreign_requests == []
    assert faults == []
    assert {path: found for path, found in violations.items() if found} == {}


def press_to(seen: BrowserVisitor, selector: str) -> None:
    """Presses Tab until what is wanted has the focus."""
    wanted = seen.page.locator(selector).first
    expect(wanted).to_be_attached()
    for _ in range(120):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        seen.page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard doesn't reach {selector}")


def type_into(seen: BrowserVisitor, selector: str, text: str) -> None:
    press_to(seen, selector)
    seen.page.keyboard.press("Control+a")
    seen.page.keyboard.type(text)


@pytest.mark.parametrize("language", ["en", "km"])
def test_an_account_is_made_set_up_and_closed_by_keyboard_alone(
    browser: Browser, office: tuple[str, str, str], language: str
) -> None:
    origin = office[0]
    prefix, name = ("/km" if language == "km" else ""), f"new-{language}"
    with open_visitor(browser, origin, width=1024) as boss, open_visitor(browser, origin, width=360) as owner:
        sign_in(boss)
        boss.open(f"{prefix}/admin/users")
        type_into(boss, "#name", name)
        type_into(boss, "#display_name", "New Person")
        press_to(boss, "#sites-all")
        boss.page.keyboard.press("Space")
        press_to(boss, "#site-01")
        boss.page.keyboard.press("Space")
        press_to(boss, "#add button")
        boss.page.keyboard.press("Enter")
        text = boss.page.locator(f"#link-{language}").inner_text()
        found = re.search(r"https?://[^/\s]+(/\S*set-password/[\w-]{43})", text)
        assert found is not None and found[1].startswith(f"{prefix}/set-password/")
        press_to(boss, f"[data-copy=link-{language}]")
        boss.page.keyboard.press("Enter")
        expect(boss.page.locator(f"[data-copy=link-{language}].copied")).to_be_attached()

        owner.page.goto(origin + found[1])
        type_into(owner, "#password", OTHER)
        type_into(owner, "#again", OTHER)
        owner.page.keyboard.press("Enter")
        owner.page.wait_for_url(f"{origin}{prefix}/sign-in?told=password")
        type_into(owner, "#name", name)
        type_into(owner, "#password", OTHER)
        owner.page.keyboard.press("Enter")
        owner.page.wait_for_url(lambda address: "/sign-in" not in address)
        owner.wait()
        owner.open(f"{prefix}/staff/account")
        expect(owner.page.locator("main .sub")).to_contain_text("01")

        boss.open(f"{prefix}/admin/users/{name}")
        press_to(boss, "#keys form[action$=close] button")
        boss.page.keyboard.press("Enter")
        boss.page.wait_for_url("**?told=saved")
        owner.page.goto(f"{origin}{prefix}/staff/account")
        assert "/sign-in?next=" in owner.page.url
        assert boss.console_errors == []


def test_the_way_to_accounts_and_one_s_own_page_is_in_the_header(
    browser: Browser, office: tuple[str, str, str]
) -> None:
    with open_visitor(browser, office[0]) as seen:
        sign_in(seen)
        seen.page.locator("nav summary", has_text="Administration").click()
        seen.page.locator("nav a", has_text="Accounts").click()
        seen.page.wait_for_url("**/admin/users")
        seen.page.locator(".account .who").click()
        seen.page.wait_for_url("**/staff/account")
        expect(seen.page.locator("#jobs tbody tr")).to_have_count(2)
    session = create_session(browser, office[0], "sok", PASSWORD)
    with open_visitor(browser, office[0], session=session) as seen:
        seen.open("/staff/overview")
        assert seen.page.locator("nav", has_text="Administration").count() == 0


def test_a_waiting_job_s_page_follows_it_to_its_end_without_being_loaded_again(
    browser: Browser, office: tuple[str, str, str]
) -> None:
    origin = office[0]
    with open_visitor(browser, origin) as seen:
        sign_in(seen)
        seen.open("/admin/audit")
        seen.page.locator("main form[action$=export] button").click()
        seen.page.wait_for_url("**/staff/jobs/*")
        expect(seen.page.locator("#job-standing")).to_contain_text("No worker has been seen for a minute")
        source = open_data_source(office[2])
        Worker(source, Settings(fixed_now=NOW)).run(once=True)
        source.engine.dispose()
        expect(seen.page.locator("#job-standing")).to_contain_text("Done.")
        with seen.page.expect_download() as download:
            seen.page.locator(".job-result a").first.click()
        assert Path(download.value.path()).read_bytes().startswith(b"\xef\xbb\xbfnumber,at,who")
        assert not [one for one in seen.requests if "plotly" in one]
        assert seen.console_errors == []
