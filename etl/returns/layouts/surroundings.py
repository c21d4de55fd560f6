"""Notice further tables beside and below a table: second columns of names, and headings that are repeated."""

from collections.abc import Iterator

from etl.returns.findings.finding import Finding, make_finding
from etl.returns.layouts.layout import ColumnRole, Layout
from etl.returns.layouts.matching import compact_text, matches_any
from etl.returns.layouts.names import NumberNames, SiteNames
from etl.returns.layouts.shape import TableShape
from etl.returns.numbers import shorten_text
from etl.returns.workbook.cells import CellData

_KEY_ROLES = (
    *(ColumnRole.CODE, ColumnRole.INDICATOR, ColumnRole.PART, ColumnRole.SITE),
    *(ColumnRole.PERIOD, ColumnRole.YEAR, ColumnRole.QUARTER),
)


def check_repeated_columns(
    shape: TableShape, layout: Layout, numbers: NumberNames, sites: SiteNames
) -> Iterator[Finding]:
    """Yield an error for a second column of sites, indicators, parts or periods that says something else."""
    for header in shape.grid.rows[shape.header_row]:
        role = layout.find_role(header.text, matches_any)
        if role not in _KEY_ROLES or shape.column_by_role.get(role) in (None, header.column):
            continue
        cells = [cell for row in shape.iter_rows() if (cell := shape.grid.find_cell(row, header.column)) is not None]
        if any(_says_something_else(shape, role, cell, numbers, sites) for cell in cells):
            first = shape.grid.find_cell(shape.header_row, shape.column_by_role[role])
            names = {"found": shorten_text(header.text), "first": shorten_text(first.text) if first else ""}
            first_cell = first.address if first is not None else ""
            yield make_finding(
                "layout-role-twice", sheet=header.sheet, cell=header.address, first_cell=first_cell, **names
            )


def _says_something_else(
    shape: TableShape, role: ColumnRole, cell: CellData, numbers: NumberNames, sites: SiteNames
) -> bool:
    own = shape.read_text(cell.row, role)
    if compact_text(own) == compact_text(cell.text):
        return False
    if role is ColumnRole.SITE:
        match = sites.find(cell.text)
        return match.is_known and match != sites.find(own)
    if role in (ColumnRole.CODE, ColumnRole.INDICATOR):
        indicator = numbers.find_indicator(cell.text)
        return indicator.is_known and indicator != numbers.find_indicator(own)
    return True


def is_repeated_header(shape: TableShape, layout: Layout, row: int) -> bool:
    """Whether a row below the header has its headings again, or those of another table."""
    return any(
        (cell := shape.grid.sheet.cell_by_position.get((row, column))) is not None
        and matches_any(cell.text, layout.columns.get(role, ()))
        for role, column in shape.column_by_role.items()
        if role in (ColumnRole.CODE, ColumnRole.INDICATOR)
    )


def has_same_headings(shape: TableShape, row: int) -> bool:
    """Whether a row has the same texts as the header."""
    return [(cell.column, compact_text(cell.text)) for cell in shape.grid.rows[row]] == [
        (cell.column, compact_text(cell.text)) for cell in shape.grid.rows[shape.header_row]
    ]
