"""The meeting pack as a workbook: summary, every indicator's figure, the tracking table, agreements, remarks."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from etl.exports.about import chosen_words, dated_words, marks_of
from etl.exports.figure_rows import escape_text
from etl.exports.tracking_workbook import write_tracking_sheet
from etl.indicators.results import Amount, Figure
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import format_day, format_quarter, speak
from etl.queries.meeting_pack import MeetingPack
from etl.queries.remarks import Remark
from etl.wording import (
    amount_words,
    completeness_words,
    needs_words,
    rating_words,
    share_name,
    share_words,
    tally_title,
    tally_words,
    unit_words,
)

_HEAD = PatternFill("solid", fgColor="E4EBDD")
_LINE = Border(bottom=Side(style="thin", color="D9D5CB"))
_SOFT = Font(color="6B6658")
_SHARE_FORMAT = "0.0%"

Shown = tuple[str, Decimal | None, str]
"""A cell: its words, its number where it is one, and how the number is shown."""


def pack_workbook(pack: MeetingPack, *, language: str) -> bytes:
    """The bytes of an .xlsx file whose numbers are numbers, with day, completeness and marks on every sheet."""
    say = speak(language)
    workbook = Workbook()
    first = workbook.active
    assert isinstance(first, Worksheet)
    about = _about(pack, language)
    _write(first, say("Summary"), [tally_title(pack.overview.tally, language), *about], *_summary(pack, language))
    figures = workbook.create_sheet()
    _write(figures, say("Indicators"), [say("Indicators, those in need first"), *about], *_figures(pack, language))
    tracking = workbook.create_sheet()
    title = pack.asking.plan.settings.name.in_language(language)
    write_tracking_sheet(tracking, pack.table, title=title, about=about, language=language)
    agreements = workbook.create_sheet()
    _write(agreements, say("Open agreements"), [say("Open agreements"), *about], *_agreements(pack, language))
    remarks = workbook.create_sheet()
    _write(remarks, say("Remarks"), [say("Remarks"), *about], *_remarks(pack, language))
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def _about(pack: MeetingPack, language: str) -> list[str]:
    reporting = pack.overview.reporting
    counted = pack.overview.counted_quarter
    said = [*dated_words(pack.asking.today, counted, language)]
    if counted is not None and reporting.expected:
        said.append(
            speak(language)(
                "{received} of {expected} returns of {quarter} are in, {on_time} came on time.",
                received=reporting.received,
                expected=reporting.expected,
                on_time=reporting.on_time,
                quarter=format_quarter(counted, language),
            )
        )
    said += chosen_words(pack.asking, language)
    return [*said, *(f"{mark}." for mark in marks_of(pack.asking.snapshot, language))]


def _summary(pack: MeetingPack, language: str) -> tuple[Sequence[tuple[str, int]], list[list[Shown]]]:
    say = speak(language)
    header = ((say("Code"), 10), (say("Objective"), 60), (say("On track or achieved"), 16), (say("In words"), 50))
    rows = [
        [
            _text(one.objective.code),
            _text(one.objective.name.in_language(language)),
            _text(say("{good} of {rated}", good=one.tally.good, rated=one.tally.rated)),
            _text(tally_words(one.tally, language)),
        ]
        for one in pack.objectives
    ]
    rows += [
        [_text(one.site.code), _text(say("Returns still owed")), _text(one.site.name.in_language(language))]
        + [_text(", ".join(format_quarter(quarter, language) for quarter in one.quarters))]
        for one in pack.overview.owed
    ]
    return header, rows


def _figures(pack: MeetingPack, language: str) -> tuple[Sequence[tuple[str, int]], list[list[Shown]]]:
    say = speak(language)
    header = (
        (say("Code"), 10),
        (say("Indicator"), 46),
        (say("Unit"), 14),
        (say("Rating"), 14),
        (say("Actual"), 13),
        (say("Target"), 13),
        (say("%"), 10),
        (say("Share"), 18),
        (say("Expected"), 13),
        (say("Baseline"), 13),
        (say("Still needed"), 30),
        (say("Complete?"), 26),
        (say("Who acts"), 24),
    )
    found = (one for progress in pack.objectives for one in progress.indicators)
    return header, [_figure(one.figure, one.indicator, language) for one in found]


def _figure(figure: Figure, indicator: Indicator, language: str) -> list[Shown]:
    def number(found: Amount) -> Shown:
        shown = "#,##0" + ("." + "0" * indicator.decimals if indicator.decimals else "")
        return amount_words(found, indicator, language), found if isinstance(found, Decimal) else None, shown

    headline = figure.headline
    return [
        _text(indicator.code),
        _text(indicator.name.in_language(language)),
        _text(unit_words(indicator, language)),
        _text(rating_words(figure.rating, language)),
        number(figure.actual.amount),
        number(figure.target),
        (share_words(headline, language), headline if isinstance(headline, Decimal) else None, _SHARE_FORMAT),
        _text(share_name(figure, language)),
        number(figure.expected),
        number(figure.baseline),
        _text(needs_words(figure, indicator, language)),
        _text(completeness_words(figure.actual, language) or speak(language)("complete")),
        _text(indicator.responsible.in_language(language)),
    ]


def _agreements(pack: MeetingPack, language: str) -> tuple[Sequence[tuple[str, int]], list[list[Shown]]]:
    say = speak(language)
    rows = [
        [
            *_remark_start(one.remark, language),
            _text(one.remark.agreed),
            _text(one.remark.responsible),
            _text(format_day(one.remark.due, language) if one.remark.due else "–"),
            _text(say("its day has passed") if one.is_overdue else ""),
        ]
        for one in pack.agreements
    ]
    header = (
        (say("Indicator"), 12),
        (say("Quarter"), 18),
        (say("What was agreed"), 60),
        (say("Who does it"), 30),
        (say("By when"), 16),
        ("", 22),
    )
    return header, rows or [[_text(say("Nothing that was agreed is still open."))]]


def _remarks(pack: MeetingPack, language: str) -> tuple[Sequence[tuple[str, int]], list[list[Shown]]]:
    say = speak(language)
    rows = [
        [*_remark_start(one, language), _text(one.why), _text(one.written_by)]
        for code in pack.indicators
        if (one := pack.remarks.get(code)) is not None
    ]
    header = ((say("Indicator"), 12), (say("Quarter"), 18), (say("Why"), 90), (say("Written by"), 20))
    return header, rows or [[_text(say("No remark has been written on these indicators."))]]


def _remark_start(one: Remark, language: str) -> list[Shown]:
    return [_text(one.indicator), _text(format_quarter(one.quarter, language))]


def _text(words: str) -> Shown:
    return words, None, ""


def _write(
    sheet: Worksheet, name: str, lines: Sequence[str], header: Sequence[tuple[str, int]], rows: Iterable[list[Shown]]
) -> None:
    """Lines of text, a row of headings, the rows; frozen below the headings and ready to print."""
    sheet.title = name[:31]
    for number, line in enumerate(lines, start=1):
        sheet.cell(number, 1, escape_text(line)).font = Font(bold=True, size=14) if number == 1 else _SOFT
    top = len(lines) + 2
    for place, (words, width) in enumerate(header, start=1):
        cell = sheet.cell(top, place, words)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, row in enumerate(rows, start=top + 1):
        for place, shown in enumerate(row, start=1):
            found = sheet.cell(number, place)
            assert isinstance(found, Cell)
            _write_cell(found, shown)
    sheet.freeze_panes = f"A{top + 1}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write_cell(cell: Cell, shown: Shown) -> None:
    words, number, shown_as = shown
    cell.border = _LINE
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="right" if shown_as else None)
    if number is None:
        cell.value = escape_text(words)
    else:
        cell.value = number
        cell.number_format = shown_as
