"""Bar charts against targets: by year, and by site with the longest bar first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from dashboard.charts.compared import ComparedSeries, make_compared_bars, make_reference_line
from dashboard.charts.frame import (
    HOVER_BESIDE_LABELS,
    MAX_LABELS,
    ChartDict,
    build_chart,
    convert_axis_value,
    describe_with_unit,
    format_exact_value,
    make_axis,
    make_target_markers,
    make_value_axis,
    pair_with_addresses,
    thin_labels,
)
from dashboard.charts.labels import escape_markup, find_margin, measure_text, shorten_text
from dashboard.theme import CARD, RATING_STYLES, RATING_SYMBOLS, UNRATED
from etl.indicators.results import Figure, NoValue
from etl.indicators.vocabulary import Indicator, Site
from etl.locale import Locale
from etl.wording import (
    append_unit,
    describe_amount,
    describe_figure_share,
    describe_headline,
    describe_rating,
)

_MANY_SITES = 12
_SIDE = 0.3
"""The room for the bars of other scopes beside the bar of a year, as a share of the year's."""
_THIN_BAR = 9
"""The height of a thin bar below that of a site, with its gap."""
_LEGEND = 26
_YEARS_WIDTH = 165
"""The width of the labels of all years in pixels, which the narrowest phone shows with gaps, in bold."""
_NAME_WIDTH = 310
"""The widest name of a site in pixels, which a phone shows."""
_WIDE_ROW, _NARROW_ROW = 58, 36
"""The height of a site's bar with its gap, for few and for many sites."""


def draw_years(
    indicator: Indicator,
    years: Sequence[tuple[int, Figure]],
    locale: Locale,
    *,
    addresses: Sequence[str],
    pending_years: Collection[int] = (),
    compared: Sequence[ComparedSeries] = (),
    compared_year: int | None = None,
    height: int = 280,
) -> ChartDict:
    """Return a bar per year with a value and a line per target. Years with pending returns are hatched.

    A click on a bar or a target leads to the year's address. Bars of other sites or of an edition stand beside those
    of the page; a compared year has a line across the chart.
    """
    names = [str(year) for year, _ in years]
    figures = [figure for _, figure in years]
    pending_flags = [year in pending_years for year, _ in years]
    bars = {
        **_make_marks(indicator, names, figures, locale, pending_flags=pending_flags, addresses=addresses),
        "x": names,
        "y": [convert_axis_value(figure.actual.amount) for figure in figures],
    }
    others = [
        make_compared_bars(series, names, indicator, locale, start=0.2, width=_SIDE / max(2, len(compared)))
        for series in compared
    ]
    if others and not indicator.is_stage:
        bars = {**bars, "width": 0.34, "offset": -0.17}
    target_names, target_values, target_parts = _list_targets(indicator, names, figures, addresses, locale)
    targets = {**make_target_markers(locale.gettext("target")), **target_parts, "x": target_names, "y": target_values}
    reference = [
        make_reference_line(figure.actual.amount, str(year))
        for year, figure in years
        if year == compared_year and isinstance(figure.actual.amount, Decimal) and not indicator.is_stage
    ]
    return build_chart(
        [bars, {**targets, "showlegend": False}, *others],
        height=height,
        unit="",
        yaxis=make_value_axis(indicator, locale),
        with_legend=bool(others),
        shapes=[shape for shape, _label in reference],
        annotations=[label for _shape, label in reference],
        xaxis=_make_year_axis(indicator, names, figures, locale),
        bargap=0.45,
    )


def _make_year_axis(indicator: Indicator, names: Sequence[str], figures: Sequence[Figure], locale: Locale) -> ChartDict:
    """Return the axis with the value below each year, where all values fit on a phone."""
    # The words of stages take a third of the width.
    labels = thin_labels(names, most=MAX_LABELS // 2 if indicator.is_stage else MAX_LABELS)
    values = [_format_year_value(indicator, figure, locale) for figure in figures]
    widest = max([measure_text(value, 12) for value in values], default=0.0)
    if not indicator.is_stage and all(labels) and widest * len(names) <= _YEARS_WIDTH:
        labels = [f"{name}<br><b>{value}</b>" for name, value in zip(names, values, strict=True)]
    return make_axis(
        type="category",
        categoryorder="array",
        categoryarray=names,
        tickvals=names,
        ticktext=labels,
        tickangle=0,
        showgrid=False,
    )


def _format_year_value(indicator: Indicator, figure: Figure, locale: Locale) -> str:
    amount = figure.actual.amount
    return "–" if isinstance(amount, NoValue) else describe_amount(amount, indicator, locale)


def draw_sites(
    indicator: Indicator,
    sites: Sequence[tuple[Site, Figure]],
    locale: Locale,
    *,
    addresses: Mapping[str, str],
    pending_sites: Collection[str] = (),
    compared: Sequence[ComparedSeries] = (),
) -> ChartDict:
    """Return a bar per site, longest first, with a line for its own target; hatched for pending returns.

    The name stands above the bar, its value and percentage at the right edge. `addresses` has the address of each
    site's code, to which a click leads. `compared` has figures in the order of `sites`, drawn as thin bars below.
    """
    order = sorted(
        range(len(sites)),
        key=lambda index: (convert_axis_value(sites[index][1].actual.amount) or 0.0, sites[index][0].code),
    )
    sorted_sites = [sites[index] for index in order]
    is_narrow = len(sites) > _MANY_SITES
    names = [site.name.get_text(locale.language) for site, _ in sorted_sites]
    figures = [figure for _, figure in sorted_sites]
    site_addresses = [addresses[site.code] for site, _ in sorted_sites]
    flags = [site.code in pending_sites for site, _ in sorted_sites]
    bars = {
        **_make_marks(indicator, names, figures, locale, pending_flags=flags, addresses=site_addresses),
        "y": names,
        "x": [convert_axis_value(figure.actual.amount) for figure in figures],
        "orientation": "h",
    }
    target_names, target_values, target_parts = _list_targets(indicator, names, figures, site_addresses, locale)
    style = {**make_target_markers(locale.gettext("target"), is_upright=True), "showlegend": False}
    targets = {**style, **target_parts, "y": target_names, "x": target_values}
    row = (_NARROW_ROW if is_narrow else _WIDE_ROW) + _THIN_BAR * len(compared)
    bars, others = _pair_lying_bars(bars, compared, order, names, indicator, locale, row=row)
    lift = 8 if is_narrow else 12
    labels, right = _make_site_labels(indicator, names, figures, locale, lift=lift)
    return build_chart(
        [bars, targets, *others],
        height=40 + _LEGEND * bool(others) + row * max(1, len(names)),
        unit="",
        with_legend=bool(others),
        margin={"l": 8, "r": right, "t": 8 + _LEGEND * bool(others), "b": 28, "autoexpand": False},
        xaxis=make_value_axis(indicator, locale, nticks=4),
        yaxis=_make_site_axis(names),
        bargap=0.62,
        annotations=labels,
    )


def _pair_lying_bars(
    bars: ChartDict,
    compared: Sequence[ComparedSeries],
    order: Sequence[int],
    names: Sequence[str],
    indicator: Indicator,
    locale: Locale,
    *,
    row: int,
) -> tuple[ChartDict, list[ChartDict]]:
    """Return the bars with a fixed height, and the thin bars of each compared series below them, in this order."""
    if not compared:
        return bars, []
    half = 10 / row
    others = [
        make_compared_bars(
            replace(
                series,
                figures=[series.figures[index] for index in order],
                addresses=[series.addresses[index] for index in order],
            ),
            names,
            indicator,
            locale,
            start=half,
            width=_THIN_BAR / row,
            is_lying=True,
        )
        for series in compared
    ]
    return (bars if indicator.is_stage else {**bars, "width": 2 * half, "offset": -half}), others


def _make_site_axis(names: Sequence[str]) -> ChartDict:
    return make_axis(
        type="category",
        showgrid=False,
        categoryorder="array",
        categoryarray=names,
        showticklabels=False,
        range=[-0.5, len(names) - 0.2],
    )


def _make_site_labels(
    indicator: Indicator, names: Sequence[str], figures: Sequence[Figure], locale: Locale, *, lift: int
) -> tuple[list[ChartDict], int]:
    """Return the names so many pixels above the bars, the values at the right edge, and the margin of these."""
    values = [_describe_site_value(indicator, figure, locale) for figure in figures]
    label = {"yref": "y", "xref": "paper", "xanchor": "left", "showarrow": False, "font": {"size": 13}}
    name_style = {"x": 0, "yanchor": "bottom", "yshift": lift, "bgcolor": CARD, "borderpad": 0}
    labels: list[ChartDict] = []
    for name, value in zip(names, values, strict=True):
        text = escape_markup(shorten_text(name, _NAME_WIDTH, 13))
        labels += [
            {**label, "y": name, "x": 1, "xshift": 10, "text": value},
            {**label, "y": name, **name_style, "text": text},
        ]
    return labels, find_margin(values, 13)


def _describe_site_value(indicator: Indicator, figure: Figure, locale: Locale) -> str:
    value = f"<b>{describe_amount(figure.actual.amount, indicator, locale)}</b>"
    if isinstance(figure.headline, NoValue):
        return value
    return f"{value}  {describe_figure_share(figure, figure.headline, locale)}"


def _list_targets(
    indicator: Indicator, names: Sequence[str], figures: Sequence[Figure], addresses: Sequence[str], locale: Locale
) -> tuple[list[str], list[float | None], ChartDict]:
    """Return the names with a target, their targets on the axis, and the texts and custom data of their marks."""
    with_targets = [
        (name, figure, address)
        for name, figure, address in zip(names, figures, addresses, strict=True)
        if not isinstance(figure.target, NoValue)
    ]
    texts = [_describe_target(indicator, name, figure, locale) for name, figure, _ in with_targets]
    exacts = [format_exact_value(figure.target) for _, figure, _ in with_targets]
    return (
        [name for name, _, _ in with_targets],
        [convert_axis_value(figure.target) for _, figure, _ in with_targets],
        {"text": texts, "customdata": pair_with_addresses(exacts, [address for _, _, address in with_targets])},
    )


def _make_marks(
    indicator: Indicator,
    names: Sequence[str],
    figures: Sequence[Figure],
    locale: Locale,
    *,
    pending_flags: Sequence[bool],
    addresses: Sequence[str],
) -> ChartDict:
    """Return bars with hover texts and custom data; of stages, which have no length, points."""
    style = _make_points(figures) if indicator.is_stage else _make_bars(figures, pending_flags)
    exacts = [format_exact_value(figure.actual.amount) for figure in figures]
    return {
        **style,
        "showlegend": False,
        "name": locale.gettext("actual"),
        "hovertext": [
            f"{name}: {describe_with_unit(figure.actual.amount, indicator, locale)} · "
            f"{describe_headline(figure, locale)} · {describe_rating(figure.rating, locale)}"
            for name, figure in zip(names, figures, strict=True)
        ],
        "customdata": pair_with_addresses(exacts, addresses),
        "hovertemplate": HOVER_BESIDE_LABELS,
    }


def _make_points(figures: Sequence[Figure]) -> ChartDict:
    return {
        "type": "scatter",
        "mode": "markers",
        "cliponaxis": False,
        "marker": {
            "color": [_choose_colour(figure) for figure in figures],
            "symbol": [RATING_SYMBOLS.get(figure.rating, "circle-open") for figure in figures],
            "size": 18,
        },
    }


def _make_bars(figures: Sequence[Figure], pending_flags: Sequence[bool]) -> ChartDict:
    """Return bars in the colours of their ratings, with the rating's shape, so that colour is not the only sign."""
    return {
        "type": "bar",
        "marker": {
            "color": [_choose_colour(figure) for figure in figures],
            "pattern": {
                "shape": ["/" if is_pending else "" for is_pending in pending_flags],
                "fillmode": "overlay",
                "fgcolor": "#ffffff",
                "size": 8,
                "solidity": 0.2,
            },
        },
        "text": [RATING_STYLES[figure.rating].shape if figure.rating.is_rated else "" for figure in figures],
        "textposition": "inside",
        "insidetextanchor": "start",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {"color": [RATING_STYLES[figure.rating].on_fill for figure in figures], "size": 12},
    }


def _choose_colour(figure: Figure) -> str:
    """Return the rating's colour, or grey without a rating."""
    return RATING_STYLES[figure.rating].fill if figure.rating.is_rated else UNRATED


def _describe_target(indicator: Indicator, name: str, figure: Figure, locale: Locale) -> str:
    target = append_unit(describe_amount(figure.target, indicator, locale), indicator, locale)
    return f"{name}, {locale.gettext('target')}: {target}"
