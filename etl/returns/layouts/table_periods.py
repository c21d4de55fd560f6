"""Read the quarter or year in a heading or a cell, in English or Khmer."""

import re
from dataclasses import dataclass

from etl.indicators.periods import Calendar, Quarter
from etl.returns.layouts.matching import normalize_text

_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_QUARTER = re.compile(
    r"(?:\bq(?:uarter|tr)?|\btrimester|\bt(?=[1-4])|ត្រីមាស(?:ទី)?)\s*[-. ]?\s*([1-4])(?![0-9])"
    r"|(?<![0-9])([1-4])(?:st|nd|rd|th)?\s*(?:q(?:uarter|tr)?\b)"
)
_MONTH_RANGE = re.compile(r"([a-z]{3,9})\.?\s*(?:-|to|/)\s*([a-z]{3,9})\.?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FILLERS = re.compile(r"(?:\bfy|\bcy|\byear|ឆ្នាំ|\bof\b|\bin\b|[-/.,:'()]|\s)+")


@dataclass(frozen=True)
class PeriodMatch:
    """The year and quarter in a text, and the rest of the text."""

    year: int | None = None
    quarter: int | None = None
    rest: str = ""

    @property
    def is_empty(self) -> bool:
        return self.year is None and self.quarter is None


def read_period(text: str, calendar: Calendar) -> PeriodMatch:
    """Return the year and quarter that a text names: `2024 Q1`, `Q1`, `2024`, `Jan-Mar 2024`, `ត្រីមាសទី១ ឆ្នាំ២០២៤`."""
    remaining_text = normalize_text(text)
    year = quarter = None
    years = set(_YEAR.findall(remaining_text))
    if len(years) == 1:
        year = int(years.pop())
        remaining_text = _YEAR.sub(" ", remaining_text)
    match = _QUARTER.search(remaining_text)
    if match:
        quarter = int(match[1] or match[2])
        remaining_text = remaining_text[: match.start()] + " " + remaining_text[match.end() :]
    else:
        quarter, remaining_text = _read_months(remaining_text, calendar)
    return PeriodMatch(year, quarter, _FILLERS.sub(" ", remaining_text).strip())


def _read_months(text: str, calendar: Calendar) -> tuple[int | None, str]:
    """Convert a range of three months to a quarter of the plan's year, if it is one."""
    match = _MONTH_RANGE.search(text)
    if match is None or not all(month[:3] in _MONTHS for month in match.groups()):
        return None, text
    first, last = (_MONTHS.index(month[:3]) for month in match.groups())
    months_after_start = (first - (calendar.first_month - 1)) % 12
    if (last - first) % 12 != 2 or months_after_start % 3:
        return None, text
    return months_after_start // 3 + 1, text[: match.start()] + " " + text[match.end() :]


def resolve_period(period: PeriodMatch) -> Quarter | int | None:
    """Return the quarter, the year if there is only a year, or None."""
    if period.year is not None and period.quarter is not None:
        return Quarter(period.year, period.quarter)
    return period.year
