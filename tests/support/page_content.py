"""The parts of a page that show numbers, read from the components that the page callback returns.

`tests/browser/page_reader.py` reads the same parts from a page in Chromium.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import lxml.html


@dataclass(frozen=True)
class ShownNumber:
    """A number as shown, with its exact value."""

    exact: str
    words: str


@dataclass(frozen=True)
class TableCell:
    """A cell of a table, or a fact of a list."""

    words: str
    small: str
    numbers: tuple[ShownNumber, ...]
    links: tuple[str, ...]
    rating: str

    @property
    def exact(self) -> str:
        """The exact value of the only number in the cell."""
        (only,) = self.numbers
        return only.exact


Row = tuple[TableCell, ...]


@dataclass(frozen=True)
class Trace:
    """A trace of a chart, with the exact numbers of its points."""

    kind: str
    name: str
    x: tuple[Any, ...]
    y: tuple[Any, ...]
    exact: tuple[Any, ...]


@dataclass(frozen=True)
class PageContent:
    """The parts of a page that show numbers."""

    heading: str
    crumb: str
    tables: dict[str, tuple[Row, ...]]
    charts: dict[str, tuple[Trace, ...]]
    facts: dict[str, TableCell]


def parse_content(components: Any) -> PageContent:
    """Return the content of a page's components, with static parts unfolded."""
    document = make_document(components)
    terms = [term for explanation in find_class(document, "explain") for term in explanation.iterfind(".//dt")]
    return PageContent(
        heading=_get_words(next(iter(document.xpath("//main//h1")), None)),
        crumb=_get_words(next(iter(find_class(document, "crumb")), None)),
        tables={
            table.get("id") or _get_words(table.find("caption")): tuple(
                tuple(_make_cell(cell) for cell in row) for row in table.iterfind("tbody/tr")
            )
            for table in find_class(document, "list", "table")
        },
        charts={
            graph["id"]["name"]: tuple(map(_make_trace, graph["figure"]["data"])) for graph in _find_graphs(components)
        },
        # The figure's facts come before its definition, which repeats some names.
        facts={_get_words(term): _make_cell(term.getnext()) for term in reversed(terms)},
    )


def find_class(element: Any, name: str, tag: str = "*") -> list[Any]:
    """Return the elements below an element that have a class."""
    return list(element.xpath(f".//{tag}[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"))


def make_document(components: Any) -> Any:
    """Return components as an HTML document, without charts."""
    document = lxml.html.Element("body")
    _append(document, components)
    return document


def _append(parent: Any, part: Any) -> None:
    if isinstance(part, list):
        for item in part:
            _append(parent, item)
    elif isinstance(part, dict):
        element = lxml.html.Element("a" if part["type"] == "Link" else part["type"].lower())
        for name, value in part["props"].items():
            if isinstance(value, str) and name != "children":
                element.set("class" if name == "className" else name.lower(), value)
        _append(element, part["props"].get("children"))
        parent.append(element)
    elif part is not None:
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + str(part)
        else:
            parent.text = (parent.text or "") + str(part)


def _find_graphs(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, list):
        for item in part:
            yield from _find_graphs(item)
    elif isinstance(part, dict):
        if part["type"] == "Graph":
            yield part["props"]
        yield from _find_graphs(part["props"].get("children"))


def _get_words(element: Any) -> str:
    return "" if element is None else " ".join(element.text_content().split())


def _make_cell(element: Any) -> TableCell:
    badge = next(iter(find_class(element, "badge")), None)
    return TableCell(
        words=_get_words(element),
        small=_get_words(element.find(".//small")),
        numbers=tuple(
            ShownNumber(number.get("data-exact"), _get_words(number)) for number in element.xpath(".//*[@data-exact]")
        ),
        links=tuple(link.get("href") for link in element.iterfind(".//a")),
        rating="" if badge is None else badge.get("class").replace("badge", "", 1).strip().replace("-", "_", 1),
    )


def _make_trace(trace: dict[str, Any]) -> Trace:
    # A point's custom data is its exact number, or this number and the address that it leads to.
    exact = tuple(entry[0] if isinstance(entry, list) else entry for entry in trace.get("customdata") or ())
    return Trace(trace["type"], trace.get("name"), tuple(trace.get("x") or ()), tuple(trace.get("y") or ()), exact)  # type: ignore[arg-type]
