"""Compare the words of names: whether a name in other words may still mean the same."""

import re
from collections.abc import Iterable
from functools import lru_cache

from etl.returns.layouts.matching import compact_text, normalize_text

_WORD = re.compile(r"[^\W\d_]{4,}")
_KHMER = re.compile("[\u1780-\u17d3]+")
_COMMON = frozenset(
    ("with", "from", "that", "this", "have", "been", "which", "number", "total", "other", "their", "than")
)
_COMMON_KHMER = re.compile("ចំនួន|ដែល|បាន|និង|ក្នុង|របស់|ទទួល|ការ|តាម|ដោយ")
_STEM = 4
"""So many letters at the start of a word make words alike: `trained`, `training`."""
_KHMER_LENGTH = 5
"""So many characters in a row make Khmer texts alike, since Khmer has no spaces between words."""


@lru_cache(maxsize=4096)
def find_stems(text: str) -> frozenset[str]:
    """Return the beginnings of the words of a text; of Khmer, all runs of some characters."""
    normalized = normalize_text(text)
    words = (word for word in _WORD.findall(_KHMER.sub(" ", normalized)) if word not in _COMMON)
    runs = _KHMER.findall(_COMMON_KHMER.sub(" ", compact_text(text)))
    pieces = (run[start : start + _KHMER_LENGTH] for run in runs for start in range(len(run) - _KHMER_LENGTH + 1))
    return frozenset((*(word[:_STEM] for word in words), *pieces))


def shares_words(text: str, names: Iterable[str], *, least: int = 1) -> bool:
    """Whether a text has at least so many words in common with one of the names."""
    return any(len(find_stems(text) & find_stems(name)) >= least for name in names)
