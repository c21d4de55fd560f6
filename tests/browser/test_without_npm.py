"""Pages with the browser's files from Python packages, as set-up prepares them without npm."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from dashboard.dash_internals import PLOTLY_PATH
from dashboard.front_end import read_front_end
from etl.indicators.plans import Plan
from tests.browser.chromium import BrowserVisitor, start_server
from tests.browser.gallery_checks import CHARTS_FIT
from tests.browser.page_reader import read_page
from tests.browser.page_sampling import KHMER_FIRST
from tests.browser.served_app import ServedApp, create_manager_session
from tests.support.command_line import CLOCK, CommandLine

pytestmark = pytest.mark.browser

WITH_WORDS = "main h1, main h2, main h3, main p, main thead th, figcaption, option"
STYLES = ("bootstrap", "fonts", "app")


@pytest.fixture(scope="module")
def plain_site(
    browser: Browser, sample_database: Path, shipped_plan: Plan, project_without_npm: Path, tmp_path_factory
) -> Iterator[ServedApp]:
    copy = Path(shutil.copyfile(sample_database, tmp_path_factory.mktemp("served") / "sample.db"))
    url, log = f"sqlite:///{copy}", copy.with_suffix(".log")
    with start_server(url, log, project=project_without_npm, CLOCK=CLOCK) as (origin, _):
        yield ServedApp(browser, origin, CommandLine(url), shipped_plan, create_manager_session(browser, origin))


def test_the_full_bundle_of_the_python_package_draws_the_charts(
    plain_site: ServedApp, project_without_npm: Path
) -> None:
    ready = read_front_end(project_without_npm / "dashboard" / "vendor")
    assert ready.bundle == "full"
    code = plain_site.plan.indicators[0].code
    with plain_site.visit() as visitor:
        path = f"/km/staff/indicator/{code}"
        visitor.open(path)
        check_styles(visitor, path)
        check_fonts(visitor, path, "km")
        content = read_page(visitor.page)
        assert set(content.charts) >= {"chart-history", "chart-years", "chart-sites"}
        path_count = visitor.page.locator(".chart-frame .main-svg path").count()
        assert path_count > 20
        requested_paths = {urlsplit(request).path for request in visitor.requests if "plotly" in request}
        assert requested_paths == {PLOTLY_PATH}
        assert (visitor.foreign_requests, visitor.console_errors) == ([], [])


@pytest.mark.parametrize("language", KHMER_FIRST)
@pytest.mark.parametrize("set_up", ["sample_site", pytest.param("plain_site", marks=pytest.mark.soak)])
def test_every_kind_of_page_has_its_styles_and_fonts(
    request: pytest.FixtureRequest, set_up: str, language: str, pictures: Path, is_whole: bool
) -> None:
    """`make soak` visits every kind with both set-ups in both languages and saves pictures.

    Other runs visit the overview in Khmer; the test of the full bundle visits an indicator without npm.
    """
    site: ServedApp = request.getfixturevalue(set_up)
    prefix = "" if language == "en" else "/km"
    name = {"sample_site": "npm", "plain_site": "wheels"}[set_up]
    with site.visit(width=768) as visitor:
        pages = page_kinds(site.plan)
        for path in pages if is_whole else pages[:1]:
            visitor.open(prefix + path)
            check_styles(visitor, path)
            check_fonts(visitor, path, language)
            # The picture of an empty page is smaller.
            assert len(visitor.page.screenshot(animations="disabled")) > 10_000, path
            if is_whole:
                save_pictures(visitor, pictures, f"{name}-{path.split('/')[2]}-{language}")
        assert (visitor.foreign_requests, visitor.console_errors) == ([], [])


def save_pictures(visitor: BrowserVisitor, pictures: Path, name: str) -> None:
    """Save pictures of the whole page at two widths."""
    for width in (360, 1440):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        visitor.page.wait_for_function(CHARTS_FIT)
        visitor.page.screenshot(path=pictures / f"{name}-{width}.png", full_page=True, animations="disabled")
    visitor.page.set_viewport_size({"width": 768, "height": 900})


def page_kinds(plan: Plan) -> tuple[str, ...]:
    code = next(indicator.code for indicator in plan.indicators if plan.list_parts(indicator.code))
    return (
        "/staff/overview",
        f"/staff/objective/{plan.objectives[-1].code}",
        f"/staff/indicator/{code}",
        f"/staff/site/{plan.sites[0].code}",
        f"/staff/number/{code}/2024",
    )


def check_styles(visitor: BrowserVisitor, path: str) -> None:
    """Check that every stylesheet is loaded and applied."""
    page = visitor.page
    sheets = page.evaluate("[...document.styleSheets].map(element => [element.href || '', element.cssRules.length])")
    assert [name for name in STYLES if not any(f"/{name}." in path and rules for path, rules in sheets)] == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 250, 246)", path
    assert page.evaluate("getComputedStyle(document.querySelector('.bar.navbar')).height") == "56px", path
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "1440px", path


def check_fonts(visitor: BrowserVisitor, path: str, language: str) -> None:
    """Check that Khmer is drawn with the served fonts and that no character is missing."""
    page = visitor.page
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    devtools = page.context.new_cdp_session(page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    words = devtools.send("DOM.querySelectorAll", {"nodeId": root, "selector": WITH_WORDS})["nodeIds"]
    fonts = [font for node in words for font in devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]]
    ours = [font for font in fonts if font["isCustomFont"] and "Khmer" in font["familyName"]]
    others = [font["familyName"] for font in fonts if not font["isCustomFont"]]
    assert not [name for name in others if "Khmer" in name or "Last" in name], (path, fonts)
    if language == "km":
        assert sum(font["glyphCount"] for font in ours) > 20, (path, fonts)
    assert is_everything_drawn(visitor), path
    devtools.detach()


def is_everything_drawn(visitor: BrowserVisitor) -> bool:
    """Whether no character of the page is drawn as the box for missing glyphs."""
    return bool(
        visitor.page.evaluate(
            """() => {
              const canvas = document.createElement('canvas');
              const pen = canvas.getContext('2d', {willReadFrequently: true});
              canvas.width = canvas.height = 40;
              const family = getComputedStyle(document.querySelector('main')).fontFamily;
              const picture = (character) => {
                pen.clearRect(0, 0, 40, 40);
                pen.font = `24px ${family}`;
                pen.fillText(character, 6, 30);
                return pen.getImageData(0, 0, 40, 40).data.join();
              };
              const box = picture('\\u{10ffff}');
              const shown = [...document.querySelector('main').innerText];
              const letters = new Set(shown.filter(letter => /\\p{L}|\\p{N}|\\p{S}/u.test(letter)));
              return [...letters].every(letter => picture(letter) !== box);
            }"""
        )
    )
