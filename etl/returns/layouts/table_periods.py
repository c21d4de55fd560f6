"""Read the period that a heading or a cell names, in English, French or Khmer."""

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from etl.indicators.periods import Calendar, Quarter
from etl.returns.layouts.matching import normalize_text
from etl.returns.layouts.month_names import MONTH, find_date_range, find_quarters, get_month, has_single_date

BUDDHIST_YEARS = range(2480, 2701)
BUDDHIST_ERA_OFFSET = 543


class PeriodProblem(StrEnum):
    """Why a period cannot be assigned to a quarter or a year. The values are codes of findings."""

    FISCAL = "layout-fiscal-year"
    MONTH = "layout-month"
    HALF_YEAR = "layout-half-year"
    OTHER = "layout-period-unknown"


@dataclass(frozen=True)
class FiscalYear:
    """How a layout counts fiscal years: by the first month, and named after the year in which they end or start."""

    first_month: int
    is_named_after_end: bool = True

    def find_start(self, year: int) -> tuple[int, int]:
        """Return the calendar year and month in which the fiscal year starts."""
        starts_before = self.is_named_after_end and self.first_month > 1
        return year - starts_before, self.first_month


@dataclass(frozen=True)
class YearToDate:
    """The quarters of a year from the first to `last`."""

    last: Quarter

    def __str__(self) -> str:
        return f"{self.last.year} Q1-Q{self.last.number}"


@dataclass(frozen=True)
class FiscalTotal:
    """A whole fiscal year that is no year of the plan. `last` is its last quarter."""

    last: Quarter

    def __str__(self) -> str:
        return f"{self.last.shift(-3)}-{self.last}"


TablePeriod = Quarter | int | YearToDate | FiscalTotal


@dataclass(frozen=True)
class PeriodMatch:
    """The year and quarter in a text, the rest of the text, and what else it says about the period."""

    year: int | None = None
    quarter: int | None = None
    rest: str = ""
    is_through: bool = False
    """Whether it covers the quarters from the first to `quarter`."""
    is_fiscal: bool = False
    is_split: bool = False
    """Whether a fiscal year is written as two years, `2024/25`; `year` is the second."""
    is_buddhist: bool = False
    problem: PeriodProblem | None = None
    is_dated: bool = False
    """Whether months or dates are named: then `quarter` is the one of the calendar, also within a fiscal year."""
    number: int | None = None
    """The number of a quarter that is named beside its months."""
    is_calendar: bool = False
    """Whether the year is one of the calendar also in a fiscal table: months stand beside it, or it says so."""
    fiscal_heading: int | None = None
    """The fiscal year in a heading over months that have a year of their own."""

    @property
    def is_empty(self) -> bool:
        return self.year is None and self.quarter is None and self.problem is None


_FISCAL = re.compile(
    r"\b(?:us ?g ?)?(?:fy|fiscal years?|fiscal|exercice|gfy|budget year)(?![a-z])|ឆ្នាំសារពើពន្ធ|ឆ្នាំហិរញ្ញវត្ថុ|ឆ្នាំថវិកា"
)
_FISCAL_SHORT = re.compile(r"\bfy ?'?([0-9]{2})(?![0-9])")
_FISCAL_SPLIT_SHORT = re.compile(r"\bfy ?'?([0-9]{2}) ?[/-] ?'?([0-9]{2})(?![0-9/.-])")
_SPLIT_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2}) ?[/-] ?(?:20)?([0-9]{2})(?![0-9/.-])")
_YEAR = re.compile(r"(?<![0-9])(2[045-7][0-9]{2})(?![0-9])")
_QUARTER_WORD = r"(?:quarters?|qtr|q|trimestres?|trim|t|ត្រីមាស(?:ទី)?)"
_RANGE = re.compile(
    rf"(?<![a-z])(?:{_QUARTER_WORD})[ .]*([1-4]) ?(?:-|to|through|thru|a|à|ដល់|/|&|\+|and|,) ?"
    rf"(?:{_QUARTER_WORD})?[ .]*([1-4])(?![0-9])"
)
_QUARTER = re.compile(
    r"(?:(?<![a-z])(?:quarters?|qtr|q)|(?<![a-z])(?:trimestre|trim)|(?<![a-z])t(?=[1-4])|ត្រីមាស(?:ទី)?)"
    r"\s*[-. ]?\s*([1-4])(?![0-9])"
    r"|(?<![0-9])([1-4])(?:st|nd|rd|th|er|e|eme|ème)?\s*(?:q(?:uarter|tr)?(?![a-z])|trimestre|trim(?![a-z]))"
)
_QUARTER_IN_WORDS = re.compile(
    r"(?<![a-z])(?:(first|premier|1er)|(second|deuxi[eè]me)|(third|troisi[eè]me)|(fourth|quatri[eè]me))"
    r" (?:quarter|trimestre)"
    r"|(?<![a-z])(?:quarter|qtr|q)[- .]*(?:(i)|(ii)|(iii)|(iv))(?![a-z])"
    r"|(?<![a-z])quarter (?:(one)|(two)|(three)|(four))(?![a-z])"
)
_HALF_YEAR = re.compile(
    r"(?<![a-z])(?:h|s|sem|semester|semestre|half|hy)[ .-]*[12](?![0-9])"
    r"|(?<![a-z0-9])(?:1st|2nd|first|second|1er|2e|premier|deuxi[eè]me|[12]) ?"
    r"(?:half|semester|semestre|sem(?![a-z])|h(?![a-z]))"
    r"|half[- ]?years?|semi[- ]?annual|biannual|semestriel|(?<![a-z])(?:semester|semestre)|ឆមាស"
)
_FILLERS = re.compile(r"(?:\b(?:cy|calendar)\b|\byears?\b|\bann[ée]e\b|ឆ្នាំ|គ\.?ស|ព\.?ស|\bof\b|\bin\b|[-/.,:'()&|]|\s)+")
_BETWEEN = re.compile(r"[ .,]*(?:-|to|through|thru|a|à|au|ដល់|/|&|\+|and|et|ខែ)*[ .,]*")
"""What may stand between the first and the last month of a range."""
_CALENDAR_YEAR = re.compile(r"(?<![a-z])(?:cy|calendar)(?![a-z])")
YEAR_IN_TITLE = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")


@dataclass
class _PeriodText:
    """A text that loses each part of a period that is read from it."""

    text: str
    year: int | None = None
    quarter: int | None = None
    is_through: bool = False
    is_fiscal: bool = False
    is_split: bool = False
    is_buddhist: bool = False
    problem: PeriodProblem | None = None
    is_dated: bool = False
    number: int | None = None

    def remove(self, match: re.Match[str]) -> None:
        self.text = f"{self.text[: match.start()]} {self.text[match.end() :]}"


def read_period(text: str, calendar: Calendar) -> PeriodMatch:
    """Return the period that a text names: `2024 Q1`, `Q1`, `Q1-Q3 2024`, `FY25 Q2`, `ត្រីមាសទី១ ឆ្នាំ២០២៤`."""
    state = _PeriodText(normalize_text(text))
    says_calendar = _CALENDAR_YEAR.search(state.text) is not None
    date_range = find_date_range(state.text)
    if date_range is not None:
        first, last, rest = date_range
        return _read_date_range(first, last, _clean(rest), calendar)
    if has_single_date(state.text):
        return PeriodMatch(problem=PeriodProblem.OTHER)
    _read_year(state)
    if _read_quarter(state):
        _read_months_of_quarter(state, calendar)
    else:
        _read_months(state, calendar)
    if state.quarter is None and state.problem is None:
        half = _HALF_YEAR.search(state.text)
        if half is not None:
            state.problem = PeriodProblem.HALF_YEAR
            state.remove(half)
    return PeriodMatch(
        state.year,
        state.quarter,
        _clean(state.text),
        state.is_through,
        state.is_fiscal,
        state.is_split,
        state.is_buddhist,
        state.problem,
        state.is_dated,
        state.number,
        says_calendar or (state.is_dated and state.year is not None and not state.is_fiscal),
    )


def _clean(text: str) -> str:
    return _FILLERS.sub(" ", text).strip()


def _read_date_range(first: date, last: date, rest: str, calendar: Calendar) -> PeriodMatch:
    is_buddhist = first.year in BUDDHIST_YEARS
    if is_buddhist:
        first, last = (day.replace(year=day.year - BUDDHIST_ERA_OFFSET, day=1) for day in (first, last))
        last = date(last.year + last.month // 12, last.month % 12 + 1, 1) - (date(2000, 1, 2) - date(2000, 1, 1))
    quarters = find_quarters(calendar, first, last)
    if quarters is None or (quarters[0] != quarters[1] and quarters[0].number != 1):
        return PeriodMatch(rest=rest, problem=PeriodProblem.OTHER)
    start, end = quarters
    if start.number == 1 and end.number == 4 and start != end:
        return PeriodMatch(end.year, None, rest, is_buddhist=is_buddhist, is_dated=True, is_calendar=True)
    named = _PeriodText(rest)
    number = named.quarter if start == end and _read_quarter(named) and named.problem is None else None
    rest = rest if number is None else _clean(named.text)
    is_through = start != end
    return PeriodMatch(
        end.year, end.number, rest, is_through, False, False, is_buddhist, None, True, number, is_calendar=True
    )


def _read_year(state: _PeriodText) -> None:
    short = _FISCAL_SPLIT_SHORT.search(state.text)
    if short is not None and int(short[2]) == int(short[1]) + 1:
        state.is_fiscal = state.is_split = True
        state.year = 2000 + int(short[2])
        state.remove(short)
        return
    short = _FISCAL_SHORT.search(state.text)
    if short is not None:
        state.is_fiscal, state.year = True, 2000 + int(short[1])
        state.remove(short)
        return
    split = _SPLIT_YEAR.search(state.text)
    if split is not None and int(split[2]) == (int(split[1]) + 1) % 100:
        state.is_fiscal = state.is_split = True
        state.year = int(split[1]) + 1
        state.remove(split)
    fiscal = _FISCAL.search(state.text)
    if fiscal is not None:
        state.is_fiscal = True
        state.remove(fiscal)
    years = {int(text) for text in _YEAR.findall(state.text)}
    if state.year is None and len(years) == 1:
        year = years.pop()
        state.is_buddhist = year in BUDDHIST_YEARS
        state.year = year - BUDDHIST_ERA_OFFSET if state.is_buddhist else year
        # The year may stand at both ends of a range: "2025 Q1 to 2025 Q3".
        state.text = " ".join(_YEAR.sub(" ", state.text).split())


def _read_quarter(state: _PeriodText) -> bool:
    match = _RANGE.search(state.text)
    if match is not None:
        first, last = int(match[1]), int(match[2])
        if first == 1 and last > 1:
            state.quarter, state.is_through = last, True
        else:
            state.problem = PeriodProblem.OTHER
        state.remove(match)
        return True
    match = _QUARTER.search(state.text) or _QUARTER_IN_WORDS.search(state.text)
    if match is None:
        return False
    state.quarter = find_quarter(match[0])
    state.remove(match)
    return True


def _read_months_of_quarter(state: _PeriodText, calendar: Calendar) -> None:
    """Read the months beside the number of a quarter, `Q1 (Oct-Dec)`: they decide, and the number is checked later."""
    months = _PeriodText(state.text)
    _read_months(months, calendar)
    if state.problem is not None or months.problem is not None or months.quarter is None:
        return
    state.text, state.is_dated = months.text, True
    if state.is_through or months.is_through:
        is_same = (state.quarter, state.is_through) == (months.quarter, months.is_through)
        state.problem = None if is_same else PeriodProblem.OTHER
        return
    state.number, state.quarter = state.quarter, months.quarter


def find_quarter(text: str) -> int | None:
    """Return the number of the first quarter that a normalized text names."""
    match = _QUARTER.search(text)
    if match is not None:
        return int(match[1] or match[2])
    match = _QUARTER_IN_WORDS.search(text)
    return None if match is None else next(index for index, word in enumerate(match.groups()) if word) % 4 + 1


def _read_months(state: _PeriodText, calendar: Calendar) -> None:
    """Convert months to a quarter, or to the quarters since the start of the year, if they are that."""
    matches = list(MONTH.finditer(state.text))
    if not matches:
        return
    state.is_dated = True
    months = [get_month(match) for match in matches]
    first, last = months[0], months[-1]
    if len(matches) == 2 and _BETWEEN.fullmatch(state.text[matches[0].end() : matches[1].start()]):
        state.text = state.text[: matches[0].start()] + " " + state.text[matches[1].end() :]
    else:
        for match in reversed(matches):
            state.remove(match)
    is_range = len(months) == 2 or months == [(first - 1 + step) % 12 + 1 for step in range(len(months))]
    start, length = (first - calendar.first_month) % 12, (last - first) % 12 + 1
    if len(months) == 1:
        state.problem = PeriodProblem.MONTH
    elif is_range and length == 3 and start % 3 == 0:
        state.quarter = start // 3 + 1
    elif is_range and start == 0 and length % 3 == 0 and length < 12:
        state.quarter, state.is_through = length // 3, True
    elif not (is_range and start == 0 and length == 12):
        state.problem = PeriodProblem.MONTH if length < 3 else PeriodProblem.OTHER


def join_periods(matches: list[PeriodMatch]) -> PeriodMatch:
    """Join the periods in several headings of one column. A contradiction is a problem."""
    rest = " ".join(match.rest for match in matches if match.rest)
    fiscal = [match for match in matches if match.is_fiscal and match.year and not match.quarter and not match.problem]
    if len(fiscal) == 1 and any(match.is_calendar and match.quarter for match in matches):
        # `FY2025` over `Oct-Dec 2024`: the months and their year decide, within that fiscal year.
        others = join_periods([match for match in matches if match is not fiscal[0]])
        return replace(others, rest=rest, fiscal_heading=fiscal[0].year, is_split=fiscal[0].is_split)
    joined = PeriodMatch(rest=rest)
    for match in matches:
        if match.is_empty:
            joined = replace(joined, is_fiscal=joined.is_fiscal or match.is_fiscal)
            continue
        differs = (match.year is not None and joined.year not in (None, match.year)) or (
            match.quarter is not None and joined.quarter not in (None, match.quarter)
        )
        joined = PeriodMatch(
            match.year if match.year is not None else joined.year,
            match.quarter if match.quarter is not None else joined.quarter,
            joined.rest,
            joined.is_through or match.is_through,
            joined.is_fiscal or match.is_fiscal,
            joined.is_split or match.is_split,
            joined.is_buddhist or match.is_buddhist,
            PeriodProblem.OTHER if differs else joined.problem or match.problem,
            joined.is_dated or match.is_dated,
            match.number or joined.number,
            joined.is_calendar or match.is_calendar,
        )
    return joined
