"""Notice texts that count years or quarters from another month than the plan: `Year: Oct-Sep`, `Q1 = Oct-Dec`."""

import re

from etl.indicators.periods import Calendar
from etl.returns.layouts.matching import normalize_text
from etl.returns.layouts.month_names import MONTH, get_month
from etl.returns.layouts.table_periods import find_quarter

_YEAR_WORD = re.compile(r"(?<![a-z])(?:years?|yr|ann[ée]e|exercice|calendar)(?![a-z])|ឆ្នាំ(?! ?[0-9])")
_START = re.compile(r"(?<![a-z])(?:begin(?:s|ning)?|starts?|starting|from|since|commence)(?![a-z])|ចាប់ផ្តើម|ចាប់ពី|គិតពី")
_BETWEEN = re.compile(r"[ 0-9.,']*(?:-|to|through|until|till|a|à|ដល់|/|ខែ|ឆ្នាំ|គ\.ស| )+[ ,.]*")
_LONGEST_GAP = 15
"""So many characters may stand between a quarter and its months: `Quarter 1 is: October - December`."""


def names_fiscal_year(text: str, calendar: Calendar) -> bool:
    """Whether the months in a text belong to a year or a quarter that is not the plan's."""
    normalized = normalize_text(text)
    months = list(MONTH.finditer(normalized))
    has_year_word = _YEAR_WORD.search(normalized) is not None
    for first, last in zip(months, months[1:], strict=False):
        if not _BETWEEN.fullmatch(normalized[first.end() : last.start()]):
            continue
        start = (get_month(first) - calendar.first_month) % 12
        length = (get_month(last) - get_month(first)) % 12 + 1
        if length == 12 and start and has_year_word:
            return True
        quarter = find_quarter(normalized[: first.start()][-_LONGEST_GAP:])
        if quarter is not None and length == 3 and start != (quarter - 1) * 3:
            return True
    begins = _START.search(normalized)
    if begins is None or not has_year_word or len(months) != 1 or begins.start() > months[0].start():
        return False
    return get_month(months[0]) != calendar.first_month
