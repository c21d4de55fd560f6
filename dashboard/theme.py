"""Colours, and the word, shape and colour of each rating, as pages, charts and stylesheet use them."""

from etl.publication.rating_styles import (
    ACCENT,
    CARD,
    EXPECTED,
    GRID,
    INK,
    LINE,
    PAPER,
    RATING_STYLES,
    SOFT,
    TRACK,
    RatingStyle,
)

__all__ = [
    "ACCENT",
    "CARD",
    "EXPECTED",
    "FOCUS",
    "FONT",
    "GRID",
    "INK",
    "LINE",
    "OUTLOOK",
    "PAPER",
    "RATING_STYLES",
    "SOFT",
    "TRACK",
    "RatingStyle",
]

OUTLOOK = "#b86e00"
FOCUS = "#e0a100"

FONT = 'system-ui, "Noto Sans", "Noto Sans Khmer", "Khmer OS", sans-serif'
"""For charts; the stylesheet has the same."""
