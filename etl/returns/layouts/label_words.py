"""Read the label of a row, such as "Target", "Quarterly target" or "Actual 2025", like the heading of a column."""

import re
from functools import lru_cache

from etl.indicators.periods import Calendar
from etl.returns.layouts.heading_words import HeadingKind, HeadingWords, remove_fillers, split_heading_words
from etl.returns.layouts.matching import normalize_text
from etl.returns.layouts.table_periods import read_period
from etl.returns.layouts.title_words import read_title

_WORDS_OF_LABELS = re.compile(
    r"(?<![a-z])(?:quarterly|monthly|weekly|yearly|semester|seasonal|quarter|month|year|period|set|agreed|approved|fixed|work"
    r"|action|operational|activity|activities|our|own|project|programme|program|site|station|figures?|numbers?|data|row|line"
    r"|(?:19|20)[0-9]{2}(?: ?- ?(?:19|20)[0-9]{2})?|trimestriel(?:le)?s?|mensuel(?:le)?s?|p[ée]riode)(?![a-z])|"
    + "|".join(map(normalize_text, ("ប្រចាំត្រីមាស", "ប្រចាំខែ", "ត្រីមាស", "សកម្មភាព", "ការងារ", "ឆ្នាំ", "តួលេខ", "ទិន្នន័យ")))
)
_REMARK = re.compile(
    r"(?<![a-z])(?:on|off|above|below|beyond|behind|over|under|as|than|reach(?:ed|es)?|met|missed|exceed(?:ed|s)?)"
    r" (?:the |its |our )?(?:targets?|plan(?:ned)?)(?![a-z])"
    r"|(?<![a-z])(?:targets?|plan) (?:(?:was|is|not|has been|fully|partly) )*(?:reached|met|missed|exceeded|achieved)"
    r"(?![a-z])"
)
"""Remarks that compare a result with its target."""
_LONGEST = 7
"""A text with more words is a remark and no label."""
_DECIDING = frozenset(
    (HeadingKind.TARGET, HeadingKind.BASELINE, HeadingKind.LIFE, HeadingKind.CUMULATIVE, HeadingKind.YEAR_TO_DATE)
)


@lru_cache(maxsize=4096)
def read_label(text: str, calendar: Calendar) -> HeadingWords:
    """Return the kinds of the words of a label; a period and words such as "quarterly" add nothing to them."""
    if _REMARK.search(normalize_text(text)):
        return HeadingWords(rest=text)
    words = split_heading_words(text)
    rest = remove_fillers(read_period(words.rest, calendar).rest)
    return HeadingWords(words.kinds, remove_fillers(_WORDS_OF_LABELS.sub(" ", rest)) if words.kinds else rest)


def names_plan_row(text: str, calendar: Calendar) -> bool:
    """Whether a text is the label of rows with planned or earlier numbers, so that its column holds labels."""
    label = read_label(text, calendar)
    return not label.rest and not label.kinds.isdisjoint((HeadingKind.TARGET, HeadingKind.BASELINE, HeadingKind.LIFE))


def may_be_label(text: str, calendar: Calendar) -> bool:
    """Whether a short text that is not understood as a whole says that numbers are targets, baselines or sums."""
    label = _REMARK.sub(" ", normalize_text(text))
    return len(label.split()) <= _LONGEST and read_title(label, calendar).not_result in _DECIDING
