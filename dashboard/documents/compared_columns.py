"""The columns that a chart's CSV file has beside its own while the page compares with something."""

from collections.abc import Callable, Sequence

from dashboard.charts.compared import format_compared_amount
from dashboard.charts.frame import format_exact_value
from dashboard.components.compared_parts import Comparisons
from dashboard.components.part_chart import list_compared_parts
from etl.exports.chart_rows import Rows
from etl.indicators.editions import Suppression
from etl.indicators.results import Amount, Rating, RatingCounts
from etl.queries.indicator_details import PartsByYear
from etl.queries.indicator_history import IndicatorHistory
from etl.queries.plan_overview import ObjectiveSummary
from etl.queries.rating_matrix import YearMatrix

Column = list[str]


def append_columns(rows: Rows, columns: Sequence[Column]) -> Rows:
    """Return the rows with more columns, each with its heading."""
    return [[*row, *(column[index] for column in columns)] for index, row in enumerate(rows)]


def list_indicator_columns(
    chart: str, history: IndicatorHistory, group: PartsByYear | None, comparisons: Comparisons
) -> list[Column]:
    """Return the other amounts of a chart of an indicator; nothing for a chart that is compared with nothing."""
    if chart == "quarters":
        return _list_quarter_columns(history, comparisons)
    if chart == "parts" and group is not None:
        keys = [(part.key, year) for part, _ in group.parts for year in group.years]
        return [
            [_name(other.label, "actual"), *(_format(other.amounts.get(key)) for key in keys)]
            for other in list_compared_parts(group, history.indicator, comparisons)
        ]
    if chart == "years":
        series = comparisons.list_year_series(history.indicator, [year for year, _ in history.progress.years])
    elif chart == "sites":
        series = comparisons.list_site_series(history.indicator, [site for site, _ in history.sites])
    else:
        return []
    return [[_name(item.label, "actual"), *map(format_compared_amount, item.figures)] for item in series]


def list_objective_columns(summaries: Sequence[ObjectiveSummary], comparisons: Comparisons) -> list[Column]:
    """Return the number of each objective's indicators in each rating, for each compared scope."""
    groups = [
        comparisons.list_ratings(comparisons.scope.list_indicators(summary.objective.code), "") for summary in summaries
    ]
    return [
        [_name(scopes[0].label, rating.value), *(str(dict(other.counts.counts)[rating]) for other in scopes)]
        for scopes in zip(*groups, strict=True)
        for rating in Rating
    ]


def list_year_columns(matrix: YearMatrix, comparisons: Comparisons) -> list[Column]:
    """Return the ratings of all indicators by year, for each compared scope."""
    parts: tuple[tuple[str, Callable[[RatingCounts], int]], ...] = (
        ("on_track_or_achieved", lambda counts: counts.good_count),
        ("rated", lambda counts: counts.rated_count),
    )
    return [
        [_name(line.label, name), *(str(count(counts)) for counts in line.counts)]
        for line in comparisons.list_share_lines(matrix)
        for name, count in parts
    ]


def _list_quarter_columns(history: IndicatorHistory, comparisons: Comparisons) -> list[Column]:
    columns = []
    for line in comparisons.list_history_lines(history):
        amounts = {quarter: amount for quarter, _, amount, _ in line.points}
        columns.append([_name(line.label, "to_date"), *(_format(amounts.get(item.quarter)) for item in history.points)])
    return columns


def _name(label: str, content: str) -> str:
    return f"{label}: {content}"


def _format(amount: Amount | Suppression | None) -> str:
    if amount is None:
        return ""
    return amount.value if isinstance(amount, Suppression) else format_exact_value(amount)
