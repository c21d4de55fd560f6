"""Lists of stages for the drop-downs of a form, on its hidden sheet."""

from collections.abc import Sequence
from typing import cast

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.stage_words import format_stage
from etl.returns.form.cells import write_value
from etl.returns.form.rows import FormRow
from etl.returns.form_identity import META_SHEET, NOT_COLLECTED_ENTRY

_FIRST_COLUMN = 6
"""The column of the first list. The columns before it hold the form's identity."""


def write_stage_lists(sheet: Worksheet, rows: Sequence[FormRow]) -> None:
    """Write a column of words for each row of stages; the last word is NC."""
    for column, row in enumerate(_select_rows(rows), start=_FIRST_COLUMN):
        for line, word in enumerate(_list_words(row), start=1):
            write_value(cast(Cell, sheet.cell(line, column)), word)


def find_stage_list(rows: Sequence[FormRow], row: FormRow) -> str:
    """Return the range of the row's list, for the formula of a validation."""
    letter = get_column_letter(_FIRST_COLUMN + _select_rows(rows).index(row))
    return f"'{META_SHEET}'!${letter}$1:${letter}${len(_list_words(row))}"


def _select_rows(rows: Sequence[FormRow]) -> list[FormRow]:
    return [row for row in rows if row.stages]


def _list_words(row: FormRow) -> list[str]:
    return [*(format_stage(stage) for stage in row.stages), NOT_COLLECTED_ENTRY]
