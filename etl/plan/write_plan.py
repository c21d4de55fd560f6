"""Write a plan as a folder of CSV files, or as a workbook to edit."""

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
from etl.plan.columns import Column, FileSchema
from etl.plan.items import get_value, get_values, list_items
from etl.plan.parse import Value, format_cell
from etl.plan.plan_guide import write_guide
from etl.plan.schemas import FILE_SCHEMAS, PLAN, SETTINGS

_HEADER = PatternFill("solid", fgColor="1F4E3D")
_ROWS_WITH_CHOICES = 2000
_WIDEST, _NARROWEST = 60, 10

Record = list[tuple[Column, Value]]


def write_plan_folder(plan: Plan, folder: Path) -> None:
    """Write every plan file into the folder, which is created if needed; `read_plan` reads an equal plan back."""
    folder.mkdir(parents=True, exist_ok=True)
    for schema in FILE_SCHEMAS:
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([column.name for column in schema.columns])
        for record in _make_records(plan, schema):
            writer.writerow([format_cell(column, value) for column, value in record])
        (folder / schema.file).write_bytes(text.getvalue().encode("utf-8"))


def write_plan_workbook(plan: Plan) -> bytes:
    """Return the plan as .xlsx: a guide, then a sheet for each file; `read_plan` reads an equal plan back."""
    book = Workbook()
    first: Any = book.active
    write_guide(first)
    for schema in FILE_SCHEMAS:
        _write_sheet(book.create_sheet(schema.sheet), schema, _make_records(plan, schema))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _make_records(plan: Plan, schema: FileSchema) -> list[Record]:
    """Return the cells of each row."""
    if schema is PLAN:
        sources = dict(plan.settings.sources)
        return [
            [
                (schema.columns[0], column.name),
                (column, get_value(plan.settings, column)),
                (schema.columns[2], sources.get(column.name)),
            ]
            for column in SETTINGS
        ]
    rows = (get_values(item, schema) for item in list_items(plan, schema))
    return [[(column, values[column.name]) for column in schema.columns] for values in rows]


def _write_sheet(sheet: Any, schema: FileSchema, records: list[Record]) -> None:
    for index, column in enumerate(schema.columns, start=1):
        head = sheet.cell(row=1, column=index, value=column.name)
        head.font, head.fill = Font(bold=True, color="FFFFFF"), _HEADER
        _set_choices(sheet, column, get_column_letter(index))
    for line, record in enumerate(records, start=2):
        for index, (column, value) in enumerate(record, start=1):
            if value not in (None, ""):
                _write_cell(sheet.cell(row=line, column=index), column, value)
    for index, column in enumerate(schema.columns, start=1):
        longest = max((len(format_cell(*record[index - 1])) for record in records), default=0)
        width = min(max(longest + 2, len(column.name) + 2, _NARROWEST), _WIDEST)
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "B2"


def _write_cell(cell: Any, column: Column, value: Value) -> None:
    """Write a number in a number column, else text that no program takes for a formula, date or number."""
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
    validation = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=not column.required)
    validation.showErrorMessage = validation.showInputMessage = True
    validation.errorTitle, validation.error = column.name, f"Choose one of: {', '.join(column.choices)}"
    validation.promptTitle, validation.prompt = column.name, column.description[:250]
    validation.add(f"{letter}2:{letter}{_ROWS_WITH_CHOICES}")
    sheet.add_data_validation(validation)
