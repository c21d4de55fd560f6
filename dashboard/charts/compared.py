"""Marks of what figures are compared with: thin bars beside the bars, hollow points, and lines of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.charts.frame import HOVER, ChartDict, describe_with_unit
from dashboard.theme import CARD, COMPARED_STYLES, ComparedStyle
from etl.exports.figure_rows import format_plain_number
from etl.indicators.editions import Suppression
from etl.indicators.progress import DISTANCE
from etl.indicators.results import Amount
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.compared_scopes import ComparedFigure

Names = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedSeries:
    """The other figures of a chart, one for each of its own marks, and where a click on each leads."""

    label: str
    """The year, the sites or the edition."""
    figures: Sequence[ComparedFigure | None]
    addresses: Sequence[str]
    position: int = 0
    """The place among the series of the chart, which decides its style."""

    @property
    def style(self) -> ComparedStyle:
        return COMPARED_STYLES[self.position % len(COMPARED_STYLES)]


def make_compared_bars(
    series: ComparedSeries,
    names: Names,
    indicator: Indicator,
    locale: Locale,
    *,
    start: float,
    width: float,
    is_lying: bool = False,
) -> ChartDict:
    """Return thin bars at the side of the bars of these names; of stages, which have no length, hollow points.

    `start` is the distance of the first series from the middle of a name, and `width` a bar's, in units of the axis.
    """
    values = [_get_number(figure) for figure in series.figures]
    style = series.style
    place = start + series.position * width
    marks: ChartDict = (
        {"type": "scatter", "mode": "markers", **_make_hollow_marker(style)}
        if indicator.is_stage
        else {
            "type": "bar",
            "width": width * 0.8,
            "offset": -place - width if is_lying else place,
            "marker": {
                "color": style.colour,
                "pattern": {"shape": style.pattern, "fillmode": "overlay", "fgcolor": "#ffffff", "size": 5},
            },
            "textposition": "none",
        }
    )
    lengths, places = ("x", "y") if is_lying else ("y", "x")
    return {
        **marks,
        **({"orientation": "h"} if is_lying else {}),
        "name": series.label,
        "showlegend": True,
        places: list(names),
        lengths: [None if value is None else float(value) for value in values],
        "text": [
            f"{name}, {series.label}: {describe_compared_amount(figure, indicator, locale)}"
            for name, figure in zip(names, series.figures, strict=True)
        ],
        "hovertemplate": HOVER,
        "customdata": _make_custom_data(series),
    }


def make_compared_shares(
    series: ComparedSeries,
    indicators: Sequence[Indicator],
    locale: Locale,
    *,
    highest: Decimal,
    style: ComparedStyle | None = None,
) -> ChartDict:
    """Return hollow points of the percentages, at most the highest. A distance from a target has none."""
    points = [
        (indicator, min(max(share, -highest), highest), share, describe_compared_share(figure, locale), address)
        for indicator, figure, address in zip(indicators, series.figures, series.addresses, strict=True)
        if (share := get_share(figure)) is not None
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": series.label,
        "showlegend": True,
        "cliponaxis": False,
        "y": [indicator.code for indicator, *_rest in points],
        "x": [float(length * 100) for _indicator, length, *_rest in points],
        **_make_hollow_marker(style or series.style),
        "text": [
            f"{series.label}, {indicator.code}: {description}" for indicator, _, _share, description, _address in points
        ],
        "hovertemplate": HOVER,
        "customdata": [[str(share), address] for _, _, share, _, address in points],
    }


def get_share(figure: ComparedFigure | None) -> Decimal | None:
    """Return the percentage that compares with others; None without one."""
    if figure is None or figure.headline_rule == DISTANCE or not isinstance(figure.headline, Decimal):
        return None
    return figure.headline


def describe_compared_share(figure: ComparedFigure | None, locale: Locale) -> str:
    """Return the percentage with the digits of its own page, or a dash without one."""
    share = get_share(figure)
    return "–" if figure is None or share is None else locale.format_share(share, thresholds=figure.thresholds)


def describe_compared_amount(figure: ComparedFigure | None, indicator: Indicator, locale: Locale) -> str:
    """Return the amount with its unit, or the reason why it is missing."""
    return "–" if figure is None else describe_line_amount(figure.amount, indicator, locale)


def describe_line_amount(amount: Amount | Suppression, indicator: Indicator, locale: Locale) -> str:
    """Return an amount that an edition may withhold."""
    if isinstance(amount, Suppression):
        return locale.gettext("not published")
    return describe_with_unit(amount, indicator, locale)


def format_compared_amount(figure: ComparedFigure | None) -> str:
    """Return the exact amount in plain digits, or the code of the reason that there is none."""
    if figure is None:
        return ""
    return format_plain_number(figure.amount) if isinstance(figure.amount, Decimal) else figure.amount.value


def make_reference_line(value: Decimal, label: str) -> tuple[ChartDict, ChartDict]:
    """Return a line across the chart at the value of a compared year, and its label at the right end."""
    style = COMPARED_STYLES[0]
    line = {"color": style.colour, "width": 1.5, "dash": "dot"}
    height = float(value)
    return (
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": height, "y1": height, "line": line},
        {
            "xref": "paper",
            "x": 1,
            "xanchor": "right",
            "y": height,
            "yanchor": "bottom",
            "text": label,
            "showarrow": False,
            "font": {"size": 12, "color": style.colour},
        },
    )


def mark_category(index: int) -> ChartDict:
    """Return an upright dotted line at a category of the axis, such as a compared year."""
    line = {"color": COMPARED_STYLES[0].colour, "width": 1.5, "dash": "dot"}
    return {"type": "line", "x0": index, "x1": index, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _get_number(figure: ComparedFigure | None) -> Decimal | None:
    return figure.amount if figure is not None and isinstance(figure.amount, Decimal) else None


def _make_custom_data(series: ComparedSeries) -> list[list[str]]:
    return [
        [format_compared_amount(figure), address]
        for figure, address in zip(series.figures, series.addresses, strict=True)
    ]


def _make_hollow_marker(style: ComparedStyle) -> ChartDict:
    """Return points with a light fill, which stand out on bars of any colour."""
    line = {"color": style.colour, "width": 2}
    return {"marker": {"color": CARD, "symbol": style.symbol.removesuffix("-open"), "size": 10, "line": line}}
