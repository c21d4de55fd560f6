"""Charts of an edition's figures: percentages side by side, and one indicator by year."""

from collections.abc import Sequence
from decimal import Decimal

from dashboard.charts.frame import (
    HOVER_BESIDE_LABELS,
    ChartDict,
    build_chart,
    convert_axis_value,
    make_axis,
    make_target_markers,
    make_value_axis,
)
from dashboard.theme import ACCENT, RATING_STYLES
from etl.exports.figure_rows import format_plain_number
from etl.indicators.editions import EditionContents, EditionFigure
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording import append_unit, describe_rating, describe_unit
from etl.wording.editions import describe_edition_share, describe_missing_value, format_number

IndicatorFigure = tuple[Indicator, EditionFigure]
DISTANCE = "distance"
"""The rule of shares that are worse when larger, which are not comparable with others."""


def has_bar(figure: EditionFigure) -> bool:
    """Whether the percentage is comparable with others."""
    return figure.share is not None and figure.rule != DISTANCE


def draw_shares(book: EditionContents, edition_figures: Sequence[IndicatorFigure], locale: Locale) -> ChartDict:
    """Return a bar per percentage, the largest on top, with a line at 100 %."""
    with_bars = [(indicator, figure) for indicator, figure in edition_figures if has_bar(figure)]
    ordered_figures = sorted(with_bars, key=lambda item: (item[1].share or Decimal(0), item[0].code))
    names = [indicator.code for indicator, _ in ordered_figures]
    figures = [figure for _, figure in ordered_figures]
    bars = {
        **_make_bars(figures),
        "y": names,
        "x": [convert_axis_value((figure.share or Decimal(0)) * 100) for figure in figures],
        "orientation": "h",
        "hovertext": [
            f"{indicator.name.get_text(locale.language)}: "
            f"{describe_edition_share(figure, book, locale)}{_describe_rating(figure, locale)}"
            for indicator, figure in ordered_figures
        ],
        "customdata": [format_plain_number(figure.share) if figure.share is not None else "" for figure in figures],
    }
    return build_chart(
        [bars],
        height=90 + 26 * max(1, len(names)),
        unit="",
        with_legend=False,
        xaxis=make_axis(title=locale.gettext("% of target or of the planned change")),
        yaxis=make_axis(type="category", showgrid=False, categoryorder="array", categoryarray=names),
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


def draw_edition_years(book: EditionContents, indicator: Indicator, site: str, locale: Locale) -> ChartDict:
    """Return a bar per year with a number, and a line for its target."""
    years = [str(year) for year in book.edition.years]
    year_figures = [(year, figure) for year in years if (figure := book.find(indicator.code, site=site, period=year))]
    figures = [figure for _, figure in year_figures]
    bars = {
        **_make_bars(figures),
        "x": [year for year, _ in year_figures],
        "y": [None if figure.value is None else convert_axis_value(figure.value) for figure in figures],
        "hovertext": [
            f"{year}: {_describe_amount(book, indicator, figure, locale)}{_describe_rating(figure, locale)}"
            for year, figure in year_figures
        ],
        "customdata": [
            figure.state if figure.value is None else format_plain_number(figure.value) for figure in figures
        ],
    }
    year_targets = [(year, figure.target) for year, figure in year_figures if figure.target is not None]
    target_label = locale.gettext("target")
    targets = {
        **make_target_markers(target_label),
        "x": [year for year, _ in year_targets],
        "y": [convert_axis_value(target) for _, target in year_targets],
        "text": [
            f"{year}, {target_label}: {append_unit(format_number(target, indicator, locale), indicator, locale)}"
            for year, target in year_targets
        ],
        "customdata": [format_plain_number(target) for _, target in year_targets],
    }
    return build_chart(
        [bars, targets],
        height=240,
        unit="",
        yaxis=make_value_axis(indicator, locale, title=describe_unit(indicator, locale)),
        with_legend=False,
        xaxis=make_axis(type="category", categoryorder="array", categoryarray=years, showgrid=False),
        bargap=0.45,
    )


def _make_bars(figures: Sequence[EditionFigure]) -> ChartDict:
    """Return bars in the colours of their ratings, with the rating's shape."""
    rated = [figure.public_rating for figure in figures]
    return {
        "type": "bar",
        "showlegend": False,
        "marker": {"color": [RATING_STYLES[rating].fill if rating and rating.is_rated else ACCENT for rating in rated]},
        "text": [RATING_STYLES[rating].shape if rating and rating.is_rated else "" for rating in rated],
        "textposition": "inside",
        "insidetextanchor": "start",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {"color": "#ffffff", "size": 12},
        "hovertemplate": HOVER_BESIDE_LABELS,
    }


def _describe_rating(figure: EditionFigure, locale: Locale) -> str:
    return f" · {describe_rating(figure.public_rating, locale)}" if figure.public_rating else ""


def _describe_amount(book: EditionContents, indicator: Indicator, figure: EditionFigure, locale: Locale) -> str:
    if figure.value is None or isinstance(figure.amount, NoValue):
        return describe_missing_value(figure, book, locale)
    return append_unit(format_number(figure.value, indicator, locale), indicator, locale)
