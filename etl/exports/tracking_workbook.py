"""The tracking table as a workbook: formatted, frozen, with its numbers as numbers."""

from collections.abc import Sequence
from io import BytesIO
from itertools import groupby

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from etl.exports.figure_rows import escape_text
from etl.exports.tracking_rows import TrackingCell, format_column_group, format_column_heading, make_tracking_cell
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.tracking_table import Column, ColumnKind, TrackingRow, TrackingTable
from etl.wording import describe_unit

_LABELS = 3
"""Code, indicator and unit stand before the numbers."""
_HEAD = PatternFill("solid", fgColor="E4EBDD")
_LINE = Border(bottom=Side(style="thin", color="D9D5CB"))
_GROUP_LINE = Border(left=Side(style="thin", color="B9B4A6"), bottom=Side(style="thin", color="D9D5CB"))
_SHARE_FORMAT = "0.0%"


def render_tracking_workbook(table: TrackingTable, *, title: str, about: Sequence[str], locale: Locale) -> bytes:
    """The bytes of an .xlsx file with one sheet: title, what it stands on, two rows of headings, the rows."""
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
    """The same on a sheet of a workbook that holds others."""
    sheet.title = locale.gettext("Tracking table")[:31]
    _write_top(sheet, title, about)
    first = len(about) + 3
    _write_headings(sheet, table, first, locale)
    for number, row in enumerate(table.rows, start=first + 2):
        _write_row(sheet, number, row, table.columns, locale)
    _set_up(sheet, table, first)


def get_number_format(indicator: Indicator, column: Column) -> str:
    """How a number of the column is shown: with the indicator's decimals, or as a percentage with one."""
    if column.kind is ColumnKind.SHARE:
        return _SHARE_FORMAT
    return "#,##0" + ("." + "0" * indicator.decimals if indicator.decimals else "")


def _write_top(sheet: Worksheet, title: str, about: Sequence[str]) -> None:
    sheet["A1"] = escape_text(title)
    sheet["A1"].font = Font(bold=True, size=14)
    for row, line in enumerate(about, start=2):
        sheet.cell(row, 1, escape_text(line)).font = Font(color="6B6658")


def _write_headings(sheet: Worksheet, table: TrackingTable, first: int, locale: Locale) -> None:
    _ = locale.gettext
    for column, text in enumerate((_("Code"), _("Indicator"), _("Unit")), start=1):
        _head(sheet.cell(first + 1, column, text))
        _head(sheet.cell(first, column))
    place = _LABELS + 1
    for words, group in groupby(table.columns, key=lambda one: format_column_group(one, locale)):
        columns = list(group)
        _head(sheet.cell(first, place, words))
        if len(columns) > 1:
            sheet.merge_cells(start_row=first, end_row=first, start_column=place, end_column=place + len(columns) - 1)
        for offset, column_shown in enumerate(columns):
            _head(sheet.cell(first + 1, place + offset, format_column_heading(column_shown, locale)))
        place += len(columns)


def _head(cell: Cell | object) -> None:
    assert isinstance(cell, Cell)
    cell.font = Font(bold=True)
    cell.fill = _HEAD
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _write_row(sheet: Worksheet, number: int, row: TrackingRow, columns: Sequence[Column], locale: Locale) -> None:
    indicator = row.indicator
    labels = (indicator.code, indicator.name.in_language(locale.language), describe_unit(indicator, locale))
    for place, text in enumerate(labels, start=1):
        cell = sheet.cell(number, place, escape_text(text))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.border = _LINE
    before = None
    for place, column in enumerate(columns, start=_LABELS + 1):
        number_cell = sheet.cell(number, place)
        assert isinstance(number_cell, Cell)
        _write_cell(number_cell, make_tracking_cell(row, column, locale), get_number_format(indicator, column))
        number_cell.border = _LINE if column.period == before else _GROUP_LINE
        before = column.period


def _write_cell(cell: Cell, said: TrackingCell, shown_as: str) -> None:
    cell.alignment = Alignment(horizontal="right", vertical="top", wrap_text=said.number is None)
    if said.number is None:
        cell.value = said.text
        cell.font = Font(color="6B6658")
    else:
        cell.value = said.number
        cell.number_format = shown_as


def _set_up(sheet: Worksheet, table: TrackingTable, first: int) -> None:
    for letter, width in (("A", 10), ("B", 46), ("C", 14)):
        sheet.column_dimensions[letter].width = width
    for place in range(_LABELS + 1, _LABELS + 1 + len(table.columns)):
        sheet.column_dimensions[get_column_letter(place)].width = 13
    sheet.freeze_panes = f"{get_column_letter(_LABELS)}{first + 2}"
    sheet.print_title_rows = f"{first}:{first + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.auto_filter.ref = (
        f"A{first + 1}:{get_column_letter(_LABELS + len(table.columns))}{first + 1 + len(table.rows)}"
    )
