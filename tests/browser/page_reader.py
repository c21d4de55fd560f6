"""What stands on a page in the browser: its tables with the exact numbers they carry, its drawn charts, its cards."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

_READ = """() => {
  const words = one => one ? one.textContent.replace(/\\s+/g, ' ').trim() : '';
  const all = (place, what) => [...place.querySelectorAll(what)];
  const cell = one => ({
    words: words(one),
    small: words(one.querySelector('small')),
    numbers: all(one, '[data-exact]').map(number => ({exact: number.dataset.exact, shown: words(number)})),
    links: all(one, 'a').map(link => link.getAttribute('href')),
    rating: (one.querySelector('.badge') || {className: ''}).className.replace('badge', '').trim().replace('-', '_'),
  });
  const table = one => ({
    name: one.id || words(one.querySelector('caption')),
    rows: all(one, 'tbody tr').map(row => [...row.children].map(cell)),
  });
  const trace = one => ({type: one.type, name: one.name, x: one.x, y: one.y, exact: one.customdata});
  return {
    heading: words(document.querySelector('main h1')),
    crumb: words(document.querySelector('main .crumb')),
    tables: all(document, 'main table.list').map(table),
    charts: all(document, '.js-plotly-plot').map(
      one => ({name: one.closest('[id^=chart-]').id, traces: one.data.map(trace)})
    ),
    cards: all(document, 'main .card').map(one => ({
      link: one.getAttribute('href'),
      share: words(one.querySelector('.big').firstChild),
      counts: words(one.querySelector('.counts')),
      pieces: all(one, '.strip-piece').map(piece => Number(piece.style.flexGrow)),
    })),
    facts: all(document, '.explain dt').map(one => [words(one), cell(one.nextElementSibling)]),
  };
}"""


@dataclass(frozen=True)
class ShownNumber:
    """A number as it is shown, with the exact one behind it."""

    exact: str
    words: str


@dataclass(frozen=True)
class TableCell:
    """One cell of a table, or one fact of a list."""

    words: str
    small: str
    numbers: tuple[ShownNumber, ...]
    links: tuple[str, ...]
    rating: str

    @property
    def exact(self) -> str:
        """The one number in it."""
        (only,) = self.numbers
        return only.exact


Row = tuple[TableCell, ...]


@dataclass(frozen=True)
class Trace:
    """One series of a drawn chart, with the exact numbers behind its points."""

    kind: str
    name: str
    x: tuple[Any, ...]
    y: tuple[Any, ...]
    exact: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """One objective on the overview."""

    link: str
    share: str
    counts: str
    pieces: tuple[int, ...]


@dataclass(frozen=True)
class PageContent:
    """Everything on a page that says a number."""

    heading: str
    crumb: str
    tables: dict[str, tuple[Row, ...]]
    charts: dict[str, tuple[Trace, ...]]
    cards: tuple[Card, ...]
    facts: dict[str, TableCell]


def read_page(page: Page) -> PageContent:
    """The page that the browser shows now."""
    found = page.evaluate(_READ)
    return PageContent(
        heading=found["heading"],
        crumb=found["crumb"],
        tables={one["name"]: tuple(tuple(map(_cell, row)) for row in one["rows"]) for one in found["tables"]},
        charts={one["name"]: tuple(map(_trace, one["traces"])) for one in found["charts"]},
        cards=tuple(Card(one["link"], one["share"], one["counts"], tuple(one["pieces"])) for one in found["cards"]),
        # The figure's facts stand before its definition, which names some of them again.
        facts={name: _cell(cell) for name, cell in reversed(found["facts"])},
    )


def _cell(found: dict[str, Any]) -> TableCell:
    numbers = tuple(ShownNumber(one["exact"], one["shown"]) for one in found["numbers"])
    return TableCell(found["words"], found["small"], numbers, tuple(found["links"]), found["rating"])


def _trace(found: dict[str, Any]) -> Trace:
    x, y, exact = (tuple(found[part] or ()) for part in ("x", "y", "exact"))
    return Trace(found["type"], found["name"], x, y, exact)
