"""Small charts of one indicator: each site by quarter on one scale, and parts by year."""

from collections.abc import Mapping, Sequence

from dashboard.charts.addresses import make_figure_hash
from dashboard.charts.frame import (
    HOVER,
    ChartDict,
    build_chart,
    convert_axis_value,
    describe_with_unit,
    format_exact_value,
    make_actual_line,
    make_axis,
    make_value_axis,
    pair_with_addresses,
    split_at_gaps,
)
from dashboard.theme import PART_FILLS
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.indicator_details import PartsByYear, SiteSeries


def find_highest(series: Sequence[SiteSeries]) -> float:
    """Return the top of the scale that all sites share, with a margin."""
    heights = [
        convert_axis_value(point.to_date.amount) or 0.0 for site_series in series for point in site_series.points
    ]
    return max([*heights, 1.0]) * 1.1


def draw_site_quarters(series: SiteSeries, indicator: Indicator, locale: Locale, *, highest: float) -> ChartDict:
    """Return a site's values to date with gaps for missing values. Annual flows start again each year."""
    points = list(split_at_gaps(series.points, indicator))
    amounts = [point.to_date.amount if point else NoValue.NOT_DEFINED for point in points]
    line = {
        **make_actual_line(locale.gettext("actual")),
        "x": [str(point.quarter) if point else None for point in points],
        "y": [convert_axis_value(amount) for amount in amounts],
        "text": [
            f"{locale.format_quarter(point.quarter)}: {describe_with_unit(amount, indicator, locale)}" if point else ""
            for point, amount in zip(points, amounts, strict=True)
        ],
        "customdata": pair_with_addresses(
            [format_exact_value(amount) for amount in amounts],
            [
                make_figure_hash(indicator.code, point.quarter, site=series.site.code, is_to_date=True) if point else ""
                for point in points
            ],
        ),
    }
    line["marker"] = {**line["marker"], "size": 4}
    quarters = [str(point.quarter) for point in series.points]
    firsts = [point.quarter for point in series.points if point.quarter.number == 1]
    return build_chart(
        [line],
        height=150,
        unit="",
        with_legend=False,
        margin={"l": 44, "r": 12, "t": 8, "b": 24, "autoexpand": True},
        xaxis=make_axis(
            type="category",
            categoryorder="array",
            categoryarray=quarters,
            tickvals=[str(quarter) for quarter in firsts],
            ticktext=[str(quarter.year) for quarter in firsts],
            showgrid=False,
        ),
        yaxis=make_value_axis(indicator, locale, range=[0, highest], nticks=4),
    )


def draw_parts(
    group: PartsByYear, indicator: Indicator, locale: Locale, *, addresses: Mapping[tuple[str, int], str]
) -> ChartDict:
    """Return bars of parts by year, side by side. `addresses` has the address of each part's key and year."""
    years = [str(year) for year in group.years]
    traces: list[ChartDict] = []
    for index, (part, values) in enumerate(group.parts):
        colour, shape = PART_FILLS[index % len(PART_FILLS)]
        name = part.label.get_text(locale.language)
        traces.append(
            {
                "type": "bar",
                "name": name,
                "x": years,
                "y": [convert_axis_value(value.amount) for value in values],
                "marker": {"color": colour, "pattern": {"shape": shape, "fgcolor": "#1c2420", "size": 5}},
                "text": [
                    f"{name}, {year}: {describe_with_unit(value.amount, indicator, locale)}"
                    for year, value in zip(years, values, strict=True)
                ],
                "textposition": "none",
                "customdata": pair_with_addresses(
                    [format_exact_value(value.amount) for value in values],
                    [addresses[part.key, year] for year in group.years],
                ),
                "hovertemplate": HOVER,
            }
        )
    return build_chart(
        traces,
        height=280,
        unit="",
        barmode="group",
        bargap=0.3,
        yaxis=make_value_axis(indicator, locale),
        xaxis=make_axis(type="category", categoryorder="array", categoryarray=years, showgrid=False),
    )
