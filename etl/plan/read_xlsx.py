"""Convert the sheets of a plan workbook to plan tables. Numbers are converted exactly as the sheet shows them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from etl.locale import N_
from etl.plan.columns import FileSchema
from etl.plan.issues import Message, PlanIssue, make_message
from etl.plan.schemas import FILE_SCHEMAS, PLAN
from etl.plan.tables import Cell, PlanTables, Row, UnreadableCell, make_file_issue, read_grid

GUIDE_SHEET = "Read me"
SIGNIFICANT_DIGITS = 15
"""Excel stores and shows 15 digits; the other digits of a float are rounding errors."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

CellKind = Literal["number", "text", "boolean", "error", "date", "uncomputed"]
"""`uncomputed` is a formula without a saved result."""


class WorkbookCell(NamedTuple):
    """A cell of a plan workbook, with row and column counted from 1."""

    row: int
    column: int
    kind: CellKind
    text: str = ""
    """The number as stored, the text, TRUE or FALSE, the error, or the date in ISO format."""


@dataclass(frozen=True)
class WorkbookSheet:
    """A sheet of a plan workbook and its non-empty cells."""

    title: str
    cells: Iterable[WorkbookCell]


def make_unreadable_tables(file: str, message: Message, sha256: str) -> PlanTables:
    """Return the tables of a workbook that could not be read: a single issue."""
    return PlanTables({}, (PlanIssue(file, "", message),), sha256)


def convert_sheets(file: str, sheets: Sequence[WorkbookSheet], sha256: str) -> PlanTables:
    """Convert the sheets of a workbook to tables, with an issue for each missing, unknown or unreadable part."""
    sheet_by_name = {_normalize_name(sheet.title): sheet for sheet in reversed(sheets)}
    tables: dict[str, tuple[Row, ...]] = {}
    issues = list(_check_sheet_names(file, sheet_by_name))
    for schema in FILE_SCHEMAS:
        sheet = sheet_by_name.get(_normalize_name(schema.sheet))
        if sheet is None and not schema.expected:
            tables[schema.name] = ()
            continue
        if sheet is None:
            message = make_message(
                N_("the sheet {sheet} is missing; a sheet with its header alone says that there is none"),
                sheet=schema.sheet,
            )
            issues.append(make_file_issue(schema, file, "", message))
            continue
        tables[schema.name], sheet_issues = read_grid(
            schema, file, _list_records(schema, sheet), _LocationFormatter(sheet.title)
        )
        issues += sheet_issues
    return PlanTables(tables, tuple(issues), sha256, file)


def _normalize_name(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())


def _check_sheet_names(file: str, sheet_by_name: Mapping[str, WorkbookSheet]) -> Iterator[PlanIssue]:
    known_names = {_normalize_name(name) for name in (GUIDE_SHEET, *(schema.sheet for schema in FILE_SCHEMAS))}
    for name, sheet in sheet_by_name.items():
        if name not in known_names:
            message = make_message(
                N_("the sheet {sheet} is not part of a plan, so it was not read"), sheet=repr(sheet.title)
            )
            yield PlanIssue(file, sheet.title, message, "warning", (len(FILE_SCHEMAS), 0, 0))


class _LocationFormatter:
    """Formats locations as `Indicators!F7`, with quotes if the sheet's name has a space; a row by its first cell."""

    def __init__(self, title: str) -> None:
        self.title = title if title.isalnum() else "'" + title.replace("'", "''") + "'"

    def __call__(self, line: int, position: int | None, column: str) -> str:
        cell = f"{_format_column((position or 0) + 1)}{line}"
        return f"{self.title}!{cell}"


def _format_column(number: int) -> str:
    letters = ""
    while number:
        number, remainder = divmod(number - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


def _list_records(schema: FileSchema, sheet: WorkbookSheet) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the cells of each non-empty row, from the first column on."""
    rows: dict[int, dict[int, Cell]] = defaultdict(dict)
    for cell in sheet.cells:
        rows[cell.row][cell.column] = _convert_cell(schema, cell)
    for line, cells in sorted(rows.items()):
        yield line, [cells.get(column, "") for column in range(1, max(cells) + 1)]


def _convert_cell(schema: FileSchema, cell: WorkbookCell) -> Cell:
    """Convert a cell to text. A date is accepted only in plan.csv (`effective_from`)."""
    if cell.kind == "number":
        return _format_number(cell.text)
    if cell.kind == "date" and schema is PLAN and _DATE.fullmatch(cell.text):
        return cell.text
    if cell.kind == "date":
        return UnreadableCell(
            make_message(
                N_("holds a date or time ({value}); set the cell's format to text and type it again"), value=cell.text
            )
        )
    if cell.kind == "error":
        return UnreadableCell(make_message(N_("holds the error {value}; type the value"), value=cell.text))
    if cell.kind == "uncomputed":
        return UnreadableCell(
            make_message(
                N_("holds a formula that was never computed; open the file in Excel, save it, or type the value")
            )
        )
    return cell.text.strip()


def _format_number(text: str) -> str:
    """Format a number as Excel shows it in full: 0.9, never 0.90000000000000002 and never 9E-1."""
    if text.lstrip("-").isdigit() and len(text.lstrip("-")) <= SIGNIFICANT_DIGITS:
        return text
    number = format(Decimal(f"{float(text):.{SIGNIFICANT_DIGITS}g}"), "f")
    return number.rstrip("0").rstrip(".") if "." in number else number
