"""Export the numbers of an indicator's charts as CSV."""

from collections.abc import Iterable, Sequence

from etl.exports.csv_text import render_csv
from etl.exports.figure_rows import format_target_revisions, serialize_amount
from etl.indicators.plans import Plan
from etl.indicators.results import Figure, Rating, RatingCounts, SeriesPoint
from etl.indicators.vocabulary import Indicator
from etl.locale import get_locale
from etl.queries.indicator_details import PartsByYear, SiteSeries
from etl.queries.indicator_history import IndicatorHistory
from etl.queries.objective_progress import IndicatorProgress
from etl.queries.place_ratings import SiteRatings
from etl.queries.plan_overview import ObjectiveSummary
from etl.queries.rating_matrix import YearMatrix
from etl.queries.site_shares import SiteShares
from etl.wording import describe_rating

CHARTS = ("quarters", "years", "sites", "site-quarters", "parts")
"""The charts of an indicator, by the names of their files."""

PLAN_CHARTS = ("objectives", "on-track", "site-shares", "site-ratings", "place-years")
"""The charts of the whole plan, by the names of their files."""

Rows = list[list[str]]


def list_quarter_rows(history: IndicatorHistory) -> Rows:
    """Return each quarter: its amount, the amount to date, expected value, target, approval and carried levels."""
    header = ["quarter", "in_the_quarter", "to_date", "expected", "target", "pending_approval", "carried"]
    return [header, *(_make_quarter_row(history, point) for point in history.points)]


def _make_quarter_row(history: IndicatorHistory, point: SeriesPoint) -> list[str]:
    amounts = (point.in_quarter.amount, point.to_date.amount, point.expected, point.target)
    is_pending = "yes" if point.quarter in history.unapproved_quarters else "no"
    carried_levels = ";".join(f"{level.site} {level.since}" for level in point.to_date.carried)
    return [str(point.quarter), *map(serialize_amount, amounts), is_pending, carried_levels]


def list_year_rows(progress: IndicatorProgress) -> Rows:
    """Return each year with its target."""
    return [["year", *_FIGURE], *([str(year), *_make_figure_cells(figure)] for year, figure in progress.years)]


def list_site_rows(history: IndicatorHistory) -> Rows:
    """Return each site with its own target."""
    rows = ([site.code, site.name.en, *_make_figure_cells(figure)] for site, figure in history.sites)
    return [["site", "name", *_FIGURE], *rows]


def list_site_quarter_rows(series: Iterable[SiteSeries]) -> Rows:
    """Return each site by quarter."""
    header = ["site", "quarter", "in_the_quarter", "to_date"]
    rows = (
        [
            site_series.site.code,
            str(point.quarter),
            serialize_amount(point.in_quarter.amount),
            serialize_amount(point.to_date.amount),
        ]
        for site_series in series
        for point in site_series.points
    )
    return [header, *rows]


def list_part_rows(group: PartsByYear | None) -> Rows:
    """Return each part by year."""
    rows = (
        [part.dimension, part.category, part.label.en, str(year), serialize_amount(value.amount)]
        for part, values in (group.parts if group else ())
        for year, value in zip(group.years if group else (), values, strict=True)
    )
    return [["dimension", "part", "name", "year", "actual"], *rows]


def list_objective_rows(summaries: Iterable[ObjectiveSummary]) -> Rows:
    """Return each objective with the number of its indicators in each rating."""
    rows = (
        [summary.objective.code, summary.objective.name.en, *(str(count) for _, count in summary.rating_counts.counts)]
        for summary in summaries
    )
    return [["objective", "name", *(rating.value for rating in Rating)], *rows]


def list_on_track_rows(matrix: YearMatrix) -> Rows:
    """Return each objective and year with its rated indicators and those on track or achieved."""
    tallies = (
        (group.objective.code, str(year), group.count_column(index))
        for group in matrix.objectives
        for index, year in enumerate(matrix.years)
    )
    rows = ([code, year, str(tally.good_count), str(tally.rated_count)] for code, year, tally in tallies)
    return [["objective", "year", "on_track_or_achieved", "rated"], *rows]


def list_site_share_rows(shares: SiteShares) -> Rows:
    """Return each indicator and site, and all sites in scope together (a blank site), with its percentage."""
    rows = []
    for indicator, total, figures in shares.rows:
        rows.append([indicator.code, "", *_make_figure_cells(total)])
        for site, figure in zip(shares.sites, figures, strict=True):
            if figure is not None:
                rows.append([indicator.code, site.code, *_make_figure_cells(figure)])
    return [["indicator", "site", *_FIGURE], *rows]


def list_site_rating_rows(ratings: Iterable[SiteRatings]) -> Rows:
    """Return each site with the number of its indicators in each rating against its own targets."""
    rows = ([site.code, site.name.en, *(str(count) for _, count in counts.counts)] for site, counts in ratings)
    return [["site", "name", *(rating.value for rating in Rating)], *rows]


def list_place_year_rows(
    years: Sequence[int], own: Sequence[RatingCounts], total: Sequence[RatingCounts] | None = None
) -> Rows:
    """Return each year with the rated indicators, and those on track, of the chosen sites and of all sites if given."""
    sides = [own] if total is None else [own, total]
    names = ("", "all_sites_")[: len(sides)]
    rows = [
        [str(year), *(str(count) for counts in pair for count in (counts.good_count, counts.rated_count))]
        for year, *pair in zip(years, *sides, strict=True)
    ]
    return [["year", *(f"{side}{name}" for side in names for name in ("on_track_or_achieved", "rated"))], *rows]


_FIGURE = ("actual", "target", "percent_rule", "percent", "rating", "target_revised")


def _make_figure_cells(figure: Figure) -> list[str]:
    rating = describe_rating(figure.rating, get_locale("en"))
    amounts = [serialize_amount(amount) for amount in (figure.actual.amount, figure.target)]
    revised = format_target_revisions(figure.target_revisions)
    return [*amounts, figure.headline_rule, serialize_amount(figure.headline), rating, revised]


def render_chart_csv(rows: Sequence[Sequence[str]], indicator: Indicator, about: Sequence[str]) -> str:
    """Return a CSV file: first what it contains, then the rows. Percentages are fractions of 1."""
    stages = "; ".join(f"{stage.rank} {stage.label.en}" for stage in indicator.stages)
    top = (f"{indicator.code} {indicator.name.en}", f"unit: {indicator.unit}", *about)
    return _render_csv(rows, (*top, f"stages: {stages}") if stages else top)


def render_plan_chart_csv(rows: Rows, plan: Plan, about: Sequence[str]) -> str:
    """Return a CSV file of a chart of the whole plan: first what it contains, then the rows."""
    return _render_csv(rows, (plan.settings.name.en, "unit: indicators", *about))


def _render_csv(rows: Sequence[Sequence[str]], top: Sequence[str]) -> str:
    return render_csv([*([line] for line in top), [], *rows])
