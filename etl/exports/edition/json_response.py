"""An edition as JSON for other programs: what `/api/v1/editions/<id>/figures` answers."""

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

from etl.exports.edition.about import describe_edition
from etl.exports.edition.tables import EDITION_TABLES, Cell, EditionTable
from etl.exports.figure_rows import format_plain_number
from etl.indicators.editions import EditionContents

_EXACT = "\0exact "
_EXACT_NUMBER = re.compile(r'"\\u0000exact (-?[0-9.]+)"')
"""Python writes a decimal only as a float, which would change it; so it is marked, and its quotes are taken away."""


def render_edition_json(contents: EditionContents) -> bytes:
    """The edition's facts and each of its tables as a list of objects; numbers exact, no value as null."""
    answer: dict[str, Any] = {"edition": describe_edition(contents)}
    answer |= {table.name: _objects(table, contents) for table in EDITION_TABLES}
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return _EXACT_NUMBER.sub(r"\1", text).encode()


def _objects(table: EditionTable, book: EditionContents) -> list[dict[str, Any]]:
    names = [column.name for column in table.columns]
    return [{name: _plain(cell) for name, cell in zip(names, row, strict=True)} for row in table.rows(book)]


def _plain(cell: Cell) -> Any:
    if isinstance(cell, Decimal):
        return _EXACT + format_plain_number(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return cell.replace("\0", "") if isinstance(cell, str) else cell
