"""Tables of figures as plain component dicts, which cost a fraction of component objects."""

from collections.abc import Sequence
from typing import Any

Cell = Any
Component = Any
"""A plain component dict; Dash takes it where it takes a component."""


def element(kind: str, children: Any = None, **props: Any) -> Component:
    """An html element as Dash passes it on."""
    if None in props.values():
        props = {name: value for name, value in props.items() if value is not None}
    return {"type": kind, "namespace": "dash_html_components", "props": {"children": children, **props}}


def link(children: Any, **props: Any) -> Component:
    """A link within the pages, which loads no page anew."""
    return {**element("Link", children, **props), "namespace": "dash_core_components"}


def aria_label(label: str) -> dict[str, Any]:
    """What a screen reader says of an element, as a keyword that Python can't spell."""
    return {"aria-label": label}


def aria_hidden() -> dict[str, Any]:
    """What keeps a mark from a screen reader, where words beside it say the same."""
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
    """A table with a caption and scopes, scrolling inside itself; the first cell of a row is its heading.

    On a phone one that `stacks` shows each row as a small card, its cells under one another with their headings.
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
    """A number as it is shown, carrying the exact one for whoever compares."""
    return element("Span", text, **{"data-exact": exact})
