"""Sign and colours of each rating, and the colours that charts and pages share."""

from dataclasses import dataclass

from etl.indicators.results import Rating
from etl.publication.signs import Sign

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
    """Sign and colours of a rating. Never use the colour without the sign or the label."""

    name: str
    """CSS class."""
    sign: Sign
    shape: str
    """The character that stands for the sign where only text is possible: inside the bars of plotly's charts."""
    fill: str
    """Colour of areas: bars and strips."""
    text: str
    """Colour of text on white and on the page background: contrast of at least 4.5 to 1."""
    on_fill: str = "#ffffff"
    """Colour of a sign on the fill."""


RATING_STYLES: dict[Rating, RatingStyle] = {
    Rating.ACHIEVED: RatingStyle("achieved", Sign.TICK, "✓", "#14532d", "#14532d"),
    Rating.ON_TRACK: RatingStyle("on-track", Sign.CIRCLE, "●", "#2f8f5b", "#1f7346"),
    Rating.AT_RISK: RatingStyle("at-risk", Sign.TRIANGLE, "▲", "#d08a1d", "#8f5500", INK),
    Rating.OFF_TRACK: RatingStyle("off-track", Sign.SQUARE, "■", "#b8370f", "#b8370f"),
    Rating.INCOMPLETE: RatingStyle("incomplete", Sign.DASHED_RING, "◌", "#a9aea9", "#5f6662", INK),
    Rating.NO_DATA: RatingStyle("no-data", Sign.DASH, "–", "#c9cbc7", "#5f6662", INK),
    Rating.NOT_DUE: RatingStyle("not-due", Sign.DOT, "·", "#dcdedb", "#5f6662", INK),
    Rating.NO_TARGET: RatingStyle("no-target", Sign.DASH, "–", "#dcdedb", "#5f6662", INK),
}
