"""Charts of the values of an edition by year, and the style of marks that all its charts share.

The custom data of each mark is its exact number, or the reason why there is none, and the address to which a click
leads.
"""

from collections.abc import Callable, Sequence

from dashboard.charts.end_labels import LineEnd, make_end_labels
from dashboard.charts.frame import (
    HOVER,
    HOVER_BESIDE_LABELS,
    ChartDict,
    build_chart,
    convert_axis_value,
    make_axis,
    make_target_markers,
    make_value_axis,
    thin_labels,
)
from dashboard.theme import CARD, OBJECTIVE_STYLES, RATING_STYLES, UNRATED
from etl.exports.figure_rows import format_plain_number
from etl.indicators.editions import EditionContents, EditionFigure
from etl.indicators.results import Rating
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording import append_unit, describe_rating, describe_unit
from etl.wording.editions import describe_missing_value, format_number, get_shown_value


def describe_edition_amount(figure: EditionFigure, indicator: Indicator, book: EditionContents, locale: Locale) -> str:
    """Return the value with its unit, or the reason why there is none."""
    value = get_shown_value(figure, indicator)
    if value is None:
        return describe_missing_value(figure, book, locale)
    return append_unit(format_number(value, indicator, locale), indicator, locale)


def describe_edition_rating(figure: EditionFigure, locale: Locale) -> str:
    """Return the word of the rating; blank where it has none or it is withheld."""
    return describe_rating(figure.public_rating, locale) if figure.public_rating else ""


def make_rating_marker(ratings: Sequence[Rating | None]) -> ChartDict:
    """Return the fills of bars. An incomplete value is hatched in grey, a value without a rating is plain grey."""
    is_hatched = [rating is Rating.INCOMPLETE for rating in ratings]
    return {
        "color": [
            RATING_STYLES[rating].fill if rating and (rating.is_rated or rating is Rating.INCOMPLETE) else UNRATED
            for rating in ratings
        ],
        "pattern": {
            "shape": ["/" if hatched else "" for hatched in is_hatched],
            "fillmode": "overlay",
            "fgcolor": CARD,
            "size": 6,
            "solidity": 0.35,
        },
    }


def draw_edition_years(
    book: EditionContents,
    indicator: Indicator,
    places: Sequence[tuple[str, str]],
    years: Sequence[str],
    locale: Locale,
    *,
    make_address: Callable[[str], str],
) -> ChartDict:
    """Return the values by year: bars with targets for one place, a line for each of several.

    `places` are codes with names, a blank code is the centre. `make_address` returns where a year leads.
    """
    if len(places) == 1:
        traces = _make_year_bars(book, indicator, places[0][0], years, locale, make_address)
    else:
        traces = [
            _make_year_line(book, indicator, place, index, years, locale, make_address)
            for index, place in enumerate(places)
        ]
    ends = [
        end for index, place in enumerate(places) if (end := _find_end(book, indicator, place, index, years, locale))
    ]
    heights = [height for trace in traces for height in trace["y"] if height is not None]
    high, low = max([*heights, 1.0]), min([*heights, 0.0])
    labels = make_end_labels(ends if len(places) > 1 else [], span=(high - low) * 1.06, top=high, plot_height=206)
    return build_chart(
        traces,
        height=210 if len(places) == 1 else 250,
        unit="",
        yaxis=make_value_axis(indicator, locale, title=describe_unit(indicator, locale)),
        with_legend=labels.with_legend,
        annotations=labels.annotations,
        margin={"l": 56, "r": labels.margin, "t": 16, "b": 28, "autoexpand": True},
        xaxis=make_axis(
            type="category",
            categoryorder="array",
            categoryarray=list(years),
            tickvals=list(years),
            ticktext=thin_labels(years),
            tickangle=0,
            showgrid=False,
        ),
        bargap=0.45,
    )


def _list_year_figures(
    book: EditionContents, indicator: Indicator, place: str, years: Sequence[str]
) -> list[tuple[str, EditionFigure]]:
    return [(year, figure) for year in years if (figure := book.find(indicator.code, site=place, period=year))]


def _make_year_bars(
    book: EditionContents,
    indicator: Indicator,
    place: str,
    years: Sequence[str],
    locale: Locale,
    make_address: Callable[[str], str],
) -> list[ChartDict]:
    year_figures = _list_year_figures(book, indicator, place, years)
    with_targets = [(year, figure.target) for year, figure in year_figures if figure.target is not None]
    ratings = [figure.public_rating for _, figure in year_figures]
    bars = {
        "type": "bar",
        "showlegend": False,
        "x": [year for year, _ in year_figures],
        "y": [None if figure.value is None else convert_axis_value(figure.value) for _, figure in year_figures],
        "marker": make_rating_marker(ratings),
        "text": [RATING_STYLES[rating].shape if rating and rating.is_rated else "" for rating in ratings],
        "textposition": "inside",
        "insidetextanchor": "start",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {"color": "#ffffff", "size": 12},
        "hovertext": [_describe_year(year, figure, indicator, book, locale) for year, figure in year_figures],
        "hovertemplate": HOVER_BESIDE_LABELS,
        "customdata": [[_format_exact(figure), make_address(year)] for year, figure in year_figures],
    }
    label = locale.gettext("target")
    targets = {
        **make_target_markers(label),
        "x": [year for year, _ in with_targets],
        "y": [convert_axis_value(target) for _, target in with_targets],
        "text": [
            f"{year}, {label}: {append_unit(format_number(target, indicator, locale), indicator, locale)}"
            for year, target in with_targets
        ],
        "customdata": [[format_plain_number(target), make_address(year)] for year, target in with_targets],
    }
    return [bars, targets]


def _make_year_line(
    book: EditionContents,
    indicator: Indicator,
    place: tuple[str, str],
    index: int,
    years: Sequence[str],
    locale: Locale,
    make_address: Callable[[str], str],
) -> ChartDict:
    code, name = place
    year_figures = _list_year_figures(book, indicator, code, years)
    colour, symbol = OBJECTIVE_STYLES[index % len(OBJECTIVE_STYLES)]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [year for year, _ in year_figures],
        "y": [None if figure.value is None else convert_axis_value(figure.value) for _, figure in year_figures],
        "connectgaps": False,
        "line": {"color": colour, "width": 2},
        "marker": {
            "color": colour,
            "size": 9,
            "symbol": [
                f"{symbol}-open" if figure.public_rating is Rating.INCOMPLETE else symbol for _, figure in year_figures
            ],
        },
        "text": [f"{name}, {_describe_year(year, figure, indicator, book, locale)}" for year, figure in year_figures],
        "hovertemplate": HOVER,
        "customdata": [[_format_exact(figure), make_address(year)] for year, figure in year_figures],
    }


def _find_end(
    book: EditionContents,
    indicator: Indicator,
    place: tuple[str, str],
    index: int,
    years: Sequence[str],
    locale: Locale,
) -> LineEnd | None:
    """Return the end of a place's line; None for one without a value."""
    code, name = place
    values = [
        figure.value for _, figure in _list_year_figures(book, indicator, code, years) if figure.value is not None
    ]
    if not values:
        return None
    text = "" if indicator.is_stage else format_number(values[-1], indicator, locale)
    colour, _symbol = OBJECTIVE_STYLES[index % len(OBJECTIVE_STYLES)]
    return LineEnd(float(values[-1]), name, text, colour)


def _describe_year(
    year: str, figure: EditionFigure, indicator: Indicator, book: EditionContents, locale: Locale
) -> str:
    amount = describe_edition_amount(figure, indicator, book, locale)
    return " · ".join(filter(None, (f"{year}: {amount}", describe_edition_rating(figure, locale))))


def _format_exact(figure: EditionFigure) -> str:
    return figure.state if figure.value is None else format_plain_number(figure.value)
