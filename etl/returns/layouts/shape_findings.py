"""Report the columns of a table that cannot be read, or that are read with an assumption."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from string import ascii_uppercase

from etl.indicators.periods import Quarter
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.layouts.column_readings import ColumnReading, TableTitle
from etl.returns.layouts.headings import Grid
from etl.returns.layouts.layout import Layout
from etl.returns.layouts.long_columns import LongColumns
from etl.returns.layouts.table_periods import PeriodProblem, TablePeriod
from etl.returns.numbers import shorten_text
from etl.returns.reasons import Reason
from etl.returns.workbook.cells import format_column


def list_column_findings(
    grid: Grid, first_row: int, readings: Sequence[ColumnReading], layout: Layout, title: TableTitle
) -> tuple[Finding, ...]:
    """Return the findings about the columns of a wide table that have a number below their headings."""
    used = _select_used(grid, first_row, readings)
    name = grid.sheet.name
    return (
        *_report_problems(name, used, layout),
        *_report_missing_years(name, used),
        *_report_year_order(name, readings, used),
        *_report_repeated_periods(name, used),
        *_report_unclear(name, used),
        *_report_assumptions(name, used, title),
    )


def _select_used(grid: Grid, first_row: int, readings: Iterable[ColumnReading]) -> list[ColumnReading]:
    """Return the columns that have a number below their headings."""
    cells = [cell for row, row_cells in grid.rows.items() if row >= first_row for cell in row_cells]
    filled = {cell.column for cell in cells if any(letter.isdigit() for letter in cell.text)}
    return [reading for reading in readings if reading.column in filled]


def list_long_findings(
    grid: Grid, first_row: int, columns: LongColumns, value_column: int | None
) -> tuple[Finding, ...]:
    """Return an error for each second column for the same values, and for other columns that are not clear.

    If no column has the whole values, the one whose heading names them is not clear, with or without numbers.
    """
    used = _select_used(grid, first_row, columns.readings)
    used_columns = {reading.column for reading in used}
    twice = [
        make_finding(
            "layout-column-twice",
            sheet=grid.sheet.name,
            cell=second.headings.cell,
            found=shorten_text(second.headings.text),
            first=shorten_text(first.headings.text),
            first_cell=first.headings.cell,
        )
        for first, second in columns.duplicates
        if second.column in used_columns
    ]
    reported = {second.column for _, second in columns.duplicates}
    unclear = [reading for reading in used if reading.column not in reported]
    parts = [reading for reading in columns.parts if reading.column in used_columns]
    if parts:
        location = {"sheet": grid.sheet.name, "cell": parts[0].headings.cell}
        return (make_finding("layout-no-total", **location, found=_list_headings(parts)),)
    if columns.whole is None:
        named = [reading for reading in columns.readings if reading.column == value_column]
        unclear = [replace(reading, reason=Reason.HEADING_UNCLEAR) for reading in named]
    return (*twice, *_report_unclear(grid.sheet.name, unclear))


def _report_problems(sheet: str, readings: Iterable[ColumnReading], layout: Layout) -> Iterator[Finding]:
    """Yield one error for each kind of period that cannot be read, with all its headings."""
    for problem in PeriodProblem:
        faulty = [reading for reading in readings if reading.problem is problem]
        if faulty:
            location = {"sheet": sheet, "cell": faulty[0].headings.cell}
            yield make_finding(problem.value, **location, found=_list_headings(faulty), layout=layout.name)


def _list_headings(readings: Iterable[ColumnReading]) -> str:
    """Return `Jan 2025 (D1), Feb 2025 (E1)`."""
    return ", ".join(f"{shorten_text(reading.headings.text)} ({reading.headings.cell})" for reading in readings)


def _report_missing_years(sheet: str, readings: Iterable[ColumnReading]) -> Iterator[Finding]:
    faulty = [reading for reading in readings if reading.is_year_missing]
    if faulty:
        yield make_finding(
            "layout-year-missing", sheet=sheet, cell=faulty[0].headings.cell, found=_list_headings(faulty)
        )


def _report_year_order(
    sheet: str, readings: Sequence[ColumnReading], used: Sequence[ColumnReading]
) -> Iterator[Finding]:
    """Yield an error for quarters below one year whose order shows a year that does not begin in January.

    In `Oct-Dec, Jan-Mar, Apr-Jun` below 2025 the first quarter is more likely one of 2024.
    """
    for sex in dict.fromkeys(reading.sex for reading in used):
        columns = [
            (reading, reading.period)
            for reading in readings
            if isinstance(reading.period, Quarter) and reading.has_year_elsewhere and reading.sex is sex
        ]
        for (first, start), (second, end) in pairwise(columns):
            if start.year == end.year and (start.number, end.number) == (4, 1) and {first, second} & set(used):
                yield make_finding(
                    "layout-year-order",
                    sheet=sheet,
                    cell=first.headings.cell,
                    year=start.year,
                    found=_list_headings((first, second)),
                )


def _report_repeated_periods(sheet: str, readings: Iterable[ColumnReading]) -> Iterator[Finding]:
    """Yield an error for each column that has the same period as an earlier one."""
    first: dict[tuple[TablePeriod, str], ColumnReading] = {}
    for reading in readings:
        if reading.period is None or reading.reason not in (None, Reason.HEADING_UNCLEAR):
            continue
        key = reading.period, str(reading.sex)
        if key not in first:
            first[key] = reading
            continue
        cell = reading.headings.cell
        if cell == first[key].headings.cell:
            # A merged heading: name the cell of it that stands over the second column.
            cell = format_column(reading.column) + cell.lstrip(ascii_uppercase)
        yield make_finding(
            "layout-period-twice",
            sheet=sheet,
            cell=cell,
            period=reading.period,
            first=shorten_text(first[key].headings.text),
            first_cell=first[key].headings.cell,
            found=shorten_text(reading.headings.text),
        )


def _report_unclear(sheet: str, readings: Sequence[ColumnReading]) -> Iterator[Finding]:
    """Yield an error for each heading with a period or the word "result" that is not understood as a whole."""
    plain = {(reading.period, reading.sex) for reading in readings if reading.reason is None}
    for reading in readings:
        is_reported = reading.problem is not None or reading.is_year_missing
        if reading.reason is not Reason.HEADING_UNCLEAR or is_reported:
            continue
        if reading.period is not None and (reading.period, reading.sex) in plain:
            continue
        location = {"sheet": sheet, "cell": reading.headings.cell}
        found = shorten_text(reading.headings.text)
        yield make_finding("layout-heading-unclear", **location, found=found)


def _report_assumptions(sheet: str, readings: Iterable[ColumnReading], table_title: TableTitle) -> Iterator[Finding]:
    """Yield a warning for a year that was taken from the title, and one for each Buddhist year."""
    title = table_title.year
    read = [reading for reading in readings if reading.reason is None]
    from_title = [reading for reading in read if reading.uses_title]
    if from_title and title is not None:
        location = {"sheet": sheet, "cell": title.cell or from_title[0].headings.cell}
        headings = _list_headings(from_title)
        yield make_finding(
            "layout-year-from-title", **location, found=shorten_text(title.text), year=title.year, headings=headings
        )
    for reading in read:
        if reading.is_buddhist:
            location = {"sheet": sheet, "cell": reading.headings.cell}
            found = shorten_text(reading.headings.text)
            yield make_finding("year-buddhist", **location, found=found, read=reading.period)
