"""English and Khmer: the catalogues, and how numbers, quarters and days are written in each."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.pofile import read_po

from etl.indicators.periods import CAMBODIA, Quarter

LANGUAGES = ("en", "km")

CATALOGUES = Path(__file__).resolve().parents[2] / "data" / "languages"
"""One folder per language but English, whose texts stand in the code; one `.po` file per area in it."""

MINUS = "\N{MINUS SIGN}"

_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)


@cache
def speak(language: str) -> Callable[..., str]:
    """A function that says an English text in the language: `say("{count} sites", count=6)`.

    A text without a translation is said in English. What a placeholder stands for is given by its name; literal
    braces are doubled.
    """
    texts = read_catalogue(language)
    plain: dict[str, str] = {}

    def say(text: str, /, **parameters: object) -> str:
        if parameters:
            return texts.get(text, text).format_map(parameters)
        said = plain.get(text)
        if said is None:
            said = plain[text] = texts.get(text, text).format_map(parameters)
        return said

    return say


def to_say(text: str) -> str:
    """The text itself, marked as one that is said later, so that the catalogues are checked for it."""
    return text


@cache
def read_catalogue(language: str) -> dict[str, str]:
    """Every translated text of the language by its English; empty for English itself."""
    _check(language)
    texts: dict[str, str] = {}
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                if isinstance(message.id, str) and isinstance(message.string, str) and message.id and message.string:
                    texts.setdefault(message.id, message.string)
    return texts


@lru_cache(maxsize=16_384)
def format_amount(value: Decimal, decimals: int, language: str) -> str:
    """A number rounded half up with commas between thousands: `1,234.5`; never a minus before zero.

    Both languages write Latin digits: Khmer ones come with the separators swapped and would be misread.
    """
    _check(language)
    rounded = _round(value, decimals)
    return f"{MINUS if rounded < 0 else ''}{rounded.copy_abs():,.{decimals}f}"


def format_share(share: Decimal, language: str, digits: int = 1) -> str:
    """A fraction of 1 as a percentage: `73.8 %`."""
    return f"{format_amount(_WIDE.multiply(share, Decimal(100)), digits, language)} %"


def format_quarter(quarter: Quarter, language: str) -> str:
    """`2025 Q3`, or the same in Khmer words with Latin digits."""
    _check(language)
    if language == "km":
        return f"ត្រីមាសទី{quarter.number} ឆ្នាំ{quarter.year}"
    return f"{quarter.year} Q{quarter.number}"


@lru_cache(maxsize=1024)
def format_day(day: date, language: str) -> str:
    """`30 Sep 2025`; the Khmer names of months are Unicode's (CLDR)."""
    _check(language)
    return format_date(day, "d MMM yyyy", locale=language)


def format_moment(moment: datetime, language: str) -> str:
    """`30 Sep 2025 14:05`, as clocks show it in Cambodia."""
    here = moment.astimezone(CAMBODIA)
    return f"{format_day(here.date(), language)} {here:%H:%M}"


def format_size(size: int) -> str:
    """How large a file is: `640 bytes`, `12 KB`, `3.4 MB`."""
    if size < 1000:
        return f"{size} bytes"
    return f"{round(size / 1000)} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def _round(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), context=_WIDE)


def _check(language: str) -> None:
    if language not in LANGUAGES:
        raise ValueError(f"{language!r} is not one of the languages {', '.join(LANGUAGES)}")
