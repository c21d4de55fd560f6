"""Read a table from a CSV file: its encoding, its separator and its cells. A doubt is a finding, never a guess."""

import codecs
import csv
import re
from collections import Counter
from io import StringIO
from itertools import islice
from pathlib import PurePosixPath

import pandas

from etl.returns.findings.finding import make_finding
from etl.returns.workbook.cells import CellKind
from etl.returns.workbook.limits import WorkbookLimits
from etl.returns.workbook.part_stream import PartRefusedError
from etl.returns.workbook.stored_cells import DecodedCell
from etl.returns.workbook.table_sheet import SeenCell, TableSheet, iterate_values

SEPARATORS = {",": ",", ";": ";", "\t": "tab", "|": "|"}
"""Separators, with their names for messages."""
_ENCODINGS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAMPLE_LINES = 200
_MAX_SHEET_NAME = 31
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|[-+]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+", re.ASCII)
_THREE_DECIMALS = re.compile(r"-?[0-9]{1,3}\.[0-9]{3}", re.ASCII)
_DATE = re.compile(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", re.ASCII)


def read_csv_sheet(name: str, data: bytes, limits: WorkbookLimits) -> tuple[TableSheet, list[DecodedCell]]:
    """Return the sheet, named after the file as spreadsheet programs do. Raises PartRefusedError."""
    text = _decode(data)
    separator = _find_separator(text)
    lines = text.splitlines()
    columns = max((line.count(separator) for line in lines), default=0) + 1
    sheet = TableSheet(_make_sheet_name(name), limits)
    if columns > limits.columns or len(lines) > limits.rows:
        raise PartRefusedError(make_finding("file-too-much-data", detail=f"{len(lines)} x {columns}"))
    try:
        frame = pandas.read_csv(
            StringIO(text),
            sep=separator,
            header=None,
            names=range(columns),
            index_col=False,
            dtype=str,
            na_filter=False,
            skip_blank_lines=False,
        )
    except pandas.errors.ParserError as error:
        raise PartRefusedError(make_finding("file-damaged", detail="CSV")) from error
    values = [(position, str(value)) for position, value in iterate_values(frame) if value != ""]
    has_decimal_commas = any(_DECIMAL_COMMA.fullmatch(value) for _, value in values)
    for position, value in values:
        kind = _find_kind(value)
        if kind is CellKind.NUMBER and has_decimal_commas and _THREE_DECIMALS.fullmatch(value):
            # Beside decimal commas the point may separate thousands; as a text the number is read with this doubt.
            kind = CellKind.TEXT
        sheet.add_cell(*position, SeenCell(kind))
    return sheet, sheet.decode_cells(frame)


def _decode(data: bytes) -> str:
    encoding = next((encoding for mark, encoding in _ENCODINGS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise PartRefusedError(make_finding("table-encoding")) from error
    if "\0" in text or "\ufffd" in text:
        raise PartRefusedError(make_finding("table-encoding"))
    return text


def _find_separator(text: str) -> str:
    """Return the character that separates columns in the same number in the most lines, and in most columns."""
    named = _SEPARATOR_LINE.match(text)
    if named is not None:
        return named[1]
    scores = {separator: _score(text, separator) for separator in SEPARATORS}
    best = max(scores.values())
    separators = [separator for separator, score in scores.items() if score == best]
    if best == (0, 0):
        return ","
    if len(separators) > 1:
        names = " ".join(SEPARATORS[separator] for separator in separators)
        raise PartRefusedError(make_finding("table-separator", found=names))
    return separators[0]


def _score(text: str, separator: str) -> tuple[int, int]:
    """Return how many lines have the most frequent number of columns, which is at least two, and that number."""
    try:
        rows = list(islice(csv.reader(StringIO(text, newline=""), delimiter=separator), _SAMPLE_LINES))
    except csv.Error:
        return 0, 0
    counts = Counter(len(row) for row in rows if len(row) > 1)
    return max(((count, width) for width, count in counts.items()), default=(0, 0))


def _make_sheet_name(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).stem[:_MAX_SHEET_NAME] or "CSV"


def _find_kind(text: str) -> CellKind:
    """Return the kind that a spreadsheet gives a text in every language: plain numbers and ISO dates; else text."""
    if _NUMBER.fullmatch(text):
        return CellKind.NUMBER
    return CellKind.DATE if _DATE.fullmatch(text) else CellKind.TEXT
