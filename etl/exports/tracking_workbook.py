"""Export the tracking table as a workbook."""

from collections.abc import Sequence
from io import BytesIO
from itertools import groupby

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from etl.exports.csv_text import escape_text
from etl.exports.tracking_rows import (
    TrackingCell,
    format_column_group,
    format_column_heading,
    make_participations_cell,
    make_tracking_cell,
)
from etl.exports.workbook_styles import (
    MAX_SHEET_NAME_LENGTH,
    MUTED_FONT,
    ROW_BORDER,
    SHARE_FORMAT,
    TITLE_FONT,
    get_amount_format,
    get_cell,
    set_up_printing,
    set_widths,
    write_heading,
)
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.tracking_table import Column, ColumnKind, TrackingRow, TrackingTable
from etl.wording import describe_unit
from etl.wording.participations import describe_number_name, list_participations_labels

_LABEL_COLUMNS = 3
"""Code, indicator and unit."""
_REVISIONS_WIDTH = 46.0
_GROUP_BORDER = Border(left=Side(style="thin", color="B9B4A6"), bottom=Side(style="thin", color="D9D5CB"))


def render_tracking_workbook(table: TrackingTable, *, title: str, about: Sequence[str], locale: Locale) -> bytes:
    """Return an .xlsx file with one sheet: title, lines about the figures, two rows of headings, and the rows."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    write_tracking_sheet(sheet, table, title=title, about=about, locale=locale)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def write_tracking_sheet(
    sheet: Worksheet, table: TrackingTable, *, title: str, about: Sequence[str], locale: Locale
) -> None:
    """Write the tracking table on a sheet of any workbook."""
    sheet.title = locale.gettext("Tracking table")[:MAX_SHEET_NAME_LENGTH]
    sheet.cell(1, 1, escape_text(title)).font = TITLE_FONT
    for row, line in enumerate(about, start=2):
        sheet.cell(row, 1, escape_text(line)).font = MUTED_FONT
    top = len(about) + 3
    _write_headings(sheet, table, top, locale)
    number = top + 2
    for tracking_row in table.rows:
        number = _write_rows(sheet, number, tracking_row, table.columns, locale)
    _set_up(sheet, table, top, last_row=number - 1)


def get_number_format(indicator: Indicator, column: Column) -> str:
    """Return the number format of a column: the indicator's decimals, or a percentage with one decimal."""
    return SHARE_FORMAT if column.kind is ColumnKind.SHARE else get_amount_format(indicator)


def _write_headings(sheet: Worksheet, table: TrackingTable, top: int, locale: Locale) -> None:
    _ = locale.gettext
    for column, text in enumerate((_("Code"), _("Indicator"), _("Unit")), start=1):
        write_heading(sheet, top, column, horizontal="center")
        write_heading(sheet, top + 1, column, text, horizontal="center")
    first = _LABEL_COLUMNS + 1
    for text, group in groupby(table.columns, key=lambda column: format_column_group(column, locale)):
        columns = list(group)
        write_heading(sheet, top, first, text, horizontal="center")
        last = first + len(columns) - 1
        if last > first:
            sheet.merge_cells(start_row=top, end_row=top, start_column=first, end_column=last)
        for number, group_column in enumerate(columns, start=first):
            write_heading(sheet, top + 1, number, format_column_heading(group_column, locale), horizontal="center")
        first = last + 1


def _write_rows(sheet: Worksheet, number: int, row: TrackingRow, columns: Sequence[Column], locale: Locale) -> int:
    """Write the row of an indicator, and of participations where it has them. Return the number of the next row."""
    indicator = row.indicator
    labels = (str(row.key), describe_number_name(indicator, row.part, locale), describe_unit(indicator, locale))
    cells = [make_tracking_cell(row, column, locale) for column in columns]
    _write_row(sheet, number, labels, indicator, columns, cells)
    if not row.participations:
        return number + 1
    cells = [make_participations_cell(row, column, locale) for column in columns]
    _write_row(sheet, number + 1, list_participations_labels(indicator, locale), indicator, columns, cells)
    return number + 2


def _write_row(
    sheet: Worksheet,
    number: int,
    labels: Sequence[str],
    indicator: Indicator,
    columns: Sequence[Column],
    cells: Sequence[TrackingCell],
) -> None:
    for position, text in enumerate(labels, start=1):
        label_cell = sheet.cell(number, position, escape_text(text))
        label_cell.alignment = Alignment(wrap_text=True, vertical="top")
        label_cell.border = ROW_BORDER
    period_before = None
    for position, (column, tracking_cell) in enumerate(zip(columns, cells, strict=True), start=_LABEL_COLUMNS + 1):
        cell = get_cell(sheet, number, position)
        _write_cell(cell, tracking_cell, get_number_format(indicator, column))
        cell.border = ROW_BORDER if column.period == period_before else _GROUP_BORDER
        period_before = column.period


def _write_cell(target: Cell, cell: TrackingCell, number_format: str) -> None:
    target.alignment = Alignment(horizontal="right", vertical="top", wrap_text=cell.number is None)
    if cell.number is None:
        target.value = cell.text
        target.font = MUTED_FONT
    else:
        target.value = cell.number
        target.number_format = number_format


def _set_up(sheet: Worksheet, table: TrackingTable, top: int, *, last_row: int) -> None:
    last_column = _LABEL_COLUMNS + len(table.columns)
    number_widths = dict.fromkeys(range(_LABEL_COLUMNS + 1, last_column + 1), 13.0)
    if table.columns[-1].kind is ColumnKind.REVISIONS:
        number_widths[last_column] = _REVISIONS_WIDTH
    set_widths(sheet, {1: 10, 2: 46, 3: 14, **number_widths})
    sheet.freeze_panes = f"{get_column_letter(_LABEL_COLUMNS)}{top + 2}"
    set_up_printing(sheet, title_rows=f"{top}:{top + 1}", paper_size=sheet.PAPERSIZE_A3)
    sheet.auto_filter.ref = f"A{top + 1}:{get_column_letter(last_column)}{last_row}"
