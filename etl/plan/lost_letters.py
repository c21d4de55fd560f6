"""Detect Khmer that was lost before a plan arrived: question marks, wrong encodings, and letters of legacy fonts."""

import re

from etl.locale import N_
from etl.locale.legacy_khmer import looks_like_legacy_text
from etl.plan.columns import Column, ColumnKind
from etl.plan.issues import Message, make_message
from etl.plan.tables import Row

_QUESTION_MARKS = re.compile(r"\?\s*\?|\ufffd")
_WRONG_ENCODING = re.compile("\u00e1[\u0178\u017e\u009e\u009f]|\u00e1\u017d|\u00e2\u20ac")
"""Khmer in UTF-8 that was read as Windows-1252 and saved again."""
_KHMER = re.compile("[\u1780-\u17ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_SHORTEST_NAME = 3
_MAX_QUOTED_LENGTH = 60


def find_lost_letters(column: Column, row: Row) -> Message | None:
    """Return what is wrong with a text whose Khmer letters were lost, or None."""
    text = row.cells.get(column.name, "")
    if column.kind is not ColumnKind.TEXT or not isinstance(text, str):
        return None
    is_khmer_column = column.name.endswith("_km")
    quoted_text = text if len(text) <= _MAX_QUOTED_LENGTH else f"{text[:_MAX_QUOTED_LENGTH]}..."
    if _QUESTION_MARKS.search(text) or (is_khmer_column and text.strip() == "?"):
        return make_message(
            N_(
                "{column} has question marks instead of letters ({value}); save the file as 'CSV UTF-8 (comma "
                "delimited)', or load the workbook itself"
            ),
            column=column.name,
            value=quoted_text,
        )
    if _WRONG_ENCODING.search(text):
        return make_message(
            N_(
                "{column} was saved in a wrong encoding ({value}); save the file as 'CSV UTF-8 (comma delimited)', or "
                "load the workbook itself"
            ),
            column=column.name,
            value=quoted_text,
        )
    if is_khmer_column and not _KHMER.search(text) and _is_foreign(text, column, row):
        return make_message(
            N_(
                "{column} has no Khmer letters ({value}); type it with a Khmer Unicode keyboard, not in a font from "
                "before Unicode, or leave it blank"
            ),
            column=column.name,
            value=quoted_text,
        )
    return None


def _is_foreign(text: str, column: Column, row: Row) -> bool:
    """Whether a text without Khmer letters can only be a legacy font or another language. Units may be symbols."""
    if looks_like_legacy_text(text):
        return True
    english = row.cells.get(f"{column.name.removesuffix('_km')}_en", "")
    is_symbol = column.name.startswith("unit_") or text == english
    return not is_symbol and len(_LATIN.findall(text)) >= _SHORTEST_NAME
