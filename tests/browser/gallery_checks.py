"""Layout checks for every page and width: it fits, no text is cut off, no labels overlap, nothing shifts."""

import time

from playwright.sync_api import Page

from tests.browser.chromium import BrowserVisitor

RECORD_LAYOUT_SHIFTS = """() => {
  if ('layoutShift' in window) { return; }
  window.layoutShift = 0;
  window.layoutShifts = [];
  const describe = (entry, source) => source.node && source.node.parentElement
    ? `${entry.value.toFixed(3)} ${source.node.nodeName}.${source.node.className} `
      + `${source.previousRect.y} to ${source.currentRect.y}`
    : '';
  new PerformanceObserver(list => list.getEntries().forEach(entry => {
    if (entry.hadRecentInput) { return; }
    window.layoutShift += entry.value;
    entry.sources.forEach(source => window.layoutShifts.push(describe(entry, source)));
  })).observe({type: 'layout-shift', buffered: true});
}"""
"""The script that records layout shifts; it must run before the page loads."""

_MAX_SHIFT = 0.1
_LONGEST_WAIT = 60.0

CHARTS_FIT = """() => [...document.querySelectorAll('.chart-frame')].every(element => {
  const svg = element.querySelector('.main-svg');
  return svg && Math.abs(svg.getBoundingClientRect().width - element.getBoundingClientRect().width) < 2;
})"""

_CUT_OFF = """() => {
  const own = element => [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  const scrolls = element => {
    for (let up = element; up && up !== document.body; up = up.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(up).overflowX)) { return true; }
    }
    return false;
  };
  const visible = {contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true};
  const ignored = '.vh, .skip, select, svg, [hidden], noscript, script, style, .place';
  // A text that only screen readers reach is clipped to nothing.
  const spoken = element => {
    const style = getComputedStyle(element);
    return style.position === 'absolute' && style.clip === 'rect(0px, 0px, 0px, 0px)';
  };
  const hidden = element => element.closest(ignored) || !element.checkVisibility(visible) || spoken(element);
  const wide = element => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
  return [...document.body.querySelectorAll('*')]
    .filter(element => own(element) && wide(element) && !hidden(element) && !scrolls(element))
    .map(element => `${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 60)} `
      + `(${element.scrollWidth} in ${element.clientWidth})`);
}"""

_OVERLAPS = """() => {
  const inAxes = ['.xtick text', '.ytick text', '.xtitle', '.ytitle'];
  const texts = [...inAxes, '.textpoint text', '.bartext', '.legendtext'].join();
  const problems = [];
  const boxes = (place, what) => [...place.querySelectorAll(what)]
    .map(element => [element.textContent.trim(), element.getBoundingClientRect()])
    .filter(([text, box]) => text && box.width > 0 && box.height > 0);
  const inside = (box, frame) => box.left >= frame.left - 1 && box.right <= frame.right + 1
    && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
  const meet = (element, other, slack) => Math.min(element.right, other.right) - Math.max(element.left, other.left) > 1
    && Math.min(element.bottom, other.bottom) - Math.max(element.top, other.top) > slack;
  const check = (place, what, slack) => {
    const name = (place.closest('[id]') || {id: place.className}).id || place.className;
    const labels = boxes(place, what);
    labels.forEach(([text, box], number) => {
      if (!inside(box, place.getBoundingClientRect())) { problems.push(`${name}: ${text} leaves the chart`); }
      labels.slice(number + 1).forEach(([other, them]) => {
        if (meet(box, them, slack)) { problems.push(`${name}: ${text} lies over ${other}`); }
      });
    });
  };
  document.querySelectorAll('.js-plotly-plot').forEach(element => check(element, texts, 2));
  document.querySelectorAll('.site-map').forEach(element => check(element, '.place-name', 5));
  return problems;
}"""


def find_page_faults(visitor: BrowserVisitor, path: str, width: int, *, with_shifts: bool = True) -> list[str]:
    """Return the problems of the current page, each with its address and width."""
    page = visitor.page
    _wait_until(page, CHARTS_FIT)
    _wait_until(page, "() => document.fonts.status === 'loaded'")
    problems = []
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        problems.append(f"{wide} px wide")
    problems += [f"cut off: {element}" for element in page.evaluate(_CUT_OFF)]
    problems += page.evaluate(_OVERLAPS)
    shift = page.evaluate("window.layoutShift") if with_shifts else 0
    if shift > _MAX_SHIFT:
        problems.append(f"jumps by {shift:.3f}: {page.evaluate('window.layoutShifts')[:4]}")
    problems += [f"console: {message}" for message in visitor.console_errors if "status of 404" not in message]
    visitor.console_errors.clear()
    return [f"{path} at {width}: {problem}" for problem in problems]


def _wait_until(page: Page, condition: str) -> None:
    """Wait for a condition, polled from here: waiting inside a page needs a content security policy with eval."""
    until = time.monotonic() + _LONGEST_WAIT
    while not page.evaluate(condition):
        assert time.monotonic() < until, f"{page.url}: {condition}"
        page.wait_for_timeout(20)
