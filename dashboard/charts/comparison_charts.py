"""Bar charts against targets: by year, and by site with the longest bar first."""

from collections.abc import Collection, Sequence

from dashboard.charts.frame import (
    HOVER_BESIDE_LABELS,
    ChartDict,
    build_chart,
    convert_axis_value,
    describe_with_unit,
    format_exact_value,
    make_axis,
    make_target_markers,
    make_value_axis,
    thin_labels,
)
from dashboard.theme import RATING_STYLES, UNRATED
from etl.indicators.results import Figure, NoValue
from etl.indicators.vocabulary import Indicator, Site
from etl.locale import Locale
from etl.wording import append_unit, describe_amount, describe_headline, describe_rating, describe_unit

_MANY_SITES = 12
_WIDE_ROW, _NARROW_ROW = 34, 23
"""The height of a site's bar with its gap, for few and for many sites."""


def draw_years(
    indicator: Indicator,
    years: Sequence[tuple[int, Figure]],
    locale: Locale,
    *,
    pending_years: Collection[int] = (),
    height: int = 280,
) -> ChartDict:
    """Return a bar per year with a value and a line per target. Years with pending returns are hatched."""
    names = [str(year) for year, _ in years]
    figures = [figure for _, figure in years]
    bars = {
        **_make_bars(indicator, names, figures, locale, pending_flags=[year in pending_years for year, _ in years]),
        "x": names,
        "y": [convert_axis_value(figure.actual.amount) for figure in figures],
    }
    with_targets = [
        (name, figure) for name, figure in zip(names, figures, strict=True) if not isinstance(figure.target, NoValue)
    ]
    targets = {
        **make_target_markers(locale.gettext("target")),
        "x": [name for name, _ in with_targets],
        "y": [convert_axis_value(figure.target) for _, figure in with_targets],
        "text": [_describe_target(indicator, name, figure, locale) for name, figure in with_targets],
        "customdata": [format_exact_value(figure.target) for _, figure in with_targets],
    }
    return build_chart(
        [bars, targets],
        height=height,
        unit="",
        yaxis=make_value_axis(indicator, locale, title=describe_unit(indicator, locale)),
        with_legend=False,
        xaxis=make_axis(
            type="category",
            categoryorder="array",
            categoryarray=names,
            tickvals=names,
            ticktext=thin_labels(names),
            showgrid=False,
        ),
        bargap=0.45,
    )


def draw_sites(
    indicator: Indicator, sites: Sequence[tuple[Site, Figure]], locale: Locale, *, pending_sites: Collection[str] = ()
) -> ChartDict:
    """Return a bar per site, longest first, with a line for its own target; hatched for pending returns."""
    sorted_sites = sorted(
        sites, key=lambda site_figure: (convert_axis_value(site_figure[1].actual.amount) or 0.0, site_figure[0].code)
    )
    names = [site.name.get_text(locale.language) for site, _ in sorted_sites]
    figures = [figure for _, figure in sorted_sites]
    bars = {
        **_make_bars(
            indicator, names, figures, locale, pending_flags=[site.code in pending_sites for site, _ in sorted_sites]
        ),
        "y": names,
        "x": [convert_axis_value(figure.actual.amount) for figure in figures],
        "orientation": "h",
    }
    with_targets = [
        (name, figure) for name, figure in zip(names, figures, strict=True) if not isinstance(figure.target, NoValue)
    ]
    targets = {
        **make_target_markers(locale.gettext("target"), is_upright=True),
        "y": [name for name, _ in with_targets],
        "x": [convert_axis_value(figure.target) for _, figure in with_targets],
        "text": [_describe_target(indicator, name, figure, locale) for name, figure in with_targets],
        "customdata": [format_exact_value(figure.target) for _, figure in with_targets],
    }
    return build_chart(
        [bars, targets],
        height=70 + (_WIDE_ROW if len(names) <= _MANY_SITES else _NARROW_ROW) * max(1, len(names)),
        unit="",
        with_legend=False,
        xaxis=make_value_axis(indicator, locale, title=describe_unit(indicator, locale)),
        yaxis=make_axis(type="category", showgrid=False, categoryorder="array", categoryarray=names),
        bargap=0.45,
    )


def _make_bars(
    indicator: Indicator,
    names: Sequence[str],
    figures: Sequence[Figure],
    locale: Locale,
    *,
    pending_flags: Sequence[bool],
) -> ChartDict:
    """Return bars in the colours of their ratings, with the rating's shape, so that colour is not the only sign."""
    return {
        "type": "bar",
        "showlegend": False,
        "name": locale.gettext("actual"),
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
        "insidetextfont": {"color": "#ffffff", "size": 12},
        "hovertext": [
            f"{name}: {describe_with_unit(figure.actual.amount, indicator, locale)} · "
            f"{describe_headline(figure, locale)} · {describe_rating(figure.rating, locale)}"
            for name, figure in zip(names, figures, strict=True)
        ],
        "customdata": [format_exact_value(figure.actual.amount) for figure in figures],
        "hovertemplate": HOVER_BESIDE_LABELS,
    }


def _choose_colour(figure: Figure) -> str:
    """Return the rating's colour, or grey without a rating."""
    return RATING_STYLES[figure.rating].fill if figure.rating.is_rated else UNRATED


def _describe_target(indicator: Indicator, name: str, figure: Figure, locale: Locale) -> str:
    target = append_unit(describe_amount(figure.target, indicator, locale), indicator, locale)
    return f"{name}, {locale.gettext('target')}: {target}"
