"""The sender's own numbers in a fresh copy of the form, with a mark and a comment at each cell to mend."""

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
    FINDINGS_SHEET,
    FIRST_FINDING_ROW,
    SEVERITY_SYMBOLS,
    format_comment,
    write_findings,
)
from etl.returns.form.labels import bilingual_text
from etl.returns.form.located_findings import BASIS_UNKNOWN, LocatedFinding, locate_findings
from etl.returns.form.original_entries import collect_original_entries
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.form.spec import FormContents, FormWorkbook
from etl.returns.form.styles import CellStyler
from etl.returns.form_identity import RETURN_SHEET

MARK_COLUMN = LAST_COLUMN + 1
"""Beside the form, where no tag stands: whatever is written there is never read back."""

OLD_FONT, NOT_WHOLE = "text-old-font", "number-not-whole"

_MARK_WIDTH = 7.0
_COMMENT_WIDTH = 420
_COMMENT_LINE = 18
_LINE_LETTERS = 55
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+)?", re.ASCII)


def _edge(color: str) -> Border:
    side = Side(style="medium", color=color)
    return Border(left=side, right=side, top=side, bottom=side)


_FILLS = {
    Severity.ERROR: PatternFill("solid", fgColor="FFF7B8A8"),
    Severity.WARNING: PatternFill("solid", fgColor="FFFFCF70"),
}
_EDGES = {Severity.ERROR: _edge("FF9C2A10"), Severity.WARNING: _edge("FF9A6500")}


def annotate_return(
    plan: Plan,
    plan_version: int,
    parsed: ParsedReturn,
    findings: Iterable[Finding],
    *,
    last_values: Mapping[str, Decimal | None],
    targets: Mapping[str, Decimal],
    first_language: str = "km",
    signing_key: bytes = b"",
) -> bytes:
    """An .xlsx file to mend and to send again: the form drawn anew, so nothing but what was typed comes along.

    Errors and warnings are marked at their cells, of very many the first 500; notes, and what belongs to no cell,
    stand on the second sheet only.
    """
    everything = sort_findings(findings)
    drawn = _draw(plan, plan_version, parsed, everything, last_values, targets, signing_key)
    placed = list(locate_findings(everything, parsed, drawn))
    listed = placed[:MAX_LISTED_FINDINGS]
    languages = tuple(sorted(LANGUAGES, key=lambda language: language != first_language))
    paint = CellStyler(drawn.workbook)
    _mark(drawn, listed, paint, languages)
    sheet = drawn.workbook.create_sheet(FINDINGS_SHEET, 1)
    write_findings(sheet, listed, len(placed), paint, languages=languages)
    return serialize_form(drawn)


def _draw(
    plan: Plan,
    plan_version: int,
    parsed: ParsedReturn,
    findings: Sequence[Finding],
    last_values: Mapping[str, Decimal | None],
    targets: Mapping[str, Decimal],
    signing_key: bytes,
) -> FormWorkbook:
    contents = FormContents(
        last_values=last_values,
        targets=targets,
        basis=parsed.basis,
        entries=collect_original_entries(parsed, findings),
        notes={str(cell.key): cell.note for cell in parsed.cells if cell.note},
        prepared_by=parsed.prepared_by,
        prepared_on=_day(parsed.prepared_on),
    )
    drawn = build_form_workbook(plan, plan_version, parsed.site, parsed.quarter, contents, signing_key=signing_key)
    for finding in findings:
        if finding.code == OLD_FONT and finding.key in drawn.note_cells:
            # In any other font nobody could read what was typed, the sender included.
            note = _cell(drawn, drawn.note_cells[finding.key])
            note.font = Font(name=dict(finding.parameters)["font"] or note.font.name)
        elif finding.code == NOT_WHOLE and finding.key in drawn.value_cells:
            _cell(drawn, drawn.value_cells[finding.key]).number_format = "General"
    unknown = next((finding for finding in findings if finding.code == BASIS_UNKNOWN), None)
    if unknown is not None and drawn.basis_cell:
        # The form would else say "this quarter" of numbers of which nobody said so.
        write_value(_cell(drawn, drawn.basis_cell), dict(unknown.parameters)["found"])
    return drawn


def _day(text: str) -> date | str:
    """A day that the sender's program stored as one is a day again; other words stay as they are."""
    if not _ISO_DAY.fullmatch(text):
        return text
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return text


def _mark(drawn: FormWorkbook, listed: Sequence[LocatedFinding], paint: CellStyler, languages: Sequence[str]) -> None:
    by_cell: defaultdict[str, list[LocatedFinding]] = defaultdict(list)
    line: dict[str, int] = {}
    for row, one in enumerate(listed, start=FIRST_FINDING_ROW):
        if one.cell and one.finding.severity is not Severity.NOTE:
            by_cell[one.cell].append(one)
            line.setdefault(one.cell, row)
    pen = SheetWriter(_sheet(drawn), paint)
    for address, of_cell in by_cell.items():
        # They are sorted, so the first is the worst.
        severity = of_cell[0].finding.severity
        cell = _cell(drawn, address)
        cell.fill, cell.border = _FILLS[severity], _EDGES[severity]
        text = format_comment(of_cell, languages)
        author = drawn.spec.plan.settings.name.en
        cell.comment = Comment(text, author, height=_comment_height(text), width=_COMMENT_WIDTH)
        sign = pen.write(cell.row, MARK_COLUMN, SEVERITY_SYMBOLS[severity], "header")
        sign.fill = _FILLS[severity]
        sign.hyperlink = Hyperlink(ref=sign.coordinate, location=f"{FINDINGS_SHEET}!A{line[address]}")
    _set_up(pen)


def _comment_height(text: str) -> int:
    lines = sum(1 + len(line) // _LINE_LETTERS for line in text.split("\n"))
    return _COMMENT_LINE * (lines + 1)


def _set_up(pen: SheetWriter) -> None:
    """The column of signs gets its title beside the form's own, and is printed with the form."""
    sheet, letter = pen.sheet, get_column_letter(MARK_COLUMN)
    header = int(str(sheet.freeze_panes).lstrip("A")) - 1
    pen.write(header, MARK_COLUMN, bilingual_text(N_("Mark"), "\n"), "header")
    sheet.column_dimensions[letter].width = _MARK_WIDTH
    sheet.print_area = f"A1:{letter}{sheet.max_row}"


def _sheet(drawn: FormWorkbook) -> Worksheet:
    return drawn.workbook[RETURN_SHEET]


def _cell(drawn: FormWorkbook, address: str) -> Cell:
    return cast(Cell, _sheet(drawn)[address])
