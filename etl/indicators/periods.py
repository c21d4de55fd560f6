"""Quarters, periods and the calendar of a plan."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

CAMBODIA = timezone(timedelta(hours=7), "Asia/Phnom_Penh")
"""The time zone of due dates. Cambodia has no daylight saving time."""

_QUARTER = re.compile(r"\s*(\d{4})\s*[-/ ]?\s*[Qq]\s*([1-4])\s*")


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """A quarter of the plan's year: `Quarter(2025, 3)` is 2025 Q3."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise ValueError(f"a year has quarters 1 to 4, not {self.number}")

    def __eq__(self, other: object) -> bool:
        """Written by hand, as the hash is: a page looks quarters up many thousand times."""
        return self is other or (isinstance(other, Quarter) and self.year == other.year and self.number == other.number)

    def __hash__(self) -> int:
        return self.year * 4 + self.number

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def index(self) -> int:
        """An integer that increases by one from quarter to quarter."""
        return self.year * 4 + self.number - 1

    def shift(self, quarters: int) -> "Quarter":
        return get_quarter(self.index + quarters)


@lru_cache(maxsize=4096)
def get_quarter(index: int) -> Quarter:
    """Return the quarter of an `index`. Cached, so that lookups mostly compare by identity."""
    return Quarter(index // 4, index % 4 + 1)


@lru_cache(maxsize=4096)
def parse_quarter(text: str) -> Quarter:
    """Return the quarter of `2025Q3`, `2025-Q3` or `2025 q3`. ValueError for anything else."""
    match = _QUARTER.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a quarter; write it as 2025Q3")
    return get_quarter(int(match[1]) * 4 + int(match[2]) - 1)


@lru_cache(maxsize=4096)
def list_quarters_between(first: Quarter, last: Quarter) -> tuple[Quarter, ...]:
    """Return every quarter from first to last, both included; none if last is before first."""
    return tuple(get_quarter(index) for index in range(first.index, last.index + 1))


@dataclass(frozen=True, slots=True)
class PlanToDate:
    """The period from the plan's first quarter to the counted quarter."""

    def __str__(self) -> str:
        return "plan to date"


@dataclass(frozen=True, slots=True)
class Years:
    """One year, or the years from first to last, both included."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


Period = PlanToDate | Years | Quarter

_PLAN_TO_DATE = "plan"


def make_period_key(period: Period) -> str:
    """Return the period as URLs, forms and parameters write it: `plan`, `2025`, `2023-2025`, `2025Q3`."""
    return _PLAN_TO_DATE if isinstance(period, PlanToDate) else str(period)


def find_period(text: str) -> Period | None:
    """Return the period of `plan`, `2025`, `2023-2025` or `2025Q3`; None for anything else."""
    if text == _PLAN_TO_DATE:
        return PlanToDate()
    try:
        return parse_quarter(text)
    except ValueError:
        pass
    first, dash, last = text.partition("-")
    if not all(year.isascii() and year.isdigit() and len(year) == 4 for year in (first, last if dash else first)):
        return None
    years = Years(int(first), int(last) if dash else int(first))
    return years if years.first <= years.last else None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar of a plan: the first month of its year and the days until a return is due."""

    first_month: int = 1
    due_days: int = 30

    def get_end_date(self, quarter: Quarter) -> date:
        """Return the last day of the quarter. A plan year has the name of the calendar year in which it starts."""
        return _get_last_day(self.first_month, quarter.index)

    def get_start_date(self, quarter: Quarter) -> date:
        """Return the first day of the quarter."""
        return self.get_end_date(quarter.shift(-1)) + timedelta(days=1)

    def get_due_date(self, quarter: Quarter) -> date:
        """Return the last day on which a return is on time (docs/arithmetic.md, section G)."""
        return self.get_end_date(quarter) + timedelta(days=self.due_days)

    def has_ended(self, quarter: Quarter, today: date) -> bool:
        return today > self.get_end_date(quarter)

    def is_due(self, quarter: Quarter, today: date) -> bool:
        """Whether the due date has passed, so that a return not received is missing."""
        return today > self.get_due_date(quarter)

    def is_on_time(self, quarter: Quarter, submitted: datetime) -> bool:
        """Whether a time (with time zone) is on or before the due date in Cambodia."""
        return submitted.astimezone(CAMBODIA).date() <= self.get_due_date(quarter)

    def find_last_ended_quarter(self, today: date) -> Quarter:
        """Return the latest quarter whose last day is before today."""
        return _find_last_ended(self, today)


@lru_cache(maxsize=4096)
def _get_last_day(first_month: int, index: int) -> date:
    months = first_month - 1 + (index % 4 + 1) * 3
    year, month = index // 4 + (months - 1) // 12, (months - 1) % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


@lru_cache(maxsize=64)
def _find_last_ended(days: Calendar, today: date) -> Quarter:
    quarter = get_quarter(today.year * 4 + 7)
    while not days.has_ended(quarter, today):
        quarter = quarter.shift(-1)
    return quarter
