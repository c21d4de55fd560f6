"""Random numbers with all ways of writing them that the forms take, and random texts that can mean two numbers."""

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st

LATIN, KHMER, WIDE = "0123456789", "០១២៣៤៥៦៧៨៩", "０１２３４５６７８９"
INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")
SPACES = (" ", "\u00a0", "\u202f", "\u2009")
MINUS = ("-", "\u2212", "\u2013", "\uff0d")


@dataclass(frozen=True)
class WrittenNumber:
    """A text and the number that somebody meant by it."""

    text: str
    value: Decimal


@st.composite
def written_numbers(draw: st.DrawFn, units: tuple[str, ...] = ("",), *, whole: bool = False) -> WrittenNumber:
    """A number of at most 15 digits in any listed style: digits, groups, decimals, sign, spaces, unit, all mixed."""
    before = draw(st.integers(0, 999_999_999_999))
    after = "" if whole else draw(st.from_regex("[0-9]{0,3}", fullmatch=True))
    text = draw(_separated(before, after))
    sign = draw(st.booleans())
    value = Decimal(f"{before}.{after}" if after else before) * (-1 if sign else 1)
    text = (draw(st.sampled_from(MINUS)) if sign else "") + draw(_other_digits(text))
    unit = draw(st.sampled_from(units))
    gap = draw(st.sampled_from(("", *SPACES))) if unit else ""
    return WrittenNumber(draw(_loosened(text + gap + unit)), value)


@st.composite
def ambiguous_numbers(draw: st.DrawFn) -> WrittenNumber:
    """One separator with exactly three digits after it; the value is the reading with thousands."""
    before = draw(st.integers(0, 9_999))
    after = draw(st.integers(0, 999))
    separator = draw(st.sampled_from(",."))
    text = draw(_other_digits(f"{before}{separator}{after:03}"))
    return WrittenNumber(draw(_loosened(text)), Decimal(before * 1000 + after))


@st.composite
def _separated(draw: st.DrawFn, before: int, after: str) -> str:
    """The digits with separators of which only one reading is possible."""
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
        # Only three decimals and no group to tell them from thousands: one more digit decides.
        return f"{before}.{after}0"
    group, point = draw(st.sampled_from(choices))
    return f"{before:,}".replace(",", group) + (point + after if after else "")


@st.composite
def _other_digits(draw: st.DrawFn, text: str) -> str:
    """Each digit in Latin, Khmer or full-width writing, one kind or mixed."""
    kinds = draw(st.sampled_from(((LATIN,), (KHMER,), (WIDE,), (LATIN, KHMER), (LATIN, KHMER, WIDE))))
    return "".join(draw(st.sampled_from(kinds))[int(letter)] if letter in LATIN else letter for letter in text)


@st.composite
def _loosened(draw: st.DrawFn, text: str) -> str:
    """Invisible letters anywhere, spaces around."""
    letters = list(text)
    for place in draw(st.lists(st.integers(0, len(text)), max_size=3)):
        letters.insert(place, draw(st.sampled_from(INVISIBLE)))
    around = draw(st.sampled_from(("", *SPACES)))
    return around + "".join(letters) + around
