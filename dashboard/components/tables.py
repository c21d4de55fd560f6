"""Elements and tables as plain component dicts, which are much faster than component objects."""

from collections.abc import Sequence
from typing import Any

Cell = Any
Component = Any
"""A plain component dict. Dash accepts it in place of a component."""


def element(kind: str, children: Any = None, **props: Any) -> Component:
    """Return an html element in Dash's format. Properties that are None are left out."""
    if None in props.values():
        props = {name: value for name, value in props.items() if value is not None}
    return {"type": kind, "namespace": "dash_html_components", "props": {"children": children, **props}}


def link(children: Any, **props: Any) -> Component:
    """Return a link that changes the page without a reload."""
    return {**element("Link", children, **props), "namespace": "dash_core_components"}


def aria_label(label: str) -> dict[str, Any]:
    """Return the `aria-label` property, whose name is no Python keyword."""
    return {"aria-label": label}


def aria_hidden() -> dict[str, Any]:
    """Return the property that hides a mark from screen readers, where a text says the same."""
    return {"aria-hidden": "true"}


def build_table(
    caption: str,
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    numeric: Sequence[int] = (),
    table_id: str | None = None,
    show_caption: bool = False,
    stacks: bool = False,
) -> Component:
    """Return a table that scrolls inside its frame. The first cell of each row is its heading.

    With `stacks`, a phone shows each row as a small card with the headings beside the cells.
    """
    head = element(
        "Thead",
        element(
            "Tr",
            [
                element("Th", text, scope="col", className="n" if index in numeric else None)
                for index, text in enumerate(header)
            ],
        ),
    )
    body = element("Tbody", [_row(row, numeric, header) for row in rows])
    caption_element = element("Caption", caption, className=None if show_caption else "vh")
    table = element("Table", [caption_element, head, body], className="list stacks" if stacks else "list", id=table_id)
    return element("Div", table, className="scroll", tabIndex=0, role="region", **aria_label(caption))


def _row(row: Sequence[Cell], numeric: Sequence[int], header: Sequence[str]) -> Component:
    first, *others = row
    cells = [element("Th", first, scope="row")]
    cells += [
        element("Td", cell, className="n" if index in numeric else None, **{"data-label": header[index]})
        for index, cell in enumerate(others, start=1)
    ]
    return element("Tr", cells)


def number_cell(text: str, exact: str) -> Component:
    """Return a formatted number that carries the exact one as an attribute."""
    return element("Span", text, **{"data-exact": exact})
