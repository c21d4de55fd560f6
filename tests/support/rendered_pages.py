"""Pages as the page callback returns them, parsed into tables and charts."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import lxml.html
from flask.testing import FlaskClient

from tests.support.page_client import PAGE_CALLBACK_ID, PAGE_OUTPUTS

Element = dict[str, Any]


@dataclass(frozen=True)
class RenderedCell:
    """The text of a cell, and each exact number in it with its displayed text."""

    text: str
    numbers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RenderedPage:
    """Tables by id, each with its headings and rows; charts by id."""

    tables: dict[str, tuple[tuple[str, ...], tuple[tuple[RenderedCell, ...], ...]]]
    charts: dict[str, tuple[Element, ...]]
    text: str


def fetch_page(client: FlaskClient, address: str) -> RenderedPage:
    """Request a page as the signed-in user."""
    return parse_page(fetch_children(client, address))


def fetch_children(client: FlaskClient, address: str) -> Any:
    """Return the components of a page, those of static parts too."""
    return unfold_static_parts(fetch_response(client, address))


def fetch_response(client: FlaskClient, address: str) -> Any:
    """Return the components of a page as the page callback sends them."""
    path, _, search = address.partition("?")
    inputs = [
        {"id": "address", "property": "pathname", "value": path},
        {"id": "address", "property": "search", "value": f"?{search}" if search else ""},
    ]
    body = {"output": PAGE_CALLBACK_ID, "outputs": PAGE_OUTPUTS, "inputs": inputs, "changedPropIds": []}
    cookie = client.get_cookie("csrf")
    answer = client.post("/_dash-update-component", json=body, headers={"X-CSRFToken": cookie.value if cookie else ""})
    assert answer.status_code == 200, answer.status_code
    return json.loads(answer.data)["response"]["page"]["children"]


def unfold_static_parts(part: Any) -> Any:
    """Return components, or a response with components, with the HTML of static parts as components."""
    if isinstance(part, list):
        return [unfold_static_parts(item) for item in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") != "StaticPart":
        return {name: unfold_static_parts(value) for name, value in part.items()}
    props = part["props"]
    content = lxml.html.fragment_fromstring(f"<div>{props['html']}</div>" if props["html"] else "<div></div>")
    # lxml drops rows and cells outside of a table, so the content is parsed inside of its own element.
    if props["tag"] == "table":
        content = lxml.html.fragment_fromstring(f"<table>{props['html']}</table>")
    return _make_element(props["tag"], props["attributes"], content)


_DASH_NAMES = {
    "class": "className",
    "for": "htmlFor",
    "tabindex": "tabIndex",
    "colspan": "colSpan",
    "rowspan": "rowSpan",
}


def _make_element(tag: str, attributes: dict[str, Any], element: Any) -> Element:
    children: list[Any] = [element.text] if element.text else []
    for child in element:
        names = {_DASH_NAMES.get(name, name): value for name, value in child.attrib.items()}
        children.append(_make_element("Link" if "data-page" in names else child.tag, names, child))
        if child.tail:
            children.append(child.tail)
    kind = tag if tag == "Link" else tag.capitalize()
    return {"type": kind, "namespace": "dash_html_components", "props": {**attributes, "children": children}}


def find_elements(page: Any, kind: str) -> list[Element]:
    """Return the components of a type, in the order of the page."""
    return [element for element in list_elements(page) if element["type"] == kind]


def list_elements(page: Any) -> list[Element]:
    """Return all components, in the order of the page."""
    return list(_walk(page))


def parse_page(page: Any) -> RenderedPage:
    elements = list(_walk(page))
    tables = {
        element["props"]["id"]: _list_table(element)
        for element in elements
        if element["type"] == "Table" and element["props"].get("id")
    }
    charts = {
        element["props"]["id"]["name"]: tuple(map(_make_trace, element["props"]["figure"]["data"]))
        for element in elements
        if element["type"] == "Graph"
    }
    return RenderedPage(tables, charts, join_texts(page))


def _make_trace(trace: Element) -> Element:
    """Return the trace with the exact numbers as custom data, without the addresses of its points."""
    custom_data = trace.get("customdata", [])
    return {**trace, "customdata": [entry[0] if isinstance(entry, list) else entry for entry in custom_data]}


def _list_table(table: Element) -> tuple[tuple[str, ...], tuple[tuple[RenderedCell, ...], ...]]:
    rows = [element["props"]["children"] for element in _walk(table["props"]["children"]) if element["type"] == "Tr"]
    head, *body = [[cell for cell in row if cell] if isinstance(row, list) else [row] for row in rows]
    return tuple(join_texts(cell) for cell in head), tuple(tuple(_make_cell(cell) for cell in row) for row in body)


def _make_cell(cell: Element) -> RenderedCell:
    numbers = [
        (element["props"]["data-exact"], join_texts(element))
        for element in _walk(cell)
        if "data-exact" in element["props"]
    ]
    return RenderedCell(join_texts(cell), tuple(numbers))


def join_texts(part: Any) -> str:
    """Return all text of a component with single spaces."""
    return " ".join(" ".join(_iterate_texts(part)).split())


def _iterate_texts(part: Any) -> Iterator[str]:
    if isinstance(part, str | int | float):
        yield str(part)
    elif isinstance(part, list):
        for item in part:
            yield from _iterate_texts(item)
    elif isinstance(part, dict):
        yield from _iterate_texts(part.get("props", {}).get("children"))


def _walk(part: Any) -> Iterator[Element]:
    if isinstance(part, list):
        for item in part:
            yield from _walk(item)
    elif isinstance(part, dict) and "props" in part:
        yield part
        yield from _walk(part["props"].get("children"))
