"""Small charts of one indicator: each site by quarter on one scale, and parts by year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

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
    thin_labels,
)
from dashboard.theme import CARD, COMPARED_STYLES, PART_FILLS
from etl.indicators.results import Amount, NoValue
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


@dataclass(frozen=True, slots=True)
class ComparedParts:
    """The parts of other sites or of another year, and where a click on one of them leads."""

    label: str
    amounts: Mapping[tuple[str, int], Amount]
    """The amounts by the part's key and the year of the chart beside which they stand."""
    address: str


def draw_parts(
    group: PartsByYear,
    indicator: Indicator,
    locale: Locale,
    *,
    addresses: Mapping[tuple[str, int], str],
    compared: Sequence[ComparedParts] = (),
) -> ChartDict:
    """Return bars of parts by year, side by side, each followed by those that it is compared with.

    `addresses` has the address of each part's key and year.
    """
    years = [str(year) for year in group.years]
    traces: list[ChartDict] = []
    for index, (part, values) in enumerate(group.parts):
        colour, shape = PART_FILLS[index % len(PART_FILLS)]
        name = part.label.get_text(locale.language)
        fill = {"color": colour, "pattern": {"shape": shape, "fgcolor": "#1c2420", "size": 5}}
        amounts = [value.amount for value in values]
        links = [addresses[part.key, year] for year in group.years]
        traces.append(_make_part_bars(name, years, amounts, links, indicator, locale, fill))
        for other, style in zip(compared, cycle(COMPARED_STYLES)):
            amounts = [other.amounts.get((part.key, year), NoValue.NOTHING_REPORTED) for year in group.years]
            hollow = {"color": CARD, "line": {"color": style.colour, "width": 2}}
            pattern = {"shape": shape, "fgcolor": style.colour, "size": 5}
            links = [other.address] * len(years)
            traces.append(
                _make_part_bars(
                    f"{name}, {other.label}", years, amounts, links, indicator, locale, {**hollow, "pattern": pattern}
                )
            )
    return build_chart(
        traces,
        height=280,
        unit="",
        barmode="group",
        bargap=0.3,
        yaxis=make_value_axis(indicator, locale),
        xaxis=make_axis(
            type="category",
            categoryorder="array",
            categoryarray=years,
            showgrid=False,
            tickvals=years,
            ticktext=thin_labels(years),
        ),
    )


def _make_part_bars(
    name: str,
    years: Sequence[str],
    amounts: Sequence[Amount],
    addresses: Sequence[str],
    indicator: Indicator,
    locale: Locale,
    marker: ChartDict,
) -> ChartDict:
    return {
        "type": "bar",
        "name": name,
        "x": list(years),
        "y": [convert_axis_value(amount) for amount in amounts],
        "marker": marker,
        "text": [
            f"{name}, {year}: {describe_with_unit(amount, indicator, locale)}"
            for year, amount in zip(years, amounts, strict=True)
        ],
        "textposition": "none",
        "customdata": pair_with_addresses([format_exact_value(amount) for amount in amounts], addresses),
        "hovertemplate": HOVER,
    }
