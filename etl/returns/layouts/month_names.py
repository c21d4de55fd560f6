"""Find months and dates in a text, in English, French and Khmer."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from etl.indicators.periods import Calendar, Quarter, get_quarter
from etl.returns.layouts.matching import normalize_text

_NAMES = (
    "jan|january|janv|janvier|មករា",
    "feb|february|fev|f[ée]v(?:rier)?|កុម្ភៈ|កុម្ភះ",
    "mar|march|mars|មីនា",
    "apr|april|avr|avril|មេសា",
    "may|mai|ឧសភា",
    "jun|june|juin|មិថុនា",
    "jul|july|juil|juillet|កក្កដា",
    "aug|august|ao[uû]t|សីហា",
    "sep|sept|september|septembre|កញ្ញា",
    "oct|october|octobre|តុលា",
    "nov|november|novembre|វិច្ឆិកា",
    "dec|december|d[ée]c(?:embre)?|ធ្នូ",
)
_MONTH = "|".join(f"(?P<m{number}>{normalize_text(names)})" for number, names in enumerate(_NAMES, start=1))
MONTH = re.compile(rf"(?<![a-z\u00e0-\u00ff])(?:ខែ)?(?:{_MONTH})(?![a-z\u00e0-\u00ff])\.?")
_ORDINAL = r"(?:st|nd|rd|th|er)?"
_NAMED_DATE = re.compile(
    rf"(?<![a-z0-9])(?:(?P<day>[0-9]{{1,2}}){_ORDINAL}[ -]*)?(?:{_MONTH})(?![a-z])\.?"
    rf"(?(day)|(?:[ -]*(?P<day_after>[0-9]{{1,2}}){_ORDINAL}(?![0-9]))?)(?:[ ,.-]*(?P<year>[0-9]{{4}}))?"
)
_NUMBERED_DATE = re.compile(
    r"(?<![0-9])(?:(?P<y>[0-9]{4})[-/.](?P<a>[0-9]{1,2})[-/.](?P<b>[0-9]{1,2})"
    r"|(?P<c>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})[-/.](?P<z>[0-9]{4}))(?![0-9])"
)


def get_month(match: re.Match[str]) -> int:
    """Return the month of a match of a pattern with the groups of all months."""
    return next(number for number in range(1, 13) if match[f"m{number}"])


def find_date_range(text: str) -> tuple[date, date, str] | None:
    """Return the first and last day of a range of dates in a normalized text, and the rest of the text."""
    matches = list(_NUMBERED_DATE.finditer(text))
    if len(matches) == 2:
        ends = [_read_numbered(match) for match in matches]
    else:
        matches = [match for match in _NAMED_DATE.finditer(text) if match["day"] or match["day_after"]]
        ends = [_read_named(match, matches[-1]["year"]) for match in matches] if len(matches) == 2 else []
    ranges = [(first, last) for first in ends[0] for last in ends[1] if first < last] if ends else []
    whole_months = [(first, last) for first, last in ranges if first.day == 1 and (last + timedelta(1)).day == 1]
    if len(whole_months) != 1:
        return None
    rest = f"{text[: matches[0].start()]} {text[matches[1].end() :]}"
    return (*whole_months[0], rest)


def has_single_date(text: str) -> bool:
    """Whether a normalized text has a day of the calendar."""
    return _NUMBERED_DATE.search(text) is not None


def _read_numbered(match: re.Match[str]) -> list[date]:
    """Return the dates that the digits can mean: day and month may be in either order."""
    if match["y"]:
        return list(_make_date(int(match["y"]), int(match["a"]), int(match["b"])))
    first, second, year = int(match["c"]), int(match["d"]), int(match["z"])
    return list(dict.fromkeys((*_make_date(year, second, first), *_make_date(year, first, second))))


def _read_named(match: re.Match[str], last_year: str | None) -> list[date]:
    """Return the date of a name of a month with a day; the year may be given once, at the end of the range."""
    year = match["year"] or last_year
    return list(_make_date(int(year), get_month(match), int(match["day"] or match["day_after"]))) if year else []


def _make_date(year: int, month: int, day: int) -> Iterator[date]:
    # Buddhist years are converted where the year is read.
    try:
        yield date(year, month, day)
    except ValueError:
        return


def find_quarters(calendar: Calendar, first: date, last: date) -> tuple[Quarter, Quarter] | None:
    """Return the first and last quarter of a range of whole months; None if it does not fit the quarters."""
    start = get_quarter((first.year - 1) * 4)
    for index in range(9):
        quarter = start.shift(index)
        if calendar.get_start_date(quarter) == first:
            for length in range(4):
                if calendar.get_end_date(quarter.shift(length)) == last:
                    return quarter, quarter.shift(length)
    return None
