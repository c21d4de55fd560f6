"""Estimate row heights: spreadsheet programs do not fit rows to wrapped text when they open a file."""

import unicodedata
from functools import lru_cache
from math import ceil

COENG = "\u17d2"
"""The Khmer sign that subscripts the consonant after it."""

LATIN_LINE_HEIGHT = 12.5
KHMER_LINE_HEIGHT = 16.0
"""Height of a line of 9-point type in points; Khmer needs room for its vowels and subscripts."""

PADDING = 4.0
_KHMER_WIDTH = 1.15
"""Width of a Khmer letter in Latin letters, rounded up so that other fonts fit too."""

_LETTERS_PER_WIDTH_UNIT = 1.25
"""Letters of 9-point type per unit of column width, which is a digit of 11-point type."""


@lru_cache(maxsize=4096)
def count_lines(text: str, width: float) -> int:
    """Return the number of lines of a text wrapped at a width in Latin letters. Line breaks in the text count."""
    return sum(max(1, ceil(measure_width(line) / width)) for line in text.split("\n"))


def measure_width(text: str) -> float:
    """Return the width of a line in Latin letters. Combining marks and subscript consonants have no width."""
    width, previous = 0.0, ""
    for letter in text:
        if previous != COENG and unicodedata.category(letter) not in {"Mn", "Cf"}:
            width += _KHMER_WIDTH if is_khmer(letter) else 1.0
        previous = letter
    return width


def is_khmer(letter: str) -> bool:
    return "\u1780" <= letter <= "\u17ff"


def measure_height(text: str, width: float, size: float = 9) -> float:
    """Return the height in points of a wrapped text of a type size, in a column of a width in workbook units."""
    line_height = KHMER_LINE_HEIGHT if any(map(is_khmer, text)) else LATIN_LINE_HEIGHT
    return count_lines(text, width * _LETTERS_PER_WIDTH_UNIT * 9 / size) * line_height * size / 9 + PADDING
