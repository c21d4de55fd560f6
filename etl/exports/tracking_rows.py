"""Headings and cells of the tracking table, for the page, the workbook and the CSV file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from etl.exports.csv_text import render_csv
from etl.exports.figure_rows import get_amount_number, get_figure_share_number, serialize_amount
from etl.indicators.periods import PlanToDate
from etl.indicators.vocabulary import Indicator
from etl.locale import N_, Locale
from etl.queries.tracking_table import Column, ColumnKind, TrackingRow, TrackingTable
from etl.wording import describe_amount, describe_headline_share, describe_period, describe_rating, describe_unit
from etl.wording.participations import describe_number_name, list_participations_labels
from etl.wording.target_revisions import describe_target_revisions

_HEADINGS = {
    ColumnKind.BASELINE: N_("Baseline"),
    ColumnKind.TARGET: N_("Target"),
    ColumnKind.ACTUAL: N_("Actual"),
    ColumnKind.SHARE: N_("%"),
    ColumnKind.RATING: N_("Rating"),
    ColumnKind.REVISIONS: N_("Revised targets"),
}


@dataclass(frozen=True, slots=True)
class TrackingCell:
    """One cell: its text, and its number for a workbook if it has one. A share is a fraction of 1."""

    text: str
    number: Decimal | None
    exact_value: str
    """The exact number, or the code of the reason that there is none."""


def format_column_group(column: Column, locale: Locale) -> str:
    """Return the heading above a group of columns: year, quarter or `Plan to date`; blank without a period."""
    if column.period is None:
        return ""
    if isinstance(column.period, PlanToDate):
        return locale.gettext("Plan to date")
    return describe_period(column.period, locale)


def format_column_heading(column: Column, locale: Locale) -> str:
    return locale.gettext(_HEADINGS[column.kind])


def make_tracking_cell(row: TrackingRow, column: Column, locale: Locale) -> TrackingCell:
    if column.kind is ColumnKind.RATING:
        rating = row.figure.rating
        return TrackingCell(describe_rating(rating, locale), None, rating.value)
    if column.kind is ColumnKind.REVISIONS:
        text = _describe_revisions(row, locale)
        return TrackingCell(text, None, text)
    amount = row.get_amount(column)
    if column.kind is ColumnKind.SHARE:
        figure = row.get_figure(column)
        return TrackingCell(
            describe_headline_share(figure, locale), get_figure_share_number(figure), serialize_amount(amount)
        )
    text = describe_amount(amount, row.indicator, locale)
    return TrackingCell(text, get_amount_number(amount, row.indicator), serialize_amount(amount))


def _describe_revisions(row: TrackingRow, locale: Locale) -> str:
    """Return the revisions of each year and of the plan to date; blank without one."""
    return "; ".join(
        f"{describe_period(period, locale)}: {describe_target_revisions(figure, row.indicator, locale)}"
        for period, figure in row.list_revised_figures()
    )


def make_participations_cell(row: TrackingRow, column: Column, locale: Locale) -> TrackingCell:
    """Return the cell of the row of participations below an indicator: they have an actual and nothing else."""
    if column.kind is not ColumnKind.ACTUAL or column.period is None:
        return TrackingCell("", None, "")
    amount = row.participations[column.period].amount
    text = describe_amount(amount, row.indicator, locale)
    return TrackingCell(text, get_amount_number(amount, row.indicator), serialize_amount(amount))


def render_tracking_csv(table: TrackingTable, locale: Locale, about: Sequence[str]) -> str:
    """Return one row for each indicator, or part with targets, under one row of headings, with exact numbers."""
    _ = locale.gettext
    headings = [
        f"{format_column_group(column, locale)} {format_column_heading(column, locale)}".strip()
        for column in table.columns
    ]
    return render_csv(
        [
            [_("Code"), _("Indicator"), _("Unit"), *headings],
            *(cells for row in table.rows for cells in _iterate_csv_rows(table, row, locale)),
            *([f"# {line}"] for line in about),
        ]
    )


def _iterate_csv_rows(table: TrackingTable, row: TrackingRow, locale: Locale) -> Iterator[list[str]]:
    """Yield the row of an indicator or part and, where it counts new people, the row of participations."""
    indicator = row.indicator
    labels = (str(row.key), describe_number_name(indicator, row.part, locale), describe_unit(indicator, locale))
    cells = (make_tracking_cell(row, column, locale) for column in table.columns)
    yield [*labels, *(_format_csv_cell(cell, indicator) for cell in cells)]
    if row.participations:
        cells = (make_participations_cell(row, column, locale) for column in table.columns)
        labels = list_participations_labels(indicator, locale)
        yield [*labels, *(_format_csv_cell(cell, indicator) for cell in cells)]


def _format_csv_cell(cell: TrackingCell, indicator: Indicator) -> str:
    is_rank = indicator.is_stage and cell.exact_value.isdigit()
    text = f"{cell.exact_value} ({cell.text})" if is_rank else cell.text
    return text if cell.number is None else cell.exact_value
