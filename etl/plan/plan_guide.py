"""Write the first sheet of the plan workbook: a guide to its sheets and columns, in English and Khmer."""

from typing import Any

from openpyxl.styles import Alignment, Font

from etl.locale import LANGUAGES, N_, get_locale
from etl.plan.columns import FILE_SCHEMAS
from etl.plan.read_xlsx import GUIDE_SHEET

_TITLE = N_("The strategic plan as a workbook")

_INTRODUCTION = (
    N_("Change what has to change on the sheets that follow, save the workbook, and load it as a new plan."),
    N_("Keep the names of the sheets and the first line of each; the order of the columns doesn't matter."),
    N_("A blank target means that there is none that year. A target of 0 means that nothing is planned."),
    N_("A code is never used again for something else. What a new plan leaves out is closed, not deleted."),
    N_("Codes are text: keep their leading zeros."),
)

SHEET_DESCRIPTIONS = {
    "plan": N_("What is said once for the whole plan: a row is a key and its value."),
    "objectives": N_("The strategic objectives; a row is one."),
    "indicators": N_("The indicators, each with its definition and how it is counted; a row is one."),
    "disaggregations": N_("The parts of an indicator (of which women, of which youth); a row is one part."),
    "targets": N_("What is planned for each year; a row is one indicator, site or centre, and year."),
    "sites": N_("Who sends returns; a row is one site."),
    "site_aliases": N_("Other spellings of a site's name that may stand in a return; a row is one."),
    "programmes": N_("The programmes, networks and partners that indicators support; a row is one."),
    "indicator_programmes": N_("Which indicator supports which programme; a row is one pair."),
}


def write_guide(sheet: Any) -> None:
    """Fill the guide sheet: an introduction and the sheets in each language, then every column."""
    sheet.title = GUIDE_SHEET
    languages = [get_locale(language).gettext for language in LANGUAGES]
    sheet.append([_(_TITLE) for _ in languages])
    for text in _INTRODUCTION:
        sheet.append([_(text) for _ in languages])
    sheet.append([])
    for schema in FILE_SCHEMAS:
        sheet.append([*(f"{schema.sheet}: {_(SHEET_DESCRIPTIONS[schema.name])}" for _ in languages)])
    sheet.append([])
    columns_from = sheet.max_row + 1
    for schema in FILE_SCHEMAS:
        for column in schema.columns:
            sheet.append([f"{schema.sheet} / {column.name}", column.description])
    _lay_out(sheet, columns_from)


def _lay_out(sheet: Any, columns_from: int) -> None:
    for letter in "AB":
        sheet.column_dimensions[letter].width = 70
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=cell.row == 1 or (cell.row >= columns_from and cell.column == 1))
