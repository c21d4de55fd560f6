"""Compare texts ignoring spaces, invisible characters, case, kinds of digits and variants of Khmer spelling."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"), "-")
_COENG_DA, _COENG_TA = "\u17d2\u178a", "\u17d2\u178f"
_WHITESPACE = re.compile(r"\s+")
_SURROUNDING = " .:;,*#()[]៖។-"
_KHMER_DIGITS = {0x17E0 + digit: str(digit) for digit in range(10)}
_LONGEST_NAME = 300
_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u201c\u201d`"), "'")


def normalize_text(text: str) -> str:
    """Normalize a text for comparison. Coeng TA and coeng DA look alike and are treated as equal."""
    return _normalize_name(text) if len(text) <= _LONGEST_NAME else _normalize(text)


def _normalize(text: str) -> str:
    normalized_text = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).translate(_DASHES).translate(_QUOTES)
    normalized_text = convert_to_latin_digits(normalized_text).replace(_COENG_DA, _COENG_TA)
    return _WHITESPACE.sub(" ", normalized_text).strip(_SURROUNDING).casefold()


_normalize_name = lru_cache(maxsize=10_000)(_normalize)
"""The names of a plan are compared with each heading and cell of a table, so their results are remembered."""


def compact_text(text: str) -> str:
    """Normalize a text and remove all spaces: Khmer is written with and without them."""
    return normalize_text(text).replace(" ", "")


def convert_to_latin_digits(text: str) -> str:
    """Convert Khmer digits to Latin digits; leave other scripts unchanged."""
    return text.translate(_KHMER_DIGITS)


def matches_any(text: str, candidates: Iterable[str]) -> bool:
    compacted = compact_text(text)
    return bool(compacted) and any(compacted == compact_text(candidate) for candidate in candidates)


class NameIndex:
    """An index from names to codes. A name may have several codes; then it is ambiguous."""

    def __init__(self) -> None:
        self._codes_by_name: dict[str, dict[str, None]] = {}

    def add(self, text: str, code: str) -> None:
        if compact_text(text):
            self._codes_by_name.setdefault(compact_text(text), {})[code] = None

    def find(self, text: str) -> tuple[str, ...]:
        """Return all codes with this name."""
        return tuple(self._codes_by_name.get(compact_text(text), ()))

    def find_nearest(self, text: str, find_close_names: Callable[[str, list[str]], list[str]]) -> str:
        """Return the code with the most similar name, or a blank."""
        names = find_close_names(compact_text(text), list(self._codes_by_name))
        return next(iter(self._codes_by_name[names[0]])) if names else ""
