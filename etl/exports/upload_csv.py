"""Export the results of many uploaded files as CSV."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields

from etl.exports.csv_text import render_csv


@dataclass(frozen=True, kw_only=True)
class UploadRow:
    """One finding of one file. A file without findings has one row with its outcome."""

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
    """Return the rows in the given order under their field names."""
    header = tuple(field.name for field in fields(UploadRow))
    return render_csv([header, *map(astuple, rows)])
