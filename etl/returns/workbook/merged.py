"""Look up the merged range that a cell belongs to."""

import re
from collections.abc import Iterable

from etl.returns.workbook.cells import parse_column

_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")


class MergedCells:
    """The merged ranges of one sheet."""

    def __init__(self, ranges: Iterable[str]) -> None:
        self._ranges = [(text, parse_range(text)) for text in ranges if ":" in text]

    def find_area(self, cell: str) -> str:
        """Return the merged range that contains the cell (`F14:G15`), or a blank."""
        row, column = _parse_reference(cell)
        for text, (top, left, bottom, right) in self._ranges:
            if top <= row <= bottom and left <= column <= right and (top, left) != (bottom, right):
                return text
        return ""


def parse_range(text: str) -> tuple[int, int, int, int]:
    """Return top, left, bottom and right of a range such as `F14:G15`."""
    first, _, last = text.partition(":")
    return (*_parse_reference(first), *_parse_reference(last))


def _parse_reference(cell: str) -> tuple[int, int]:
    parts = _REFERENCE.fullmatch(cell)
    if parts is None:
        raise ValueError(f"{cell!r} is not a cell")
    return int(parts[2]), parse_column(parts[1])
