"""The first sheet of the plan workbook: what each sheet and column is, in English and Khmer."""

from typing import Any

from openpyxl.styles import Alignment, Font

from etl.locale.translations import LANGUAGES, speak, to_say
from etl.plan.columns import SHAPES
from etl.plan.read_xlsx import GUIDE_SHEET

_TITLE = to_say("The strategic plan as a workbook")

_INTRODUCTION = (
    to_say("Change what has to change on the sheets that follow, save the workbook, and load it as a new plan."),
    to_say("Keep the names of the sheets and the first line of each; the order of the columns doesn't matter."),
    to_say("A blank target means that there is none that year. A target of 0 means that nothing is planned."),
    to_say("A code is never used again for something else. What a new plan leaves out is closed, not deleted."),
    to_say("Codes are text: keep their leading zeros."),
)

SHEETS = {
    "plan": to_say("What is said once for the whole plan: a row is a key and its value."),
    "objectives": to_say("The strategic objectives; a row is one."),
    "indicators": to_say("The indicators, each with its definition and how it is counted; a row is one."),
    "disaggregations": to_say("The parts of an indicator (of which women, of which youth); a row is one part."),
    "targets": to_say("What is planned for each year; a row is one indicator, site or centre, and year."),
    "sites": to_say("Who sends returns; a row is one site."),
    "site_aliases": to_say("Other spellings of a site's name that may stand in a return; a row is one."),
    "programmes": to_say("The programmes, networks and partners that indicators support; a row is one."),
    "indicator_programmes": to_say("Which indicator supports which programme; a row is one pair."),
}


def write_guide(sheet: Any) -> None:
    """Fills the sheet: an introduction in each language, the sheets, and then every column with its meaning."""
    sheet.title = GUIDE_SHEET
    languages = [speak(language) for language in LANGUAGES]
    sheet.append([say(_TITLE) for say in languages])
    for text in _INTRODUCTION:
        sheet.append([say(text) for say in languages])
    sheet.append([])
    for shape in SHAPES:
        sheet.append([*(f"{shape.sheet}: {say(SHEETS[shape.name])}" for say in languages)])
    sheet.append([])
    columns_from = sheet.max_row + 1
    for shape in SHAPES:
        for column in shape.columns:
            sheet.append([f"{shape.sheet} / {column.name}", column.about])
    _lay_out(sheet, columns_from)


def _lay_out(sheet: Any, columns_from: int) -> None:
    for letter in "AB":
        sheet.column_dimensions[letter].width = 70
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=cell.row == 1 or (cell.row >= columns_from and cell.column == 1))
