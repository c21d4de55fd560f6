"""Charts of the ratings of an edition: their counts by site, and shares on track by year.

The custom data of each mark is its exact number, or the reason why there is none, and the address to which a click
leads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.charts.edition_bars import CHART_WIDTH, NAME_LINE, ROW_GAP, make_row_text
from dashboard.charts.edition_charts import make_rating_marker
from dashboard.charts.end_labels import LineEnd, make_end_labels
from dashboard.charts.frame import HOVER, HOVER_BESIDE_LABELS, ChartDict, build_chart, make_axis, make_share_axis
from dashboard.charts.labels import escape_markup, shorten_text, wrap_text
from dashboard.theme import CARD, OBJECTIVE_STYLES, RATING_STYLES
from etl.exports.figure_rows import format_plain_number
from etl.indicators.results import Rating, RatingCounts
from etl.locale import Locale
from etl.wording import describe_rating

_LEGEND_ROOM = 195
"""Pixels for a name beside its sign in the legend of the narrowest phone."""
_NARROWEST = 0.1
"""A piece that is shorter than this share of the longest bar has no room for its number."""


@dataclass(frozen=True)
class RatingRow:
    """The ratings of a site or objective, and the address to which its bar leads."""

    name: str
    counts: RatingCounts
    address: str


def draw_rating_rows(rows: Sequence[RatingRow], locale: Locale) -> ChartDict:
    """Return a bar for each row, divided by rating, with its name and number on track above it."""
    step = NAME_LINE + 22 + ROW_GAP
    middles = [index * step + NAME_LINE + 13 for index in range(len(rows))]
    height = len(rows) * step
    longest = max([row.counts.total for row in rows], default=1) or 1
    annotations = []
    for index, row in enumerate(rows):
        good, rated = row.counts.good_count, row.counts.rated_count
        annotations.append(
            make_row_text(escape_markup(wrap_text(row.name, CHART_WIDTH - 70, 13, most=1)[0]), index * step, x=0)
        )
        if rated:
            text = locale.gettext("{good} of {rated}", good=good, rated=rated)
            annotations.append(make_row_text(f"<b>{text}</b>", index * step, x=1))
    return build_chart(
        [
            _make_rating_trace(rating, rows, middles, longest, locale)
            for rating in Rating
            if any(dict(row.counts.counts)[rating] for row in rows)
        ],
        height=int(height) + 10,
        unit="",
        with_legend=False,
        barmode="stack",
        margin={"l": 4, "r": 8, "t": 4, "b": 4, "autoexpand": False},
        xaxis=make_axis(visible=False, range=[0, longest]),
        yaxis=make_axis(visible=False, range=[height, 0]),
        annotations=annotations,
    )


def _make_rating_trace(
    rating: Rating, rows: Sequence[RatingRow], middles: Sequence[float], longest: int, locale: Locale
) -> ChartDict:
    style, name = RATING_STYLES[rating], describe_rating(rating, locale)
    counts = [dict(row.counts.counts)[rating] for row in rows]
    pieces = [(row, count, middle) for row, count, middle in zip(rows, counts, middles, strict=True) if count]
    marker = {**make_rating_marker([rating]), "color": style.fill, "line": {"color": CARD, "width": 2}}
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": [count for _, count, _ in pieces],
        "y": [middle for _, _, middle in pieces],
        "width": 20,
        "marker": {**marker, "pattern": {**marker["pattern"], "shape": marker["pattern"]["shape"][0]}},
        "text": [f"{style.shape} {count}" if count > _NARROWEST * longest else style.shape for _, count, _ in pieces],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {"color": style.on_fill, "size": 12},
        "hovertext": [f"{row.name}: {count} · {name}" for row, count, _ in pieces],
        "hovertemplate": HOVER_BESIDE_LABELS,
        "customdata": [[count, row.address] for row, count, _ in pieces],
    }


@dataclass(frozen=True)
class ShareLine:
    """The share of an objective's indicators that are on track, by year; None without a rated indicator."""

    name: str
    shares: tuple[Decimal | None, ...]
    texts: tuple[str, ...]
    addresses: tuple[str, ...]


def draw_share_lines(lines: Sequence[ShareLine], years: Sequence[str]) -> ChartDict:
    """Return a line for each objective on a percentage axis. Names too long for its end stand in a legend below it."""
    traces, ends, plot_height = [], [], 266
    for index, line in enumerate(lines):
        colour, symbol = OBJECTIVE_STYLES[index % len(OBJECTIVE_STYLES)]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": shorten_text(line.name, _LEGEND_ROOM, 13),
                "x": list(years),
                "y": [None if share is None else float(share * 100) for share in line.shares],
                "connectgaps": False,
                "cliponaxis": False,
                "line": {"color": colour, "width": 2.2},
                "marker": {"color": colour, "size": 10, "symbol": symbol},
                "text": list(line.texts),
                "hovertemplate": HOVER,
                "customdata": [
                    ["" if share is None else format_plain_number(share), address]
                    for share, address in zip(line.shares, line.addresses, strict=True)
                ],
            }
        )
        shares = [share for share in line.shares if share is not None]
        if shares:
            ends.append(LineEnd(float(shares[-1] * 100), line.name, "", colour))
    labels = make_end_labels(ends, span=104, top=102, plot_height=plot_height)
    legend = 22 * len(lines) if labels.with_legend else 0
    return build_chart(
        traces,
        height=plot_height + 54 + legend,
        unit="",
        with_legend=labels.with_legend,
        annotations=labels.annotations,
        # One below the other, so that no name is cut on a phone.
        legend={"orientation": "v", "x": 0, "y": -0.12, "yanchor": "top", "font": {"size": 13}},
        margin={"l": 52, "r": labels.margin, "t": 10, "b": 44 + legend, "autoexpand": False},
        xaxis=make_axis(type="category", categoryorder="array", categoryarray=list(years), tickangle=0, showgrid=False),
        yaxis=make_share_axis(),
    )
