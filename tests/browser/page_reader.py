"""Read a page in the browser: tables with exact numbers, charts and facts."""

from typing import Any

from playwright.sync_api import Page

from tests.support.page_content import PageContent, ShownNumber, TableCell, Trace

_READ = """() => {
  const words = element => element ? element.textContent.replace(/\\s+/g, ' ').trim() : '';
  const all = (place, what) => [...place.querySelectorAll(what)];
  const cell = element => ({
    words: words(element),
    small: words(element.querySelector('small')),
    numbers: all(element, '[data-exact]').map(number => ({exact: number.dataset.exact, shown: words(number)})),
    links: all(element, 'a').map(link => link.getAttribute('href')),
    rating: (element.querySelector('.badge') || {className: ''}).className.replace('badge', '').trim()
      .replace('-', '_'),
  });
  const table = element => ({
    name: element.id || words(element.querySelector('caption')),
    rows: all(element, 'tbody tr').map(row => [...row.children].map(cell)),
  });
  // A point's custom data is its exact number, or this number and the address that it leads to.
  const exacts = entries => (entries || []).map(entry => Array.isArray(entry) ? entry[0] : entry);
  const trace = data => ({type: data.type, name: data.name, x: data.x, y: data.y, exact: exacts(data.customdata)});
  return {
    heading: words(document.querySelector('main h1')),
    crumb: words(document.querySelector('main .crumb')),
    tables: all(document, 'main table.list').map(table),
    charts: all(document, '.js-plotly-plot').map(
      chart => ({name: chart.closest("[id^=chart-]").id, traces: chart.data.map(trace)})
    ),
    facts: all(document, '.explain dt').map(element => [words(element), cell(element.nextElementSibling)]),
  };
}"""


def read_page(page: Page) -> PageContent:
    """Return the content of the current page."""
    page_data = page.evaluate(_READ)
    return PageContent(
        heading=page_data["heading"],
        crumb=page_data["crumb"],
        tables={table["name"]: tuple(tuple(map(_cell, row)) for row in table["rows"]) for table in page_data["tables"]},
        charts={chart["name"]: tuple(map(_trace, chart["traces"])) for chart in page_data["charts"]},
        # The figure's facts come before its definition, which repeats some names.
        facts={name: _cell(cell) for name, cell in reversed(page_data["facts"])},
    )


def _cell(cell_data: dict[str, Any]) -> TableCell:
    numbers = tuple(ShownNumber(number["exact"], number["shown"]) for number in cell_data["numbers"])
    return TableCell(cell_data["words"], cell_data["small"], numbers, tuple(cell_data["links"]), cell_data["rating"])


def _trace(trace_data: dict[str, Any]) -> Trace:
    x, y, exact = (tuple(trace_data[part] or ()) for part in ("x", "y", "exact"))
    return Trace(trace_data["type"], trace_data["name"], x, y, exact)
