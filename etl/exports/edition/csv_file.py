"""Export a table of an edition as CSV."""

import csv
import io
from datetime import date
from decimal import Decimal

from etl.exports.csv_text import escape_text
from etl.exports.edition.tables import Cell, EditionTable
from etl.exports.figure_rows import format_plain_number
from etl.indicators.editions import EditionContents


def render_table_csv(table: EditionTable, contents: EditionContents) -> bytes:
    """Return UTF-8 with one row of column names, exact numbers, and blanks for missing values."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    for row in table.rows(contents):
        writer.writerow([_format_value(cell) for cell in row])
    return out.getvalue().encode()


def _format_value(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return format_plain_number(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return escape_text(cell) if isinstance(cell, str) else str(cell)
