"""Export the meeting pack as a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from etl.exports.about import describe_as_of, describe_data_notices, describe_scope
from etl.exports.csv_text import escape_text
from etl.exports.figure_rows import get_amount_number, get_figure_share_number
from etl.exports.pack_charts import add_rating_chart, colour_ratings, describe_matrix_cell, list_count_rows
from etl.exports.tracking_workbook import write_tracking_sheet
from etl.exports.workbook_styles import (
    MAX_SHEET_NAME_LENGTH,
    MUTED_FONT,
    ROW_BORDER,
    SHARE_FORMAT,
    TITLE_FONT,
    get_amount_format,
    get_cell,
    set_up_printing,
    set_widths,
    write_heading,
)
from etl.indicators.results import Amount, Figure, Rating
from etl.indicators.vocabulary import CellKey, Part
from etl.locale import Locale
from etl.queries.meeting_pack import MeetingPack
from etl.queries.objective_progress import IndicatorProgress
from etl.wording import (
    describe_amount,
    describe_headline_share,
    describe_rating,
    describe_rating_counts,
    describe_remaining_need,
    describe_unit,
    get_share_name,
    make_rating_counts_title,
    summarize_completeness,
)
from etl.wording.participations import PARTICIPATIONS_LABEL, describe_number_name
from etl.wording.target_revisions import describe_target_revisions


@dataclass(frozen=True)
class _Cell:
    """A cell's text, its number if it has one, and the number's format."""

    text: str
    number: Decimal | None = None
    number_format: str = ""


_Header = Sequence[tuple[str, int]]
"""The headings of a sheet with the widths of their columns."""
_Rows = list[list[_Cell]]


def render_pack_workbook(pack: MeetingPack, *, locale: Locale) -> bytes:
    """Return an .xlsx file: matrix, charts, summary, figures, tracking table, open actions and remarks.

    Every sheet carries the day, the completeness and the data notices.
    """
    _ = locale.gettext
    workbook = Workbook()
    first = workbook.active
    assert isinstance(first, Worksheet)
    about = _list_notes(pack, locale)
    title = make_rating_counts_title(pack.overview.rating_counts, locale)
    _write_matrix(first, [title, *about], pack, locale)
    _write_charts(workbook.create_sheet(), about, pack, locale)
    summary = workbook.create_sheet()
    _write(summary, _("Summary"), [title, *about], *_make_summary(pack, locale))
    figures = workbook.create_sheet()
    _write(figures, _("Indicators"), [_("Indicators, most behind first"), *about], *_make_figures(pack, locale))
    tracking = workbook.create_sheet()
    plan_name = pack.scope.plan.settings.name.get_text(locale.language)
    write_tracking_sheet(tracking, pack.tracking_table, title=plan_name, about=about, locale=locale)
    open_actions = workbook.create_sheet()
    _write(open_actions, _("Open actions"), [_("Open actions"), *about], *_open_actions(pack, locale))
    remarks = workbook.create_sheet()
    _write(remarks, _("Remarks"), [_("Remarks"), *about], *_make_remarks(pack, locale))
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def _list_notes(pack: MeetingPack, locale: Locale) -> list[str]:
    rate = pack.overview.reporting_rate
    quarter = pack.overview.counted_quarter
    sentences = [*describe_as_of(pack.scope.today, quarter, locale)]
    if quarter is not None and rate.expected:
        sentences.append(
            locale.gettext(
                "Returns for {quarter} received: {received} of {expected}, {on_time} of them on time.",
                received=rate.received,
                expected=rate.expected,
                on_time=rate.on_time,
                quarter=locale.format_quarter(quarter),
            )
        )
    sentences += describe_scope(pack.scope, locale)
    return [*sentences, *describe_data_notices(pack.scope.snapshot, locale)]


def _write_matrix(sheet: Worksheet, lines: Sequence[str], pack: MeetingPack, locale: Locale) -> None:
    """Write a row for each indicator, with the percentage and the rating of each year."""
    _ = locale.gettext
    progress_items = [item for objective in pack.objectives for item in objective.indicators]
    years = [year for year, _figure in progress_items[0].years] if progress_items else []
    header = [(_("Code"), 10), (_("Indicator"), 52)]
    header += [column for year in years for column in ((str(year), 9), (_("Rating"), 14))]
    rows = []
    for item in progress_items:
        row = [_Cell(item.indicator.code), _Cell(item.indicator.name.get_text(locale.language))]
        for _year, figure in item.years:
            share = get_figure_share_number(figure)
            row.append(_Cell("") if share is None else _Cell("", share, SHARE_FORMAT))
            row.append(_Cell(describe_matrix_cell(figure, item.indicator, locale)))
        rows.append(row)
    _write(sheet, _("Matrix"), lines, header, rows)
    for number, item in enumerate(progress_items, start=len(lines) + 3):
        colour_ratings(sheet, number, 3, [figure for _year, figure in item.years])


def _write_charts(sheet: Worksheet, about: Sequence[str], pack: MeetingPack, locale: Locale) -> None:
    """Write the numbers of indicators by rating, of objectives and of sites, with a chart of each beside them."""
    _ = locale.gettext
    objectives, sites = list_count_rows(pack, locale)
    header = [(_("Code"), 10), (_("Name"), 40), *((describe_rating(rating, locale), 12) for rating in Rating)]
    rows = [
        [_Cell(code), _Cell(name), *(_Cell("", Decimal(count), "0") for _rating, count in counts.counts)]
        for code, name, counts in (*objectives, *sites)
    ]
    lines = [_("Indicators by rating"), *about]
    _write(sheet, _("Charts"), lines, header, rows)
    heading = len(lines) + 2
    first, middle, last = heading + 1, heading + len(objectives), heading + len(rows)
    if objectives:
        add_rating_chart(sheet, _("Ratings by objective"), (first, middle), heading=heading, anchor=f"A{last + 2}")
    if sites:
        anchor = f"G{last + 2}"
        add_rating_chart(sheet, _("Ratings by site"), (middle + 1, last), heading=heading, anchor=anchor)


def _make_summary(pack: MeetingPack, locale: Locale) -> tuple[_Header, _Rows]:
    _ = locale.gettext
    header = ((_("Code"), 10), (_("Objective"), 60), (_("On track or achieved"), 16), (_("In words"), 50))
    rows = []
    for progress in pack.objectives:
        counts = progress.rating_counts
        texts = (
            progress.objective.code,
            progress.objective.name.get_text(locale.language),
            _("{good} of {rated}", good=counts.good_count, rated=counts.rated_count),
            describe_rating_counts(counts, locale),
        )
        rows.append([_Cell(text) for text in texts])
    for overdue in pack.overview.overdue_returns:
        quarters = ", ".join(locale.format_quarter(quarter) for quarter in overdue.quarters)
        name = overdue.site.name.get_text(locale.language)
        rows.append([_Cell(text) for text in (overdue.site.code, _("Overdue returns"), name, quarters)])
    return header, rows


def _make_figures(pack: MeetingPack, locale: Locale) -> tuple[_Header, _Rows]:
    _ = locale.gettext
    header = (
        (_("Code"), 10),
        (_("Indicator"), 46),
        (_("Unit"), 14),
        (_("Rating"), 14),
        (_("Actual"), 13),
        (_(PARTICIPATIONS_LABEL), 16),
        (_("Target"), 13),
        (_("%"), 10),
        (_("Share"), 18),
        (_("Expected"), 13),
        (_("Baseline"), 13),
        (_("Still needed"), 30),
        (_("Completeness"), 26),
        (_("Who acts"), 24),
        (_("Revised target"), 40),
    )
    figures = (
        (progress, part, figure)
        for objective in pack.objectives
        for progress in objective.indicators
        for part, figure in ((None, progress.figure), *progress.parts)
    )
    return header, [_make_figure_row(progress, part, figure, locale) for progress, part, figure in figures]


def _make_figure_row(progress: IndicatorProgress, part: Part | None, figure: Figure, locale: Locale) -> list[_Cell]:
    indicator = progress.indicator

    def amount_cell(amount: Amount) -> _Cell:
        text = describe_amount(amount, indicator, locale)
        return _Cell(text, get_amount_number(amount, indicator), get_amount_format(indicator))

    return [
        _Cell(str(CellKey(indicator.code, figure.part))),
        _Cell(describe_number_name(indicator, part, locale)),
        _Cell(describe_unit(indicator, locale)),
        _Cell(describe_rating(figure.rating, locale)),
        amount_cell(figure.actual.amount),
        amount_cell(progress.participations.amount) if progress.participations and part is None else _Cell(""),
        amount_cell(figure.target),
        _Cell(describe_headline_share(figure, locale), get_figure_share_number(figure), SHARE_FORMAT),
        _Cell(get_share_name(figure, locale)),
        amount_cell(figure.expected),
        amount_cell(figure.baseline),
        _Cell(describe_remaining_need(figure, indicator, locale)),
        _Cell(summarize_completeness(figure.actual, locale)),
        _Cell(indicator.responsible.get_text(locale.language)),
        _Cell(describe_target_revisions(figure, indicator, locale)),
    ]


def _open_actions(pack: MeetingPack, locale: Locale) -> tuple[_Header, _Rows]:
    _ = locale.gettext
    rows = []
    for action in pack.open_actions:
        remark = action.remark
        texts = (
            remark.indicator,
            locale.format_quarter(remark.quarter),
            remark.agreed_action,
            remark.responsible,
            locale.format_day(remark.due) if remark.due else "–",
            _("overdue") if action.is_overdue else "",
        )
        rows.append([_Cell(text) for text in texts])
    header = (
        (_("Indicator"), 12),
        (_("Quarter"), 18),
        (_("Agreed action"), 60),
        (_("Person responsible"), 30),
        (_("Due date"), 16),
        ("", 22),
    )
    return header, rows or [[_Cell(_("No open actions."))]]


def _make_remarks(pack: MeetingPack, locale: Locale) -> tuple[_Header, _Rows]:
    _ = locale.gettext
    rows = []
    for code in pack.indicators:
        remark = pack.last_remarks.get(code)
        if remark is not None:
            texts = (remark.indicator, locale.format_quarter(remark.quarter), remark.reason, remark.written_by)
            rows.append([_Cell(text) for text in texts])
    header = ((_("Indicator"), 12), (_("Quarter"), 18), (_("Why"), 90), (_("Written by"), 20))
    return header, rows or [[_Cell(_("There are no remarks on these indicators yet."))]]


def _write(sheet: Worksheet, name: str, lines: Sequence[str], header: _Header, rows: _Rows) -> None:
    """Write lines of text, a row of headings and the rows. Freeze the headings and set up printing."""
    sheet.title = name[:MAX_SHEET_NAME_LENGTH]
    for number, line in enumerate(lines, start=1):
        sheet.cell(number, 1, escape_text(line)).font = TITLE_FONT if number == 1 else MUTED_FONT
    top = len(lines) + 2
    for column, (text, _width) in enumerate(header, start=1):
        write_heading(sheet, top, column, text)
    set_widths(sheet, {column: width for column, (_text, width) in enumerate(header, start=1)})
    for number, row in enumerate(rows, start=top + 1):
        for column, cell in enumerate(row, start=1):
            _write_cell(get_cell(sheet, number, column), cell)
    sheet.freeze_panes = f"A{top + 1}"
    set_up_printing(sheet, title_rows=f"{top}:{top}", paper_size=sheet.PAPERSIZE_A4)


def _write_cell(target: Cell, cell: _Cell) -> None:
    target.border = ROW_BORDER
    target.alignment = Alignment(wrap_text=True, vertical="top", horizontal="right" if cell.number_format else None)
    if cell.number is None:
        target.value = escape_text(cell.text)
    else:
        target.value = cell.number
        target.number_format = cell.number_format
