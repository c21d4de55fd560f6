"""Charts of an edition's frozen figures: percentages side by side, and one indicator year by year."""

from collections.abc import Sequence
from decimal import Decimal

from dashboard.charts.frame import HOVER_BESIDE_LABELS, FigureDict, axis, draw_frame, plotted, target_marks
from dashboard.theme import ACCENT, RATING_STYLES
from etl.exports.figure_rows import plain_number
from etl.indicators.editions import Book, EditionFigure
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import speak
from etl.wording import rating_words, with_unit
from etl.wording.editions import number_words, share_words_of, state_words

Shown = tuple[Indicator, EditionFigure]
DISTANCE = "distance"
"""Where a larger share is worse: not a bar beside those where it is better."""


def has_bar(figure: EditionFigure) -> bool:
    """Whether its percentage can stand beside others."""
    return figure.share is not None and figure.rule != DISTANCE


def draw_shares(shown: Sequence[Shown], language: str) -> FigureDict:
    """A bar for each percentage, the largest on top, with a line where the target is met."""
    barred = [(indicator, figure) for indicator, figure in shown if has_bar(figure)]
    ordered = sorted(barred, key=lambda one: (one[1].share or Decimal(0), one[0].code))
    names = [indicator.code for indicator, _ in ordered]
    figures = [figure for _, figure in ordered]
    bars = {
        **_bars(figures),
        "y": names,
        "x": [plotted((figure.share or Decimal(0)) * 100) for figure in figures],
        "orientation": "h",
        "hovertext": [
            f"{indicator.name.in_language(language)}: {share_words_of(figure, language)}{_rating(figure, language)}"
            for indicator, figure in ordered
        ],
        "customdata": [plain_number(figure.share) if figure.share is not None else "" for figure in figures],
    }
    return draw_frame(
        [bars],
        height=90 + 26 * max(1, len(names)),
        unit="",
        with_legend=False,
        xaxis=axis(title=speak(language)("% of target or of the planned change")),
        yaxis=axis(type="category", showgrid=False, categoryorder="array", categoryarray=names),
        bargap=0.35,
        shapes=[
            {
                "type": "line",
                "x0": 100,
                "x1": 100,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": ACCENT, "width": 1.5, "dash": "dash"},
            }
        ],
    )


def draw_edition_years(book: Book, indicator: Indicator, site: str, language: str) -> FigureDict:
    """A bar for each year that has a number to show, and a stroke for its target."""
    years = [str(year) for year in book.edition.years]
    found = [(year, figure) for year in years if (figure := book.find(indicator.code, site=site, period=year))]
    figures = [figure for _, figure in found]
    bars = {
        **_bars(figures),
        "x": [year for year, _ in found],
        "y": [None if figure.value is None else plotted(figure.value) for figure in figures],
        "hovertext": [
            f"{year}: {_amount(book, indicator, figure, language)}{_rating(figure, language)}" for year, figure in found
        ],
        "customdata": [figure.state if figure.value is None else plain_number(figure.value) for figure in figures],
    }
    aimed = [(year, figure.target) for year, figure in found if figure.target is not None]
    words = speak(language)("target")
    targets = {
        **target_marks(words),
        "x": [year for year, _ in aimed],
        "y": [plotted(target) for _, target in aimed],
        "text": [
            f"{year}, {words}: {with_unit(number_words(target, indicator, language), indicator, language)}"
            for year, target in aimed
        ],
        "customdata": [plain_number(target) for _, target in aimed],
    }
    return draw_frame(
        [bars, targets],
        height=240,
        unit=indicator.unit_label.in_language(language),
        with_legend=False,
        xaxis=axis(type="category", categoryorder="array", categoryarray=years, showgrid=False),
        bargap=0.45,
    )


def _bars(figures: Sequence[EditionFigure]) -> FigureDict:
    """Bars in the colour of their ratings, each with the rating's shape in it."""
    rated = [figure.rated for figure in figures]
    return {
        "type": "bar",
        "showlegend": False,
        "marker": {"color": [RATING_STYLES[one].fill if one and one.is_rated else ACCENT for one in rated]},
        "text": [RATING_STYLES[one].shape if one and one.is_rated else "" for one in rated],
        "textposition": "inside",
        "insidetextanchor": "start",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {"color": "#ffffff", "size": 12},
        "hovertemplate": HOVER_BESIDE_LABELS,
    }


def _rating(figure: EditionFigure, language: str) -> str:
    return f" · {rating_words(figure.rated, language)}" if figure.rated else ""


def _amount(book: Book, indicator: Indicator, figure: EditionFigure, language: str) -> str:
    if figure.value is None or isinstance(figure.amount, NoValue):
        return state_words(figure, book, language)
    return with_unit(number_words(figure.value, indicator, language), indicator, language)
