"""The word's companions of each rating, shape and colour, and the colours that drawings and pages share."""

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


@dataclass(frozen=True, slots=True)
class RatingStyle:
    """How a rating looks besides its word: never by colour alone."""

    name: str
    """Its class in stylesheets."""
    shape: str
    fill: str
    """For areas: bars and strips."""
    text: str
    """For words on white and on the paper: at least 4.5 to 1."""
    on_fill: str = "#ffffff"
    """For a shape on the fill."""


RATING_STYLES: dict[Rating, RatingStyle] = {
    Rating.ACHIEVED: RatingStyle("achieved", "✓", "#14532d", "#14532d"),
    Rating.ON_TRACK: RatingStyle("on-track", "●", "#2f8f5b", "#1f7346"),
    Rating.AT_RISK: RatingStyle("at-risk", "▲", "#d08a1d", "#8f5500", INK),
    Rating.OFF_TRACK: RatingStyle("off-track", "■", "#b8370f", "#b8370f"),
    Rating.INCOMPLETE: RatingStyle("incomplete", "◌", "#a9aea9", "#5f6662", INK),
    Rating.NO_DATA: RatingStyle("no-data", "–", "#c9cbc7", "#5f6662", INK),
    Rating.NOT_DUE: RatingStyle("not-due", "·", "#dcdedb", "#5f6662", INK),
    Rating.NO_TARGET: RatingStyle("no-target", "–", "#dcdedb", "#5f6662", INK),
}
