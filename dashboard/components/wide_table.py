"""A table wider than the window, with two heading rows and a first column that stay visible."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from dashboard.components.markup import Component, make_aria_label, make_link, tags
from dashboard.components.tables import Cell


@dataclass(frozen=True)
class WideColumn:
    """A column: the heading of its group and its own."""

    group: str
    heading: str
    address: str = ""
    """The address that sorts by the column; blank where it can't."""
    sort: str = ""
    """`ascending` or `descending` for the column that the rows are sorted by."""


def build_wide_table(
    caption: str,
    first_heading: str,
    columns: Sequence[WideColumn],
    bodies: Sequence[tuple[str, Sequence[Sequence[Cell]]]],
    *,
    table_id: str,
) -> Component:
    """Return the table. Each body is a group of rows with a heading, which may be blank."""
    groups = [(label, list(members)) for label, members in groupby(columns, key=lambda column: column.group)]
    top = [tags.Th(first_heading, scope="col", rowSpan=2)]
    top += [_build_group(label, len(members)) for label, members in groups]
    below = [
        _build_heading(column, is_first=is_first)
        for _, members in groups
        for is_first, column in ((index == 0, column) for index, column in enumerate(members))
    ]
    starts = _find_group_starts([len(members) for _, members in groups])
    head = tags.Thead([tags.Tr(top), tags.Tr(below)])
    tables = [_build_body(heading, rows, len(columns), starts) for heading, rows in bodies]
    caption_element = tags.Caption(caption, className="vh")
    table = tags.Table([caption_element, head, *tables], className="list wide", id=table_id)
    return tags.Div(table, className="scroll wide-scroll", tabIndex=0, role="region", **make_aria_label(caption))


def _build_heading(column: WideColumn, *, is_first: bool) -> Component:
    """Return the heading of a column, a link that sorts by it where it has one."""
    content: Cell = column.heading
    if column.address:
        arrow = {"ascending": " ↑", "descending": " ↓"}.get(column.sort, "")
        content = make_link(column.heading + arrow, href=column.address, className="sort")
    sort = {"aria-sort": column.sort} if column.sort else {}
    return tags.Th(content, scope="col", className="n g" if is_first else "n", **sort)


def _build_group(label: str, columns: int) -> Component:
    """Return the heading of a group of columns; a plain cell where it is blank, since headings may not be empty."""
    if not label:
        return tags.Td(colSpan=columns, className="g")
    return tags.Th(tags.Span(label), scope="colgroup", colSpan=columns, className="g")


def _find_group_starts(sizes: Sequence[int]) -> frozenset[int]:
    """Return the indexes at which groups begin."""
    return frozenset(sum(sizes[:number]) for number in range(len(sizes)))


def _build_body(heading: str, rows: Sequence[Sequence[Cell]], width: int, starts: frozenset[int]) -> Component:
    lines = []
    if heading:
        title = tags.Th(tags.Span(heading), scope="rowgroup", colSpan=width + 1, className="group")
        lines.append(tags.Tr(title))
    for name, *cells in rows:
        row = [tags.Th(name, scope="row")]
        row += [tags.Td(cell, className="n g" if index in starts else "n") for index, cell in enumerate(cells)]
        lines.append(tags.Tr(row))
    return tags.Tbody(lines)
