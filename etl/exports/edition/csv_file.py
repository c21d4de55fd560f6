"""Export a table of an edition as CSV."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from etl.exports.csv_text import escape_text
from etl.exports.edition.tables import FIGURES, Cell, EditionTable, Row, make_figure_row
from etl.exports.figure_rows import format_plain_number
from etl.indicators.editions import EditionContents, EditionFigure


def render_table_csv(table: EditionTable, contents: EditionContents) -> bytes:
    """Return UTF-8 with one row of column names, exact numbers, and blanks for missing values."""
    return _render_rows(table, table.rows(contents))


def render_chosen_figures_csv(figures: Iterable[EditionFigure], contents: EditionContents) -> bytes:
    """Return some figures of the edition, with the columns and in the format of the file of all figures."""
    return _render_rows(FIGURES, (make_figure_row(contents, figure) for figure in figures))


def _render_rows(table: EditionTable, rows: Iterable[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([format_value(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def format_value(cell: Cell) -> str:
    """Return the text of a cell: an exact number, an ISO date, `true` or `false`, a blank, or escaped text."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return format_plain_number(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return escape_text(cell) if isinstance(cell, str) else str(cell)
