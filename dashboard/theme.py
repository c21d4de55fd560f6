"""Colours and rating styles of pages and charts; the stylesheet has the same colours."""

from dataclasses import dataclass

from etl.indicators.results import Rating
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
    "COMPARED_STYLES",
    "EXPECTED",
    "FOCUS",
    "FONT",
    "GRID",
    "INK",
    "LINE",
    "OBJECTIVE_STYLES",
    "OUTLOOK",
    "PAPER",
    "RATING_STYLES",
    "RATING_SYMBOLS",
    "SOFT",
    "TRACK",
    "ComparedStyle",
    "RatingStyle",
]

RATING_SYMBOLS = {
    Rating.ACHIEVED: "diamond",
    Rating.ON_TRACK: "circle",
    Rating.AT_RISK: "triangle-up",
    Rating.OFF_TRACK: "square",
}
"""The symbols of points in charts; points without a rating are hollow circles."""

OUTLOOK = "#b86e00"
UNRATED = "#9ba19d"
FOCUS = "#e0a100"

OBJECTIVE_STYLES = (
    ("#2a6f97", "circle"),
    ("#8a4f9e", "diamond"),
    ("#a8690a", "triangle-up"),
    ("#43474b", "square"),
    ("#2b6136", "star"),
    ("#b0413e", "cross"),
)
"""Colours and symbols of the lines of objectives, with a contrast of 4.5 on white. They repeat beyond six."""


@dataclass(frozen=True, slots=True)
class ComparedStyle:
    """The style of what figures are compared with."""

    colour: str
    symbol: str
    dash: str
    pattern: str


COMPARED_STYLES = (
    ComparedStyle("#4f5d95", "circle-open", "dot", ""),
    ComparedStyle("#8a4f9e", "diamond-open", "dash", "/"),
    ComparedStyle("#a8690a", "triangle-up-open", "dashdot", "x"),
    ComparedStyle("#43474b", "square-open", "longdash", "."),
)
"""The styles of up to four scopes that figures are compared with; symbols and patterns differ in greyscale."""

PART_FILLS = (
    ("#2b6136", ""),
    ("#a9c9ae", "/"),
    ("#5a635e", "."),
    ("#d9d2b8", "x"),
    ("#7d9c6b", "-"),
    ("#c9cbc7", "\\"),
)
"""Colours and patterns of parts, distinguishable in greyscale. They repeat where there are more parts."""

FONT = '"Noto Sans Khmer", "Latin fallback", system-ui, "Khmer fallback", "Khmer fallback 2", sans-serif'
"""The font of charts, the same as in `base.css`."""
