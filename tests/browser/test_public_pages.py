"""Public pages in Chromium: size, blocked files, layout shifts, heading order and accessible names."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from tests.browser.chromium import Traffic
from tests.browser.public_site import PublicSite, public_site

__all__ = ["public_site"]
pytestmark = pytest.mark.browser

WIDTHS = (360, 1440)
BUDGET = 60_000
"""Bytes on the network for a first visit, including the font and the icon."""
SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({type: 'layout-shift', buffered: true});
  const next = then => requestAnimationFrame(() => setTimeout(then, 0));
  document.fonts.ready.then(() => next(() => next(() => done(sum))));
})"""
ORDER = """() => {
  const faults = [];
  const levels = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(element => Number(element.tagName[1]));
  if (levels.filter(level => level === 1).length !== 1) faults.push('not one h1: ' + levels);
  levels.forEach((level, at) => { if (level > (levels[at - 1] || 0) + 1) faults.push('h' + level + ' too deep'); });
  for (const svg of document.querySelectorAll('svg')) {
    const named = svg.getAttribute('aria-hidden') === 'true' || svg.getAttribute('aria-label');
    if (!named) faults.push('svg without a name');
  }
  if (document.querySelector('script:not([type="application/ld+json"])')) faults.push('a script');
  const wide = document.documentElement.scrollWidth;
  if (wide > window.innerWidth) faults.push('scrolls sideways: ' + wide);
  return faults;
}"""
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
BLOCKED = {"image": "image", "stylesheet": "stylesheet", "font": "font", "script": "script"}


def words_of(page: Page) -> str:
    return str(page.evaluate("document.body.innerText"))


def test_a_first_visit_of_the_khmer_page_is_at_most_60_kilobytes(browser: Browser, public_site: PublicSite) -> None:
    context = browser.new_context()
    page = context.new_page()
    traffic = Traffic(page)
    page.goto(f"{public_site.origin}/km/")
    page.wait_for_function(
        "() => document.fonts.status === 'loaded' && document.fonts.check('16px \"Noto Sans Khmer\"', 'ក')"
    )
    traffic.wait_until_idle()
    weights = dict(traffic.sizes)
    if not any("icon" in address for address in weights):
        # A browser without a window does not request the icon, so its size is added.
        href = str(page.get_attribute("link[rel=icon]", "href"))
        answer = page.request.get(page.evaluate("href => new URL(href, location).href", href))
        weights[answer.url] = len(answer.body()) + 600
    assert any("khmer" in address for address in weights), weights
    print({re.sub(r".*/", "/", name): size for name, size in weights.items()}, sum(weights.values()))
    assert sum(weights.values()) <= BUDGET, weights
    context.close()


@pytest.mark.parametrize("kind", [*(pytest.param(kind, marks=pytest.mark.soak) for kind in BLOCKED), "everything"])
def test_numbers_are_readable_with_any_kind_of_file_blocked(
    browser: Browser, public_site: PublicSite, kind: str
) -> None:
    context = browser.new_context(java_script_enabled=kind not in ("script", "everything"))

    def stop(route: Route) -> None:
        resource_type = route.request.resource_type
        is_blocked = resource_type != "document" if kind == "everything" else resource_type == BLOCKED[kind]
        route.abort() if is_blocked else route.continue_()

    page = context.new_page()
    # Chromium caches nothing of a page with a route, so each page requests its files again.
    page.route("**/*", stop)
    for path in ("/", "/km/", "/indicators/SO3-07.html", "/km/indicators/SO3-03.html"):
        page.goto(public_site.origin + path)
        numbers = page.locator("main data")
        number_texts = numbers.all_text_contents()
        assert len(number_texts) > 10, path
        assert all(number_text.strip() for number_text in number_texts), path
        visible = sum(numbers.nth(index).is_visible() for index in range(min(len(number_texts), 12)))
        assert visible == min(len(number_texts), 12), path
    context.close()


_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


@pytest.mark.soak
def test_the_first_text_appears_within_two_seconds_on_a_slow_connection(
    browser: Browser, public_site: PublicSite
) -> None:
    """At 400 kbit/s and 300 ms. The machine may be busy, so the best of three counts."""
    best = 99.0
    for _ in range(3):
        context = browser.new_context(viewport={"width": 360, "height": 740})
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        slow = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
        session.send("Network.emulateNetworkConditions", slow)
        page.goto(f"{public_site.origin}/km/", wait_until="load")
        # Polled from here, because waiting inside the page would need a content security policy with eval.
        while (painted := page.evaluate(_PAINTED)) is None:
            page.wait_for_timeout(50)
        best = min(best, float(painted) / 1000)
        context.close()
    print(f"first text after {best:.2f} s")
    assert best <= 2.0


def few_pages(public_site: PublicSite, width: int) -> list[str]:
    """Return the pages for a width, so that each kind is visited at one: English at the first, Khmer at the second."""
    turn = WIDTHS.index(width)
    pages = [path for path in public_site.sample_pages if path.startswith("/km/") == bool(turn)]
    return pages[turn :: len(WIDTHS)]


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_have_ordered_headings_no_shifts_and_no_axe_violations(
    browser: Browser, public_site: PublicSite, width: int, is_soak: bool
) -> None:
    """`make soak` visits every page at both widths; other runs a page of each kind at one of them."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    foreign: list[str] = []
    page.on(
        "request", lambda request: None if request.url.startswith(public_site.origin) else foreign.append(request.url)
    )
    faults: dict[str, list[str]] = {}
    for path in public_site.pages if is_soak else few_pages(public_site, width):
        page.goto(public_site.origin + path)
        shift = page.evaluate(SHIFT)
        problems = [*page.evaluate(ORDER)]
        if shift > 0.05:
            problems.append(f"shifts by {shift:.3f}")
        axe = Axe().run(page, options=AXE)
        problems += [
            f"{violation['id']}: {violation['nodes'][0]['html'][:140]}" for violation in axe.response["violations"]
        ]
        if problems:
            faults[path] = problems
    context.close()
    assert faults == {}
    assert foreign == []
