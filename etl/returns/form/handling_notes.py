"""What people did to a form that does its numbers no harm: moved, hid, commented; told, so that nothing is silent."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from etl.returns.findings.finding import CATALOGUE, Finding, make_finding
from etl.returns.form.entry_sheet import COLUMN_NUMBERS
from etl.returns.form.find_form import FormTable, TableRow
from etl.returns.form_identity import ColumnTag, FieldTag
from etl.returns.numbers import repr_text
from etl.returns.workbook.facts import SheetFacts
from etl.returns.workbook.legacy_khmer import looks_like_legacy_text

MAX_LISTED_CELLS = 10
_CODES = re.compile(r"\n\[([a-z ,-]+)\]\s*")
"""The last line of a comment that an annotated workbook brought along."""


def check_moved_rows(table: FormTable, expected_rows: dict[str, int]) -> Iterator[Finding]:
    """A note where rows or columns stand elsewhere than in the form as it was made."""
    columns_moved = any(table.columns.get(tag, place) != place for tag, place in COLUMN_NUMBERS.items())
    seen: set[str] = set()
    for row in table.rows:
        is_first = row.key not in seen
        seen.add(row.key)
        if row.key in expected_rows and is_first and (columns_moved or expected_rows[row.key] != row.row):
            yield make_finding("form-rows-moved", sheet=table.sheet.name, cell=row.key_cell, key=row.key)
            return


def check_hidden_cells(table: FormTable, facts: SheetFacts | None) -> Iterator[Finding]:
    """A note that names the numbers which nobody sees who looks at the sheet."""
    if facts is None:
        return
    value_column = table.columns[ColumnTag.VALUE]
    is_hidden = any(first <= value_column <= last for first, last in facts.hidden_columns)
    hidden = [
        row for row in table.rows if row.value is not None and row.key and (is_hidden or row.row in facts.hidden_rows)
    ]
    if hidden:
        cells = ", ".join(row.value_cell for row in hidden[:MAX_LISTED_CELLS]) + (
            " ..." if len(hidden) > MAX_LISTED_CELLS else ""
        )
        first = hidden[0]
        yield make_finding("rows-hidden", sheet=first.sheet, cell=first.value_cell, key=first.key, hidden_cells=cells)


def check_legacy_khmer(table: FormTable) -> Iterator[Finding]:
    """A warning for every name or note that only a font from before Unicode shows as Khmer."""
    cells = [(table.fields.get(FieldTag.PREPARED_BY), "")]
    cells += [(row.note_cell, row.key) for row in table.rows if row.note_cell is not None]
    for cell, key in cells:
        if cell is not None and (cell.legacy_font or looks_like_legacy_text(cell.text)):
            shown = repr_text(cell.text)
            place = {"sheet": table.sheet.name, "cell": cell.address}
            yield make_finding("text-old-font", **place, key=key, found=shown, font=cell.legacy_font)


def merge_comments(row: TableRow, comments: dict[str, str]) -> tuple[TableRow, tuple[Finding, ...]]:
    """The row with what somebody wrote as a comment at its number or note as (part of) its note."""
    if not comments:
        return row, ()
    places = (row.value_cell, row.note_cell.address if row.note_cell is not None else "")
    said = {place: own for place in places if (own := extract_user_comment(comments.get(place, "")))}
    if not said:
        return row, ()
    note = "; ".join(text for text in (row.note, *said.values()) if text)
    kept = tuple(
        make_finding("comment-kept", sheet=row.sheet, cell=place, key=row.key, found=repr_text(text))
        for place, text in said.items()
    )
    return replace(row, note=note), kept


def extract_user_comment(comment: str) -> str:
    """What a person wrote in a comment: all of it, or what follows the words that we had put there."""
    parts = _CODES.split(f"{comment}\n")
    for place in range(len(parts) - 2, 0, -2):
        if all(code.strip() in CATALOGUE for code in parts[place].split(",")):
            return parts[place + 1].strip()
    return comment.strip()


def format_codes_line(codes: Iterable[str]) -> str:
    """The last line of our comments: the codes, by which they are known again and looked up."""
    return f"\n[{', '.join(dict.fromkeys(codes))}]"
