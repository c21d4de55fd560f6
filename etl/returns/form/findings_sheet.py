"""Write the sheet that lists the findings of a return, with a link to each cell."""

from collections.abc import Mapping, Sequence

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from etl.locale import N_, get_locale
from etl.returns.findings.finding import render_advice, render_message
from etl.returns.findings.kind import Severity
from etl.returns.form.cells import SheetWriter, fit_pages
from etl.returns.form.handling_notes import format_codes_line
from etl.returns.form.labels import format_bilingual, join_languages, localize_text
from etl.returns.form.located_findings import LocatedFinding
from etl.returns.form.row_heights import measure_height
from etl.returns.form.styles import ACCENT, LATIN, CellStyler
from etl.returns.form_identity import RETURN_SHEET

SEVERITY_SYMBOLS: Mapping[Severity, str] = {
    Severity.ERROR: "\N{MULTIPLICATION SIGN}",
    Severity.WARNING: "!",
    Severity.NOTE: "",
}
"""Marks beside cells, for people who cannot tell the colours apart. Every font has these characters."""
FIRST_FINDING_ROW = 5

_SEVERITY_LABELS: Mapping[Severity, str] = {
    Severity.ERROR: N_("error"),
    Severity.WARNING: N_("warning"),
    Severity.NOTE: N_("note"),
}
_LOCATION_WIDTHS = (16.0, 9.0, 22.0, 17.0)
_TEXT_WIDTH = 40.0
_TEXT_SIZE = 10


def write_findings(
    sheet: Worksheet, findings: Sequence[LocatedFinding], total: int, styler: CellStyler, *, languages: Sequence[str]
) -> None:
    """Write one row per finding from the fifth row on. `total` also counts findings that are not listed."""
    writer = SheetWriter(sheet, styler)
    writer.write(1, 1, format_bilingual(N_("Findings in this return")), "title")
    writer.write(
        2, 1, format_bilingual(N_("Fix the marked cells on the Return sheet, then upload this file again.")), "subtitle"
    )
    question_mark_note = N_(
        "Entries that could not be accepted start with a question mark. Delete it if the number is right."
    )
    writer.write(3, 1, format_bilingual(question_mark_note), "subtitle")
    for row in (2, 3):
        sheet.row_dimensions[row].height = 17
    _write_titles(writer, languages)
    for row, located_finding in enumerate(findings, start=FIRST_FINDING_ROW):
        _write_finding(writer, row, located_finding, languages)
    if total > len(findings):
        writer.write(
            FIRST_FINDING_ROW + len(findings),
            1,
            format_bilingual(N_("... and {count} more"), count=total - len(findings)),
            "sign",
        )
    _set_up_page(sheet, languages)


def _write_titles(writer: SheetWriter, languages: Sequence[str]) -> None:
    problem, advice = localize_text(N_("What is wrong")), localize_text(N_("What to do"))
    location_titles = (N_("Severity"), N_("Cell"), N_("Key"), N_("In the uploaded file"))
    titles = [format_bilingual(text, "\n") for text in location_titles]
    for language in languages:
        titles.extend((problem.get_text(language), advice.get_text(language)))
    for column, title in enumerate(titles, start=1):
        writer.write(FIRST_FINDING_ROW - 1, column, title, "header")
    writer.sheet.row_dimensions[FIRST_FINDING_ROW - 1].height = 40


def _write_finding(writer: SheetWriter, row: int, located_finding: LocatedFinding, languages: Sequence[str]) -> None:
    finding = located_finding.finding
    severity = join_languages(localize_text(_SEVERITY_LABELS[finding.severity]))
    writer.write(row, 1, f"{SEVERITY_SYMBOLS[finding.severity]} {severity}".strip(), "text")
    link = writer.write(row, 2, located_finding.cell, "text")
    if located_finding.cell:
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"{RETURN_SHEET}!{located_finding.cell}")
        link.font = Font(name=LATIN, size=_TEXT_SIZE, underline="single", color=ACCENT)
    writer.write(row, 3, finding.key, "text")
    writer.write(row, 4, located_finding.original_location, "text")
    heights: list[float] = []
    for number, language in enumerate(languages):
        texts = (render_message(finding, get_locale(language)), render_advice(finding, get_locale(language)))
        for column, text in enumerate(texts, start=5 + 2 * number):
            writer.write(row, column, text, "text km" if language == "km" else "text")
        heights.extend(measure_height(text, _TEXT_WIDTH, _TEXT_SIZE) for text in texts)
    writer.sheet.row_dimensions[row].height = max(heights)


def format_comment(findings: Sequence[LocatedFinding], languages: Sequence[str]) -> str:
    """Return the comment of a cell: the messages and advice per language, then the codes."""
    text = "\n\n".join(
        "\n".join(
            f"{render_message(located_finding.finding, locale)} {render_advice(located_finding.finding, locale)}"
            for located_finding in findings
        )
        for locale in map(get_locale, languages)
    )
    return text + format_codes_line(located_finding.finding.code for located_finding in findings)


def _set_up_page(sheet: Worksheet, languages: Sequence[str]) -> None:
    widths = (*_LOCATION_WIDTHS, *([_TEXT_WIDTH] * 2 * len(languages)))
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = f"A{FIRST_FINDING_ROW}"
    sheet.print_title_rows = f"{FIRST_FINDING_ROW - 1}:{FIRST_FINDING_ROW - 1}"
    fit_pages(sheet, "landscape")
