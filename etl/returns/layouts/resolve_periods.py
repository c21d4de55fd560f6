"""Assign the period that a text names to a quarter or a year, by the calendar or by the layout's fiscal year."""

from dataclasses import dataclass

from etl.indicators.periods import Calendar, Quarter, get_quarter
from etl.returns.layouts.table_periods import (
    FiscalTotal,
    FiscalYear,
    PeriodMatch,
    PeriodProblem,
    TablePeriod,
    YearToDate,
)


@dataclass(frozen=True)
class ResolvedPeriod:
    """The period of a heading, or the problem that prevents it."""

    period: TablePeriod | None = None
    problem: PeriodProblem | None = None
    is_year_missing: bool = False


def resolve_period(match: PeriodMatch, calendar: Calendar, fiscal_year: FiscalYear | None = None) -> ResolvedPeriod:
    """Return the quarter, year or year to date that a match names, or why it names none."""
    if match.problem is not None:
        return ResolvedPeriod(problem=match.problem)
    if match.year is None:
        return ResolvedPeriod(is_year_missing=match.quarter is not None)
    if match.is_fiscal:
        resolved = _resolve_fiscal(match, match.year, calendar, fiscal_year)
    elif match.quarter is None:
        resolved = ResolvedPeriod(match.year)
    else:
        quarter = Quarter(match.year, match.quarter)
        resolved = ResolvedPeriod(YearToDate(quarter) if match.is_through and match.quarter > 1 else quarter)
    if isinstance(resolved.period, Quarter) and not _agrees(match, resolved.period, calendar, fiscal_year):
        return ResolvedPeriod(problem=PeriodProblem.OTHER)
    return resolved


def _agrees(match: PeriodMatch, quarter: Quarter, calendar: Calendar, fiscal_year: FiscalYear | None) -> bool:
    """Whether the number of a quarter and a fiscal year that are named beside its months are the right ones."""
    if match.fiscal_heading is not None:
        start = _find_fiscal_start(match, match.fiscal_heading, calendar, fiscal_year)
        if start is None:
            return abs(quarter.year - match.fiscal_heading) <= 1
        if not 0 <= quarter.index * 3 - start < 12:
            return False
    if match.number is None or (match.number == quarter.number and not match.is_fiscal):
        return True
    start = _find_fiscal_start(match, quarter.year, calendar, fiscal_year)
    return start is not None and (quarter.index * 3 - start) % 12 == (match.number - 1) * 3


def _find_fiscal_start(match: PeriodMatch, year: int, calendar: Calendar, fiscal_year: FiscalYear | None) -> int | None:
    """Return the months from the start of the calendar to that of a fiscal year; None if the layout doesn't know it."""
    if fiscal_year is None:
        return None
    is_start_named = match.is_split and not fiscal_year.is_named_after_end
    start_year, start_month = fiscal_year.find_start(year - is_start_named)
    return start_year * 12 + start_month - calendar.first_month


def _resolve_fiscal(
    match: PeriodMatch, year: int, calendar: Calendar, fiscal_year: FiscalYear | None
) -> ResolvedPeriod:
    months = _find_fiscal_start(match, year, calendar, fiscal_year)
    if months is None:
        return ResolvedPeriod(problem=PeriodProblem.FISCAL)
    if months % 3:
        return ResolvedPeriod(problem=PeriodProblem.OTHER)
    if match.quarter is not None and not match.is_through:
        first = months // 3
        step = (match.quarter - 1 - first) % 4 if match.is_dated else match.quarter - 1
        return ResolvedPeriod(get_quarter(first + step))
    if months % 12 == 0:
        own_year = months // 12
        return ResolvedPeriod(own_year if match.quarter is None else YearToDate(Quarter(own_year, match.quarter)))
    if match.quarter is None:
        return ResolvedPeriod(FiscalTotal(get_quarter(months // 3 + 3)))
    return ResolvedPeriod(problem=PeriodProblem.OTHER)
