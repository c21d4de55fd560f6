"""Bullets of a site's indicators against its own targets, on one axis of percentages."""

from collections.abc import Sequence
from decimal import Decimal

from dashboard.charts.compared import ComparedSeries, get_share, make_compared_shares
from dashboard.charts.frame import (
    HOVER,
    HOVER_BESIDE_LABELS,
    ChartDict,
    build_chart,
    format_exact_value,
    make_axis,
    make_row_axis,
    make_upright_line,
)
from dashboard.charts.labels import NAME_LINE, find_margin, make_row_name, measure_text
from dashboard.theme import INK, RATING_STYLES, SOFT, UNRATED
from etl.indicators.progress import DISTANCE
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording import append_unit, describe_amount, describe_headline, describe_headline_share, describe_rating

_ROW, _BAR = 28, 18
"""The heights of a row without its name, and of its bar."""
_VALUE_WIDTH = 100
"""The widest actual and target on one line, in pixels."""
_LEGEND = 26
_MAX_SHARE = Decimal("1.5")
"""The right end of the axis, as a share; larger shares end there."""


def draw_target_bars(
    figures: Sequence[tuple[Indicator, Figure]],
    locale: Locale,
    *,
    addresses: Sequence[str],
    compared: Sequence[ComparedSeries] = (),
) -> ChartDict:
    """Return a bar per indicator with its percentage, the first on top, a dotted line for the value expected by now.

    A distance from a target has no bar, since it is worse when larger; its label has the numbers. A click leads to the
    indicator's address. Hollow points have the percentages that are compared, one for each indicator.
    """
    codes = [indicator.code for indicator, _ in figures]
    bars = _make_bars(figures, addresses, locale)
    expected = _make_expected_trace(figures, addresses, locale)
    indicators = [indicator for indicator, _ in figures]
    labels = [_make_labels(*item, locale) for item in figures]
    above = NAME_LINE * max([lines for _name, lines, _value in labels], default=1)
    row = _ROW + above
    others = [make_compared_shares(series, indicators, locale, highest=_MAX_SHARE) for series in compared]
    return build_chart(
        [bars, *([expected] if expected else []), *others],
        height=44 + _LEGEND * bool(others) + row * max(1, len(codes)),
        unit="",
        with_legend=bool(others),
        bargap=1 - _BAR / row,
        margin={
            "l": 8,
            "r": find_margin((value["text"] for *_name, value in labels), 12),
            "t": 8 + _LEGEND * bool(others),
            "b": 28,
            "autoexpand": False,
        },
        xaxis=make_axis(ticksuffix=" %", range=[0, _find_end(figures, compared)]),
        yaxis=make_row_axis(codes, below=_ROW / 2 / row, showgrid=False),
        shapes=[make_upright_line(100, color=INK, width=1.5)],
        annotations=[label for name, _lines, value in labels for label in (name, value)],
    )


def _make_bars(figures: Sequence[tuple[Indicator, Figure]], addresses: Sequence[str], locale: Locale) -> ChartDict:
    return {
        "type": "bar",
        "orientation": "h",
        "name": locale.gettext("actual"),
        "showlegend": False,
        "y": [indicator.code for indicator, _ in figures],
        "x": [_find_length(figure) for _, figure in figures],
        "marker": {
            "color": [RATING_STYLES[figure.rating].fill if figure.rating.is_rated else UNRATED for _, figure in figures]
        },
        "text": [RATING_STYLES[figure.rating].shape for _, figure in figures],
        "textposition": "inside",
        "insidetextanchor": "start",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {"color": [RATING_STYLES[figure.rating].on_fill for _, figure in figures], "size": 12},
        "hovertext": [_describe(indicator, figure, locale) for indicator, figure in figures],
        "hovertemplate": HOVER_BESIDE_LABELS,
        "customdata": [
            [format_exact_value(figure.headline), address]
            for (_, figure), address in zip(figures, addresses, strict=True)
        ],
    }


def _find_length(figure: Figure) -> float | None:
    if not isinstance(figure.headline, Decimal) or figure.headline_rule == DISTANCE:
        return None
    return float(min(max(figure.headline, Decimal(0)), _MAX_SHARE) * 100)


def _find_end(figures: Sequence[tuple[Indicator, Figure]], compared: Sequence[ComparedSeries]) -> float:
    lengths = [length for _, figure in figures if (length := _find_length(figure)) is not None]
    others = [share for series in compared for figure in series.figures if (share := get_share(figure)) is not None]
    return max([*lengths, *(float(min(share, _MAX_SHARE) * 100) for share in others), 100.0]) * 1.04


def _make_expected_trace(
    figures: Sequence[tuple[Indicator, Figure]], addresses: Sequence[str], locale: Locale
) -> ChartDict | None:
    """Return marks of the percentage that is expected by now; None without one."""
    marks = [
        (indicator, share, address)
        for (indicator, figure), address in zip(figures, addresses, strict=True)
        if (share := _find_expected_share(figure)) is not None
    ]
    if not marks:
        return None
    return {
        "type": "scatter",
        "mode": "markers",
        "name": locale.gettext("expected"),
        "showlegend": False,
        "y": [indicator.code for indicator, _, _ in marks],
        "x": [float(share * 100) for _, share, _ in marks],
        "marker": {"symbol": "line-ns", "size": 13, "color": SOFT, "line": {"color": SOFT, "width": 2}},
        "text": [f"{locale.gettext('expected')}: {locale.format_share(share)}" for _, share, _ in marks],
        "hovertemplate": HOVER,
        "customdata": [[str(share), address] for _, share, address in marks],
    }


def _find_expected_share(figure: Figure) -> Decimal | None:
    """Return the share that is expected by now: the headline divided by the same share against the expected value."""
    headline, pace = figure.headline, figure.pace
    if (
        figure.headline_rule == DISTANCE
        or not isinstance(headline, Decimal)
        or not isinstance(pace, Decimal)
        or not pace
    ):
        return None
    share = headline / pace
    return share if 0 < share <= 1 else None


def _describe(indicator: Indicator, figure: Figure, locale: Locale) -> str:
    actual = append_unit(describe_amount(figure.actual.amount, indicator, locale), indicator, locale)
    headline, rating = describe_headline(figure, locale), describe_rating(figure.rating, locale)
    return f"{indicator.code}: {actual} · {headline} · {rating}"


def _make_labels(indicator: Indicator, figure: Figure, locale: Locale) -> tuple[ChartDict, int, ChartDict]:
    """Return the name above the bar, its lines, and actual, target and percentage at the right edge."""
    actual = describe_amount(figure.actual.amount, indicator, locale)
    target = describe_amount(figure.target, indicator, locale)
    is_long = measure_text(f"{actual} / {target}", 12) > _VALUE_WIDTH
    text = f"<b>{actual}</b> /{'<br>' if is_long else ' '}{target}"
    if not indicator.is_stage and isinstance(figure.headline, Decimal):
        text += f"  {describe_headline_share(figure, locale)}"
    name, lines = make_row_name(indicator.name.get_text(locale.language), indicator.code, lift=_BAR // 2 + 2)
    label = {"y": indicator.code, "yref": "y", "xref": "paper", "showarrow": False, "font": {"size": 12}}
    return name, lines, {**label, "x": 1, "xanchor": "left", "xshift": 8, "align": "left", "text": text}
