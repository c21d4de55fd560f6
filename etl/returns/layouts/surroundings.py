"""Check what stands around a table: its title, the name of its sheet, and further tables beside it."""

from collections.abc import Iterator

from etl.indicators.periods import Calendar
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.layouts.heading_words import (
    NOT_RESULTS,
    REASON_BY_KIND,
    SEXES,
    HeadingKind,
    names_scale,
    remove_fillers,
    split_heading_words,
)
from etl.returns.layouts.layout import ColumnRole, Layout, LayoutKind
from etl.returns.layouts.matching import compact_text, matches_any
from etl.returns.layouts.names import NumberNames, SiteNames
from etl.returns.layouts.shape import TableShape, find_text_cells_above
from etl.returns.layouts.table_periods import read_period
from etl.returns.layouts.title_words import find_sentence_kinds
from etl.returns.numbers import shorten_text
from etl.returns.reasons import Reason, localize_reason
from etl.returns.workbook.cells import CellData

_TITLE_KINDS = (*NOT_RESULTS, HeadingKind.CUMULATIVE, HeadingKind.YEAR_TO_DATE)
_OPEN_HEADINGS = ("value", "values", "valeur", "valeurs", "number", "តម្លៃ", "ចំនួន")
"""Headings of values that don't say whether they are results."""
_KEY_ROLES = (
    *(ColumnRole.CODE, ColumnRole.INDICATOR, ColumnRole.PART, ColumnRole.SITE),
    *(ColumnRole.PERIOD, ColumnRole.YEAR, ColumnRole.QUARTER),
)


def check_title(shape: TableShape, layout: Layout, calendar: Calendar) -> Iterator[Finding]:
    """Yield an error for a text above the table, or a sheet's name, that makes its numbers something else than results.

    The headings decide if they name results themselves, except about sums since an earlier date and about thousands.
    """
    above = (cell for cell in find_text_cells_above(shape) if not shape.heads_column(cell))
    texts = [("", shape.sheet.name), *((cell.address, cell.text) for cell in above)]
    has_own_words = _name_results(shape, layout)
    filled = {cell.column for cell in shape.sheet.cells if cell.row >= shape.first_row}
    has_parts = any(not column.is_whole for column in shape.value_columns if column.column in filled)
    for cell, text in texts:
        location = {"sheet": shape.sheet.name, "cell": cell, "found": shorten_text(text)}
        if names_scale(text):
            yield make_finding("layout-scale", **location)
        if _names_one_sex(text, calendar) and not has_parts:
            yield make_finding("layout-title-unclear", **location, reason=localize_reason(Reason.PART))
        kind = _find_kind(text, calendar)
        if kind is not None and not (has_own_words and kind in NOT_RESULTS):
            yield make_finding("layout-title-unclear", **location, reason=localize_reason(REASON_BY_KIND[kind]))


def _names_one_sex(text: str, calendar: Calendar) -> bool:
    """Whether a title says women or men, and nothing else but a period."""
    words = split_heading_words(text)
    kinds = words.kinds - {HeadingKind.TOTAL, HeadingKind.RESULT}
    return len(kinds) == 1 and kinds <= set(SEXES) and not remove_fillers(read_period(words.rest, calendar).rest)


def _find_kind(text: str, calendar: Calendar) -> HeadingKind | None:
    """Return what a title says that the numbers are, unless they are results or the title names both."""
    words = split_heading_words(text)
    is_whole = not remove_fillers(read_period(words.rest, calendar).rest)
    kinds = words.kinds if is_whole else find_sentence_kinds(text) - {HeadingKind.PERCENT, HeadingKind.PREVIOUS}
    kind = next((kind for kind in _TITLE_KINDS if kind in kinds), None)
    return None if kind in NOT_RESULTS and HeadingKind.RESULT in words.kinds else kind


def _name_results(shape: TableShape, layout: Layout) -> bool:
    """Whether the headings of all columns of values say that they are results."""
    headings = [column.heading for column in shape.value_columns if column.is_whole or layout.kind is LayoutKind.WIDE]
    if layout.kind is LayoutKind.LONG:
        headings = [heading for heading in headings if not matches_any(heading, _OPEN_HEADINGS)]
    return bool(headings) and all(HeadingKind.RESULT in split_heading_words(heading).kinds for heading in headings)


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
