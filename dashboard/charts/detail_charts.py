"""Small charts of one indicator: each site by quarter on one scale, and its parts by year."""

from collections.abc import Sequence

from dashboard.charts.frame import HOVER, FigureDict, actual_line, axis, draw_frame, exact, plotted
from dashboard.theme import PART_FILLS
from etl.indicators.results import Amount, NoValue
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import format_quarter, speak
from etl.queries.indicator_details import PartsByYear, SiteSeries
from etl.wording import amount_words, with_unit


def highest_of(series: Sequence[SiteSeries]) -> float:
    """The top of the scale that all sites share, with a little room above."""
    heights = [plotted(point.to_date.amount) or 0.0 for one in series for point in one.points]
    return max([*heights, 1.0]) * 1.1


def draw_site_quarters(one: SiteSeries, indicator: Indicator, language: str, *, highest: float) -> FigureDict:
    """A site's values to date, gaps as gaps; amounts begin anew each year."""
    starts_anew = indicator.is_flow and indicator.target_basis.value == "annual"
    xs: list[str | None] = []
    ys: list[float | None] = []
    words: list[str] = []
    exacts: list[str] = []
    for place, point in enumerate(one.points):
        if place and (point.breaks or (starts_anew and point.quarter.number == 1)):
            xs, ys, words, exacts = [*xs, None], [*ys, None], [*words, ""], [*exacts, NoValue.NOT_DEFINED.value]
        amount = point.to_date.amount
        xs.append(str(point.quarter))
        ys.append(plotted(amount))
        words.append(f"{format_quarter(point.quarter, language)}: {_shown(amount, indicator, language)}")
        exacts.append(exact(amount))
    line = {**actual_line(speak(language)("actual")), "x": xs, "y": ys, "text": words, "customdata": exacts}
    line["marker"] = {**line["marker"], "size": 4}
    quarters = [str(point.quarter) for point in one.points]
    firsts = [point.quarter for point in one.points if point.quarter.number == 1]
    return draw_frame(
        [line],
        height=150,
        unit="",
        with_legend=False,
        margin={"l": 44, "r": 12, "t": 8, "b": 24, "autoexpand": True},
        xaxis=axis(
            type="category",
            categoryorder="array",
            categoryarray=quarters,
            tickvals=[str(quarter) for quarter in firsts],
            ticktext=[str(quarter.year) for quarter in firsts],
            showgrid=False,
        ),
        yaxis=axis(range=[0, highest], nticks=4),
    )


def draw_parts(group: PartsByYear, indicator: Indicator, language: str) -> FigureDict:
    """Each year's parts: one on the other where they add up to the whole, else side by side."""
    years = [str(year) for year in group.years]
    traces: list[FigureDict] = []
    for place, (part, values) in enumerate(group.parts):
        colour, shape = PART_FILLS[place % len(PART_FILLS)]
        name = part.label.in_language(language)
        traces.append(
            {
                "type": "bar",
                "name": name,
                "x": years,
                "y": [plotted(one.amount) for one in values],
                "marker": {"color": colour, "pattern": {"shape": shape, "fgcolor": "#1c2420", "size": 5}},
                "text": [
                    f"{name}, {year}: {_shown(one.amount, indicator, language)}"
                    for year, one in zip(years, values, strict=True)
                ],
                "textposition": "none",
                "customdata": [exact(one.amount) for one in values],
                "hovertemplate": HOVER,
            }
        )
    return draw_frame(
        traces,
        height=300,
        unit=indicator.unit_label.in_language(language),
        barmode="stack" if group.is_exhaustive and not indicator.is_ratio else "group",
        bargap=0.45,
        xaxis=axis(type="category", categoryorder="array", categoryarray=years, showgrid=False),
    )


def _shown(amount: Amount, indicator: Indicator, language: str) -> str:
    text = amount_words(amount, indicator, language)
    return text if isinstance(amount, NoValue) else with_unit(text, indicator, language)
