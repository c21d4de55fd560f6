"""Decide what each column of a tracking table holds: results of a period, something else, or nothing that is clear."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from etl.indicators.periods import Calendar, Quarter
from etl.returns.layouts.heading_words import (
    REASON_BY_KIND,
    SEXES,
    HeadingKind,
    HeadingWords,
    read_heading_words,
    remove_fillers,
    split_heading_words,
)
from etl.returns.layouts.headings import ColumnHeadings
from etl.returns.layouts.layout import ColumnRole, Layout
from etl.returns.layouts.matching import matches_any
from etl.returns.layouts.resolve_periods import resolve_period
from etl.returns.layouts.table_periods import (
    PeriodMatch,
    PeriodProblem,
    TablePeriod,
    YearToDate,
    join_periods,
    read_period,
)
from etl.returns.reasons import Reason


@dataclass(frozen=True)
class TitleYear:
    """The only year in the texts above a table, for headings that name a quarter alone."""

    year: int
    is_fiscal: bool
    cell: str
    text: str


@dataclass(frozen=True)
class TableTitle:
    """What the texts above a table say about its periods."""

    year: TitleYear | None = None
    is_fiscal: bool = False
    """Whether a text says that the years are fiscal years."""

    def apply_fiscal_year(self, match: PeriodMatch) -> PeriodMatch:
        """Return the period as one of a fiscal year, unless its year is one of the calendar."""
        return replace(match, is_fiscal=True) if self.is_fiscal and not match.is_calendar else match


@dataclass(frozen=True)
class ColumnReading:
    """What a column holds. A column of results has no reason and, in a wide table, a period; any other has a reason."""

    headings: ColumnHeadings
    period: TablePeriod | None = None
    reason: Reason | None = None
    sex: HeadingKind | None = None
    """Whether the column is for women or men only."""
    part: str = ""
    """The name of the part whose values a column of a long table holds."""
    problem: PeriodProblem | None = None
    unclear_words: str = ""
    """The words that make a heading with a period unclear."""
    is_year_missing: bool = False
    is_buddhist: bool = False
    uses_title: bool = False
    has_year_elsewhere: bool = False
    """Whether the year of a quarter stands in another heading than the quarter, or in the title."""
    is_cumulative: bool = False
    names_period: bool = False
    """Whether a heading names a period, also of a column without results."""

    @property
    def column(self) -> int:
        return self.headings.column


def read_columns(
    headings: Sequence[ColumnHeadings], layout: Layout, calendar: Calendar, title: TableTitle
) -> tuple[ColumnReading, ...]:
    """Return what each column holds. Cumulative columns depend on the others."""
    readings = [_read_column(column, layout, calendar, title) for column in headings]
    readings = list(_refuse_repeated(readings))
    plain: set[TablePeriod] = {
        reading.period
        for reading in readings
        if reading.period is not None and reading.reason is None and not reading.is_cumulative
    }
    years = {period.year for period in plain if isinstance(period, Quarter)}
    return tuple(_resolve_cumulative(reading, plain, years) for reading in readings)


def _read_column(headings: ColumnHeadings, layout: Layout, calendar: Calendar, title: TableTitle) -> ColumnReading:
    own_texts = [text for text in headings.texts if not _is_known(text, layout)]
    split_words = [split_heading_words(text) for text in own_texts]
    kinds = frozenset(kind for words in split_words for kind in words.kinds) | _find_layout_kinds(headings, layout)
    matches = [read_period(words.rest, calendar) for words in split_words]
    match = join_periods(matches)
    words = HeadingWords(kinds, remove_fillers(match.rest))
    has_year_elsewhere = any(part.quarter is not None and part.year is None for part in matches)
    reading = ColumnReading(
        headings, is_buddhist=match.is_buddhist, names_period=not match.is_empty, has_year_elsewhere=has_year_elsewhere
    )
    if matches_any(headings.text, layout.ignored_headings) and words.not_result is None:
        return replace(reading, reason=Reason.IGNORED)
    has_version = not kinds.isdisjoint((HeadingKind.CUMULATIVE, HeadingKind.YEAR_TO_DATE, HeadingKind.REVISED))
    if not has_version and any(
        matches_any(text, (*layout.ignored_headings, *layout.columns.get(ColumnRole.NOTE, ())))
        for text in _list_spellings(headings, calendar)
    ):
        reason = REASON_BY_KIND[words.not_result] if words.not_result is not None else Reason.IGNORED
        return replace(reading, reason=reason)
    if words.not_result is not None:
        return replace(reading, reason=REASON_BY_KIND[words.not_result])
    if match.is_empty:
        return _read_without_period(reading, words)
    return _read_with_period(reading, match, words, layout, calendar, title)


def _list_spellings(headings: ColumnHeadings, calendar: Calendar) -> Iterator[str]:
    """Yield each heading, and what remains of it without its period."""
    for text in headings.texts:
        yield text
        match = read_period(text, calendar)
        if not match.is_empty and match.rest:
            yield match.rest


def _is_known(text: str, layout: Layout) -> bool:
    return matches_any(text, (*layout.value_headings, *layout.total_headings))


def _find_layout_kinds(headings: ColumnHeadings, layout: Layout) -> frozenset[HeadingKind]:
    """Return the kinds that the layout itself gives to headings."""
    pairs = ((layout.value_headings, HeadingKind.RESULT), (layout.total_headings, HeadingKind.TOTAL))
    return frozenset(kind for words, kind in pairs if any(matches_any(text, words) for text in headings.texts))


def _read_without_period(reading: ColumnReading, words: HeadingWords) -> ColumnReading:
    if words.rest or not words.kinds:
        return replace(reading, reason=Reason.COLUMN_UNKNOWN)
    for kind in (HeadingKind.CUMULATIVE, HeadingKind.YEAR_TO_DATE, HeadingKind.TOTAL):
        if kind in words.kinds and not words.kinds.intersection(SEXES):
            return replace(reading, reason=REASON_BY_KIND[kind])
    return replace(reading, reason=Reason.HEADING_UNCLEAR)


def _read_with_period(
    reading: ColumnReading,
    match: PeriodMatch,
    words: HeadingWords,
    layout: Layout,
    calendar: Calendar,
    title: TableTitle,
) -> ColumnReading:
    uses_title = match.year is None and match.quarter is not None and title.year is not None
    if uses_title and title.year is not None:
        match = replace(match, year=title.year.year, is_fiscal=match.is_fiscal or title.year.is_fiscal)
    match = title.apply_fiscal_year(match)
    resolved = resolve_period(match, calendar, layout.fiscal_year)
    sexes = [kind for kind in SEXES if kind in words.kinds]
    reading = replace(
        reading,
        uses_title=uses_title,
        sex=sexes[0] if len(sexes) == 1 else None,
        is_year_missing=resolved.is_year_missing,
        is_cumulative=isinstance(resolved.period, YearToDate)
        or not words.kinds.isdisjoint((HeadingKind.CUMULATIVE, HeadingKind.YEAR_TO_DATE)),
    )
    if resolved.problem is not None or resolved.is_year_missing:
        return replace(reading, reason=Reason.HEADING_UNCLEAR, problem=resolved.problem)
    if HeadingKind.REVISED in words.kinds or words.rest or len(sexes) > 1:
        unclear_words = words.rest or reading.headings.text
        return replace(reading, period=resolved.period, reason=Reason.HEADING_UNCLEAR, unclear_words=unclear_words)
    period = resolved.period
    if HeadingKind.YEAR_TO_DATE in words.kinds and isinstance(period, Quarter):
        period = YearToDate(period)
    elif HeadingKind.CUMULATIVE in words.kinds:
        return replace(reading, period=period, reason=Reason.CUMULATIVE, unclear_words=reading.headings.text)
    return replace(reading, period=period)


def _refuse_repeated(readings: list[ColumnReading]) -> Iterator[ColumnReading]:
    """Yield the columns; a column of results for the same period as an earlier one is not clear."""
    seen: set[tuple[TablePeriod, HeadingKind | None]] = set()
    for reading in readings:
        if reading.period is None or reading.reason is not None:
            yield reading
            continue
        key = reading.period, reading.sex
        yield replace(reading, reason=Reason.HEADING_UNCLEAR) if key in seen else reading
        seen.add(key)


def _resolve_cumulative(reading: ColumnReading, plain: set[TablePeriod], years: set[int]) -> ColumnReading:
    """Set a cumulative column aside if the plain values of its period are there; else it must say its start."""
    period = reading.period
    if reading.reason is not Reason.CUMULATIVE or period is None:
        return reading
    last = period.last if isinstance(period, YearToDate) else period
    if last in plain or (isinstance(last, int) and last in years):
        return reading
    return replace(reading, reason=Reason.HEADING_UNCLEAR)


def find_row_reason(text: str) -> Reason | None:
    """Return why the numbers of a row with a label such as "Target" are no results; None if they are results."""
    words = read_heading_words(text)
    kinds = (HeadingKind.CUMULATIVE, HeadingKind.YEAR_TO_DATE, HeadingKind.REVISED)
    kind = words.not_result or next((kind for kind in kinds if kind in words.kinds), None)
    return None if kind is None else REASON_BY_KIND[kind]
