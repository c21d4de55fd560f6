"""Which merged area, if any, a cell belongs to."""

import re
from collections.abc import Iterable

from etl.returns.workbook.cells import column_number

_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")


class MergedCells:
    """The merged areas of one sheet."""

    def __init__(self, ranges: Iterable[str]) -> None:
        self._areas = [(text, _corners(text)) for text in ranges if ":" in text]

    def find_area(self, cell: str) -> str:
        """The merged area (`F14:G15`) that the cell is part of; blank when it stands alone."""
        row, column = _place(cell)
        for text, (top, left, bottom, right) in self._areas:
            if top <= row <= bottom and left <= column <= right and (top, left) != (bottom, right):
                return text
        return ""


def _corners(text: str) -> tuple[int, int, int, int]:
    first, _, last = text.partition(":")
    return (*_place(first), *_place(last))


def _place(cell: str) -> tuple[int, int]:
    parts = _REFERENCE.fullmatch(cell)
    if parts is None:
        raise ValueError(f"{cell!r} is not a cell")
    return int(parts[2]), column_number(parts[1])
