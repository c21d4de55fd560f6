"""Tables as plain component dicts."""

from collections.abc import Sequence
from typing import Any

from dashboard.components.markup import Component, make_aria_label, tags
from etl.locale import Locale

Cell = Any


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
    head = tags.Thead(
        tags.Tr(
            [
                tags.Th(text, scope="col", className="n" if index in numeric else None)
                for index, text in enumerate(header)
            ],
        ),
    )
    body = tags.Tbody([_build_row(row, numeric, header) for row in rows])
    caption_element = tags.Caption(caption, className=None if show_caption else "vh")
    table = tags.Table([caption_element, head, body], className="list stacks" if stacks else "list", id=table_id)
    return tags.Div(table, className="scroll", tabIndex=0, role="region", **make_aria_label(caption))


def _build_row(row: Sequence[Cell], numeric: Sequence[int], header: Sequence[str]) -> Component:
    first, *other_cells = row
    cells = [tags.Th(first, scope="row")]
    cells += [
        tags.Td(cell, className="n" if index in numeric else None, **{"data-label": header[index]})
        for index, cell in enumerate(other_cells, start=1)
    ]
    return tags.Tr(cells)


def build_number_cell(text: str, exact: str) -> Component:
    """Return a formatted number that carries the exact one as an attribute."""
    return tags.Span(text, **{"data-exact": exact})


def describe_hidden_rows(count: int, locale: Locale) -> str:
    """Return the note below a table that leaves out some rows."""
    return locale.ngettext("{count:,} more is not shown.", "{count:,} more are not shown.", count, count=count)
