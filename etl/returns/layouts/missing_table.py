"""Explain why no sheet of a workbook has a table of a layout: which headings there are, and which is missing."""

from collections.abc import Sequence

from etl.returns.findings.finding import Finding, make_finding
from etl.returns.layouts.headings import format_heading
from etl.returns.layouts.layout import ColumnRole, Layout, LayoutKind
from etl.returns.layouts.matching import matches_any
from etl.returns.layouts.shape import HEADER_SEARCH_ROWS, TIME_ROLES
from etl.returns.numbers import shorten_text
from etl.returns.workbook.cells import CellData, SheetData

_NAME_ROLES = (ColumnRole.CODE, ColumnRole.INDICATOR)


def explain_missing_table(sheets: Sequence[SheetData], layout: Layout) -> Finding:
    """Return the error for the row that looks most like the header of the layout."""
    best: tuple[int, list[CellData], set[ColumnRole]] | None = None
    for sheet in sheets:
        rows: dict[int, list[CellData]] = {}
        for cell in sheet.cells:
            rows.setdefault(cell.row, []).append(cell)
        for cells in list(rows.values())[:HEADER_SEARCH_ROWS]:
            roles = {role for cell in cells if (role := layout.find_role(cell.text, matches_any)) is not None}
            if roles.intersection(_NAME_ROLES) and (best is None or len(roles) > best[0]):
                best = len(roles), cells, roles
    if best is None:
        return make_finding("layout-no-table", layout=layout.name)
    _, cells, roles = best
    lacks_time = layout.kind is LayoutKind.WIDE or roles.isdisjoint(TIME_ROLES)
    headings = ", ".join(f"{shorten_text(format_heading(cell))} ({cell.address})" for cell in cells)
    location = {"sheet": cells[0].sheet, "cell": cells[0].address}
    return make_finding("layout-no-period" if lacks_time else "layout-no-value", **location, found=headings)
