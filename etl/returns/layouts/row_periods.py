"""Read the period of a row of a long table, from one cell or from separate cells for year and quarter."""

import re
from dataclasses import replace

from etl.indicators.plans import Plan
from etl.returns.layouts.headings import format_heading
from etl.returns.layouts.layout import ColumnRole, Layout
from etl.returns.layouts.matching import normalize_text
from etl.returns.layouts.resolve_periods import resolve_period
from etl.returns.layouts.shape import TableShape
from etl.returns.layouts.table_findings import TableFindings
from etl.returns.layouts.table_periods import FiscalTotal, PeriodProblem, TablePeriod, read_period
from etl.returns.numbers import shorten_text
from etl.returns.reasons import Reason
from etl.returns.workbook.cells import CellData

_ROMAN = ("i", "ii", "iii", "iv")
_UNREAD = (Reason.COLUMN_UNKNOWN, Reason.HEADING_UNCLEAR)
_TIME_WORDS = re.compile(
    r"(?<![a-z])(?:quarter|qtr|trimestre|trim|month|mois|season|saison|semest(?:er|re)"
    r"|half|week|semaine|fiscal|fy|exercice)(?![a-z])|"
    + "|".join(map(normalize_text, ("ត្រីមាស", "ខែ", "រដូវ", "ឆមាស", "សប្តាហ៍", "ឆ្នាំសារពើពន្ធ")))
)
"""Words of headings of columns that divide a year, or count it otherwise."""


def read_row_period(
    shape: TableShape, value: CellData, plan: Plan, layout: Layout, findings: TableFindings
) -> TablePeriod | None:
    """Return the period of the row of a value, or None after adding a finding."""
    calendar = plan.settings.calendar
    roles = [role for role in (ColumnRole.PERIOD, ColumnRole.YEAR, ColumnRole.QUARTER) if role in shape.column_by_role]
    cells = [cell for role in roles if (cell := shape.find_cell(value.row, role)) is not None]
    if len(cells) < len(roles) and ColumnRole.PERIOD not in roles or not cells:
        findings.add_blank(value.row, next(role for role in roles if shape.find_cell(value.row, role) is None))
        return None
    texts = [format_heading(cell) for cell in cells]
    quarter = shape.find_cell(value.row, ColumnRole.QUARTER)
    if quarter is not None:
        texts[cells.index(quarter)] = _spell_quarter(format_heading(quarter))
    is_calendar = any(read_period(text, calendar).is_calendar for text in texts)
    match = replace(read_period(" ".join(texts), calendar), is_calendar=is_calendar)
    match = shape.title.apply_fiscal_year(match)
    resolved = resolve_period(match, calendar, layout.fiscal_year)
    if resolved.period is not None and not match.rest:
        if match.is_buddhist:
            findings.add("year-buddhist", cells[0], found=shorten_text(" ".join(texts)), read=str(resolved.period))
        is_whole_year = isinstance(resolved.period, int | FiscalTotal)
        return None if is_whole_year and _is_divided(shape, value, plan, findings) else resolved.period
    faulty = (cell for cell in cells if read_period(format_heading(cell), calendar).is_empty)
    problem = resolved.problem or PeriodProblem.OTHER
    found = shorten_text(" ".join(texts))
    findings.add(problem.value, next(faulty, cells[0]), found=found, layout=layout.name)
    return None


def _is_divided(shape: TableShape, value: CellData, plan: Plan, findings: TableFindings) -> bool:
    """Report a cell beside a whole year, in a column that is not read, that names a quarter, month or season of it."""
    for column in shape.other_columns:
        cell = shape.grid.find_cell(value.row, column.column)
        if cell is None or column.reason not in _UNREAD:
            continue
        period = read_period(format_heading(cell), plan.settings.calendar)
        names_part = (period.quarter is not None or period.problem is not None) and not period.rest
        if names_part or _TIME_WORDS.search(normalize_text(column.heading)):
            findings.used_columns.add(column.column)
            findings.add("layout-year-divided", cell, heading=shorten_text(column.heading))
            return True
    return False


def _spell_quarter(text: str) -> str:
    """Return `Q1` for a bare number or Roman numeral."""
    number = normalize_text(text)
    if number in _ROMAN:
        return f"Q{_ROMAN.index(number) + 1}"
    return f"Q{number}" if number in ("1", "2", "3", "4") else text
