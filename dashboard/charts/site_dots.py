"""The chart of indicators by site: a row per indicator, and a dot per site on an axis of percentages."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from dashboard.charts.compared import ComparedSeries, get_share, make_compared_shares
from dashboard.charts.frame import (
    HOVER,
    ChartDict,
    build_chart,
    format_exact_value,
    make_axis,
    make_row_axis,
    make_upright_line,
)
from dashboard.charts.labels import NAME_LINE, make_row_name
from dashboard.theme import GRID, INK, OBJECTIVE_STYLES, SOFT
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Indicator, Site
from etl.locale import Locale
from etl.queries.site_shares import SiteShares
from etl.wording import append_unit, describe_amount, describe_headline, describe_rating

_ROW = 36
"""The height of a row without its name."""
_MARGIN = Decimal("0.05")
_LOWEST, _HIGHEST = Decimal("-0.25"), Decimal(2)
"""The ends of the axis as shares; a share beyond them stands at the edge."""

MakeAddress = Callable[[Indicator, Site | None], str]
"""Returns the address of an indicator at a site; without a site, at all sites in scope."""


def draw_site_dots(
    shares: SiteShares, locale: Locale, *, make_address: MakeAddress, compared: Sequence[ComparedSeries] = ()
) -> ChartDict:
    """Return the chart; the first indicator is on top. A short line in each row has the share of all sites in scope.

    Hollow points have the percentages that are compared, one for each row.
    """
    codes = [indicator.code for indicator, _, _ in shares.rows]
    names = [
        make_row_name(f"{code}  {indicator.name.get_text(locale.language)}", code, lift=_ROW // 3)
        for code, (indicator, _, _) in zip(codes, shares.rows, strict=True)
    ]
    above = NAME_LINE * max([lines for _name, lines in names], default=1)
    row = _ROW + above
    return build_chart(
        [
            *(_make_site_trace(shares, index, locale, make_address) for index in range(len(shares.sites))),
            _make_total_trace(shares, locale, make_address),
            *(
                make_compared_shares(series, [row[0] for row in shares.rows], locale, highest=_HIGHEST)
                for series in compared
            ),
        ],
        height=70 + row * max(1, len(codes)),
        unit="",
        with_legend=len(shares.sites) <= len(OBJECTIVE_STYLES),
        margin={"l": 12, "r": 24, "t": 30, "b": 28, "autoexpand": True},
        xaxis=make_axis(ticksuffix=" %", range=_find_range(shares, compared), zeroline=True),
        yaxis=make_row_axis(codes, below=_ROW / 2 / row, showgrid=True, gridcolor=GRID),
        shapes=[make_upright_line(100, color=SOFT, width=1, dash="dot")],
        annotations=[name for name, _lines in names],
    )


def _make_site_trace(shares: SiteShares, index: int, locale: Locale, make_address: MakeAddress) -> ChartDict:
    site = shares.sites[index]
    name = site.name.get_text(locale.language)
    colour, symbol = OBJECTIVE_STYLES[index % len(OBJECTIVE_STYLES)]
    points = [
        (indicator, figure)
        for indicator, _, figures in shares.rows
        if (figure := figures[index]) is not None and isinstance(figure.headline, Decimal)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [_convert_share(figure.headline) for _, figure in points],
        "y": [indicator.code for indicator, _ in points],
        "cliponaxis": False,
        "marker": {"color": colour, "symbol": symbol, "size": 12, "line": {"color": "#ffffff", "width": 1}},
        "text": [_describe(name, indicator, figure, locale) for indicator, figure in points],
        "hovertemplate": HOVER,
        "customdata": [
            [format_exact_value(figure.headline), make_address(indicator, site)] for indicator, figure in points
        ],
    }


def _make_total_trace(shares: SiteShares, locale: Locale, make_address: MakeAddress) -> ChartDict:
    name = locale.gettext("sites together")
    points = [(indicator, total) for indicator, total, _ in shares.rows if isinstance(total.headline, Decimal)]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [_convert_share(total.headline) for _, total in points],
        "y": [indicator.code for indicator, _ in points],
        "marker": {"symbol": "line-ns", "size": 22, "color": INK, "line": {"color": INK, "width": 2.5}},
        "text": [_describe(name, indicator, total, locale) for indicator, total in points],
        "hovertemplate": HOVER,
        "customdata": [
            [format_exact_value(total.headline), make_address(indicator, None)] for indicator, total in points
        ],
    }


def _convert_share(share: object) -> float:
    assert isinstance(share, Decimal)
    return float(min(max(share, _LOWEST), _HIGHEST) * 100)


def _find_range(shares: SiteShares, compared: Sequence[ComparedSeries]) -> list[float]:
    figures = [figure for _, total, row in shares.rows for figure in (total, *row) if figure is not None]
    numbers = [_convert_share(figure.headline) for figure in figures if isinstance(figure.headline, Decimal)]
    others = [get_share(figure) for series in compared for figure in series.figures]
    numbers += [_convert_share(share) for share in others if share is not None]
    lowest, highest = min([*numbers, 0.0]), max([*numbers, 100.0])
    margin = (highest - lowest) * float(_MARGIN)
    return [lowest - margin, highest + margin]


def _describe(place: str, indicator: Indicator, figure: Figure, locale: Locale) -> str:
    actual = append_unit(describe_amount(figure.actual.amount, indicator, locale), indicator, locale)
    rating = describe_rating(figure.rating, locale)
    return f"{place}, {indicator.code}: {describe_headline(figure, locale)} · {actual} · {rating}"
