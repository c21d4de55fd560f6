"""The tracking table as rows and headings, which the page, the workbook and the CSV file share."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from etl.exports.figure_rows import escape_formula, plain_amount
from etl.indicators.periods import PlanToDate
from etl.indicators.results import Amount
from etl.locale.translations import speak, to_say
from etl.queries.tracking_table import Column, Shows, TrackedIndicator, TrackingTable
from etl.wording import amount_words, period_words, rating_words, share_words, unit_words

_HEADINGS = {
    Shows.BASELINE: to_say("Baseline"),
    Shows.TARGET: to_say("Target"),
    Shows.ACTUAL: to_say("Actual"),
    Shows.SHARE: to_say("%"),
    Shows.RATING: to_say("Rating"),
}


@dataclass(frozen=True, slots=True)
class TrackedCell:
    """What stands in one cell: its number where it is one, and its words. A share is a fraction of 1."""

    text: str
    number: Decimal | None
    exact: str
    """The exact number, or the code of the reason that there is none."""


def group_words(column: Column, language: str) -> str:
    """What stands above a group of columns: a year, a quarter, `Plan to date`; blank above the baseline."""
    if column.period is None:
        return ""
    if isinstance(column.period, PlanToDate):
        return speak(language)("Plan to date")
    return period_words(column.period, language)


def heading_words(column: Column, language: str) -> str:
    return speak(language)(_HEADINGS[column.shows])


def tracked_cell(row: TrackedIndicator, column: Column, language: str) -> TrackedCell:
    """The cell of a row and a column."""
    if column.shows is Shows.RATING:
        rating = row.figure.rating
        return TrackedCell(rating_words(rating, language), None, rating.value)
    amount: Amount = row.amount(column)
    is_share = column.shows is Shows.SHARE
    text = share_words(amount, language) if is_share else amount_words(amount, row.indicator, language)
    return TrackedCell(text, amount if isinstance(amount, Decimal) else None, plain_amount(amount))


def as_csv(table: TrackingTable, language: str, about: Sequence[str]) -> str:
    """A row for each indicator under one line of headings; numbers as they are exactly, reasons in words."""
    say = speak(language)
    out = io.StringIO()
    writer = csv.writer(out)
    headings = [f"{group_words(one, language)} {heading_words(one, language)}".strip() for one in table.columns]
    writer.writerow([say("Code"), say("Indicator"), say("Unit"), *headings])
    for row in table.rows:
        writer.writerow([escape_formula(cell) for cell in _csv_cells(table, row, language)])
    for line in about:
        writer.writerow([f"# {line}"])
    # Excel takes a file for UTF-8, and so Khmer for Khmer, only when it begins with this mark.
    return "\ufeff" + out.getvalue()


def _csv_cells(table: TrackingTable, row: TrackedIndicator, language: str) -> Iterator[str]:
    yield row.indicator.code
    yield row.indicator.name.in_language(language)
    yield unit_words(row.indicator, language)
    for column in table.columns:
        cell = tracked_cell(row, column, language)
        yield cell.text if cell.number is None else cell.exact
