"""Pages of a plan with many sites: layout and search."""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from etl.database.connection import open_engine
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from tests.benchmarks.national_plan import make_national_plan
from tests.browser.filter_controls import find_menu
from tests.browser.page_sampling import KHMER_FIRST
from tests.browser.page_sweep import Sweep, SweptPage
from tests.browser.served_app import ServeApp, ServedApp, TakePicture
from tests.support.command_line import CLOCK
from tests.support.manager_account import MANAGER, PASSWORD
from tests.support.shared_fixtures import CountryFactory

pytestmark = pytest.mark.browser

SITES = 1000 if os.environ.get("SOAK") else 150
INDICATORS = 28
MOST_OPTIONS = 60
PAGES = (
    "/staff/sites?page=2",
    "/staff/overview",
    "/staff/returns?page=2",
    "/staff/indicator/SO3-01",
    "/staff/site/N0001",
    "/staff/upload",
)


@pytest.fixture(scope="module")
def country(
    serve: ServeApp, make_country: CountryFactory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServedApp]:
    path: Path = tmp_path_factory.mktemp("country") / "country.db"
    shutil.copyfile(make_country(SITES, INDICATORS), path)
    engine = open_engine(f"sqlite:///{path}")
    add_user(engine, MANAGER, Role.MANAGER, PASSWORD, now=datetime.fromisoformat(CLOCK), actor="test")
    engine.dispose()
    with serve(path, make_national_plan(sites=SITES, indicators=INDICATORS)) as site:
        yield site


@pytest.mark.parametrize("language", KHMER_FIRST)
def test_pages_with_many_sites_are_without_faults(
    country: ServedApp, take_picture: TakePicture, language: str, is_whole: bool
) -> None:
    """`make soak` visits every page in both languages, with axe; other runs visit the list of sites."""
    with country.visit() as visitor:
        sweep = Sweep(visitor, language, is_whole, take_picture, "many-sites")
        faults = sweep.find_faults([SweptPage(path, is_variant=True) for path in (PAGES if is_whole else PAGES[:1])])
    assert not faults, "\n".join(faults)


def test_a_manager_finds_one_site_among_many_and_its_returns(country: ServedApp) -> None:
    with country.visit() as visitor:
        page = visitor.page
        visitor.open("/staff/overview")
        page.get_by_role("link", name="Returns due").click()
        page.get_by_role("link", name="All sites and their returns").click()
        expect(page.locator("#by-site")).to_be_visible()
        page.get_by_label("Code, name, province or district").fill("n0077")
        page.get_by_role("button", name="Search").click()
        expect(page.locator("#returns tbody tr")).to_have_count(1)
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Sites").click()
        page.get_by_role("link", name="Next page").click()
        expect(page.locator("#sites tbody tr")).to_have_count(40)
        expect(page.locator(".pager")).to_contain_text(f"41 to 80 of {SITES:,}")


def test_a_site_among_many_is_found_in_the_filter_and_no_list_is_long(country: ServedApp) -> None:
    with country.visit() as visitor:
        page = visitor.page
        visitor.open("/staff/overview")
        menu = find_menu(page, "site")
        menu.locator("summary").click()
        options = menu.locator(".filter-options input[type=checkbox]")
        expect(options).to_have_count(MOST_OPTIONS)
        menu.get_by_role("searchbox").fill("n0142")
        menu.get_by_role("searchbox").press("Enter")
        expect(options).to_have_count(1)
        options.check()
        expect(page).to_have_url(re.compile(r"[?&]site=N0142"))
        expect(menu.locator("summary")).not_to_contain_text("All sites")
        assert (
            page.locator("#filter-bar select").evaluate_all(
                "all => Math.max(...all.map(select => select.options.length))"
            )
            <= MOST_OPTIONS
        )
