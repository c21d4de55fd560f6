"""Draws the sheet that lists what was found in a return, with a link to each cell."""

from collections.abc import Mapping, Sequence

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from etl.locale import N_, get_locale
from etl.returns.findings.finding import render_advice, render_message
from etl.returns.findings.kind import Severity
from etl.returns.form.cells import SheetWriter
from etl.returns.form.handling_notes import format_codes_line
from etl.returns.form.labels import bilingual_text, join_languages, localize_text
from etl.returns.form.located_findings import LocatedFinding
from etl.returns.form.row_heights import measure_height
from etl.returns.form.styles import ACCENT, LATIN, CellStyler
from etl.returns.form_identity import RETURN_SHEET

FINDINGS_SHEET = "Findings"
SEVERITY_SYMBOLS: Mapping[Severity, str] = {
    Severity.ERROR: "\N{MULTIPLICATION SIGN}",
    Severity.WARNING: "!",
    Severity.NOTE: "",
}
"""What marks a cell for who can't tell the colours apart; every font has these letters."""
FIRST_FINDING_ROW = 5

_SEVERITIES: Mapping[Severity, str] = {
    Severity.ERROR: N_("error"),
    Severity.WARNING: N_("warning"),
    Severity.NOTE: N_("note"),
}
_PLACE_WIDTHS = (16.0, 9.0, 22.0, 17.0)
_WORDS_WIDTH = 40.0
_TEXT_SIZE = 10


def write_findings(
    sheet: Worksheet, findings: Sequence[LocatedFinding], total: int, styler: CellStyler, *, languages: Sequence[str]
) -> None:
    """One row for each finding, from the fifth row on; `total` counts those too many to be listed as well."""
    pen = SheetWriter(sheet, styler)
    pen.write(1, 1, bilingual_text(N_("What was found in this return")), "title")
    pen.write(
        2,
        1,
        bilingual_text(N_("Mend the marked cells on the sheet Return, then send this file again.")),
        "subtitle",
    )
    doubt = N_("A question mark stands before what could not be taken: delete it when the number is right.")
    pen.write(3, 1, bilingual_text(doubt), "subtitle")
    for row in (2, 3):
        sheet.row_dimensions[row].height = 17
    _draw_titles(pen, languages)
    for row, one in enumerate(findings, start=FIRST_FINDING_ROW):
        _draw_finding(pen, row, one, languages)
    if total > len(findings):
        pen.write(
            FIRST_FINDING_ROW + len(findings),
            1,
            bilingual_text(N_("... and {count} more"), count=total - len(findings)),
            "sign",
        )
    _set_up(sheet, languages)


def _draw_titles(pen: SheetWriter, languages: Sequence[str]) -> None:
    wrong, to_do = localize_text(N_("What is wrong")), localize_text(N_("What to do"))
    places = (N_("Severity"), N_("Cell"), N_("Key"), N_("In the file that was sent"))
    titles = [bilingual_text(text, "\n") for text in places]
    for language in languages:
        titles.extend((wrong.in_language(language), to_do.in_language(language)))
    for column, title in enumerate(titles, start=1):
        pen.write(FIRST_FINDING_ROW - 1, column, title, "header")
    pen.sheet.row_dimensions[FIRST_FINDING_ROW - 1].height = 40


def _draw_finding(pen: SheetWriter, row: int, one: LocatedFinding, languages: Sequence[str]) -> None:
    finding = one.finding
    severity = join_languages(localize_text(_SEVERITIES[finding.severity]))
    pen.write(row, 1, f"{SEVERITY_SYMBOLS[finding.severity]} {severity}".strip(), "text")
    link = pen.write(row, 2, one.cell, "text")
    if one.cell:
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"{RETURN_SHEET}!{one.cell}")
        link.font = Font(name=LATIN, size=_TEXT_SIZE, underline="single", color=ACCENT)
    pen.write(row, 3, finding.key, "text")
    pen.write(row, 4, one.original_location, "text")
    heights: list[float] = []
    for place, language in enumerate(languages):
        words = (render_message(finding, get_locale(language)), render_advice(finding, get_locale(language)))
        for column, text in enumerate(words, start=5 + 2 * place):
            pen.write(row, column, text, "text km" if language == "km" else "text")
        heights.extend(measure_height(text, _WORDS_WIDTH, _TEXT_SIZE) for text in words)
    pen.sheet.row_dimensions[row].height = max(heights)


def format_comment(findings: Sequence[LocatedFinding], languages: Sequence[str]) -> str:
    """What a comment at a cell says: every finding with its advice, language after language, and the codes."""
    said = "\n\n".join(
        "\n".join(
            f"{render_message(one.finding, get_locale(language))} {render_advice(one.finding, get_locale(language))}"
            for one in findings
        )
        for language in languages
    )
    return said + format_codes_line(one.finding.code for one in findings)


def _set_up(sheet: Worksheet, languages: Sequence[str]) -> None:
    widths = (*_PLACE_WIDTHS, *([_WORDS_WIDTH] * 2 * len(languages)))
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = f"A{FIRST_FINDING_ROW}"
    sheet.print_title_rows = f"{FIRST_FINDING_ROW - 1}:{FIRST_FINDING_ROW - 1}"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
