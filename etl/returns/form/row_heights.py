"""How high a row must be for its words, since a client that opens the file does not measure them again."""

import unicodedata
from math import ceil

COENG = "\u17d2"
"""Puts the Khmer consonant after it under the one before it."""

LATIN_LINE_HEIGHT = 12.5
KHMER_LINE_HEIGHT = 16.0
"""Points for a line of 9-point type; Khmer needs room for what stands above and below its letters."""

PADDING = 4.0
_KHMER_WIDTH = 1.15
"""A Khmer letter beside a Latin one, on the wide side so that other fonts fit as well."""

_LETTERS_TO_WIDTH = 1.25
"""A width counts digits of 11-point type; so many letters of 9-point type stand in the place of one."""


def count_lines(text: str, width: float) -> int:
    """The lines that a text takes in a column so many Latin letters wide; line breaks in it count."""
    return sum(max(1, ceil(measure_width(line) / width)) for line in text.split("\n"))


def measure_width(text: str) -> float:
    """The width of a line in Latin letters. Marks and letters set under others take none."""
    width, before = 0.0, ""
    for letter in text:
        if before != COENG and unicodedata.category(letter) not in {"Mn", "Cf"}:
            width += _KHMER_WIDTH if is_khmer(letter) else 1.0
        before = letter
    return width


def is_khmer(letter: str) -> bool:
    return "\u1780" <= letter <= "\u17ff"


def measure_height(text: str, width: float, size: float = 9) -> float:
    """Points that a wrapped text of that size needs in a column of that width, as workbooks count it."""
    line = KHMER_LINE_HEIGHT if any(map(is_khmer, text)) else LATIN_LINE_HEIGHT
    return count_lines(text, width * _LETTERS_TO_WIDTH * 9 / size) * line * size / 9 + PADDING
