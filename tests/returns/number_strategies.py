"""Hypothesis strategies for numbers in all accepted notations and for ambiguous texts."""

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st

LATIN, KHMER, WIDE = "0123456789", "០១២៣៤៥៦៧៨៩", "０１２３４５６７８９"
INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")
SPACES = (" ", "\u00a0", "\u202f", "\u2009")
MINUS = ("-", "\u2212", "\u2013", "\uff0d")


@dataclass(frozen=True)
class WrittenNumber:
    """A text and the number that it means."""

    text: str
    value: Decimal


@st.composite
def written_numbers(draw: st.DrawFn, units: tuple[str, ...] = ("",), *, whole: bool = False) -> WrittenNumber:
    """Draw a number of at most 15 digits in any mix of digits, groups, decimals, sign, spaces and unit."""
    before = draw(st.integers(0, 999_999_999_999))
    after = "" if whole else draw(st.from_regex("[0-9]{0,3}", fullmatch=True))
    text = draw(_add_separators(before, after))
    sign = draw(st.booleans())
    value = Decimal(f"{before}.{after}" if after else before) * (-1 if sign else 1)
    text = (draw(st.sampled_from(MINUS)) if sign else "") + draw(_convert_digits(text))
    unit = draw(st.sampled_from(units))
    gap = draw(st.sampled_from(("", *SPACES))) if unit else ""
    return WrittenNumber(draw(_add_spaces(text + gap + unit)), value)


@st.composite
def ambiguous_numbers(draw: st.DrawFn) -> WrittenNumber:
    """Draw a number with one separator and three digits after it. The value is the reading with thousands."""
    before = draw(st.integers(0, 9_999))
    after = draw(st.integers(0, 999))
    separator = draw(st.sampled_from(",."))
    text = draw(_convert_digits(f"{before}{separator}{after:03}"))
    return WrittenNumber(draw(_add_spaces(text)), Decimal(before * 1000 + after))


@st.composite
def _add_separators(draw: st.DrawFn, before: int, after: str) -> str:
    """Draw the digits with separators that allow only one reading."""
    groups = (f"{before:,}").count(",")
    choices = []
    if len(after) != 3:
        choices += [("", "."), ("", ",")]
    if not after and groups >= 2:
        choices += [(",", ""), (".", "")]
    if groups >= 1:
        choices += [(space, point) for space in SPACES[:3] for point in ".,"]
        choices += [(",", "."), (".", ",")] if after else []
    if not choices:
        # Three decimals without a group could be thousands, so add a digit.
        return f"{before}.{after}0"
    group, point = draw(st.sampled_from(choices))
    return f"{before:,}".replace(",", group) + (point + after if after else "")


@st.composite
def _convert_digits(draw: st.DrawFn, text: str) -> str:
    """Draw each digit in Latin, Khmer or full-width form, of one kind or mixed."""
    kinds = draw(st.sampled_from(((LATIN,), (KHMER,), (WIDE,), (LATIN, KHMER), (LATIN, KHMER, WIDE))))
    return "".join(draw(st.sampled_from(kinds))[int(letter)] if letter in LATIN else letter for letter in text)


@st.composite
def _add_spaces(draw: st.DrawFn, text: str) -> str:
    """Draw invisible characters anywhere and spaces around the text."""
    letters = list(text)
    for index in draw(st.lists(st.integers(0, len(text)), max_size=3)):
        letters.insert(index, draw(st.sampled_from(INVISIBLE)))
    around = draw(st.sampled_from(("", *SPACES)))
    return around + "".join(letters) + around
