"""Draws the sheet that lists what was found in a return, with a link to each cell."""

from collections.abc import Mapping, Sequence

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from etl.locale.translations import to_say
from etl.returns.findings.finding import advice, message
from etl.returns.findings.kind import Severity
from etl.returns.form.cells import Pen
from etl.returns.form.handling_notes import codes_line
from etl.returns.form.labels import both, said, side_by_side
from etl.returns.form.placed_findings import PlacedFinding
from etl.returns.form.row_heights import height_of
from etl.returns.form.styles import ACCENT, LATIN, Paint
from etl.returns.form_identity import RETURN_SHEET

FINDINGS_SHEET = "Findings"
SIGNS: Mapping[Severity, str] = {Severity.ERROR: "\N{MULTIPLICATION SIGN}", Severity.WARNING: "!", Severity.NOTE: ""}
"""What marks a cell for who can't tell the colours apart; every font has these letters."""
FIRST_ROW = 5

_SEVERITIES: Mapping[Severity, str] = {
    Severity.ERROR: to_say("error"),
    Severity.WARNING: to_say("warning"),
    Severity.NOTE: to_say("note"),
}
_PLACE_WIDTHS = (16.0, 9.0, 22.0, 17.0)
_WORDS_WIDTH = 40.0
_TEXT_SIZE = 10


def draw_findings(
    sheet: Worksheet, placed: Sequence[PlacedFinding], total: int, paint: Paint, *, languages: Sequence[str]
) -> None:
    """One row for each finding, from the fifth row on; `total` counts those too many to be listed as well."""
    pen = Pen(sheet, paint)
    pen.put(1, 1, said(to_say("What was found in this return")), "title")
    pen.put(2, 1, said(to_say("Mend the marked cells on the sheet Return, then send this file again.")), "subtitle")
    doubt = to_say("A question mark stands before what could not be taken: delete it when the number is right.")
    pen.put(3, 1, said(doubt), "subtitle")
    for row in (2, 3):
        sheet.row_dimensions[row].height = 17
    _draw_titles(pen, languages)
    for row, one in enumerate(placed, start=FIRST_ROW):
        _draw_finding(pen, row, one, languages)
    if total > len(placed):
        pen.put(FIRST_ROW + len(placed), 1, said(to_say("... and {count} more"), count=total - len(placed)), "sign")
    _set_up(sheet, languages)


def _draw_titles(pen: Pen, languages: Sequence[str]) -> None:
    wrong, to_do = both(to_say("What is wrong")), both(to_say("What to do"))
    places = (to_say("Severity"), to_say("Cell"), to_say("Key"), to_say("In the file that was sent"))
    titles = [said(text, "\n") for text in places]
    for language in languages:
        titles.extend((wrong.in_language(language), to_do.in_language(language)))
    for column, title in enumerate(titles, start=1):
        pen.put(FIRST_ROW - 1, column, title, "header")
    pen.sheet.row_dimensions[FIRST_ROW - 1].height = 40


def _draw_finding(pen: Pen, row: int, one: PlacedFinding, languages: Sequence[str]) -> None:
    finding = one.finding
    severity = side_by_side(both(_SEVERITIES[finding.severity]))
    pen.put(row, 1, f"{SIGNS[finding.severity]} {severity}".strip(), "text")
    link = pen.put(row, 2, one.cell, "text")
    if one.cell:
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"{RETURN_SHEET}!{one.cell}")
        link.font = Font(name=LATIN, size=_TEXT_SIZE, underline="single", color=ACCENT)
    pen.put(row, 3, finding.key, "text")
    pen.put(row, 4, one.sent_at, "text")
    heights: list[float] = []
    for place, language in enumerate(languages):
        words = (message(finding, language), advice(finding, language))
        for column, text in enumerate(words, start=5 + 2 * place):
            pen.put(row, column, text, "text km" if language == "km" else "text")
        heights.extend(height_of(text, _WORDS_WIDTH, _TEXT_SIZE) for text in words)
    pen.sheet.row_dimensions[row].height = max(heights)


def finding_words(placed: Sequence[PlacedFinding], languages: Sequence[str]) -> str:
    """What a comment at a cell says: every finding with its advice, language after language, and the codes."""
    said = "\n\n".join(
        "\n".join(f"{message(one.finding, language)} {advice(one.finding, language)}" for one in placed)
        for language in languages
    )
    return said + codes_line(one.finding.code for one in placed)


def _set_up(sheet: Worksheet, languages: Sequence[str]) -> None:
    widths = (*_PLACE_WIDTHS, *([_WORDS_WIDTH] * 2 * len(languages)))
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = f"A{FIRST_ROW}"
    sheet.print_title_rows = f"{FIRST_ROW - 1}:{FIRST_ROW - 1}"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
