"""What every chart shares: fonts, margins, axes, the marks of target and actual, and how a number is hovered."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dashboard.theme import ACCENT, EXPECTED, FONT, GRID, INK, OUTLOOK, SOFT
from etl.exports.figure_rows import serialize_amount
from etl.indicators.results import Amount

ChartDict = dict[str, Any]

HOVER = "%{text}<extra></extra>"
HOVER_BESIDE_LABELS = "%{hovertext}<extra></extra>"
"""Where `text` is what is written into the chart."""


def build_chart(
    traces: list[ChartDict], *, height: int, unit: str, with_legend: bool = True, **layout: Any
) -> ChartDict:
    """A figure of the traces in the house's style; `unit` names the axis of values."""
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
            "xaxis": axis(),
            "yaxis": axis(title=unit),
            **layout,
        },
    }


MAX_LABELS = 6
"""So many years have room for their labels beside one another on a phone."""


def thin_labels(labels: Sequence[str]) -> list[str]:
    """The labels with every second, third ... left blank where there are too many; the last one always stands."""
    step = -(-len(labels) // MAX_LABELS) or 1
    return [label if (len(labels) - 1 - index) % step == 0 else "" for index, label in enumerate(labels)]


def axis(*, title: str = "", **more: Any) -> ChartDict:
    """An axis that starts at zero, with light lines and as few ticks as it needs."""
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


def axis_value(amount: Amount) -> float | None:
    """Where a number lies on the axis; None leaves a gap."""
    return float(amount) if isinstance(amount, Decimal) else None


def exact_text(amount: Amount) -> str:
    """The same number in plain digits, or its reason: what a reader of the chart's data compares."""
    return serialize_amount(amount)


def actual_line(name: str) -> ChartDict:
    return {
        "type": "scatter",
        "name": name,
        "mode": "lines+markers",
        "line": {"color": ACCENT, "width": 2.6},
        "marker": {"color": ACCENT, "size": 6},
        "connectgaps": False,
        "hovertemplate": HOVER,
    }


def hollow_marks(name: str) -> ChartDict:
    """Points that rest on numbers which nobody has approved yet."""
    return {
        "type": "scatter",
        "name": name,
        "mode": "markers",
        "marker": {"color": "#ffffff", "size": 9, "line": {"color": ACCENT, "width": 2}},
        "hovertemplate": HOVER,
    }


def carried_marks(name: str) -> ChartDict:
    """Points that hold a level which some site did not report anew."""
    return {
        "type": "scatter",
        "name": name,
        "mode": "markers",
        "marker": {"symbol": "diamond-open", "color": SOFT, "size": 11, "line": {"width": 1.5}},
        "hovertemplate": HOVER,
    }


def year_before_marks(name: str) -> ChartDict:
    """Thin strokes where the same quarter stood a year before."""
    return {
        "type": "scatter",
        "name": name,
        "mode": "markers",
        "marker": {"symbol": "line-ew", "color": EXPECTED, "size": 12, "line": {"color": EXPECTED, "width": 1.5}},
        "hovertemplate": HOVER,
    }


def expected_line(name: str) -> ChartDict:
    return {
        "type": "scatter",
        "name": name,
        "mode": "lines",
        "line": {"color": EXPECTED, "width": 1.5, "dash": "dash"},
        "connectgaps": False,
        "hovertemplate": HOVER,
    }


def outlook_line(name: str) -> ChartDict:
    return {
        "type": "scatter",
        "name": name,
        "mode": "lines",
        "line": {"color": OUTLOOK, "width": 2, "dash": "dot"},
        "hovertemplate": HOVER,
    }


def target_marks(name: str, *, is_upright: bool = False) -> ChartDict:
    """A short stroke across the bar or line, with the target's number beside it."""
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
