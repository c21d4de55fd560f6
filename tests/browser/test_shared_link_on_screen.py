"""Random clicks in the browser, and the address opened in another session: both show the same.

`tests/dashboard/test_shared_links.py` does so for many walks without a browser.
"""

from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import BrowserVisitor, Traffic
from tests.browser.page_reader import read_page
from tests.browser.served_app import ServedApp

pytestmark = pytest.mark.browser

CLICKS, CLICKS_IN_SOAK, WALKS_IN_SOAK = 5, 10, 20
_LIST_TARGETS = """() => {
  const kinds = {
    mark: '.js-plotly-plot .point', cell: '.matrix td a', period: '#filter-bar .segment:not(.active)',
    option: '#filter-bar .filter-options .form-check-label', link: '.views a, main .crumb a, main .list a',
    drawer: '#drawer .btn-close, #drawer a[data-page]',
  };
  const pages = /^#|^\\/staff\\/(overview|objective|indicator|site|number)/;
  const isOpen = document.querySelector('#drawer.show') !== null;
  window.targets = [];
  return Object.fromEntries(Object.keys(kinds).filter(kind => (kind === 'drawer') === isOpen).map(kind => [
    kind,
    [...document.querySelectorAll(kinds[kind])]
      .filter(element => element.tagName !== 'A' || pages.test(element.getAttribute('href')))
      .map(element => window.targets.push(element) - 1),
  ]));
}"""
"""Return the targets of clicks by kind; an open drawer covers all others."""
_REVEAL = """number => {
  const element = window.targets[number], menu = element.closest('.filter-menu');
  document.querySelectorAll('.filter-menu').forEach(other => { other.open = other === menu; });
  if (!element.closest('#filter-bar')) { element.scrollIntoView({block: 'center', behavior: 'instant'}); }
  const box = element.getBoundingClientRect();
  const place = [box.left + box.width / 2, box.top + box.height / 2], top = document.elementFromPoint(...place);
  const isReached = top && (element.contains(top) || top.contains(element) || top.classList.contains('drag'));
  return isReached ? place : null;
}"""
"""Bring a target into view and return its middle; null where something else lies over it."""
_READ_REST = """() => {
  const words = place => document.querySelector(place)?.innerText.replace(/\\s+/g, ' ').trim() || '';
  const main = document.querySelector('main').cloneNode(true);
  main.querySelectorAll('.js-plotly-plot, script').forEach(element => element.remove());
  return {
    main: main.textContent.replace(/\\s+/g, ' ').trim(),
    title: document.title,
    drawer: document.querySelector('#drawer.show') ? words('#drawer') : '',
    bar: [...document.querySelectorAll('#filter-bar :is(input, select)')].map(control =>
      [control.value, control.checked]),
    texts: [...document.querySelectorAll('#filter-bar [data-filter-text]')].map(text => text.textContent),
  };
}"""


def read_screen(page: Page) -> Any:
    """Return the texts of the page, the filter bar and the drawer, and the data of the charts."""
    return read_page(page), page.evaluate(_READ_REST)


def settle(visitor: BrowserVisitor, traffic: Traffic) -> None:
    """Wait until the page shows what the address says: no request is open and two looks are the same."""
    before = None
    while before != (before := (visitor.page.url, read_rest(visitor, traffic))):
        visitor.page.wait_for_timeout(100)


def read_rest(visitor: BrowserVisitor, traffic: Traffic) -> Any:
    traffic.wait_until_idle()
    visitor.wait()
    return visitor.page.evaluate(_READ_REST)


def click_at_random(visitor: BrowserVisitor, random: Random) -> str:
    """Click on something that leads to another screen and return what kind it is."""
    targets = {kind: numbers for kind, numbers in visitor.page.evaluate(_LIST_TARGETS).items() if numbers}
    while True:
        kind = random.choice(list(targets))
        place = visitor.page.evaluate(_REVEAL, random.choice(targets[kind]))
        if place is not None:
            visitor.page.mouse.click(*place)
            return kind


def test_a_link_copied_after_random_clicks_shows_the_same_screen(sample_site: ServedApp, is_soak: bool) -> None:
    for seed in range(WALKS_IN_SOAK if is_soak else 1):
        random, clicks = Random(seed), []
        with sample_site.visit() as visitor:
            traffic = Traffic(visitor.page)
            visitor.open("/staff/overview")
            settle(visitor, traffic)
            while len(clicks) < (CLICKS_IN_SOAK if is_soak else CLICKS):
                kind = click_at_random(visitor, random)
                settle(visitor, traffic)
                clicks.append(f"{kind}: {visitor.page.url.removeprefix(visitor.origin)}")
            address, screen = visitor.page.url.removeprefix(visitor.origin), read_screen(visitor.page)
            assert visitor.console_errors == [], clicks
        with sample_site.visit() as visitor:
            traffic = Traffic(visitor.page)
            visitor.open(address)
            settle(visitor, traffic)
            assert read_screen(visitor.page) == screen, clicks
