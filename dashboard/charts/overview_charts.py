"""Charts of the overview: the ratings of each objective, and the share on track by year."""

from collections.abc import Sequence
from decimal import Decimal

from dashboard.charts.frame import HOVER, HOVER_BESIDE_LABELS, ChartDict, build_chart, make_axis, thin_labels
from dashboard.theme import CARD, OBJECTIVE_STYLES, RATING_STYLES
from etl.indicators.results import Rating, RatingCounts
from etl.indicators.vocabulary import Objective
from etl.locale import Locale
from etl.queries.overview_wording import get_on_track_share, get_short_name, sort_objectives_by_share
from etl.queries.plan_overview import ObjectiveSummary
from etl.queries.rating_matrix import ObjectiveRows, YearMatrix
from etl.wording import describe_rating

_ROW = 62
"""The height of an objective's bar with its label above."""


def draw_objective_ratings(
    summaries: Sequence[ObjectiveSummary], locale: Locale, *, addresses: Sequence[str]
) -> ChartDict:
    """Return a bar per objective, divided by rating, the objective with the lowest share on track on top.

    Each piece has the number of indicators as text and `[number, address]` as custom data; a click leads there.
    """
    address_by_code = {summary.objective.code: address for summary, address in zip(summaries, addresses, strict=True)}
    ordered = sort_objectives_by_share(summaries)
    codes = [summary.objective.code for summary in ordered]
    traces = [
        _make_rating_trace(rating, ordered, codes, address_by_code, locale)
        for rating in Rating
        if any(dict(summary.rating_counts.counts)[rating] for summary in ordered)
    ]
    return build_chart(
        traces,
        height=30 + _ROW * max(1, len(codes)),
        unit="",
        with_legend=False,
        barmode="stack",
        bargap=0.56,
        margin={"l": 4, "r": 4, "t": 6, "b": 4, "autoexpand": False},
        xaxis=make_axis(visible=False, range=[0, max([summary.rating_counts.total for summary in ordered], default=1)]),
        yaxis=make_axis(
            type="category",
            visible=False,
            categoryorder="array",
            categoryarray=list(reversed(codes)),
            range=[-0.6, len(codes) - 0.35],
        ),
        annotations=[
            annotation
            for index, summary in enumerate(reversed(ordered))
            for annotation in _make_bar_labels(index, summary, locale)
        ],
    )


def _make_rating_trace(
    rating: Rating,
    summaries: Sequence[ObjectiveSummary],
    codes: Sequence[str],
    address_by_code: dict[str, str],
    locale: Locale,
) -> ChartDict:
    style, name = RATING_STYLES[rating], describe_rating(rating, locale)
    counts = [dict(summary.rating_counts.counts)[rating] for summary in summaries]
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": list(codes),
        # A bar without length would still answer clicks, so it is a gap.
        "x": [count or None for count in counts],
        "text": [f"{style.shape} {count}" if count else "" for count in counts],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {"color": style.on_fill, "size": 13},
        "marker": {"color": style.fill, "line": {"color": CARD, "width": 2}},
        "hovertext": [
            f"{get_short_name(summary.objective, locale)}: {count} · {name}"
            for summary, count in zip(summaries, counts, strict=True)
        ],
        "hovertemplate": HOVER_BESIDE_LABELS,
        "customdata": [[count, address_by_code[code]] for code, count in zip(codes, counts, strict=True)],
    }


def _make_bar_labels(index: int, summary: ObjectiveSummary, locale: Locale) -> tuple[ChartDict, ChartDict]:
    """Return the objective's name above the left end of its bar, and its count above the right end."""
    tally = summary.rating_counts
    name = f"<b>{summary.objective.code}</b>  {_cut_label(get_short_name(summary.objective, locale))}"
    count = locale.gettext("{good} of {rated}", good=tally.good_count, rated=tally.rated_count)
    label = {"y": index, "yshift": 23, "yref": "y", "xref": "paper", "showarrow": False, "font": {"size": 13}}
    return (
        {**label, "x": 0, "xanchor": "left", "text": name},
        {**label, "x": 1, "xanchor": "right", "text": f"<b>{count}</b>"},
    )


_MAX_LABEL_LENGTH = 40


def _cut_label(text: str) -> str:
    return text if len(text) <= _MAX_LABEL_LENGTH else f"{text[:_MAX_LABEL_LENGTH].rstrip()}…"


def draw_on_track_years(
    matrix: YearMatrix, locale: Locale, *, addresses: Sequence[str], current_year: int
) -> ChartDict:
    """Return a line per objective: the share of its rated indicators that are on track or achieved, by year.

    `addresses` has an address for each year, to which a click leads. The current year's marker is hollow, because the
    year has not ended. Years without a rated indicator are gaps.
    """
    years = [str(year) for year in matrix.years]
    traces, labels = [], []
    for index, rows in enumerate(matrix.objectives):
        colour, symbol = OBJECTIVE_STYLES[index % len(OBJECTIVE_STYLES)]
        symbols = [f"{symbol}-open" if year >= current_year else symbol for year in matrix.years]
        shares = [get_on_track_share(rows.count_column(column)) for column in range(len(years))]
        traces.append(
            {
                **_make_share_line(rows, years, addresses, locale),
                "line": {"color": colour, "width": 2},
                "marker": {"color": colour, "size": 9, "symbol": symbols},
            }
        )
        labels.append((rows.objective.code, colour, shares))
    return build_chart(
        traces,
        height=30 + _ROW * max(4, min(len(matrix.objectives), 5)),
        unit="",
        with_legend=len(labels) > len(OBJECTIVE_STYLES),
        margin={"l": 48, "r": 92, "t": 16, "b": 28, "autoexpand": False},
        xaxis=make_axis(
            type="category",
            categoryorder="array",
            categoryarray=years,
            tickvals=years,
            ticktext=thin_labels(years),
            tickangle=0,
            showgrid=False,
        ),
        yaxis=make_axis(range=[0, 104], ticksuffix=" %", tickvals=[0, 25, 50, 75, 100]),
        annotations=_make_line_labels(labels, years, locale) if len(labels) <= len(OBJECTIVE_STYLES) else [],
    )


def _make_share_line(rows: ObjectiveRows, years: Sequence[str], addresses: Sequence[str], locale: Locale) -> ChartDict:
    tallies = [rows.count_column(column) for column in range(len(years))]
    shares = [get_on_track_share(tally) for tally in tallies]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": rows.objective.code,
        "x": list(years),
        "y": [None if share is None else float(share * 100) for share in shares],
        "connectgaps": False,
        "cliponaxis": False,
        "text": [
            _describe_year(rows.objective, year, tally, locale) for year, tally in zip(years, tallies, strict=True)
        ],
        "hovertemplate": HOVER,
        "customdata": [
            ["" if share is None else str(share), address] for share, address in zip(shares, addresses, strict=True)
        ],
    }


def _describe_year(objective: Objective, year: str, tally: RatingCounts, locale: Locale) -> str:
    name = get_short_name(objective, locale)
    text = locale.gettext("{good} of {rated} on track or achieved", good=tally.good_count, rated=tally.rated_count)
    return f"{name}, {year}: {text}"


_LINE_LABEL = Decimal(7)
"""The room of a label at the end of a line, in points of the share's axis."""


def _make_line_labels(
    labels: Sequence[tuple[str, str, Sequence[Decimal | None]]], years: Sequence[str], locale: Locale
) -> list[ChartDict]:
    """Return each objective's code and last share beside the end of its line, moved apart where lines end together."""
    ends = []
    for code, colour, shares in labels:
        last = next((index for index in range(len(years) - 1, -1, -1) if shares[index] is not None), None)
        if last is not None:
            share = shares[last]
            assert share is not None
            ends.append((share * 100, code, colour, share))
    ends.sort(key=lambda end: (end[0], end[1]))
    places: list[Decimal] = []
    for height, *_rest in ends:
        places.append(max(height, places[-1] + _LINE_LABEL) if places else height)
    overshoot = max(places[-1] - Decimal(102), Decimal(0)) if places else Decimal(0)
    return [
        {
            "x": 1,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 12,
            "y": float(place - overshoot),
            "yref": "y",
            "showarrow": False,
            "font": {"size": 13, "color": colour},
            "text": f"<b>{code}</b> {locale.format_share(share, 0)}",
        }
        for place, (_height, code, colour, share) in zip(places, ends, strict=True)
    ]
