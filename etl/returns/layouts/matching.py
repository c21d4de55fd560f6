"""When two texts are the same to a reader: spaces, invisible letters, case, digits and Khmer spellings don't count."""

import re
import unicodedata
from collections.abc import Callable, Iterable

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"), "-")
_COENG_DA, _COENG_TA = "\u17d2\u178a", "\u17d2\u178f"
_WHITESPACE = re.compile(r"\s+")
_AROUND = " .:;,*#()[]៖។-"
_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u201c\u201d`"), "'")


def normalize_text(text: str) -> str:
    """The text as it is compared. Coeng TA and coeng DA look alike and are typed one for the other."""
    folded = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).translate(_DASHES).translate(_QUOTES)
    folded = to_latin_digits(folded).replace(_COENG_DA, _COENG_TA)
    return _WHITESPACE.sub(" ", folded).strip(_AROUND).casefold()


def compact_text(text: str) -> str:
    """The same without any spaces: Khmer is written with and without them."""
    return normalize_text(text).replace(" ", "")


def to_latin_digits(text: str) -> str:
    """Khmer digits made Latin; other scripts are left as they are."""
    return "".join(str(ord(one) - 0x17E0) if "\u17e0" <= one <= "\u17e9" else one for one in text)


def matches_any(text: str, words: Iterable[str]) -> bool:
    wanted = compact_text(text)
    return bool(wanted) and any(wanted == compact_text(word) for word in words)


class NameIndex:
    """What texts stand for; two things may go by one name, and then nobody guesses."""

    def __init__(self) -> None:
        self._meant: dict[str, dict[str, None]] = {}

    def add(self, text: str, code: str) -> None:
        if compact_text(text):
            self._meant.setdefault(compact_text(text), {})[code] = None

    def find(self, text: str) -> tuple[str, ...]:
        """Every code that goes by this name."""
        return tuple(self._meant.get(compact_text(text), ()))

    def find_nearest(self, text: str, find_close_names: Callable[[str, list[str]], list[str]]) -> str:
        """The code whose name is the most like the text; blank where none is."""
        found = find_close_names(compact_text(text), list(self._meant))
        return next(iter(self._meant[found[0]])) if found else ""
