"""Colours, and the word, shape and colour of each rating, stated once for pages, charts and stylesheet."""

from dataclasses import dataclass

from etl.indicators.results import Rating

INK = "#1c2420"
SOFT = "#5a635e"
PAPER = "#fbfaf6"
CARD = "#ffffff"
LINE = "#ddd9cd"
GRID = "#e9e6dc"
ACCENT = "#2b6136"
TRACK = "#eceae2"
EXPECTED = "#8a8f8c"
OUTLOOK = "#b86e00"
FOCUS = "#e0a100"

FONT = 'system-ui, "Noto Sans", "Noto Sans Khmer", "Khmer OS", sans-serif'
"""For charts; the stylesheet has the same."""


@dataclass(frozen=True, slots=True)
class RatingStyle:
    """How a rating looks besides its word: never by colour alone."""

    name: str
    """Its class in the stylesheet."""
    shape: str
    fill: str
    """For areas: bars and strips."""
    text: str
    """For words on white and on the paper: at least 4.5 to 1."""


_ACHIEVED = RatingStyle("achieved", "✓", "#14532d", "#14532d")
_ON_TRACK = RatingStyle("on-track", "●", "#2f8f5b", "#1f7346")
_AT_RISK = RatingStyle("at-risk", "▲", "#d08a1d", "#8f5500")
_OFF_TRACK = RatingStyle("off-track", "■", "#b8370f", "#b8370f")

RATING_STYLES: dict[Rating, RatingStyle] = {
    Rating.ACHIEVED: _ACHIEVED,
    Rating.ON_TRACK: _ON_TRACK,
    Rating.AT_RISK: _AT_RISK,
    Rating.OFF_TRACK: _OFF_TRACK,
    Rating.INCOMPLETE: RatingStyle("incomplete", "◌", "#a9aea9", "#5f6662"),
    Rating.NO_DATA: RatingStyle("no-data", "–", "#c9cbc7", "#5f6662"),
    Rating.NOT_DUE: RatingStyle("not-due", "·", "#dcdedb", "#5f6662"),
    Rating.NO_TARGET: RatingStyle("no-target", "–", "#dcdedb", "#5f6662"),
}
