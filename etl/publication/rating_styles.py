"""Shape and colours of each rating, and the colours that charts and pages share."""

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
    """Shape and colours of a rating. Never use the colour without the shape or the label."""

    name: str
    """CSS class."""
    shape: str
    fill: str
    """Colour of areas: bars and strips."""
    text: str
    """Colour of text on white and on the page background: contrast of at least 4.5 to 1."""
    on_fill: str = "#ffffff"
    """Colour of a shape on the fill."""


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
