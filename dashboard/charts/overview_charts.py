"""Charts of ratings: bars divided by rating, and the share on track by year."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.charts.compared import mark_category
from dashboard.charts.end_labels import LineEnd, make_end_labels
from dashboard.charts.frame import (
    HOVER,
    HOVER_BESIDE_LABELS,
    ChartDict,
    build_chart,
    make_axis,
    make_share_axis,
    thin_labels,
)
from dashboard.charts.labels import measure_text, shorten_text
from dashboard.theme import CARD, OBJECTIVE_STYLES, RATING_STYLES, SOFT
from etl.indicators.results import Rating, RatingCounts
from etl.locale import Locale
from etl.queries.overview_wording import get_on_track_share, get_short_name, sort_objectives_by_share
from etl.queries.plan_overview import ObjectiveSummary
from etl.queries.rating_matrix import YearMatrix
from etl.wording import describe_rating

_NARROWEST = 0.09
"""A piece that is shorter than this share of the chart has no room for a text."""
_ROW = 62
"""The height of an objective's bar with its label above."""
_BAR = 27
_THIN_ROW = 14
"""The heights of a bar, and of a thin one below it with its gap."""
_LABEL_WIDTH = 300
"""The room for code, name and count above a bar, in pixels: as much as a phone has."""
_MAX_ROOM = 150
"""The widest label at the right of a thin bar."""


@dataclass(frozen=True, slots=True)
class ComparedRatings:
    """The ratings of a compared year, site or edition, and where a click on them leads."""

    label: str
    counts: RatingCounts
    address: str


@dataclass(frozen=True, slots=True)
class RatingBar:
    """The ratings of an objective or a site, and the address to which a click on its bar leads."""

    code: str
    name: str
    counts: RatingCounts
    address: str
    has_code: bool = True
    """Whether the label shows the code before the name."""
    compared: tuple[ComparedRatings, ...] = ()


def draw_objective_ratings(
    summaries: Sequence[ObjectiveSummary],
    locale: Locale,
    *,
    addresses: Sequence[str],
    compared: Mapping[str, tuple[ComparedRatings, ...]] | None = None,
) -> ChartDict:
    """Return a bar per objective, divided by rating, the objective with the lowest share on track on top.

    `compared` has the other ratings of each objective's code, which stand below its bar.
    """
    address_by_code = {summary.objective.code: address for summary, address in zip(summaries, addresses, strict=True)}
    bars = [
        RatingBar(
            summary.objective.code,
            get_short_name(summary.objective, locale),
            summary.rating_counts,
            address_by_code[summary.objective.code],
            compared=(compared or {}).get(summary.objective.code, ()),
        )
        for summary in sort_objectives_by_share(summaries)
    ]
    return draw_rating_bars(bars, locale)


def draw_rating_bars(bars: Sequence[RatingBar], locale: Locale, *, is_of_share: bool = False) -> ChartDict:
    """Return the bars, divided by rating, the first on top; with `is_of_share`, all have the same length.

    Each piece has the number of indicators as text and `[number, address]` as custom data; a click leads there.
    """
    codes = [bar.code for bar in bars]
    traces = [
        _make_rating_trace(rating, bars, locale, is_of_share=is_of_share)
        for rating in Rating
        if any(dict(bar.counts.counts)[rating] for bar in bars)
    ]
    row = _ROW + _THIN_ROW * max([len(bar.compared) for bar in bars], default=0)
    labels = [_describe_compared(compared, locale) for bar in bars for compared in bar.compared]
    room = min(max(measure_text(label, 12) for label in labels), _MAX_ROOM) + 10 if labels else 0
    return build_chart(
        [*traces, *_make_compared_traces(bars, locale, row=row, is_of_share=is_of_share)],
        height=30 + row * max(1, len(codes)),
        unit="",
        with_legend=False,
        barmode="stack",
        bargap=1 - _BAR / row,
        margin={"l": 4, "r": 4 + round(room), "t": 6, "b": 4, "autoexpand": False},
        barnorm="percent" if is_of_share else "",
        xaxis=make_axis(visible=False, range=[0, 100 if is_of_share else _find_longest(bars)]),
        yaxis=make_axis(
            type="category",
            visible=False,
            categoryorder="array",
            categoryarray=list(reversed(codes)),
            range=[-0.6, len(codes) - 0.35],
        ),
        annotations=[
            annotation
            for index, bar in enumerate(reversed(bars))
            for annotation in (*_make_bar_labels(index, bar, locale), *_make_compared_labels(index, bar, locale))
        ],
    )


def _find_longest(bars: Sequence[RatingBar]) -> int:
    counts = [counts for bar in bars for counts in (bar.counts, *(compared.counts for compared in bar.compared))]
    return max([item.total for item in counts], default=1) or 1


def _make_compared_traces(
    bars: Sequence[RatingBar], locale: Locale, *, row: int, is_of_share: bool
) -> Iterator[ChartDict]:
    """Yield a thin bar below its own for each of the compared ratings, divided by rating like it.

    Bars with a base don't stack on others, so each piece begins where the one before it ends.
    """
    count = max([len(bar.compared) for bar in bars], default=0)
    for position in range(count):
        paired = [(bar, bar.compared[position]) for bar in bars if position < len(bar.compared)]
        starts = [Decimal(0)] * len(paired)
        for rating in Rating:
            numbers = [dict(compared.counts.counts)[rating] for _, compared in paired]
            units = [Decimal(100) / (item.counts.total or 1) if is_of_share else Decimal(1) for _, item in paired]
            if any(numbers):
                yield {
                    **_make_compared_piece(rating, paired, numbers, locale),
                    "x": [float(number * unit) or None for number, unit in zip(numbers, units, strict=True)],
                    "base": [float(start) for start in starts],
                    "offset": -(_BAR / 2 + 2 + _THIN_ROW * (position + 1)) / row,
                    "width": (_THIN_ROW - 4) / row,
                }
            starts = [start + number * unit for start, number, unit in zip(starts, numbers, units, strict=True)]


def _make_compared_piece(
    rating: Rating, paired: Sequence[tuple[RatingBar, ComparedRatings]], numbers: Sequence[int], locale: Locale
) -> ChartDict:
    name = describe_rating(rating, locale)
    return {
        "type": "bar",
        "orientation": "h",
        "name": f"{paired[0][1].label}: {name}",
        "y": [bar.code for bar, _ in paired],
        "marker": {"color": RATING_STYLES[rating].fill, "line": {"color": CARD, "width": 1}},
        "hovertext": [
            f"{bar.name}, {compared.label}: {number} · {name}"
            for (bar, compared), number in zip(paired, numbers, strict=True)
        ],
        "hovertemplate": HOVER_BESIDE_LABELS,
        "customdata": [[number, compared.address] for (_, compared), number in zip(paired, numbers, strict=True)],
    }


def _make_compared_labels(index: int, bar: RatingBar, locale: Locale) -> Iterator[ChartDict]:
    """Yield the label of each thin bar, at its right end."""
    for position, compared in enumerate(bar.compared):
        yield {
            "y": index,
            "yref": "y",
            "yshift": -(_BAR / 2 + 2 + _THIN_ROW * (position + 0.5) + 2),
            "x": 1,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 6,
            "showarrow": False,
            "font": {"size": 12, "color": SOFT},
            "text": _describe_compared(compared, locale),
        }


def _describe_compared(compared: ComparedRatings, locale: Locale) -> str:
    """Return name and count; a name without enough room is cut, so that the count stays."""
    good, rated = compared.counts.good_count, compared.counts.rated_count
    count = locale.gettext("{good} of {rated}", good=good, rated=rated)
    name = shorten_text(compared.label, _MAX_ROOM - measure_text(f": {count}", 12), 12)
    return f"{name}: {count}"


def _make_rating_trace(rating: Rating, bars: Sequence[RatingBar], locale: Locale, *, is_of_share: bool) -> ChartDict:
    style, name = RATING_STYLES[rating], describe_rating(rating, locale)
    counts = [dict(bar.counts.counts)[rating] for bar in bars]
    lengths = [bar.counts.total if is_of_share else _find_longest(bars) for bar in bars]
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": [bar.code for bar in bars],
        # A bar without length would still answer clicks, so it is a gap.
        "x": [count or None for count in counts],
        "text": [
            f"{style.shape} {count}" if count > _NARROWEST * length else ""
            for count, length in zip(counts, lengths, strict=True)
        ],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {"color": style.on_fill, "size": 13},
        "marker": {"color": style.fill, "line": {"color": CARD, "width": 2}},
        "hovertext": [f"{bar.name}: {count} · {name}" for bar, count in zip(bars, counts, strict=True)],
        "hovertemplate": HOVER_BESIDE_LABELS,
        "customdata": [[count, bar.address] for bar, count in zip(bars, counts, strict=True)],
    }


def _make_bar_labels(index: int, bar: RatingBar, locale: Locale) -> tuple[ChartDict, ChartDict]:
    """Return the name above the left end of the bar, and the count above the right end."""
    code = f"{bar.code}  " if bar.has_code else ""
    count = locale.gettext("{good} of {rated}", good=bar.counts.good_count, rated=bar.counts.rated_count)
    short_name = shorten_text(bar.name, _LABEL_WIDTH - measure_text(f"{code} {count}", 13), 13)
    name = f"<b>{bar.code}</b>  {short_name}" if bar.has_code else short_name
    label = {"y": index, "yshift": 23, "yref": "y", "xref": "paper", "showarrow": False, "font": {"size": 13}}
    return (
        {**label, "x": 0, "xanchor": "left", "text": name},
        {**label, "x": 1, "xanchor": "right", "text": f"<b>{count}</b>"},
    )


@dataclass(frozen=True, slots=True)
class ShareLine:
    """The ratings of an objective or a scope by year."""

    label: str
    """The text at the end of the line."""
    name: str
    """The text of the pointer."""
    counts: tuple[RatingCounts, ...]
    is_compared: bool = False
    """Whether it is what the page is compared with; its line is dotted."""
    addresses: Sequence[str] = ()
    """Where its points lead, if not to the addresses of the chart."""


def draw_on_track_years(
    matrix: YearMatrix,
    locale: Locale,
    *,
    addresses: Sequence[str],
    current_year: int,
    compared_years: Sequence[int] = (),
) -> ChartDict:
    """Return a line per objective: the share of its rated indicators that are on track or achieved, by year."""
    lines = [
        ShareLine(
            rows.objective.code,
            get_short_name(rows.objective, locale),
            tuple(rows.count_column(column) for column in range(len(matrix.years))),
        )
        for rows in matrix.objectives
    ]
    return draw_share_lines(
        lines, matrix.years, locale, addresses=addresses, current_year=current_year, compared_years=compared_years
    )


def draw_share_lines(
    lines: Sequence[ShareLine],
    plan_years: Sequence[int],
    locale: Locale,
    *,
    addresses: Sequence[str],
    current_year: int,
    compared_years: Sequence[int] = (),
) -> ChartDict:
    """Return lines of the share of rated indicators that are on track or achieved, by year.

    `addresses` has an address for each year, to which a click leads. The current year's marker is hollow, because the
    year has not ended. Years without a rated indicator are gaps. The lines end in their names and last shares; long
    names stand in a legend. Compared years have an upright line.
    """
    years = [str(year) for year in plan_years]
    traces = []
    for index, line in enumerate(lines):
        colour, symbol = OBJECTIVE_STYLES[index % len(OBJECTIVE_STYLES)]
        symbols = [f"{symbol}-open" if year >= current_year else symbol for year in plan_years]
        traces.append(
            {
                **_make_share_line(line, years, line.addresses or addresses, locale),
                "line": {"color": colour, "width": 2, "dash": "dot" if line.is_compared else "solid"},
                "marker": {"color": colour, "size": 9, "symbol": symbols},
            }
        )
    height = 30 + _ROW * max(4, min(len(lines), 5))
    labels = make_end_labels(_find_line_ends(lines, locale), span=104, top=102, plot_height=height - 44)
    return build_chart(
        traces,
        height=height,
        unit="",
        with_legend=labels.with_legend,
        margin={"l": 48, "r": labels.margin, "t": 16, "b": 28, "autoexpand": labels.with_legend},
        xaxis=make_axis(
            type="category",
            categoryorder="array",
            categoryarray=years,
            tickvals=years,
            ticktext=thin_labels(years),
            tickangle=0,
            showgrid=False,
        ),
        yaxis=make_share_axis(),
        shapes=[mark_category(plan_years.index(year)) for year in compared_years],
        annotations=labels.annotations,
    )


def _make_share_line(line: ShareLine, years: Sequence[str], addresses: Sequence[str], locale: Locale) -> ChartDict:
    shares = [get_on_track_share(tally) for tally in line.counts]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": line.label,
        "x": list(years),
        "y": [None if share is None else float(share * 100) for share in shares],
        "connectgaps": False,
        "cliponaxis": False,
        "text": [
            _describe_year(line.name, year, tally, locale) for year, tally in zip(years, line.counts, strict=True)
        ],
        "hovertemplate": HOVER,
        "customdata": [
            ["" if share is None else str(share), address] for share, address in zip(shares, addresses, strict=True)
        ],
    }


def _describe_year(name: str, year: str, tally: RatingCounts, locale: Locale) -> str:
    text = locale.gettext("{good} of {rated} on track or achieved", good=tally.good_count, rated=tally.rated_count)
    return f"{name}, {year}: {text}"


def _find_line_ends(lines: Sequence[ShareLine], locale: Locale) -> list[LineEnd]:
    """Return the last share of each line that has one."""
    ends = []
    for index, line in enumerate(lines):
        shares = [share for tally in line.counts if (share := get_on_track_share(tally)) is not None]
        if shares:
            colour, _symbol = OBJECTIVE_STYLES[index % len(OBJECTIVE_STYLES)]
            ends.append(LineEnd(float(shares[-1] * 100), line.label, locale.format_share(shares[-1], 0), colour))
    return ends
