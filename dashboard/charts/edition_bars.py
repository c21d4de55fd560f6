"""Horizontal bars of an edition: percentages of targets, and values of sites, with names above the bars.

The custom data of each mark is its exact number, or the reason why there is none, and the address to which a click
leads.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from dashboard.charts.edition_charts import describe_edition_amount, describe_edition_rating, make_rating_marker
from dashboard.charts.frame import (
    HOVER_BESIDE_LABELS,
    ChartDict,
    build_chart,
    convert_axis_value,
    make_axis,
    make_target_markers,
)
from dashboard.charts.labels import escape_markup, measure_text, wrap_text
from dashboard.theme import INK, RATING_STYLES, SOFT
from etl.exports.figure_rows import format_plain_number
from etl.indicators.editions import EditionContents, EditionFigure
from etl.indicators.progress import DISTANCE
from etl.indicators.results import Rating
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording.editions import describe_missing_value, format_edition_share

LABEL_SIZE = 13
CHART_WIDTH = 320
"""The room of a row's name with its number, in pixels, on a phone."""
NAME_LINE, _BAR, ROW_GAP = 19, 13, 13
_LONGEST = 150.0
"""Bars of percentages end at this value; their label has the number."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar of a row. Without a length, it has its label only."""

    length: float | None
    label: str
    rating: Rating | None
    hover: str
    exact: str
    address: str
    target: float | None = None
    """The place of the target's line, if the bar has its own."""


@dataclass(frozen=True)
class BarRow:
    """Bars below a name. A single bar has its label beside the name, several have theirs at their ends."""

    name: str
    bars: tuple[Bar, ...] = field(default=())


def has_bar(figure: EditionFigure) -> bool:
    """Whether the percentage is comparable with others; one that is worse when larger is not."""
    return figure.share is not None and figure.rule != DISTANCE


def make_share_bar(
    figure: EditionFigure, indicator: Indicator, book: EditionContents, locale: Locale, *, place: str, address: str
) -> Bar:
    """Return the bar of a percentage. Without a comparable one its label is the share or the reason for none."""
    length = float(figure.share * 100) if has_bar(figure) and figure.share is not None else None
    text = format_edition_share(figure, book, locale) or _describe_missing_share(figure, book, locale)
    name = indicator.name.get_text(locale.language)
    return Bar(
        length=None if length is None else max(0.0, min(length, _LONGEST)),
        label=_prefix_shape(f"{place} {text}".strip(), figure),
        rating=figure.public_rating,
        hover=" · ".join(filter(None, (name, place, text, describe_edition_rating(figure, locale)))),
        exact=figure.state if figure.share is None else format_plain_number(figure.share),
        address=address,
    )


def make_value_bar(
    figure: EditionFigure, indicator: Indicator, book: EditionContents, locale: Locale, *, place: str, address: str
) -> Bar:
    """Return the bar of a value, with the line of its own target."""
    amount = describe_edition_amount(figure, indicator, book, locale)
    share = format_edition_share(figure, book, locale) if figure.share is not None else ""
    return Bar(
        length=convert_axis_value(figure.value) if figure.value is not None else None,
        label=_prefix_shape(" · ".join(filter(None, (amount, share))), figure),
        rating=figure.public_rating,
        hover=" · ".join(filter(None, (place, amount, share, describe_edition_rating(figure, locale)))),
        exact=figure.state if figure.value is None else format_plain_number(figure.value),
        address=address,
        target=None if figure.target is None else float(figure.target),
    )


def _describe_missing_share(figure: EditionFigure, book: EditionContents, locale: Locale) -> str:
    """Return why the figure has no value; of one that has a value but no percentage, its rating."""
    if figure.value is None:
        return describe_missing_value(figure, book, locale)
    return describe_edition_rating(figure, locale) or "–"


def _prefix_shape(text: str, figure: EditionFigure) -> str:
    rating = figure.public_rating
    has_shape = rating is not None and (rating.is_rated or rating is Rating.INCOMPLETE)
    return f"{RATING_STYLES[rating].shape} {text}" if rating and has_shape else text


def draw_bar_rows(rows: Sequence[BarRow], *, line_at: float | None = None, high: float = 0.0) -> ChartDict:
    """Return horizontal bars with their names above them, on a common axis up to `high` or more.

    `line_at` draws a short line across the bars of rows with a single one.
    """
    is_single = all(len(row.bars) == 1 for row in rows)
    positions, annotations, top = [], list[ChartDict](), 0.0
    for row in rows:
        beside = measure_text(row.bars[0].label, LABEL_SIZE) + 22 if is_single else 0.0
        lines = wrap_text(row.name, CHART_WIDTH - beside, LABEL_SIZE)
        annotations.append(make_row_text("<br>".join(map(escape_markup, lines)), top, x=0))
        if is_single:
            annotations.append(_make_label(row.bars[0], top))
        top += NAME_LINE * len(lines) + 2
        for bar in row.bars:
            positions.append((bar, top + _BAR / 2))
            top += _BAR + 5
        top += ROW_GAP
    bars = [(bar, middle) for bar, middle in positions if bar.length is not None]
    numbers = [number for bar, _ in bars for number in (bar.length, bar.target, line_at) if number is not None]
    high, low = max([*numbers, high]) or 1.0, min([*numbers, 0.0])
    traces = [_make_row_trace(bars, with_labels=not is_single), _make_target_ticks(bars)]
    if not is_single:
        annotations += [
            make_row_text(escape_markup(bar.label), middle - _BAR / 2 - 3, x=0)
            for bar, middle in positions
            if bar.length is None
        ]
    return build_chart(
        traces if any(bar.target is not None for bar, _ in bars) else traces[:1],
        height=int(top) + 12,
        unit="",
        with_legend=False,
        margin={"l": 4, "r": 8, "t": 6, "b": 4, "autoexpand": False},
        xaxis=make_axis(visible=False, range=[low, high * (1.04 if is_single else 1.9)]),
        yaxis=make_axis(visible=False, range=[top, 0]),
        annotations=annotations,
        shapes=[] if line_at is None or not is_single else [_make_line_at(line_at, middle) for _, middle in bars],
    )


def _make_row_trace(bars: Sequence[tuple[Bar, float]], *, with_labels: bool) -> ChartDict:
    return {
        "type": "bar",
        "orientation": "h",
        "showlegend": False,
        "x": [bar.length for bar, _ in bars],
        "y": [middle for _, middle in bars],
        "width": _BAR,
        "marker": make_rating_marker([bar.rating for bar, _ in bars]),
        "text": [bar.label if with_labels else "" for bar, _ in bars],
        "textposition": "outside",
        "textangle": 0,
        "constraintext": "none",
        "cliponaxis": False,
        "outsidetextfont": {"size": 12, "color": INK},
        "hovertext": [bar.hover for bar, _ in bars],
        "hovertemplate": HOVER_BESIDE_LABELS,
        "customdata": [[bar.exact, bar.address] for bar, _ in bars],
    }


def _make_target_ticks(bars: Sequence[tuple[Bar, float]]) -> ChartDict:
    with_targets = [(bar, middle) for bar, middle in bars if bar.target is not None]
    ticks = make_target_markers("", is_upright=True)
    ticks["marker"] = {**ticks["marker"], "size": 17}
    return {
        **ticks,
        "x": [bar.target for bar, _ in with_targets],
        "y": [middle for _, middle in with_targets],
        "hoverinfo": "skip",
        "hovertemplate": None,
    }


def _make_label(bar: Bar, top: float) -> ChartDict:
    colour = RATING_STYLES[bar.rating].text if bar.rating else SOFT
    return {
        **make_row_text(f"<b>{escape_markup(bar.label)}</b>", top, x=1),
        "font": {"size": LABEL_SIZE, "color": colour},
    }


def _make_line_at(value: float, middle: float) -> ChartDict:
    y0, y1 = middle - _BAR / 2 - 3, middle + _BAR / 2 + 3
    return {"type": "line", "x0": value, "x1": value, "y0": y0, "y1": y1, "line": {"color": INK, "width": 2}}


def make_row_text(text: str, top: float, *, x: int) -> ChartDict:
    """Return the text below the height `top` at the left end of a row, or at the right end for `x` 1."""
    return {
        "text": text,
        "x": x,
        "xref": "paper",
        "xanchor": "right" if x else "left",
        "y": top,
        "yref": "y",
        "yanchor": "top",
        "align": "left",
        "showarrow": False,
        "borderpad": 0,
        "font": {"size": LABEL_SIZE, "color": INK},
    }
