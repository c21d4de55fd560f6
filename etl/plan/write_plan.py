"""A plan as files again: the folder of CSV files, or the workbook that people revise it in."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from etl.indicators.plans import Plan
from etl.plan.columns import FILE_SCHEMAS, PLAN, SETTINGS, Column, FileSchema
from etl.plan.items import items_of, value_of, values_of
from etl.plan.parse import Value, format_cell
from etl.plan.plan_guide import write_guide

_HEADER = PatternFill("solid", fgColor="1F4E3D")
_ROWS_WITH_CHOICES = 2000
_WIDEST, _NARROWEST = 60, 10

Record = list[tuple[Column, Value]]


def write_plan_folder(plan: Plan, folder: Path) -> None:
    """Writes every plan file into the folder, which is made if need be; `read_plan` reads an equal plan back."""
    folder.mkdir(parents=True, exist_ok=True)
    for shape in FILE_SCHEMAS:
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([column.name for column in shape.columns])
        for record in _records(plan, shape):
            writer.writerow([format_cell(column, value) for column, value in record])
        (folder / shape.file).write_bytes(text.getvalue().encode("utf-8"))


def write_plan_workbook(plan: Plan) -> bytes:
    """The plan as .xlsx: a guide, then a sheet for each file. `read_plan` reads an equal plan back."""
    book = Workbook()
    first: Any = book.active
    write_guide(first)
    for shape in FILE_SCHEMAS:
        _write_sheet(book.create_sheet(shape.sheet), shape, _records(plan, shape))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _records(plan: Plan, shape: FileSchema) -> list[Record]:
    """What stands in each row, cell by cell."""
    if shape is PLAN:
        sources = dict(plan.settings.sources)
        return [
            [
                (shape.columns[0], one.name),
                (one, value_of(plan.settings, one)),
                (shape.columns[2], sources.get(one.name)),
            ]
            for one in SETTINGS
        ]
    rows = (values_of(item, shape) for item in items_of(plan, shape))
    return [[(column, values[column.name]) for column in shape.columns] for values in rows]


def _write_sheet(sheet: Any, shape: FileSchema, records: list[Record]) -> None:
    for at, column in enumerate(shape.columns, start=1):
        head = sheet.cell(row=1, column=at, value=column.name)
        head.font, head.fill = Font(bold=True, color="FFFFFF"), _HEADER
        _set_choices(sheet, column, get_column_letter(at))
    for line, record in enumerate(records, start=2):
        for at, (column, value) in enumerate(record, start=1):
            if value not in (None, ""):
                _write_cell(sheet.cell(row=line, column=at), column, value)
    for at, column in enumerate(shape.columns, start=1):
        longest = max((len(format_cell(*record[at - 1])) for record in records), default=0)
        width = min(max(longest + 2, len(column.name) + 2, _NARROWEST), _WIDEST)
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = "B2"


def _write_cell(cell: Any, column: Column, value: Value) -> None:
    """A number where the column holds numbers, else text that no program takes for a formula, a date or a number."""
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if column.kind.is_number and isinstance(value, int | Decimal):
        cell.value = value
        return
    cell.value = format_cell(column, value)
    cell.data_type = "s"
    cell.number_format = "@"


def _set_choices(sheet: Any, column: Column, letter: str) -> None:
    if not column.choices:
        return
    listed = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=not column.required)
    listed.showErrorMessage = listed.showInputMessage = True
    listed.errorTitle, listed.error = column.name, f"Choose one of: {', '.join(column.choices)}"
    listed.promptTitle, listed.prompt = column.name, column.description[:250]
    listed.add(f"{letter}2:{letter}{_ROWS_WITH_CHOICES}")
    sheet.add_data_validation(listed)
