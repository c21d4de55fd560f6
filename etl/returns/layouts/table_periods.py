"""Which quarter or year a heading or a cell of somebody's table names, in English or Khmer."""

import re
from dataclasses import dataclass

from etl.indicators.periods import Calendar, Quarter
from etl.returns.layouts.matching import normalize_text

_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_QUARTER = re.compile(
    r"(?:\bq(?:uarter|tr)?|\btrimester|\bt(?=[1-4])|ត្រីមាស(?:ទី)?)\s*[-. ]?\s*([1-4])(?![0-9])"
    r"|(?<![0-9])([1-4])(?:st|nd|rd|th)?\s*(?:q(?:uarter|tr)?\b)"
)
_BETWEEN = re.compile(r"([a-z]{3,9})\.?\s*(?:-|to|/)\s*([a-z]{3,9})\.?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FILLERS = re.compile(r"(?:\bfy|\bcy|\byear|ឆ្នាំ|\bof\b|\bin\b|[-/.,:'()]|\s)+")


@dataclass(frozen=True)
class PeriodMatch:
    """What a text says about time, and the words of it that say something else."""

    year: int | None = None
    quarter: int | None = None
    rest: str = ""

    @property
    def is_empty(self) -> bool:
        return self.year is None and self.quarter is None


def read_period(text: str, calendar: Calendar) -> PeriodMatch:
    """Year and quarter as far as the text names them: `2024 Q1`, `Q1`, `2024`, `Jan-Mar 2024`, `ត្រីមាសទី១ ឆ្នាំ២០២៤`."""
    rest = normalize_text(text)
    year = quarter = None
    years = set(_YEAR.findall(rest))
    if len(years) == 1:
        year = int(years.pop())
        rest = _YEAR.sub(" ", rest)
    found = _QUARTER.search(rest)
    if found:
        quarter = int(found[1] or found[2])
        rest = rest[: found.start()] + " " + rest[found.end() :]
    else:
        quarter, rest = _months(rest, calendar)
    return PeriodMatch(year, quarter, _FILLERS.sub(" ", rest).strip())


def _months(text: str, calendar: Calendar) -> tuple[int | None, str]:
    """The quarter that a range of three months is; only one that the plan's year has."""
    found = _BETWEEN.search(text)
    if found is None or not all(month[:3] in _MONTHS for month in found.groups()):
        return None, text
    first, last = (_MONTHS.index(month[:3]) for month in found.groups())
    after_start = (first - (calendar.first_month - 1)) % 12
    if (last - first) % 12 != 2 or after_start % 3:
        return None, text
    return after_start // 3 + 1, text[: found.start()] + " " + text[found.end() :]


def resolve_period(period: PeriodMatch) -> Quarter | int | None:
    """The quarter, or the year where only a year is named; None for neither."""
    if period.year is not None and period.quarter is not None:
        return Quarter(period.year, period.quarter)
    return period.year
