"""Report harmless changes to a form: moved rows, hidden cells, comments and legacy Khmer fonts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from etl.locale.legacy_khmer import looks_like_legacy_text
from etl.returns.findings.finding import CATALOGUE, Finding, make_finding
from etl.returns.form.entry_sheet import COLUMN_NUMBERS
from etl.returns.form.find_form import FormTable, TableRow
from etl.returns.form_identity import ColumnTag, FieldTag
from etl.returns.numbers import shorten_text
from etl.returns.workbook.facts import SheetFacts

MAX_LISTED_CELLS = 10
_CODES_LINE = re.compile(r"\n\[([a-z ,-]+)\]\s*")
"""The last line of a comment written by `annotate`."""
_THREADED_LINK = "fwlink/?linkid=870924"
"""The end of the notice in the copy of a threaded comment, which is the same in every language."""


def check_moved_rows(table: FormTable, expected_rows: dict[str, int]) -> Iterator[Finding]:
    """Yield a note if rows or columns are not where a new form has them."""
    columns_moved = any(table.columns.get(tag, number) != number for tag, number in COLUMN_NUMBERS.items())
    seen: set[str] = set()
    for row in table.rows:
        is_first = row.key not in seen
        seen.add(row.key)
        if row.key in expected_rows and is_first and (columns_moved or expected_rows[row.key] != row.row):
            yield make_finding("form-rows-moved", sheet=table.sheet.name, cell=row.key_cell, key=row.key)
            return


def check_hidden_cells(table: FormTable, facts: SheetFacts | None) -> Iterator[Finding]:
    """Yield a note that lists the hidden cells with a value."""
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
    """Yield a warning for each name or note that is Khmer only in a font from before Unicode."""
    cells = [(table.fields.get(FieldTag.PREPARED_BY), "")]
    cells += [(row.note_cell, row.key) for row in table.rows if row.note_cell is not None]
    for cell, key in cells:
        if cell is not None and (cell.legacy_font or looks_like_legacy_text(cell.text)):
            quoted_text = shorten_text(cell.text)
            location = {"sheet": table.sheet.name, "cell": cell.address}
            yield make_finding("text-old-font", **location, key=key, found=quoted_text, font=cell.legacy_font)


def merge_comments(row: TableRow, comments: dict[str, str]) -> tuple[TableRow, tuple[Finding, ...]]:
    """Return the row with the comments at its value and note cells added to its note, and a finding for each."""
    if not comments:
        return row, ()
    addresses = (row.value_cell, row.note_cell.address if row.note_cell is not None else "")
    texts = {address: text for address in addresses if (text := extract_user_comment(comments.get(address, "")))}
    if not texts:
        return row, ()
    note = "; ".join(text for text in (row.note, *texts.values()) if text)
    findings = tuple(
        make_finding("comment-kept", sheet=row.sheet, cell=address, key=row.key, found=shorten_text(text))
        for address, text in texts.items()
    )
    return replace(row, note=note), findings


def extract_user_comment(comment: str) -> str:
    """Return the text that a person wrote in a comment, without the text that `annotate` wrote before it."""
    parts = _CODES_LINE.split(f"{comment}\n")
    for index in range(len(parts) - 2, 0, -2):
        if all(code.strip() in CATALOGUE for code in parts[index].split(",")):
            return parts[index + 1].strip()
    return _strip_threaded_boilerplate(comment)


def _strip_threaded_boilerplate(comment: str) -> str:
    """Return the texts of a threaded comment, without what Excel 365 writes around them for older programs."""
    _, link, thread = comment.partition(_THREADED_LINK)
    if not link:
        return comment.strip()
    # A label such as "Comment:" or "Reply:", in any language, precedes each text, which is indented.
    return "; ".join(text for line in thread.splitlines() if (text := line.strip()) and line[:1].isspace())


def format_codes_line(codes: Iterable[str]) -> str:
    """Return the last line of a generated comment: its finding codes, by which it is recognized."""
    return f"\n[{', '.join(dict.fromkeys(codes))}]"
