"""Lines of text in charts: plotly neither measures nor wraps them."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from dashboard.theme import CARD

NAME_SIZE, NAME_LINE = 13, 18
"""The size of the letters of a row's name, and the height of one of its lines, in pixels."""

_LATIN, _KHMER = 0.53, 0.78
"""The average width of a letter in units of the font size."""
_COENG = "\u17d2"
"""The sign that puts the next Khmer letter below the previous one."""


@lru_cache(maxsize=4096)
def split_clusters(text: str) -> tuple[str, ...]:
    """Return the letters with the marks and subscripts that belong to them."""
    clusters: list[str] = []
    for letter in text:
        is_attached = unicodedata.category(letter) in ("Mn", "Mc", "Cf") or (clusters and clusters[-1].endswith(_COENG))
        if is_attached and clusters:
            clusters[-1] += letter
        else:
            clusters.append(letter)
    return tuple(clusters)


def escape_markup(text: str) -> str:
    """Return the text without the markup that plotly would interpret."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


@lru_cache(maxsize=4096)
def measure_text(text: str, size: float) -> float:
    """Return the approximate width in pixels."""
    return sum(_measure_cluster(cluster) for cluster in split_clusters(text)) * size


def _measure_cluster(cluster: str) -> float:
    return _LATIN if cluster[0] < "\u1780" else _KHMER


def shorten_text(text: str, width: float, size: float) -> str:
    """Return the text, or as many of its first words as fit, with `…`; a word that is longer than the width is cut.

    Khmer is written without spaces between words, but with spaces between phrases.
    """
    if measure_text(text, size) <= width:
        return text
    words = text.split(" ")
    for count in range(len(words) - 1, 0, -1):
        beginning = " ".join(words[:count]).rstrip(",;")
        if measure_text(f"{beginning} …", size) <= width:
            return f"{beginning} …"
    return _cut(text, width, size)


def wrap_text(text: str, width: float, size: float, *, most: int = 3) -> list[str]:
    """Return the lines of a text, broken at spaces, and in Khmer between letters where it has no space.

    The last of `most` lines takes the rest and ends with `…` where it is too long.
    """
    lines: list[str] = [""]
    for word in _split_words(text, width, size):
        line = lines[-1]
        if line and measure_text(line + word.rstrip(), size) > width and len(lines) < most:
            lines.append(word)
        else:
            lines[-1] = line + word
    lines = [line.strip() for line in lines]
    if measure_text(lines[-1], size) > width:
        lines[-1] = _cut(lines[-1], width, size)
    return lines


def make_row_name(text: str, place: str, *, lift: int, width: float = 310) -> tuple[dict[str, Any], int]:
    """Return the name of a row so many pixels above its middle, and the number of its lines.

    The name hides the lines of the chart behind it. `place` is the row on the category axis; `width` fits a phone.
    """
    lines = wrap_text(text, width, NAME_SIZE, most=2)
    annotation = {
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": place,
        "yref": "y",
        "yanchor": "bottom",
        "yshift": lift,
        "align": "left",
        "showarrow": False,
        "bgcolor": CARD,
        "borderpad": 0,
        "font": {"size": NAME_SIZE},
        "text": "<br>".join(map(escape_markup, lines)),
    }
    return annotation, len(lines)


def find_margin(texts: Iterable[str], size: float, *, most: int = 170) -> int:
    """Return the margin that the widest label at the right of a chart needs, with its gap."""
    lines = [re.sub("</?b>", "", line) for text in texts for line in text.split("<br>")]
    return min(most, round(max([measure_text(line, size) for line in lines], default=0.0)) + 16)


def _split_words(text: str, width: float, size: float) -> list[str]:
    """Return the pieces between which a line may break; Khmer words longer than a line are single letters."""
    pieces: list[str] = []
    for word in text.replace("\u200b", "\u200b ").split(" "):
        glue = "" if word.endswith("\u200b") else " "
        is_long = measure_text(word, size) > width / 2 and any(letter >= "\u1780" for letter in word)
        clusters = split_clusters(word) if is_long else (word,)
        pieces += [*clusters[:-1], clusters[-1] + glue] if clusters else []
    return pieces


def _cut(text: str, width: float, size: float) -> str:
    clusters = list(split_clusters(text))
    while clusters and measure_text("".join(clusters) + "…", size) > width:
        clusters.pop()
    return "".join(clusters).rstrip() + "…"
