"""Write the first sheet of the plan workbook: a guide to its sheets and columns, in English and Khmer."""

from typing import Any

from openpyxl.styles import Alignment, Font

from etl.locale import LANGUAGES, N_, get_locale
from etl.plan.read_xlsx import GUIDE_SHEET
from etl.plan.schemas import FILE_SCHEMAS

_TITLE = N_("The strategic plan as a workbook")

_INTRODUCTION = (
    N_("Edit the following sheets, save the workbook, and load it as a new plan."),
    N_("Keep the names of the sheets and the first line of each; the order of the columns doesn't matter."),
    N_("A blank target means that there is none that year. A target of 0 means that nothing is planned."),
    N_("Never use a code again for something else. What a new plan leaves out is retired, not deleted."),
    N_("Codes are text: keep their leading zeros."),
)

SHEET_DESCRIPTIONS = {
    "plan": N_("Settings of the whole plan: each row is a key and its value."),
    "objectives": N_("The strategic objectives, one per row."),
    "indicators": N_("The indicators with their definitions and rules, one per row."),
    "disaggregations": N_("The parts of indicators (of which women, of which youth), one per row."),
    "stages": N_("The stages of indicators that are measured in stages (planned, in use; no, yes), one per row."),
    "targets": N_("The targets for each year: each row is an indicator or part, a site or the centre, and a year."),
    "sites": N_("The sites that send returns, one per row."),
    "site_aliases": N_("Other spellings of a site's name that returns may use, one per row."),
    "programmes": N_("The programmes, networks and partners that indicators support, one per row."),
    "indicator_programmes": N_("Which indicator supports which programme, one pair per row."),
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
