"""The numbers of a chart as rows: what its CSV holds, from the same results that are drawn and tabled."""

import csv
import io
from collections.abc import Iterable, Sequence

from etl.exports.figure_rows import escape_formula, serialize_amount
from etl.indicators.results import Figure, SeriesPoint
from etl.indicators.vocabulary import Indicator
from etl.locale import get_locale
from etl.queries.indicator_details import PartsByYear, SiteSeries
from etl.queries.indicator_history import IndicatorHistory
from etl.queries.objective_progress import IndicatorProgress
from etl.wording import describe_rating

CHARTS = ("quarters", "years", "sites", "site-quarters", "parts")
"""The charts of an indicator, as their files are named."""

Rows = list[list[str]]


def list_quarter_rows(history: IndicatorHistory) -> Rows:
    """Each quarter alone and to date, expected, target, whether it waits for approval, what is carried."""
    header = ["quarter", "in_the_quarter", "to_date", "expected", "target", "waiting_for_approval", "carried"]
    return [header, *(_quarter(history, one) for one in history.points)]


def _quarter(history: IndicatorHistory, point: SeriesPoint) -> list[str]:
    amounts = [
        serialize_amount(one) for one in (point.in_quarter.amount, point.to_date.amount, point.expected, point.target)
    ]
    waiting = "yes" if point.quarter in history.unapproved_quarters else "no"
    carried = ";".join(f"{one.site} {one.since}" for one in point.to_date.carried)
    return [str(point.quarter), *amounts, waiting, carried]


def list_year_rows(progress: IndicatorProgress) -> Rows:
    """Each year against its target."""
    return [["year", *_FIGURE], *([str(year), *_figure(one)] for year, one in progress.years)]


def list_site_rows(history: IndicatorHistory) -> Rows:
    """Each site against its own target."""
    return [["site", "name", *_FIGURE], *([site.code, site.name.en, *_figure(one)] for site, one in history.sites)]


def list_site_quarter_rows(series: Iterable[SiteSeries]) -> Rows:
    """Each site by quarter."""
    header = ["site", "quarter", "in_the_quarter", "to_date"]
    rows = (
        [
            one.site.code,
            str(point.quarter),
            serialize_amount(point.in_quarter.amount),
            serialize_amount(point.to_date.amount),
        ]
        for one in series
        for point in one.points
    )
    return [header, *rows]


def list_part_rows(groups: Iterable[PartsByYear]) -> Rows:
    """Each part by year."""
    rows = (
        [group.dimension, part.category, part.label.en, str(year), serialize_amount(value.amount)]
        for group in groups
        for part, values in group.parts
        for year, value in zip(group.years, values, strict=True)
    )
    return [["dimension", "part", "name", "year", "actual"], *rows]


_FIGURE = ("actual", "target", "percent_rule", "percent", "rating")


def _figure(figure: Figure) -> list[str]:
    amounts = [serialize_amount(one) for one in (figure.actual.amount, figure.target)]
    return [
        *amounts,
        figure.headline_rule,
        serialize_amount(figure.headline),
        describe_rating(figure.rating, get_locale("en")),
    ]


def render_chart_csv(rows: Sequence[Sequence[str]], indicator: Indicator, about: Sequence[str]) -> str:
    """A file that spreadsheets open: first what it is, then heading and rows. Percents are fractions of 1."""
    out = io.StringIO()
    writer = csv.writer(out)
    for line in (f"{indicator.code} {indicator.name.en}", f"unit: {indicator.unit}", *about):
        writer.writerow([escape_formula(line)])
    writer.writerow([])
    writer.writerows([[escape_formula(cell) for cell in row] for row in rows])
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + out.getvalue()
