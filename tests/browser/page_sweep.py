"""Open a page once and check it at several sizes of the window: layout, language, headings, requests, axe."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page

from etl.locale import LANGUAGES
from tests.browser.chromium import BrowserVisitor
from tests.browser.gallery_checks import RECORD_LAYOUT_SHIFTS, find_page_faults
from tests.browser.page_reader import read_page
from tests.browser.served_app import TakePicture
from tests.support.page_content import PageContent

Size = tuple[int, int]
NARROW: Size = (360, 844)
TABLET: Size = (768, 1024)
WIDE: Size = (1440, 900)
PHONE: Size = (390, 844)
"""A phone on whose first screen the first chart must begin."""
ZOOMED: Size = (640, 450)
"""A window of 1280 px at 200 % zoom."""
PREFIXES = {"en": "", "km": "/km"}
_AXE = {"resultTypes": ["violations"]}
_FIRST_CHART = "() => document.querySelector('.chart-frame').getBoundingClientRect().top + scrollY"
_LENGTH = "document.documentElement.scrollHeight"
_HEADER = "document.querySelector('header').getBoundingClientRect().height"
_REMOVE_REPEATS = """() => {
  const describe = element => element.tagName + '.' + element.getAttribute('class');
  const describeAll = element => [...new Set([element, ...element.querySelectorAll('*')].map(describe))].sort().join();
  document.querySelectorAll('main table').forEach(table => {
    const kinds = new Set();
    const isNew = element => {
      const kind = describeAll(element);
      return !kinds.has(kind) && kinds.add(kind);
    };
    table.querySelectorAll('tbody tr').forEach(row => {
      const cells = [...row.cells], fresh = cells.filter(isNew);
      if (!fresh.length) { row.remove(); }
      cells.filter(cell => cell.tagName === 'TD' && !fresh.includes(cell)).forEach(cell => cell.replaceChildren());
    });
  });
  document.querySelectorAll('.js-plotly-plot .main-svg').forEach(svg => svg.replaceChildren());
}"""
"""The script that empties cells with the same elements and classes as an earlier cell of their table, removes rows of
such cells only, and removes what charts draw."""
_HIGHEST_HEADER = 60
"""The height of the header in a narrow window."""


@dataclass(frozen=True)
class SweptPage:
    """A page with what only this page is checked for."""

    path: str
    first_chart: Mapping[int, int] = field(default_factory=dict)
    """The lowest place of the first chart, by the window's width."""
    longest: Mapping[int, float] = field(default_factory=dict)
    """The largest length of the page, by the window's width."""
    wide_check: str = ""
    """A script that returns problems in a wide window."""
    has_many_headings: bool = False
    """Whether the page has a main heading for each of its printed sheets."""
    is_missing: bool = False
    """Whether the address answers 404 with a page. Other addresses without a page are left out."""
    prepare: Callable[[BrowserVisitor], None] | None = None
    """What to do on the page before it is checked, such as filling in its form."""
    is_variant: bool = False
    """Whether axe checks another page with the same kinds of elements, and this one in `make soak` only."""

    @property
    def has_limits(self) -> bool:
        """Whether the page has limits of its own, which depend on the language."""
        return bool(self.first_chart or self.longest or self.wide_check)


def choose_for_language(pages: Sequence[SweptPage], language: str) -> list[SweptPage]:
    """Return the pages to visit in a language, so that each page is visited in one.

    Pages with limits are visited in Khmer, whose lines are higher and whose names are longer. The others take turns.
    """
    turn = LANGUAGES.index(language)
    return [
        page
        for index, page in enumerate(pages)
        if (language == "km" if page.has_limits else index % len(LANGUAGES) == turn)
    ]


@dataclass(frozen=True)
class Sweep:
    """Visits of pages in one language by one visitor."""

    visitor: BrowserVisitor
    language: str
    is_whole: bool
    """Whether all pages are checked at all sizes and whole by axe: see `find_violations`."""
    take_picture: TakePicture
    name: str
    expected_content: Callable[[str], PageContent | None] = lambda address: None
    """The content that the page must show, where it is known."""

    def __post_init__(self) -> None:
        self.visitor.page.add_init_script(f"({RECORD_LAYOUT_SHIFTS})()")

    def choose_sizes(self, page: SweptPage) -> tuple[Size, ...]:
        """Return the sizes of the window. In `make soak`, English pages load in a wide window.

        Other runs check pages without limits of their own in a narrow window only, where least fits.
        """
        if self.is_whole:
            sizes = (WIDE, TABLET, ZOOMED, NARROW)
            return sizes if self.language == "en" else sizes[::-1]
        return (NARROW, WIDE) if page.has_limits else (NARROW,)

    def find_faults(self, pages: Iterable[SweptPage]) -> list[str]:
        """Visit the pages that exist for the visitor and return their problems."""
        faults: list[str] = []
        for page in pages:
            self._resize(self.choose_sizes(page)[0])
            if self.open(page):
                faults += self._find_faults_of_shown_page(page)
        if self.visitor.foreign_requests:
            faults.append(f"requests to other origins: {self.visitor.foreign_requests}")
        return faults

    def _find_faults_of_shown_page(self, page: SweptPage) -> list[str]:
        """Return the problems of the page in the window at all sizes."""
        address = PREFIXES[self.language] + page.path
        faults = [f"{address}: {problem}" for problem in self._find_content_faults(page, address)]
        sizes = self.choose_sizes(page)
        for index, size in enumerate((*sizes, PHONE) if page.first_chart else sizes):
            self._resize(size)
            # Only the first size tells about the page's load; charts move when the window changes.
            faults += find_page_faults(self.visitor, address, size[0], with_shifts=index == 0)
            faults += [f"{address} at {size[0]}: {problem}" for problem in self._find_own_faults(page, size)]
            self.take_picture(self.visitor.page, f"{self.name}-{address.strip('/').replace('/', '-')}-{size[0]}")
        if self.is_whole or not page.is_variant:
            violations = find_violations(self.visitor.page, is_whole=self.is_whole)
            faults += [f"{address}: {violation}" for violation in violations]
        return faults

    def open(self, page: SweptPage) -> bool:
        """Open the address, and return whether it answers with a page: with status 404 if expected, else with 200."""
        try:
            answer = self.visitor.page.goto(self.visitor.origin + PREFIXES[self.language] + page.path)
        except Error as error:
            if "Download is starting" in error.message:
                return False
            raise
        assert answer is not None
        is_page = answer.status == (404 if page.is_missing else 200) and "text/html" in answer.headers["content-type"]
        if is_page:
            if page.prepare is not None:
                page.prepare(self.visitor)
            self.visitor.wait()
        else:
            self.visitor.console_errors.clear()
        return is_page

    def _resize(self, size: Size) -> None:
        self.visitor.page.set_viewport_size({"width": size[0], "height": size[1]})

    def _find_content_faults(self, page: SweptPage, address: str) -> Iterable[str]:
        window = self.visitor.page
        if window.evaluate("document.documentElement.lang") != self.language:
            yield f"not in {self.language}"
        if window.locator("h1").count() != 1 and not page.has_many_headings:
            yield f"{window.locator('h1').count()} headings of the page"
        # Plain pages are rendered by the same few components, so `make test` compares pages with limits of their own.
        expected = self.expected_content(address) if self.is_whole or page.has_limits else None
        if expected is not None and read_page(window) != expected:
            yield "shows other tables, charts or facts than the page callback returned"

    def _find_own_faults(self, page: SweptPage, size: Size) -> Iterable[str]:
        window, width = self.visitor.page, size[0]
        if width in page.first_chart and (top := window.evaluate(_FIRST_CHART)) > page.first_chart[width]:
            yield f"the first chart begins at {top:.0f} px"
        if width in page.longest and (length := window.evaluate(_LENGTH)) > page.longest[width]:
            yield f"{length} px long"
        if page.first_chart and size == PHONE and (height := window.evaluate(_HEADER)) > _HIGHEST_HEADER:
            yield f"the header is {height:.0f} px high"
        if page.wide_check and size == WIDE:
            yield from window.evaluate(page.wide_check)


def find_violations(page: Page, *, is_whole: bool) -> list[str]:
    """Return axe's violations, with the first element of each.

    Without `is_whole`, cells like an earlier one of their table and the marks inside charts are removed before, since
    axe's time grows with them. The page can't be used afterwards.
    """
    if not is_whole:
        page.evaluate(_REMOVE_REPEATS)
    violations = Axe().run(page, options=_AXE).response["violations"]
    return [f"{violation['id']}: {violation['nodes'][0]['html'][:160]}" for violation in violations]
