"""The tracking table as rows and headings, which the page, the workbook and the CSV file share."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from etl.exports.figure_rows import escape_formula, serialize_amount
from etl.indicators.periods import PlanToDate
from etl.indicators.results import Amount
from etl.locale import N_, Locale
from etl.queries.tracking_table import Column, ColumnKind, TrackingRow, TrackingTable
from etl.wording import describe_amount, describe_period, describe_rating, describe_share, describe_unit

_HEADINGS = {
    ColumnKind.BASELINE: N_("Baseline"),
    ColumnKind.TARGET: N_("Target"),
    ColumnKind.ACTUAL: N_("Actual"),
    ColumnKind.SHARE: N_("%"),
    ColumnKind.RATING: N_("Rating"),
}


@dataclass(frozen=True, slots=True)
class TrackingCell:
    """What stands in one cell: its number where it is one, and its words. A share is a fraction of 1."""

    text: str
    number: Decimal | None
    exact_value: str
    """The exact number, or the code of the reason that there is none."""


def format_column_group(column: Column, locale: Locale) -> str:
    """What stands above a group of columns: a year, a quarter, `Plan to date`; blank above the baseline."""
    if column.period is None:
        return ""
    if isinstance(column.period, PlanToDate):
        return locale.gettext("Plan to date")
    return describe_period(column.period, locale)


def format_column_heading(column: Column, locale: Locale) -> str:
    return locale.gettext(_HEADINGS[column.kind])


def make_tracking_cell(row: TrackingRow, column: Column, locale: Locale) -> TrackingCell:
    """The cell of a row and a column."""
    if column.kind is ColumnKind.RATING:
        rating = row.figure.rating
        return TrackingCell(describe_rating(rating, locale), None, rating.value)
    amount: Amount = row.get_amount(column)
    is_share = column.kind is ColumnKind.SHARE
    text = describe_share(amount, locale) if is_share else describe_amount(amount, row.indicator, locale)
    return TrackingCell(text, amount if isinstance(amount, Decimal) else None, serialize_amount(amount))


def render_tracking_csv(table: TrackingTable, locale: Locale, about: Sequence[str]) -> str:
    """A row for each indicator under one line of headings; numbers as they are exactly, reasons in words."""
    _ = locale.gettext
    out = io.StringIO()
    writer = csv.writer(out)
    headings = [
        f"{format_column_group(one, locale)} {format_column_heading(one, locale)}".strip() for one in table.columns
    ]
    writer.writerow([_("Code"), _("Indicator"), _("Unit"), *headings])
    for row in table.rows:
        writer.writerow([escape_formula(cell) for cell in _csv_cells(table, row, locale)])
    for line in about:
        writer.writerow([f"# {line}"])
    # Excel takes a file for UTF-8, and so Khmer for Khmer, only when it begins with this mark.
    return "\ufeff" + out.getvalue()


def _csv_cells(table: TrackingTable, row: TrackingRow, locale: Locale) -> Iterator[str]:
    yield row.indicator.code
    yield row.indicator.name.in_language(locale.language)
    yield describe_unit(row.indicator, locale)
    for column in table.columns:
        cell = make_tracking_cell(row, column, locale)
        yield cell.text if cell.number is None else cell.exact_value
