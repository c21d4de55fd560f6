"""Parse texts of digits and separators. A text with two possible meanings is never guessed."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import chain

MAX_DIGITS = 15
"""The significant digits that a spreadsheet stores exactly."""


class Notation(StrEnum):
    """Notations other than the plain one. Each value is the code of a finding."""

    DIGITS = "number-digits"
    SPACES = "number-spaces"
    GROUPS = "number-groups"
    DECIMAL_COMMA = "number-decimal-comma"
    ONE_WHOLE_READING = "number-one-whole-reading"
    AMBIGUOUS = "number-ambiguous"
    FOREIGN_DIGITS = "number-foreign-digits"
    UNREADABLE = "number-unreadable"


@dataclass(frozen=True)
class DigitsReading:
    """The meaning of a text. Without a value it is rejected, and `readings` holds its possible meanings."""

    value: Decimal | None
    notations: tuple[Notation, ...] = ()
    readings: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class FoldedText:
    """A text with Latin digits and plain spaces, and the notations that were replaced."""

    text: str
    notations: tuple[Notation, ...] = ()
    has_foreign_digits: bool = False


_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f")
_MINUS_SIGNS = frozenset("\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d")
_FULL_WIDTH = {"\uff0c": ",", "\uff0e": ".", "\uff0b": "+", "\uff05": "%", "\u066a": "%"}
_LATIN, _KHMER, _WIDE = ord("0"), 0x17E0, 0xFF10

_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([,.])[0-9]{3})(?:\1[0-9]{3})+")
_GROUPED_AND_DECIMALS = re.compile(r"([1-9][0-9]{0,2}(?:(?P<group>[,.])[0-9]{3})(?:(?P=group)[0-9]{3})*)([,.])([0-9]+)")
_SPACED = re.compile(r"([1-9][0-9]{0,2}(?: [0-9]{3})+)(?:([,.])([0-9]+))?")
_TWO_NUMBERS = re.compile(r"[0-9]\s+[0-9]")
_ONE_SEPARATOR = re.compile(r"([0-9]+)([,.])([0-9]+)")


def fold_text(text: str) -> FoldedText:
    """Replace Khmer and full-width digits and all kinds of spaces, and remove invisible characters."""
    is_plain = text.isascii() and text.isprintable()
    return _fold_plain(text) if is_plain else _fold_any(text)


def _fold_plain(text: str) -> FoldedText:
    """Fold a printable ASCII text: only spaces around it need removal."""
    stripped = text.strip()
    return FoldedText(stripped, () if text == stripped else (Notation.SPACES,))


def _fold_any(text: str) -> FoldedText:
    notations: set[Notation] = set()
    letters: list[str] = []
    has_foreign_digits = False
    for letter in text:
        if letter in _INVISIBLE:
            notations.add(Notation.SPACES)
            continue
        if letter.isspace():
            if letter != " ":
                notations.add(Notation.SPACES)
            letters.append(" ")
            continue
        digit = unicodedata.decimal(letter, None)
        if digit is not None:
            letters.append(str(digit))
            zero = ord(letter) - digit
            if zero in (_KHMER, _WIDE):
                notations.add(Notation.DIGITS)
            elif zero != _LATIN:
                has_foreign_digits = True
        elif letter in _MINUS_SIGNS:
            letters.append("-")
        else:
            letters.append(_FULL_WIDTH.get(letter, letter))
    folded_text = "".join(letters)
    if folded_text != folded_text.strip():
        notations.add(Notation.SPACES)
    return FoldedText(folded_text.strip(), tuple(sorted(notations)), has_foreign_digits)


def parse_digits(text: str, *, whole: bool) -> DigitsReading:
    """Return the meaning of a folded text without unit. With `whole`, only whole numbers make sense."""
    sign = Decimal(-1) if text.startswith("-") else Decimal(1)
    unsigned = text[1:].lstrip() if text[:1] in ("-", "+") else text
    reading = _read_unsigned(unsigned, whole)
    if reading.value is not None:
        # Adding zero turns minus zero into zero.
        return DigitsReading(reading.value * sign + 0, reading.notations)
    return DigitsReading(None, reading.notations, tuple(value * sign for value in reading.readings))


def count_digits(value: Decimal) -> int:
    """Return the number of significant digits, at least those before the decimal point: 1,000 has four."""
    if not value:
        return 1
    return max(len(value.normalize().as_tuple().digits), value.adjusted() + 1)


def _read_unsigned(text: str, whole: bool) -> DigitsReading:
    if text.isascii() and text.isdigit():
        return DigitsReading(Decimal(text))
    spaced_match = _SPACED.fullmatch(text)
    if spaced_match:
        return _make_reading(spaced_match[1].replace(" ", ""), spaced_match[3], Notation.GROUPS)
    if " " in text:
        return _read_with_spaces(text, whole)
    if _GROUPED.fullmatch(text):
        return _make_reading(re.sub("[,.]", "", text), None, Notation.GROUPS)
    grouped_match = _GROUPED_AND_DECIMALS.fullmatch(text)
    if grouped_match and grouped_match[3] != grouped_match["group"]:
        return _make_reading(re.sub("[,.]", "", grouped_match[1]), grouped_match[4], Notation.GROUPS)
    separator_match = _ONE_SEPARATOR.fullmatch(text)
    if separator_match:
        return _read_one_separator(separator_match[1], separator_match[2], separator_match[3], whole)
    return DigitsReading(None, (Notation.UNREADABLE,))


def _read_with_spaces(text: str, whole: bool) -> DigitsReading:
    """Read a text with spaces beside separators. Digits on both sides of a space are two numbers."""
    if _TWO_NUMBERS.search(text):
        readings = [(part.value,) if part.value is not None else part.readings for part in _read_parts(text, whole)]
        return DigitsReading(
            None, (Notation.UNREADABLE,), tuple(chain.from_iterable(readings)) if all(readings) else ()
        )
    reading = _read_unsigned("".join(text.split()), whole)
    return DigitsReading(reading.value, (*reading.notations, Notation.SPACES), reading.readings)


def _read_parts(text: str, whole: bool) -> list[DigitsReading]:
    return [_read_unsigned(part, whole) for part in text.split()]


def _read_one_separator(before: str, separator: str, after: str, whole: bool) -> DigitsReading:
    as_decimal = Decimal(f"{before}.{after}")
    if len(after) != 3:
        return DigitsReading(as_decimal, (Notation.DECIMAL_COMMA,) if separator == "," else ())
    as_group = Decimal(before + after)
    is_one_reading_whole = as_decimal != as_decimal.to_integral_value()
    can_be_group = len(before) <= 3 and not before.startswith("0")
    if whole and is_one_reading_whole and can_be_group:
        return DigitsReading(as_group, (Notation.ONE_WHOLE_READING,))
    return DigitsReading(None, (Notation.AMBIGUOUS,), (as_group, as_decimal))


def _make_reading(whole_digits: str, decimals: str | None, notation: Notation) -> DigitsReading:
    return DigitsReading(Decimal(f"{whole_digits}.{decimals}" if decimals else whole_digits), (notation,))
