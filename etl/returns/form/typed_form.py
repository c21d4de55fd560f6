"""Write what a person typed on a page into the workbook of the form, so that it is read as any other return."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import cast

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.stage_words import find_stage_by_text, format_stage
from etl.indicators.vocabulary import Basis
from etl.returns.digits import parse_digits
from etl.returns.form.build import build_form_workbook, serialize_form
from etl.returns.form.cells import write_value
from etl.returns.form.entry_sheet import COLUMN_NUMBERS
from etl.returns.form.rows import FormRow
from etl.returns.form.spec import FormContents, FormWorkbook
from etl.returns.form_identity import RETURN_SHEET, ColumnTag
from etl.returns.typed_entries import TypedEntries, TypedRow

_ARITHMETIC = re.compile(r"=[0-9+\-*/(). ]+", re.ASCII)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SEVERAL_CELLS = re.compile(r"[\t\r\n]")


def build_typed_form(
    plan: Plan, plan_version: int, site: str, quarter: Quarter, entries: TypedEntries, contents: FormContents
) -> bytes:
    """Return the form with what was typed as an .xlsx file. `contents` has everything else of the form.

    Each entry is written as a spreadsheet program stores what is typed into a cell: a plain number as a number, a date
    as a date, arithmetic as a formula without a result, anything else as text. Rows that the form does not have, and
    rows that the page lacked, are in the file as they were sent, so that the checks of workbooks find them.
    """
    basis = next((basis for basis in Basis if basis.value == entries.basis), None)
    contents = replace(contents, basis=basis or Basis.QUARTER, prepared_by=entries.prepared_by)
    form = build_form_workbook(plan, plan_version, site, quarter, contents)
    sheet, rows = form.workbook[RETURN_SHEET], entries.rows
    form_rows = {str(row.key): row for row in form.spec.rows}
    for number, row in _place_rows(form, rows):
        _write_row(sheet, number, row, form_rows.get(row.key))
    for number in _list_missing_rows(form, rows):
        for column in COLUMN_NUMBERS.values():
            sheet.cell(number, column).value = None
    if form.basis_cell and basis is None:
        write_value(sheet[form.basis_cell], entries.basis)
    return serialize_form(form)


def _place_rows(form: FormWorkbook, rows: Sequence[TypedRow]) -> Iterator[tuple[int, TypedRow]]:
    """Yield each row with its number on the sheet: its own, for an unknown key that of a missing one, or a new one."""
    numbers = _list_row_numbers(form)
    missing = iter(_list_missing_keys(form, rows))
    next_number = form.workbook[RETURN_SHEET].max_row + 2
    placed: set[str] = set()
    for row in rows:
        key = row.key if row.key in numbers else next(missing, "") if row.key else ""
        if key and key not in placed:
            placed.add(key)
            yield numbers[key], row
        else:
            yield next_number, row
            next_number += 1


def _list_row_numbers(form: FormWorkbook) -> dict[str, int]:
    sheet = form.workbook[RETURN_SHEET]
    return {key: sheet[address].row for key, address in form.value_cells.items()}


def _list_missing_keys(form: FormWorkbook, rows: Sequence[TypedRow]) -> list[str]:
    typed_keys = {row.key for row in rows}
    return [key for key in form.value_cells if key not in typed_keys]


def _list_missing_rows(form: FormWorkbook, rows: Sequence[TypedRow]) -> list[int]:
    """Return the numbers of the rows that the page lacked and that no row with an unknown key takes."""
    unknown_count = sum(bool(row.key) and row.key not in form.value_cells for row in rows)
    numbers = _list_row_numbers(form)
    return [numbers[key] for key in _list_missing_keys(form, rows)[unknown_count:]]


def _write_row(sheet: Worksheet, number: int, row: TypedRow, form_row: FormRow | None) -> None:
    cells = {tag: cast(Cell, sheet.cell(number, column)) for tag, column in COLUMN_NUMBERS.items()}
    if form_row is None or cells[ColumnTag.KEY].value is None:
        cells[ColumnTag.KEY].value = None
        write_value(cells[ColumnTag.KEY], row.key)
    if form_row is not None and row.label and row.label not in (form_row.label.en, form_row.label.km):
        write_value(cells[ColumnTag.LABEL], row.label)
    _write_entry(cells[ColumnTag.VALUE], row.entry, form_row)
    write_value(cells[ColumnTag.NOTE], row.note)
    if _SEVERAL_CELLS.search(row.value.strip()):
        # Several cells pasted into one field have no single number.
        first, last = COLUMN_NUMBERS[ColumnTag.VALUE], COLUMN_NUMBERS[ColumnTag.NOTE]
        sheet.merge_cells(start_row=number, end_row=number, start_column=first, end_column=last)


def _write_entry(cell: Cell, text: str, form_row: FormRow | None) -> None:
    cell.value = None
    # A stage that is typed by its rank stays a number, which the reader notes.
    stages = form_row.stages if form_row is not None and not text.strip().isdigit() else ()
    stage = find_stage_by_text(stages, text)
    number = parse_digits(text.strip(), whole=form_row is None or form_row.whole)
    if stage is not None:
        write_value(cell, format_stage(stage))
    elif _ARITHMETIC.fullmatch(text.strip()):
        cell.value = text.strip()
    elif (day := _parse_day(text.strip())) is not None:
        write_value(cell, day)
    elif number.value is not None and not number.notations:
        write_value(cell, number.value)
    else:
        write_value(cell, text)


def _parse_day(text: str) -> date | None:
    if not _ISO_DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
