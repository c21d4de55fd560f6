"""What became of many uploaded files as CSV: a row for each finding, in both languages, none of it a formula."""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields

from etl.exports.figure_rows import escape_formula


@dataclass(frozen=True, kw_only=True)
class UploadRow:
    """One finding of one file; a file without any has one row that says what became of it."""

    file: str
    outcome: str
    site: str
    quarter: str
    number: str
    severity: str
    code: str
    cell: str
    english: str
    khmer: str


def render_upload_csv(rows: Iterable[UploadRow]) -> str:
    """The rows in the order given, under their names."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([one.name for one in fields(UploadRow)])
    writer.writerows([escape_formula(text) for text in astuple(row)] for row in rows)
    # Excel takes a file for UTF-8, and so Khmer for Khmer, only when it begins with this mark.
    return "\ufeff" + out.getvalue()
