"""Styles and page set-up that exported workbooks share."""

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from etl.exports.csv_text import escape_text
from etl.indicators.vocabulary import Indicator

MAX_SHEET_NAME_LENGTH = 31
SHARE_FORMAT = "0.0%"
TITLE_FONT = Font(bold=True, size=14)
MUTED_FONT = Font(color="6B6658")
HEADING_FILL = PatternFill("solid", fgColor="E4EBDD")
ROW_BORDER = Border(bottom=Side(style="thin", color="D9D5CB"))


def get_amount_format(indicator: Indicator) -> str:
    """Return the number format of an indicator's amounts, with its decimals."""
    return "#,##0" + ("." + "0" * indicator.decimals if indicator.decimals else "")


def write_heading(sheet: Worksheet, row: int, column: int, text: str = "", *, horizontal: str | None = None) -> None:
    """Write a bold heading cell."""
    cell = sheet.cell(row, column, escape_text(text) or None)
    cell.font = Font(bold=True)
    cell.fill = HEADING_FILL
    cell.alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=True)


def get_cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return a cell that is not part of a merged range."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    return cell


def set_widths(sheet: Worksheet, widths: dict[int, float]) -> None:
    """Set the widths of columns by number, in characters."""
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = width


def set_up_printing(sheet: Worksheet, *, title_rows: str, paper_size: str) -> None:
    """Print the sheet in landscape, one page wide, with the title rows on every page."""
    sheet.print_title_rows = title_rows
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = paper_size
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
