"""Every page at several widths: layout, headings, requests, content and axe, in one visit each.

`make test` visits a page of each kind in one of the languages; `make soak` and `make gallery` visit all in both, and
the latter saves pictures of them.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import StorageState

from dashboard.access.registry import registry
from etl.database.connection import open_engine
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Role
from etl.locale import LANGUAGES
from etl.use_cases.accounts.users import add_user
from tests.browser.administered_site import (
    ADMINISTERED_PAGES,
    ADMINISTRATOR,
    MORE_ADMINISTERED_PAGES,
    prepare_administered_database,
    show_where_numbers_go,
)
from tests.browser.chromium import create_session, open_visitor
from tests.browser.gallery_checks import RECORD_LAYOUT_SHIFTS, find_page_faults
from tests.browser.gallery_scenarios import make_empty_database, make_first_quarter_sample, make_plan_with_returns
from tests.browser.page_addresses import every_address, one_of_each_kind
from tests.browser.page_sweep import PHONE, WIDE, Sweep, SweptPage, choose_for_language, find_violations
from tests.browser.served_app import ServeApp, ServedApp, TakePicture
from tests.support.command_line import CLOCK
from tests.support.manager_account import PASSWORD
from tests.support.page_content import PageContent
from tests.support.scenario_plans import extend_to_forty_sites, make_plan_of_every_kind
from tests.support.shared_fixtures import PublishedSampleFactory
from tests.support.staff_pages import StaffPages

pytestmark = pytest.mark.browser

OVERVIEW = SweptPage("/staff/overview", is_variant=True)
"""The page of each other scenario that `make test` visits."""
PUBLIC_PAGES = (
    SweptPage("/"),
    SweptPage("/sign-in"),
    SweptPage("/no-such-page", is_missing=True),
    SweptPage("/explore", is_variant=True),
)
PAGES_OF_RETURNS = ("/staff/upload", "/staff/approve", "/staff/returns/1")
"""Pages that `test_return_accessibility` visits in `make test`."""
AXE_PAGES = ("/staff/returns", "/staff/number/", "/staff/help/", "/admin/users", "/admin/editions?", "/set-password/")
"""The beginnings of the addresses that axe checks in `make test`, besides pages with charts and wide tables.

They have each kind of table, form, list and text; the other pages are built of the same components.
"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))))"
"""After two frames, the browser has laid out the page and reported its layout shifts."""
SCENARIOS = {
    "one-quarter": (make_first_quarter_sample, lambda plan: plan, "2022-05-20T09:00:00+07:00"),
    "each-kind": (make_plan_with_returns, lambda plan: make_plan_of_every_kind(), CLOCK),
    "empty": (make_empty_database, lambda plan: plan, CLOCK),
    "forty-sites": (make_plan_with_returns, extend_to_forty_sites, CLOCK),
}
SOAK_SCENARIOS = ("one-quarter", "forty-sites")
"""`test_many_sites_on_screen` visits pages of more sites, and "each-kind" a plan with few returns."""


_SUMMARY_IS_VISIBLE = """() => ['#answer-off-track', '#answer-worst', '#answer-owed'].filter(name => {
  const box = document.querySelector(name).getBoundingClientRect();
  const place = document.elementFromPoint(box.left + 10, box.top + 10);
  const inside = box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
  return !(inside && box.height > 20 && document.querySelector(name).contains(place));
}).map(name => `${name} is not on the first screen`)"""
_TABLE_FITS = """() => [...document.querySelectorAll('.wide-scroll')]
  .filter(frame => frame.scrollWidth > frame.clientWidth).map(frame => `table of ${frame.scrollWidth} px`)"""

_HEADING = "document.querySelector('main h1')"
_TICKS = "document.querySelectorAll('#chart-years .xtick text')"
PAGE_DEFECTS = {
    f"() => {{ {_HEADING}.style.width = '500px'; }}": "px wide",
    f"() => {{ {_HEADING}.style.cssText = 'width: 90px; overflow: hidden; white-space: nowrap'; }}": "cut off",
    f"() => {{ {_HEADING}.style.cssText = 'margin-top: 600px'; }}": "jumps",
    "() => console.error('a fault of the test')": "console",
    f"() => {_TICKS}.forEach(element => element.setAttribute('transform', 'translate(90,0)'))": "lies over",
}
_REPAIR = f"() => {{ {_HEADING}.style.cssText = ''; }}"
_FORGET_SHIFTS = "() => { window.layoutShift = 0; }"


def assert_no_faults(faults: list[str]) -> None:
    """Fail with a line for each fault."""
    assert not faults, "\n".join(faults)


def list_sample_pages(plan: Plan, language: str, *, is_whole: bool) -> list[SweptPage]:
    """Return the pages of the sample. The pages with charts have limits of their own."""
    chart = {WIDE[0]: 420, PHONE[0]: 480}
    length = {WIDE[0]: 2.2 * WIDE[1], PHONE[0]: 5 * PHONE[1]}
    with_parts = next(indicator.code for indicator in plan.indicators if plan.list_parts(indicator.code))
    special = [
        SweptPage("/staff/overview", chart, {PHONE[0]: 4.75 * PHONE[1]}, wide_check=_SUMMARY_IS_VISIBLE),
        SweptPage(f"/staff/objective/{plan.objectives[-1].code}", chart if is_whole else {}, is_variant=True),
        *([SweptPage(f"/staff/objective/{plan.objectives[-1].code}?view=site", chart, length)] if is_whole else ()),
        SweptPage(f"/staff/site/{plan.sites[1].code}", chart, length, is_variant=True),
        SweptPage(f"/staff/indicator/{with_parts}", chart, length),
        SweptPage("/staff/tracking-table", wide_check=_TABLE_FITS, is_variant=True),
        SweptPage(f"/staff/objective/{plan.objectives[-1].code}?view=table", is_variant=True),
        SweptPage("/staff/tracking-table?columns=all"),
        SweptPage("/staff/meeting-pack.html", has_many_headings=True),
        SweptPage("/staff/indicator/no-such-code", is_missing=True, is_variant=True),
        SweptPage("/staff/no-such-page", is_missing=True, is_variant=True),
    ]
    seen = {page.path for page in special}
    if not is_whole:
        seen |= {f"/staff/site/{plan.sites[-1].code}", *(page.path for page in PUBLIC_PAGES), *PAGES_OF_RETURNS}
    others = every_address(plan) if is_whole else one_of_each_kind(plan)
    others = [path for path in others if path not in seen and not path.startswith("/admin")]
    return special + list_plain_pages(others)


def list_plain_pages(paths: Sequence[str]) -> list[SweptPage]:
    """Return pages without limits of their own. Axe checks those of `AXE_PAGES`."""
    return [SweptPage(path, is_variant=not path.startswith(AXE_PAGES)) for path in paths]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_page_of_the_sample_is_without_faults(
    sample_site: ServedApp, sample_pages: StaffPages, take_picture: TakePicture, language: str, is_whole: bool
) -> None:
    plan = sample_site.plan

    def read_expected(address: str) -> PageContent | None:
        path = address.removeprefix("/km").partition("?")[0]
        return sample_pages.read(address) if registry.find_page(path) else None

    faults: list[str] = []
    with sample_site.visit() as visitor:
        sweep = Sweep(visitor, language, is_whole, take_picture, "sample", read_expected)
        pages = list_sample_pages(plan, language, is_whole=is_whole)
        faults += sweep.find_faults(pages if is_whole else choose_for_language(pages, language))
    with sample_site.visit_signed_out() as visitor:
        sweep = Sweep(visitor, language, is_whole, take_picture, "signed-out")
        faults += sweep.find_faults(PUBLIC_PAGES if is_whole else choose_for_language(PUBLIC_PAGES, language))
    assert_no_faults(faults)


def test_every_page_of_administrators_and_every_view_of_the_edition_is_without_faults(
    published_sample: PublishedSampleFactory,
    shipped_plan: Plan,
    serve: ServeApp,
    take_picture: TakePicture,
    tmp_path: Path,
    is_whole: bool,
) -> None:
    """On the sample with an edition, after a revision that retired an indicator and a site."""
    link = prepare_administered_database(published_sample("2026Q2"), tmp_path / "sample.db")
    plan_addresses = (every_address if is_whole else one_of_each_kind)(shipped_plan)
    paths = [*ADMINISTERED_PAGES, *(path for path in plan_addresses if path.startswith("/admin"))]
    paths += [f"/set-password/{link}", *(MORE_ADMINISTERED_PAGES if is_whole else ())]
    pages = list_plain_pages(list(dict.fromkeys(paths)))
    pages.append(SweptPage("/staff/layouts?step=preview", prepare=show_where_numbers_go))
    pages.append(SweptPage("/set-password/closed", is_missing=True, is_variant=True))
    top = {WIDE[0]: 420, PHONE[0]: 480}
    queries = ("", "?view=time", *(("?view=sites", "?view=time&objective=SO1") if is_whole else ()))
    views = [SweptPage(f"/explore{query}", top, is_variant=bool(query)) for query in queries]
    faults: list[str] = []
    with serve(tmp_path / "sample.db", shipped_plan) as site:
        session = create_session(site.browser, site.origin, ADMINISTRATOR, PASSWORD)
        for language in LANGUAGES:
            with open_visitor(site.browser, site.origin, session=session) as visitor:
                sweep = Sweep(visitor, language, is_whole, take_picture, "administered")
                faults += sweep.find_faults(pages if is_whole else choose_for_language(pages, language))
            with site.visit_signed_out() as visitor:
                sweep = Sweep(visitor, language, is_whole, take_picture, "edition")
                faults += sweep.find_faults(views if is_whole else choose_for_language(views, language))
    assert_no_faults(faults)


@pytest.mark.parametrize(
    "scenario", [pytest.param(name, marks=[pytest.mark.soak] * (name in SOAK_SCENARIOS)) for name in SCENARIOS]
)
def test_khmer_pages_of_other_scenarios_are_without_faults(
    scenario: str, serve: ServeApp, shipped_plan: Plan, take_picture: TakePicture, tmp_path: Path, is_whole: bool
) -> None:
    make, plan_of, clock = SCENARIOS[scenario]
    plan = plan_of(shipped_plan)
    path = tmp_path / "sample.db"
    make(path, plan)
    pages = list_plain_pages(every_address(plan)) if is_whole else [OVERVIEW]
    with serve(path, plan, clock=clock) as site:
        session = add_administrator(site, path)
        with open_visitor(site.browser, site.origin, session=session) as visitor:
            faults = Sweep(visitor, "km", is_whole, take_picture, scenario).find_faults(pages)
    assert_no_faults(faults)


def add_administrator(site: ServedApp, path: Path) -> StorageState:
    """Add an administrator's account and return a session."""
    engine = open_engine(f"sqlite:///{path}")
    now = datetime.fromisoformat(CLOCK)
    add_user(engine, ADMINISTRATOR, Role.ADMINISTRATOR, PASSWORD, now=now, actor="test")
    engine.dispose()
    return create_session(site.browser, site.origin, ADMINISTRATOR, PASSWORD)


def test_the_layout_checks_detect_every_kind_of_problem(sample_site: ServedApp) -> None:
    code = sample_site.plan.indicators[0].code
    with sample_site.visit(width=360) as visitor:
        page = visitor.page
        page.add_init_script(f"({RECORD_LAYOUT_SHIFTS})()")
        visitor.open(f"/staff/indicator/{code}")
        assert find_page_faults(visitor, "as it is", 360) == []
        for script, expected in PAGE_DEFECTS.items():
            page.evaluate(_REPAIR)
            page.evaluate(TWO_FRAMES)
            page.evaluate(_FORGET_SHIFTS)
            page.evaluate(script)
            page.evaluate(TWO_FRAMES)
            assert any(expected in problem for problem in find_page_faults(visitor, "defective", 360)), expected
        assert find_violations(page, is_whole=False) == []
        page.evaluate(f"() => {{ {_HEADING}.append(document.createElement('img')); }}")
        assert [violation for violation in find_violations(page, is_whole=False) if violation.startswith("image-alt")]
