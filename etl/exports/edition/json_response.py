"""Export an edition as JSON: the response of `/api/v1/editions/<id>/figures`."""

import json
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from etl.exports.edition.about import describe_edition
from etl.exports.edition.tables import EDITION_TABLES, FIGURES, Cell, EditionTable, make_figure_row
from etl.exports.figure_rows import format_plain_number
from etl.indicators.editions import EditionContents, EditionFigure

_EXACT = "\0exact "
_EXACT_NUMBER = re.compile(r'"\\u0000exact (-?[0-9.]+)"')
"""The json module cannot write a Decimal exactly. It writes a marked string, and this pattern removes the quotes."""


def render_edition_json(contents: EditionContents, figures: Sequence[EditionFigure] | None = None) -> bytes:
    """Return the edition's facts and its tables as lists of objects, with exact numbers and null for no value.

    `figures` are those to include; None: all of them.
    """
    figures = contents.figures if figures is None else figures
    return render_tables_json({"edition": describe_edition(contents)}, EDITION_TABLES, contents, figures)


def render_tables_json(
    facts: dict[str, Any], tables: Sequence[EditionTable], contents: EditionContents, figures: Sequence[EditionFigure]
) -> bytes:
    """Return facts, and tables as lists of objects with exact numbers and null for no value."""
    response = facts | {table.name: _make_objects(table, contents, figures) for table in tables}
    text = json.dumps(response, ensure_ascii=False, separators=(",", ":"))
    return _EXACT_NUMBER.sub(r"\1", text).encode()


def _make_objects(
    table: EditionTable, contents: EditionContents, figures: Sequence[EditionFigure]
) -> list[dict[str, Any]]:
    names = [column.name for column in table.columns]
    rows = (make_figure_row(contents, figure) for figure in figures) if table is FIGURES else table.rows(contents)
    return [{name: _make_plain(cell) for name, cell in zip(names, row, strict=True)} for row in rows]


def _make_plain(cell: Cell) -> Any:
    if isinstance(cell, Decimal):
        return _EXACT + format_plain_number(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return cell.replace("\0", "") if isinstance(cell, str) else cell
