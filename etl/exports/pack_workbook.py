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

from etl.exports.about import describe_as_of, describe_scope, list_data_notices
from etl.exports.figure_rows import escape_text
from etl.exports.tracking_workbook import write_tracking_sheet
from etl.indicators.results import Amount, Figure
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.meeting_pack import MeetingPack
from etl.queries.remarks import Remark
from etl.wording import (
    describe_amount,
    describe_completeness,
    describe_rating,
    describe_rating_counts,
    describe_remaining_need,
    describe_share,
    describe_unit,
    rating_counts_title,
    share_name,
)

_HEAD = PatternFill("solid", fgColor="E4EBDD")
_LINE = Border(bottom=Side(style="thin", color="D9D5CB"))
_SOFT = Font(color="6B6658")
_SHARE_FORMAT = "0.0%"

PackCell = tuple[str, Decimal | None, str]
"""A cell: its words, its number where it is one, and how the number is shown."""


def render_pack_workbook(pack: MeetingPack, *, locale: Locale) -> bytes:
    """The bytes of an .xlsx file whose numbers are numbers, with day, completeness and marks on every sheet."""
    _ = locale.gettext
    workbook = Workbook()
    first = workbook.active
    assert isinstance(first, Worksheet)
    about = _about(pack, locale)
    _write(
        first,
        _("Summary"),
        [rating_counts_title(pack.overview.rating_counts, locale), *about],
        *_summary(pack, locale),
    )
    figures = workbook.create_sheet()
    _write(figures, _("Indicators"), [_("Indicators, most behind first"), *about], *_figures(pack, locale))
    tracking = workbook.create_sheet()
    title = pack.scope.plan.settings.name.in_language(locale.language)
    write_tracking_sheet(tracking, pack.tracking_table, title=title, about=about, locale=locale)
    agreements = workbook.create_sheet()
    _write(agreements, _("Open agreements"), [_("Open agreements"), *about], *_agreements(pack, locale))
    remarks = workbook.create_sheet()
    _write(remarks, _("Remarks"), [_("Remarks"), *about], *_remarks(pack, locale))
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def _about(pack: MeetingPack, locale: Locale) -> list[str]:
    reporting = pack.overview.reporting_rate
    counted = pack.overview.counted_quarter
    said = [*describe_as_of(pack.scope.today, counted, locale)]
    if counted is not None and reporting.expected:
        said.append(
            locale.gettext(
                "{received} of {expected} returns of {quarter} are in, {on_time} came on time.",
                received=reporting.received,
                expected=reporting.expected,
                on_time=reporting.on_time,
                quarter=locale.format_quarter(counted),
            )
        )
    said += describe_scope(pack.scope, locale)
    return [*said, *(f"{mark}." for mark in list_data_notices(pack.scope.snapshot, locale))]


def _summary(pack: MeetingPack, locale: Locale) -> tuple[Sequence[tuple[str, int]], list[list[PackCell]]]:
    _ = locale.gettext
    header = ((_("Code"), 10), (_("Objective"), 60), (_("On track or achieved"), 16), (_("In words"), 50))
    rows = [
        [
            _text(one.objective.code),
            _text(one.objective.name.in_language(locale.language)),
            _text(_("{good} of {rated}", good=one.rating_counts.good_count, rated=one.rating_counts.rated_count)),
            _text(describe_rating_counts(one.rating_counts, locale)),
        ]
        for one in pack.objectives
    ]
    rows += [
        [_text(one.site.code), _text(_("Overdue returns")), _text(one.site.name.in_language(locale.language))]
        + [_text(", ".join(locale.format_quarter(quarter) for quarter in one.quarters))]
        for one in pack.overview.overdue_returns
    ]
    return header, rows


def _figures(pack: MeetingPack, locale: Locale) -> tuple[Sequence[tuple[str, int]], list[list[PackCell]]]:
    _ = locale.gettext
    header = (
        (_("Code"), 10),
        (_("Indicator"), 46),
        (_("Unit"), 14),
        (_("Rating"), 14),
        (_("Actual"), 13),
        (_("Target"), 13),
        (_("%"), 10),
        (_("Share"), 18),
        (_("Expected"), 13),
        (_("Baseline"), 13),
        (_("Still needed"), 30),
        (_("Completeness"), 26),
        (_("Who acts"), 24),
    )
    found = (one for progress in pack.objectives for one in progress.indicators)
    return header, [_figure(one.figure, one.indicator, locale) for one in found]


def _figure(figure: Figure, indicator: Indicator, locale: Locale) -> list[PackCell]:
    def number(found: Amount) -> PackCell:
        shown = "#,##0" + ("." + "0" * indicator.decimals if indicator.decimals else "")
        return describe_amount(found, indicator, locale), found if isinstance(found, Decimal) else None, shown

    headline = figure.headline
    return [
        _text(indicator.code),
        _text(indicator.name.in_language(locale.language)),
        _text(describe_unit(indicator, locale)),
        _text(describe_rating(figure.rating, locale)),
        number(figure.actual.amount),
        number(figure.target),
        (describe_share(headline, locale), headline if isinstance(headline, Decimal) else None, _SHARE_FORMAT),
        _text(share_name(figure, locale)),
        number(figure.expected),
        number(figure.baseline),
        _text(describe_remaining_need(figure, indicator, locale)),
        _text(describe_completeness(figure.actual, locale) or locale.gettext("complete")),
        _text(indicator.responsible.in_language(locale.language)),
    ]


def _agreements(pack: MeetingPack, locale: Locale) -> tuple[Sequence[tuple[str, int]], list[list[PackCell]]]:
    _ = locale.gettext
    rows = [
        [
            *_remark_start(one.remark, locale),
            _text(one.remark.agreed_action),
            _text(one.remark.responsible),
            _text(locale.format_day(one.remark.due) if one.remark.due else "–"),
            _text(_("its day has passed") if one.is_overdue else ""),
        ]
        for one in pack.open_actions
    ]
    header = (
        (_("Indicator"), 12),
        (_("Quarter"), 18),
        (_("Agreed action"), 60),
        (_("Person responsible"), 30),
        (_("Due date"), 16),
        ("", 22),
    )
    return header, rows or [[_text(_("Nothing that was agreed is still open."))]]


def _remarks(pack: MeetingPack, locale: Locale) -> tuple[Sequence[tuple[str, int]], list[list[PackCell]]]:
    _ = locale.gettext
    rows = [
        [*_remark_start(one, locale), _text(one.reason), _text(one.written_by)]
        for code in pack.indicators
        if (one := pack.last_remarks.get(code)) is not None
    ]
    header = ((_("Indicator"), 12), (_("Quarter"), 18), (_("Why"), 90), (_("Written by"), 20))
    return header, rows or [[_text(_("No remark has been written on these indicators."))]]


def _remark_start(one: Remark, locale: Locale) -> list[PackCell]:
    return [_text(one.indicator), _text(locale.format_quarter(one.quarter))]


def _text(words: str) -> PackCell:
    return words, None, ""


def _write(
    sheet: Worksheet, name: str, lines: Sequence[str], header: Sequence[tuple[str, int]], rows: Iterable[list[PackCell]]
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


def _write_cell(cell: Cell, shown: PackCell) -> None:
    words, number, shown_as = shown
    cell.border = _LINE
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="right" if shown_as else None)
    if number is None:
        cell.value = escape_text(words)
    else:
        cell.value = number
        cell.number_format = shown_as
