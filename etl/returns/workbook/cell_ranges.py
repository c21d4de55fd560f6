"""Describe cells as short lists of ranges: `I28, I47:I49`."""

from collections import defaultdict
from collections.abc import Iterable

from etl.returns.workbook.cells import format_column

MAX_RANGES = 40


def format_cells(positions: Iterable[tuple[int, int]], *, limit: int = MAX_RANGES) -> str:
    """Return the cells (row, column) as ranges within columns, at most `limit`, and the number of the others."""
    rows_by_column: dict[int, set[int]] = defaultdict(set)
    for row, column in positions:
        rows_by_column[column].add(row)
    ranges: list[tuple[int, int, int]] = []
    for column, rows in sorted(rows_by_column.items()):
        for row in sorted(rows):
            if ranges and ranges[-1][0] == column and ranges[-1][2] == row - 1:
                ranges[-1] = (column, ranges[-1][1], row)
            else:
                ranges.append((column, row, row))
    texts = [_format_range(*cell_range) for cell_range in ranges[:limit]]
    hidden = sum(last - first + 1 for _, first, last in ranges[limit:])
    return ", ".join(texts) + (f" … (+{hidden})" if hidden else "")


def _format_range(column: int, first: int, last: int) -> str:
    letters = format_column(column)
    return f"{letters}{first}" if first == last else f"{letters}{first}:{letters}{last}"
