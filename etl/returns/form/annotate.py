"""Write an uploaded return into a new form, with a mark and a comment at each cell to fix."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.plans import Plan
from etl.locale import LANGUAGES, N_
from etl.returns.findings.finding import MAX_LISTED_FINDINGS, Finding, sort_findings
from etl.returns.findings.kind import Severity
from etl.returns.form.build import build_form_workbook, serialize_form
from etl.returns.form.cells import SheetWriter, write_value
from etl.returns.form.entry_sheet import LAST_COLUMN
from etl.returns.form.findings_sheet import (
    FIRST_FINDING_ROW,
    SEVERITY_SYMBOLS,
    format_comment,
    write_findings,
)
from etl.returns.form.labels import format_bilingual
from etl.returns.form.located_findings import BASIS_UNKNOWN, LocatedFinding, locate_findings
from etl.returns.form.original_entries import collect_original_entries
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.form.spec import FormContents, FormWorkbook
from etl.returns.form.styles import CellStyler
from etl.returns.form_identity import FINDINGS_SHEET, RETURN_SHEET

MARK_COLUMN = LAST_COLUMN + 1
"""The column beside the form. It has no tag, so its contents are not read when the file is uploaded."""

OLD_FONT, NOT_WHOLE = "text-old-font", "number-not-whole"

_MARK_WIDTH = 7.0
_COMMENT_WIDTH = 420
_COMMENT_LINE_HEIGHT = 18
_LETTERS_PER_LINE = 55
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+)?", re.ASCII)


def _make_border(color: str) -> Border:
    side = Side(style="medium", color=color)
    return Border(left=side, right=side, top=side, bottom=side)


_FILLS = {
    Severity.ERROR: PatternFill("solid", fgColor="FFF7B8A8"),
    Severity.WARNING: PatternFill("solid", fgColor="FFFFCF70"),
}
_BORDERS = {Severity.ERROR: _make_border("FF9C2A10"), Severity.WARNING: _make_border("FF9A6500")}


def annotate_return(
    plan: Plan,
    plan_version: int,
    parsed_return: ParsedReturn,
    findings: Iterable[Finding],
    *,
    last_values: Mapping[str, Decimal | None],
    targets: Mapping[str, Decimal],
    first_language: str = "km",
    signing_key: bytes = b"",
) -> bytes:
    """Return a new .xlsx form with the entries of a return, to be fixed and uploaded again.

    Nothing but the entries is copied from the uploaded file. Errors and warnings are marked at their cells, at most
    500 findings in all. Notes, and findings without a cell, are listed on the second sheet only.
    """
    sorted_findings = sort_findings(findings)
    form = _build_form(plan, plan_version, parsed_return, sorted_findings, last_values, targets, signing_key)
    located_findings = list(locate_findings(sorted_findings, parsed_return, form))
    listed_findings = located_findings[:MAX_LISTED_FINDINGS]
    languages = tuple(sorted(LANGUAGES, key=lambda language: language != first_language))
    styler = CellStyler(form.workbook)
    _mark_cells(form, listed_findings, styler, languages)
    sheet = form.workbook.create_sheet(FINDINGS_SHEET, 1)
    write_findings(sheet, listed_findings, len(located_findings), styler, languages=languages)
    return serialize_form(form)


def _build_form(
    plan: Plan,
    plan_version: int,
    parsed_return: ParsedReturn,
    findings: Sequence[Finding],
    last_values: Mapping[str, Decimal | None],
    targets: Mapping[str, Decimal],
    signing_key: bytes,
) -> FormWorkbook:
    contents = FormContents(
        last_values=last_values,
        targets=targets,
        basis=parsed_return.basis,
        entries=collect_original_entries(parsed_return, findings),
        notes={str(cell.key): cell.note for cell in parsed_return.cells if cell.note},
        prepared_by=parsed_return.prepared_by,
        prepared_on=_parse_day(parsed_return.prepared_on),
    )
    form = build_form_workbook(
        plan, plan_version, parsed_return.site, parsed_return.quarter, contents, signing_key=signing_key
    )
    for finding in findings:
        if finding.code == OLD_FONT and finding.key in form.note_cells:
            # A legacy Khmer text is readable only in its own font.
            note = _get_cell(form, form.note_cells[finding.key])
            note.font = Font(name=dict(finding.parameters)["font"] or note.font.name)
        elif finding.code == NOT_WHOLE and finding.key in form.value_cells:
            _get_cell(form, form.value_cells[finding.key]).number_format = "General"
    basis_finding = next((finding for finding in findings if finding.code == BASIS_UNKNOWN), None)
    if basis_finding is not None and form.basis_cell:
        # Keep the unknown text, since the form would otherwise show "this quarter".
        write_value(_get_cell(form, form.basis_cell), dict(basis_finding.parameters)["found"])
    return form


def _parse_day(text: str) -> date | str:
    """Return a date for a text in ISO format, and any other text unchanged."""
    if not _ISO_DAY.fullmatch(text):
        return text
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return text


def _mark_cells(
    form: FormWorkbook, findings: Sequence[LocatedFinding], styler: CellStyler, languages: Sequence[str]
) -> None:
    by_cell: defaultdict[str, list[LocatedFinding]] = defaultdict(list)
    line_by_cell: dict[str, int] = {}
    for row, located_finding in enumerate(findings, start=FIRST_FINDING_ROW):
        if located_finding.cell and located_finding.finding.severity is not Severity.NOTE:
            by_cell[located_finding.cell].append(located_finding)
            line_by_cell.setdefault(located_finding.cell, row)
    writer = SheetWriter(_get_sheet(form), styler)
    for address, cell_findings in by_cell.items():
        # The findings are sorted by severity.
        severity = cell_findings[0].finding.severity
        cell = _get_cell(form, address)
        cell.fill, cell.border = _FILLS[severity], _BORDERS[severity]
        text = format_comment(cell_findings, languages)
        author = form.spec.plan.settings.name.en
        cell.comment = Comment(text, author, height=_compute_comment_height(text), width=_COMMENT_WIDTH)
        mark = writer.write(cell.row, MARK_COLUMN, SEVERITY_SYMBOLS[severity], "header")
        mark.fill = _FILLS[severity]
        mark.hyperlink = Hyperlink(ref=mark.coordinate, location=f"{FINDINGS_SHEET}!A{line_by_cell[address]}")
    _set_up_mark_column(writer)


def _compute_comment_height(text: str) -> int:
    lines = sum(1 + len(line) // _LETTERS_PER_LINE for line in text.split("\n"))
    return _COMMENT_LINE_HEIGHT * (lines + 1)


def _set_up_mark_column(writer: SheetWriter) -> None:
    """Give the column of marks a title and add it to the print area."""
    sheet, letter = writer.sheet, get_column_letter(MARK_COLUMN)
    header_row = int(str(sheet.freeze_panes).lstrip("A")) - 1
    writer.write(header_row, MARK_COLUMN, format_bilingual(N_("Mark"), "\n"), "header")
    sheet.column_dimensions[letter].width = _MARK_WIDTH
    sheet.print_area = f"A1:{letter}{sheet.max_row}"


def _get_sheet(form: FormWorkbook) -> Worksheet:
    return form.workbook[RETURN_SHEET]


def _get_cell(form: FormWorkbook, address: str) -> Cell:
    return cast(Cell, _get_sheet(form)[address])
