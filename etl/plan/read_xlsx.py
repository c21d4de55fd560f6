"""A plan workbook as tables of a plan: a sheet for each file, numbers exactly as the sheet shows them."""

import hashlib
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook

from etl.locale import N_
from etl.plan.columns import FileSchema
from etl.plan.issues import Message, PlanIssue, make_message
from etl.plan.schemas import FILE_SCHEMAS, PLAN
from etl.plan.tables import Cell, PlanTables, Row, UnreadableCell, make_file_issue, read_grid

GUIDE_SHEET = "Read me"
MAX_BYTES = 20_000_000
MAX_UNPACKED_BYTES = 500_000_000
MAX_ROWS = 600_000
MAX_COLUMNS = 200
SHOWN_DIGITS = 15
"""Excel keeps and shows this many; what a float has behind them nobody typed."""

_BROKEN = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, ParseError, SyntaxError, EOFError, OSError, LookupError,
    ValueError, TypeError, AttributeError, ArithmeticError, AssertionError, RuntimeError,
)  # fmt: skip
"""What openpyxl and its parsers raise on a damaged file (lxml's own error is a SyntaxError)."""


def read_workbook(path: Path) -> PlanTables:
    """Every plan sheet of an .xlsx. The hash is over its bytes."""
    content = b""
    try:
        if path.stat().st_size > MAX_BYTES:
            message = make_message(
                N_("the file is larger than {most} bytes; is it a plan workbook?"), most=f"{MAX_BYTES:,}"
            )
            return _unreadable(path.name, content, message)
        content = path.read_bytes()
    except OSError as problem:
        message = make_message(
            N_("the file can't be read ({problem}); check it and its permissions"), problem=problem.strerror
        )
        return _unreadable(path.name, content, message)
    return read_workbook_bytes(path.name, content)


def read_workbook_bytes(file: str, content: bytes) -> PlanTables:
    """The same of bytes that are there already."""
    if len(content) > MAX_BYTES:
        return _unreadable(
            file,
            content,
            make_message(N_("the file is larger than {most} bytes; is it a plan workbook?"), most=f"{MAX_BYTES:,}"),
        )
    with warnings.catch_warnings():
        # openpyxl warns of what it leaves out, such as drawings; nothing of it is read.
        warnings.simplefilter("ignore")
        return _read_content(file, content)


def _read_content(file: str, content: bytes) -> PlanTables:
    try:
        if _unpacked_size(content) > MAX_UNPACKED_BYTES:
            return _unreadable(
                file, content, make_message(N_("the workbook unpacks to more than a plan can need; save it anew"))
            )
        shown = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        typed = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        return _read_sheets(file, shown, typed, hashlib.sha256(content).hexdigest())
    except _BROKEN:
        message = make_message(
            N_("this is not an Excel workbook that can be read; open it in Excel or LibreOffice and save it as .xlsx")
        )
        return _unreadable(file, content, message)


def _unreadable(file: str, content: bytes, message: Message) -> PlanTables:
    return PlanTables({}, (PlanIssue(file, "", message),), hashlib.sha256(content).hexdigest())


def _unpacked_size(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(one.file_size for one in archive.infolist())


def _sheet_name(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())


def _read_sheets(file: str, shown: Workbook, typed: Workbook, sha256: str) -> PlanTables:
    titles = {_sheet_name(title): title for title in reversed(shown.sheetnames)}
    tables: dict[str, tuple[Row, ...]] = {}
    faults = list(_stray_sheets(file, titles))
    for shape in FILE_SCHEMAS:
        title = titles.get(_sheet_name(shape.sheet))
        if title is None:
            message = make_message(
                N_("the sheet {sheet} is missing; a sheet with its header alone says that there is none"),
                sheet=shape.sheet,
            )
            faults.append(make_file_issue(shape, file, "", message))
            continue
        records = _records(shape, shown[title], typed[title])
        tables[shape.name], found = read_grid(shape, file, records, _Placed(title))
        faults += found
    return PlanTables(tables, tuple(faults), sha256, file)


def _stray_sheets(file: str, titles: Mapping[str, str]) -> Iterator[PlanIssue]:
    known = {_sheet_name(one) for one in (GUIDE_SHEET, *(shape.sheet for shape in FILE_SCHEMAS))}
    for name, title in titles.items():
        if name not in known:
            message = make_message(N_("the sheet {sheet} is not part of a plan, so it was not read"), sheet=repr(title))
            yield PlanIssue(file, title, message, "warning", (len(FILE_SCHEMAS), 0, 0))


class _Placed:
    """Writes places as `Indicators!F7`, quoted where the sheet's name has a space."""

    def __init__(self, title: str) -> None:
        self.title = title if title.isalnum() else "'" + title.replace("'", "''") + "'"

    def __call__(self, line: int, position: int | None, column: str) -> str:
        cell = f"{line}:{line}" if position is None else f"{get_column_letter(position + 1)}{line}"
        return f"{self.title}!{cell}"


def _records(shape: FileSchema, shown: Any, typed: Any) -> Iterator[tuple[int, list[Cell]]]:
    """Each row's cells; the second reading tells a formula without a value from a blank cell."""
    for sheet in (shown, typed):
        sheet.reset_dimensions()
    rows = zip(_cells(shown), _cells(typed), strict=False)
    for line, (values, sources) in enumerate(rows, start=1):
        if any(cell.value is not None for cell in sources):
            yield line, [_text(shape, *pair) for pair in zip(values, sources, strict=False)]


def _cells(sheet: Any) -> Iterator[tuple[Any, ...]]:
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS)
    return rows


def _text(shape: FileSchema, shown: Any, typed: Any) -> Cell:
    """What the cell says as text. A whole day is text where plan.csv holds one (`effective_from`)."""
    value = shown.value
    if value is None:
        if typed.value is None:
            return ""
        return UnreadableCell(
            make_message(
                N_("holds a formula that was never computed; open the file in Excel, save it, or type the value")
            )
        )
    if shown.data_type == "e":
        return UnreadableCell(make_message(N_("holds the error {value}; type the value"), value=value))
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, datetime) and shape is PLAN and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time | timedelta):
        return UnreadableCell(
            make_message(
                N_("holds a date or time ({value}); set the cell's format to text and type it again"), value=value
            )
        )
    return str(value).strip()


def _number_text(value: int | float) -> str:
    """The number as Excel shows it in full: 0.9, never 0.90000000000000002 and never 9E-1."""
    if isinstance(value, int) and len(str(abs(value))) <= SHOWN_DIGITS:
        return str(value)
    written = format(Decimal(f"{value:.{SHOWN_DIGITS}g}"), "f")
    return written.rstrip("0").rstrip(".") if "." in written else written
