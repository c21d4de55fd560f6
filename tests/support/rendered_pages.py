"""What the page callback sends to the browser, as tables, charts and cards to look numbers up in."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from tests.support.page_client import PAGE_CALLBACK_ID

Element = dict[str, Any]


@dataclass(frozen=True)
class RenderedCell:
    """A cell's words, and the exact numbers that stand in it, each with the words that show it."""

    text: str
    numbers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RenderedPage:
    """`tables` by id: the headings, then each row by its heading cell's words."""

    tables: dict[str, tuple[tuple[str, ...], tuple[tuple[RenderedCell, ...], ...]]]
    charts: dict[str, tuple[Element, ...]]
    cards: dict[str, str]
    """The words of each card by where it leads."""
    text: str


def fetch_page(client: FlaskClient, address: str) -> RenderedPage:
    """The page of an address, for whoever is signed in."""
    path, _, search = address.partition("?")
    inputs = [
        {"id": "address", "property": "pathname", "value": path},
        {"id": "address", "property": "search", "value": f"?{search}" if search else ""},
    ]
    outputs = [{"id": "page", "property": "children"}, {"id": "page-head", "property": "data"}]
    body = {"output": PAGE_CALLBACK_ID, "outputs": outputs, "inputs": inputs, "changedPropIds": []}
    cookie = client.get_cookie("csrf")
    answer = client.post("/_dash-update-component", json=body, headers={"X-CSRFToken": cookie.value if cookie else ""})
    assert answer.status_code == 200, answer.status_code
    return parse_page(json.loads(answer.data)["response"]["page"]["children"])


def parse_page(page: Any) -> RenderedPage:
    elements = list(_walk(page))
    tables = {one["props"]["id"]: _table(one) for one in elements if one["type"] == "Table" and one["props"].get("id")}
    charts = {one["props"]["id"]: tuple(one["props"]["figure"]["data"]) for one in elements if one["type"] == "Graph"}
    cards = {
        one["props"]["href"]: text_of(one)
        for one in elements
        if "card" in str(one["props"].get("className", "")).split() and "href" in one["props"]
    }
    return RenderedPage(tables, charts, cards, text_of(page))


def _table(table: Element) -> tuple[tuple[str, ...], tuple[tuple[RenderedCell, ...], ...]]:
    rows = [one["props"]["children"] for one in _walk(table["props"]["children"]) if one["type"] == "Tr"]
    head, *body = [[cell for cell in row if cell] if isinstance(row, list) else [row] for row in rows]
    return tuple(text_of(cell) for cell in head), tuple(tuple(_cell(cell) for cell in row) for row in body)


def _cell(cell: Element) -> RenderedCell:
    numbers = [(one["props"]["data-exact"], text_of(one)) for one in _walk(cell) if "data-exact" in one["props"]]
    return RenderedCell(text_of(cell), tuple(numbers))


def text_of(part: Any) -> str:
    """All text in it, with single spaces."""
    return " ".join(" ".join(_texts(part)).split())


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str | int | float):
        yield str(part)
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict):
        yield from _texts(part.get("props", {}).get("children"))


def _walk(part: Any) -> Iterator[Element]:
    if isinstance(part, list):
        for one in part:
            yield from _walk(one)
    elif isinstance(part, dict) and "props" in part:
        yield part
        yield from _walk(part["props"].get("children"))
