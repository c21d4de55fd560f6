"""What a text of digits and separators can mean: every way in which people write a number, none guessed."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

MAX_DIGITS = 15
"""More significant digits than a spreadsheet holds exactly."""


class Notation(StrEnum):
    """How a number was written, each the code of its finding; plain numbers have none."""

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
    """What a text means. Without a value it is refused; `readings` then are what it could have meant."""

    value: Decimal | None
    notations: tuple[Notation, ...] = ()
    readings: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class FoldedText:
    """A text with Latin digits and plain spaces, and what was changed to get there."""

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
_ONE_SEPARATOR = re.compile(r"([0-9]+)([,.])([0-9]+)")


def fold_text(text: str) -> FoldedText:
    """Digits of Khmer and full-width writing made Latin, invisible letters dropped, every space an ordinary one."""
    is_plain = text.isascii() and text.isprintable()
    return _fold_plain(text) if is_plain else _fold_any(text)


def _fold_plain(text: str) -> FoldedText:
    """Nearly every text of a form has nothing to fold but spaces around it."""
    stripped = text.strip()
    return FoldedText(stripped, () if text == stripped else (Notation.SPACES,))


def _fold_any(text: str) -> FoldedText:
    writings: set[Notation] = set()
    letters: list[str] = []
    foreign = False
    for letter in text:
        if letter in _INVISIBLE:
            writings.add(Notation.SPACES)
            continue
        if letter.isspace():
            if letter != " ":
                writings.add(Notation.SPACES)
            letters.append(" ")
            continue
        digit = unicodedata.decimal(letter, None)
        if digit is not None:
            letters.append(str(digit))
            start = ord(letter) - digit
            if start in (_KHMER, _WIDE):
                writings.add(Notation.DIGITS)
            elif start != _LATIN:
                foreign = True
        elif letter in _MINUS_SIGNS:
            letters.append("-")
        else:
            letters.append(_FULL_WIDTH.get(letter, letter))
    folded = "".join(letters)
    if folded != folded.strip():
        writings.add(Notation.SPACES)
    return FoldedText(folded.strip(), tuple(sorted(writings)), foreign)


def parse_digits(text: str, *, whole: bool) -> DigitsReading:
    """What a folded text without unit means; `whole` says that only whole numbers make sense."""
    sign = Decimal(-1) if text.startswith("-") else Decimal(1)
    unsigned = text[1:].lstrip() if text[:1] in ("-", "+") else text
    reading = _read_unsigned(unsigned, whole)
    if reading.value is not None:
        # Adding zero turns a minus zero into zero.
        return DigitsReading(reading.value * sign + 0, reading.notations)
    return DigitsReading(None, reading.notations, tuple(one * sign for one in reading.readings))


def count_digits(value: Decimal) -> int:
    """Significant digits, or all those before the point where they are more: 1,000 has four."""
    if not value:
        return 1
    return max(len(value.normalize().as_tuple().digits), value.adjusted() + 1)


def _read_unsigned(text: str, whole: bool) -> DigitsReading:
    if text.isascii() and text.isdigit():
        return DigitsReading(Decimal(text))
    spaced = _SPACED.fullmatch(text)
    if spaced:
        return _joined(spaced[1].replace(" ", ""), spaced[3], Notation.GROUPS)
    if " " in text:
        reading = _read_unsigned(text.replace(" ", ""), whole)
        return DigitsReading(reading.value, (*reading.notations, Notation.SPACES), reading.readings)
    if _GROUPED.fullmatch(text):
        return _joined(re.sub("[,.]", "", text), None, Notation.GROUPS)
    grouped = _GROUPED_AND_DECIMALS.fullmatch(text)
    if grouped and grouped[3] != grouped["group"]:
        return _joined(re.sub("[,.]", "", grouped[1]), grouped[4], Notation.GROUPS)
    single = _ONE_SEPARATOR.fullmatch(text)
    if single:
        return _read_one_separator(single[1], single[2], single[3], whole)
    return DigitsReading(None, (Notation.UNREADABLE,))


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


def _joined(whole_digits: str, decimals: str | None, writing: Notation) -> DigitsReading:
    return DigitsReading(Decimal(f"{whole_digits}.{decimals}" if decimals else whole_digits), (writing,))
