"""The matrix of ratings and the native charts of the meeting pack's workbook."""

from collections.abc import Sequence

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from etl.exports.figure_rows import get_figure_share_number
from etl.indicators.results import Figure, Rating, RatingCounts
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.meeting_pack import MeetingPack
from etl.wording import describe_amount, describe_rating

__all__ = ["CountRow", "add_rating_chart", "colour_ratings", "describe_matrix_cell", "list_count_rows"]

CountRow = tuple[str, str, RatingCounts]
"""A code, a name and the ratings of an objective or a site."""

_TINTS = {
    Rating.ACHIEVED: "D5E4D9",
    Rating.ON_TRACK: "E3EEE6",
    Rating.AT_RISK: "F7EAD2",
    Rating.OFF_TRACK: "F6DDD4",
}
"""The backgrounds of cells; the word beside the number says the same in grey."""
_BAR_COLOURS = {
    Rating.ACHIEVED: "14532D",
    Rating.ON_TRACK: "2F8F5B",
    Rating.AT_RISK: "D08A1D",
    Rating.OFF_TRACK: "B8370F",
    Rating.INCOMPLETE: "A9AEA9",
    Rating.NO_DATA: "C9CBC7",
    Rating.NOT_DUE: "DCDEDB",
    Rating.NO_TARGET: "DCDEDB",
}
"""The colours of the dashboard's charts."""
_CHART_WIDTH, _ROW_HEIGHT = 22, 1.1
"""Centimetres."""


def describe_matrix_cell(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """Return the value where the cell has no percentage, and the rating."""
    rating = describe_rating(figure.rating, locale)
    if get_figure_share_number(figure) is not None:
        return rating
    return f"{describe_amount(figure.actual.amount, indicator, locale)} · {rating}"


def colour_ratings(sheet: Worksheet, row: int, column: int, figures: Sequence[Figure]) -> None:
    """Fill cells from a row and column on, two for each figure, with the tint of its rating."""
    for index, figure in enumerate(figures):
        tint = _TINTS.get(figure.rating)
        if tint is None:
            continue
        for offset in (0, 1):
            sheet.cell(row, column + 2 * index + offset).fill = PatternFill("solid", fgColor=tint)


def list_count_rows(pack: MeetingPack, locale: Locale) -> tuple[list[CountRow], list[CountRow]]:
    """Return the ratings of the objectives, and of the sites against their own targets."""
    objectives = [
        (item.objective.code, item.objective.name.get_text(locale.language), item.rating_counts)
        for item in pack.objectives
    ]
    sites = [(site.code, site.name.get_text(locale.language), counts) for site, counts in pack.site_ratings]
    return objectives, sites


def add_rating_chart(sheet: Worksheet, title: str, rows: tuple[int, int], *, heading: int, anchor: str) -> None:
    """Add a chart of stacked bars of the counts in the rows, first and last; `heading` is the row of their names.

    The counts begin in the third column, one for each rating; the names are in the second.
    """
    first, last = rows
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap = "bar", "stacked", 100
    chart.title = title
    chart.width, chart.height = _CHART_WIDTH, 3 + round(_ROW_HEIGHT * (last - first + 1))
    chart.y_axis.delete = chart.x_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"
    chart.legend.position = "b"
    for index, rating in enumerate(Rating):
        column = 3 + index
        if not any(sheet.cell(row, column).value for row in range(first, last + 1)):
            continue
        chart.add_data(Reference(sheet, min_col=column, min_row=first, max_row=last), titles_from_data=False)
        series = chart.series[-1]
        name = f"'{sheet.title}'!${get_column_letter(column)}${heading}"
        series.tx = SeriesLabel(strRef=StrRef(name))
        series.graphicalProperties.solidFill = _BAR_COLOURS[rating]
    chart.set_categories(Reference(sheet, min_col=2, min_row=first, max_row=last))
    sheet.add_chart(chart, anchor)
