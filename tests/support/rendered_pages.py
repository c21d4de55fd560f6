"""Pages as the page callback returns them, parsed into tables, charts and cards."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from tests.support.page_client import PAGE_CALLBACK_ID

Element = dict[str, Any]


@dataclass(frozen=True)
class RenderedCell:
    """The text of a cell, and each exact number in it with its displayed text."""

    text: str
    numbers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RenderedPage:
    """Tables by id, each with its headings and rows; charts by id; cards by their address."""

    tables: dict[str, tuple[tuple[str, ...], tuple[tuple[RenderedCell, ...], ...]]]
    charts: dict[str, tuple[Element, ...]]
    cards: dict[str, str]
    """The text of each card by its address."""
    text: str


def fetch_page(client: FlaskClient, address: str) -> RenderedPage:
    """Request a page as the signed-in user."""
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
    tables = {
        element["props"]["id"]: _table(element)
        for element in elements
        if element["type"] == "Table" and element["props"].get("id")
    }
    charts = {
        element["props"]["id"]: tuple(element["props"]["figure"]["data"])
        for element in elements
        if element["type"] == "Graph"
    }
    cards = {
        element["props"]["href"]: text_of(element)
        for element in elements
        if "card" in str(element["props"].get("className", "")).split() and "href" in element["props"]
    }
    return RenderedPage(tables, charts, cards, text_of(page))


def _table(table: Element) -> tuple[tuple[str, ...], tuple[tuple[RenderedCell, ...], ...]]:
    rows = [element["props"]["children"] for element in _walk(table["props"]["children"]) if element["type"] == "Tr"]
    head, *body = [[cell for cell in row if cell] if isinstance(row, list) else [row] for row in rows]
    return tuple(text_of(cell) for cell in head), tuple(tuple(_cell(cell) for cell in row) for row in body)


def _cell(cell: Element) -> RenderedCell:
    numbers = [
        (element["props"]["data-exact"], text_of(element))
        for element in _walk(cell)
        if "data-exact" in element["props"]
    ]
    return RenderedCell(text_of(cell), tuple(numbers))


def text_of(part: Any) -> str:
    """Return all text of a component with single spaces."""
    return " ".join(" ".join(_texts(part)).split())


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str | int | float):
        yield str(part)
    elif isinstance(part, list):
        for item in part:
            yield from _texts(item)
    elif isinstance(part, dict):
        yield from _texts(part.get("props", {}).get("children"))


def _walk(part: Any) -> Iterator[Element]:
    if isinstance(part, list):
        for item in part:
            yield from _walk(item)
    elif isinstance(part, dict) and "props" in part:
        yield part
        yield from _walk(part["props"].get("children"))
