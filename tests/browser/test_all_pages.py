"""Every page at three widths in both languages: layout, language, requests and console errors."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from dashboard.access.registry import registry
from dashboard.dash_internals import PLOTLY_PATH
from dashboard.front_end import read_front_end
from tests.browser.chromium import BrowserVisitor
from tests.browser.page_sampling import sample_each_kind
from tests.browser.served_app import ServedApp

pytestmark = pytest.mark.browser

WIDTHS = (360, 768, 1440)
PREFIXES = {"en": "", "km": "/km"}
CHARTS_FIT = """() => [...document.querySelectorAll('.chart-frame')].every(element => {
  const drawnWidth = element.querySelector('.main-svg').getBoundingClientRect().width;
  return Math.abs(drawnWidth - element.getBoundingClientRect().width) < 2;
})"""
"""A chart adapts to the window a moment later than the rest."""

PUBLIC = ("/", "/sign-in", "/no-such-page")


def staff_pages(site: ServedApp) -> list[str]:
    """Return the addresses of all staff pages, with a sample of indicators."""
    indicators = [indicator.code for indicator in site.plan.indicators]
    return [
        "/staff/overview",
        "/staff/tracking-table",
        "/staff/returns",
        "/staff/sites",
        "/staff/indicators",
        "/staff/search",
        "/staff/reports",
        *(f"/staff/province/{province.code}" for province in site.plan.provinces),
        *(f"/staff/objective/{objective.code}" for objective in site.plan.objectives),
        *(f"/staff/indicator/{code}" for code in indicators[:: max(1, len(indicators) // 7)]),
        *(f"/staff/site/{reporting_site.code}" for reporting_site in site.plan.sites),
        *(
            f"/staff/programme/{programme.code}"
            for programme in (site.plan.linked_programmes[0], site.plan.programmes[-1])
        ),
        f"/staff/number/{indicators[0]}/plan",
        f"/staff/number/{indicators[-1]}/2024",
        "/staff/jobs/1",
        "/staff/indicator/no-such-code",
        "/staff/no-such-page",
    ]


@pytest.mark.parametrize("language", PREFIXES)
def test_every_page_fits_its_window_in_its_language_without_errors(
    sample_site: ServedApp, language: str, is_soak: bool
) -> None:
    """`make soak` visits every address in both languages; other runs each kind in both and each address in one."""
    addresses = staff_pages(sample_site)
    paths = [PREFIXES[language] + path for path in (addresses if is_soak else sample_each_kind(addresses, language))]
    assert {page.rule.split("/")[2] for page in registry.pages if page.permission == "staff"} <= {
        path.partition("/staff/")[2].split("/")[0] for path in paths
    }
    with sample_site.visit(width=360) as visitor:
        faults = [fault for path in paths for fault in look_at(visitor, path, language)]
        assert faults == []
        assert visitor.foreign_requests == []
        assert visitor.console_errors == [] or set(visitor.console_errors) == {missing_page_note()}


@pytest.mark.parametrize("language", PREFIXES)
def test_every_public_page_fits_and_needs_no_script(sample_site: ServedApp, language: str) -> None:
    with sample_site.visit_signed_out() as visitor:
        faults = [fault for path in PUBLIC for fault in look_at(visitor, PREFIXES[language] + path, language)]
        assert faults == []
        assert visitor.foreign_requests == []
        assert not [request for request in visitor.requests if urlsplit(request).path.endswith(".js")]


def look_at(visitor: BrowserVisitor, path: str, language: str) -> list[str]:
    """Return the problems of the page at all widths."""
    visitor.open(path)
    page = visitor.page
    problems = []
    if page.evaluate("document.documentElement.lang") != language:
        problems.append(f"{path}: not in {language}")
    if page.locator("h1").count() != 1:
        problems.append(f"{path}: {page.locator('h1').count()} headings of the page")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(CHARTS_FIT)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            problems.append(f"{path}: {wide} px wide in a window of {width}")
    return problems


def missing_page_note() -> str:
    """Return Chromium's console message for a 404 response."""
    return "Failed to load resource: the server responded with a status of 404 (NOT FOUND)"


def test_a_khmer_page_uses_the_served_font(sample_site: ServedApp) -> None:
    fonts = {name for purpose, name in read_front_end().files.items() if purpose.startswith("khmer-")}
    with sample_site.visit() as visitor:
        visitor.open("/km/staff/overview")
        visitor.page.wait_for_function("() => document.fonts.status === 'loaded'")
        assert visitor.page.evaluate("document.fonts.check('16px \"Noto Sans Khmer\"', 'ភាសាខ្មែរ')")
        requested_files = {urlsplit(request).path.rpartition("/")[2] for request in visitor.requests}
        assert fonts & requested_files
        visitor.open("/staff/overview")


def test_plotly_is_served_once_and_only_for_pages_with_charts(sample_site: ServedApp) -> None:
    with sample_site.visit() as visitor:
        visitor.open("/staff/returns")
        assert [request for request in visitor.requests if "plotly" in request] == []
        visitor.open("/staff/overview")
        visitor.open(f"/staff/indicator/{sample_site.plan.indicators[0].code}")
        requested_paths = {urlsplit(request).path for request in visitor.requests if "plotly" in request}
        assert requested_paths == {PLOTLY_PATH}


@pytest.mark.parametrize("language", PREFIXES)
def test_no_kind_of_page_has_serious_axe_violations(sample_site: ServedApp, language: str, is_soak: bool) -> None:
    """At tablet width; `make soak` visits both languages, other runs one. See also `test_page_accessibility`."""
    plan = sample_site.plan
    paths = [
        "/",
        "/staff/overview",
        f"/staff/objective/{plan.objectives[0].code}",
        f"/staff/indicator/{plan.indicators[0].code}",
        f"/staff/indicator/{next(indicator.code for indicator in plan.indicators if plan.list_parts(indicator.code))}",
        f"/staff/site/{plan.sites[0].code}",
        f"/staff/number/{plan.indicators[0].code}/plan",
        "/staff/indicator/no-such-code",
    ]
    with sample_site.visit(width=768) as visitor:
        violations = {}
        for path in paths if is_soak else paths[list(PREFIXES).index(language) :: 2]:
            visitor.open(PREFIXES[language] + path)
            violations[path] = serious(visitor)
    with sample_site.visit_signed_out() as visitor:
        visitor.open(f"{PREFIXES[language]}/sign-in")
        violations["/sign-in"] = serious(visitor)
    assert {path: faults for path, faults in violations.items() if faults} == {}


def serious(visitor: BrowserVisitor) -> list[str]:
    """Return axe's serious and critical violations, with the first element of each."""
    answer = Axe().run(visitor.page).response
    return [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in answer["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
