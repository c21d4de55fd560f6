"""Common parts of charts: fonts, margins, axes, styles of lines and marks, and hover texts."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from dashboard.theme import ACCENT, EXPECTED, FONT, GRID, INK, OUTLOOK, SOFT
from etl.exports.figure_rows import serialize_amount
from etl.indicators.results import Amount, NoValue, SeriesPoint
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording import append_unit, describe_amount

ChartDict = dict[str, Any]

HOVER = "%{text}<extra></extra>"
HOVER_BESIDE_LABELS = "%{hovertext}<extra></extra>"
"""For traces whose `text` is drawn in the chart."""


def build_chart(
    traces: list[ChartDict], *, height: int, unit: str, with_legend: bool = True, **layout: Any
) -> ChartDict:
    """Return a Plotly figure of the traces in the common style. `unit` is the title of the value axis."""
    return {
        "data": traces,
        "layout": {
            "height": height,
            "margin": {"l": 56, "r": 24, "t": 16, "b": 28, "autoexpand": True},
            "font": {"family": FONT, "size": 13, "color": INK},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "showlegend": with_legend,
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 12}},
            "hoverlabel": {"font": {"family": FONT}},
            "xaxis": make_axis(),
            "yaxis": make_axis(title=unit),
            **layout,
        },
    }


MAX_LABELS = 6
"""The number of year labels that fit beside each other on a phone."""


def thin_labels(labels: Sequence[str], *, most: int = MAX_LABELS) -> list[str]:
    """Return the labels with some left blank where there are too many. The last one is always kept."""
    step = -(-len(labels) // most) or 1
    return [label if (len(labels) - 1 - index) % step == 0 else "" for index, label in enumerate(labels)]


def make_axis(*, title: str = "", **more: Any) -> ChartDict:
    """Return an axis that starts at zero, with light grid lines."""
    return {
        "title": {"text": title, "font": {"size": 12, "color": SOFT}},
        "gridcolor": GRID,
        "zerolinecolor": "#b9b5a8",
        "tickfont": {"size": 12, "color": SOFT},
        "rangemode": "tozero",
        "automargin": True,
        "fixedrange": True,
        "separatethousands": True,
        "tickformat": "" if more.get("type") == "category" else ",~f",
        **more,
    }


def make_share_axis() -> ChartDict:
    """Return an axis from 0 to 100 %, with room for a mark at its end."""
    shares = [0, 25, 50, 75, 100]
    # With `tickvals`, plotly leaves out a suffix.
    return make_axis(range=[0, 104], tickvals=shares, ticktext=[f"{share} %" for share in shares])


def make_row_axis(names: Sequence[str], *, below: float, **more: Any) -> ChartDict:
    """Return the axis of rows, the first on top. `below` is the part of a row under the middle of its marks."""
    return make_axis(
        type="category",
        categoryorder="array",
        categoryarray=list(reversed(names)),
        showticklabels=False,
        range=[-below, max(1, len(names)) - below],
        **more,
    )


def make_upright_line(value: float, **line: Any) -> ChartDict:
    """Return a line across all rows at a value of the axis."""
    return {"type": "line", "x0": value, "x1": value, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def make_value_axis(indicator: Indicator, locale: Locale, *, title: str = "", **more: Any) -> ChartDict:
    """Return the axis of an indicator's values; of stages its ticks are their words."""
    if not indicator.is_stage:
        return make_axis(title=title, **more)
    ranks = [stage.rank for stage in indicator.stages]
    words = [stage.label.get_text(locale.language) for stage in indicator.stages]
    return make_axis(
        title=title, tickvals=ranks, ticktext=words, range=[ranks[0] - 0.4, ranks[-1] + 0.4], zeroline=False
    )


def convert_axis_value(amount: Amount) -> float | None:
    """Return the number as a float for the axis; None, which leaves a gap, for a missing value."""
    return float(amount) if isinstance(amount, Decimal) else None


def format_exact_value(amount: Amount) -> str:
    """Return the exact number in plain digits, or the reason why it is missing."""
    return serialize_amount(amount)


def pair_with_addresses(exacts: Iterable[str], addresses: Iterable[str]) -> list[list[str]]:
    """Return the custom data of a trace: each exact number with the address to which a click on its mark leads."""
    return [[exact, address] for exact, address in zip(exacts, addresses, strict=True)]


def describe_with_unit(amount: Amount, indicator: Indicator, locale: Locale) -> str:
    """Return the number with its unit, or the reason why it is missing."""
    text = describe_amount(amount, indicator, locale)
    return text if isinstance(amount, NoValue) else append_unit(text, indicator, locale)


def split_at_gaps(
    points: Iterable[SeriesPoint], indicator: Indicator, *, with_breaks: bool = True, joins_years: bool = False
) -> Iterator[SeriesPoint | None]:
    """Yield the points, with None before each point that must not be joined to the previous one.

    Annual flows start again each year unless `joins_years`, for cumulative points. `with_breaks` also separates points
    with missing values between them.
    """
    starts_again = indicator.is_flow and indicator.target_basis.value == "annual" and not joins_years
    for index, point in enumerate(points):
        if index and ((with_breaks and point.has_break) or (starts_again and point.quarter.number == 1)):
            yield None
        yield point


def make_actual_line(name: str) -> ChartDict:
    return {
        "type": "scatter",
        "name": name,
        "mode": "lines+markers",
        "line": {"color": ACCENT, "width": 2.6},
        "marker": {"color": ACCENT, "size": 6},
        "connectgaps": False,
        "hovertemplate": HOVER,
    }


def make_hollow_markers(name: str) -> ChartDict:
    """Return the style of points that contain unapproved numbers."""
    return {
        "type": "scatter",
        "name": name,
        "mode": "markers",
        "marker": {"color": "#ffffff", "size": 9, "line": {"color": ACCENT, "width": 2}},
        "hovertemplate": HOVER,
    }


def make_incomplete_markers(name: str) -> ChartDict:
    """Return the style of points of quarters in which returns are missing."""
    return {
        "type": "scatter",
        "name": name,
        "mode": "markers",
        "marker": {"symbol": "square", "color": "#ffffff", "size": 9, "line": {"color": ACCENT, "width": 2}},
        "hovertemplate": HOVER,
    }


def make_carried_markers(name: str) -> ChartDict:
    """Return the style of points that contain a value carried forward."""
    return {
        "type": "scatter",
        "name": name,
        "mode": "markers",
        "marker": {"symbol": "diamond-open", "color": SOFT, "size": 11, "line": {"width": 1.5}},
        "hovertemplate": HOVER,
    }


def make_expected_line(name: str) -> ChartDict:
    return {
        "type": "scatter",
        "name": name,
        "mode": "lines",
        "line": {"color": EXPECTED, "width": 1.5, "dash": "dash"},
        "connectgaps": False,
        "hovertemplate": HOVER,
    }


def make_outlook_line(name: str) -> ChartDict:
    return {
        "type": "scatter",
        "name": name,
        "mode": "lines",
        "line": {"color": OUTLOOK, "width": 2, "dash": "dot"},
        "hovertemplate": HOVER,
    }


def make_target_markers(name: str, *, is_upright: bool = False) -> ChartDict:
    """Return the style of targets: a short line across the bar."""
    return {
        "type": "scatter",
        "name": name,
        "mode": "markers",
        "marker": {
            "symbol": "line-ns" if is_upright else "line-ew",
            "size": 16 if is_upright else 22,
            "line": {"color": INK, "width": 2.5},
            "color": INK,
        },
        "hovertemplate": HOVER,
    }
