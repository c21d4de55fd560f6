"""Export an edition as a workbook: about, indicators year by year, and all figures."""

from datetime import datetime, time
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from etl.exports.csv_text import escape_text
from etl.exports.edition.tables import FIGURES, Cell
from etl.exports.figure_rows import get_amount_number, get_share_number
from etl.exports.workbook_styles import (
    MAX_SHEET_NAME_LENGTH,
    MUTED_FONT,
    ROW_BORDER,
    SHARE_FORMAT,
    TITLE_FONT,
    get_amount_format,
    set_widths,
    write_heading,
)
from etl.indicators.editions import PLAN_TO_DATE, EditionContents, EditionFigure
from etl.indicators.progress import DISTANCE
from etl.indicators.vocabulary import PARTICIPATIONS, CellKey, Indicator, Part
from etl.locale import Locale
from etl.wording import SHARE_NAMES, describe_rating, describe_unit
from etl.wording.editions import (
    describe_edition_period,
    describe_missing_value,
    format_number,
    list_edition_notices,
    list_publisher_lines,
)
from etl.wording.participations import describe_number_name, list_participations_labels
from etl.wording.target_revisions import describe_edition_revisions

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def render_edition_workbook(contents: EditionContents, locale: Locale) -> bytes:
    """Return an .xlsx file in one language. A cell without a number gives the reason."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    moment = datetime.combine(contents.edition.published_on, time())
    workbook.properties.creator = "CARDEC"
    workbook.properties.created = workbook.properties.modified = moment
    _write_about(sheet, contents, locale)
    _write_indicators(workbook.create_sheet(), contents, locale)
    _write_figures(workbook.create_sheet(), contents, locale)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def list_about_lines(contents: EditionContents, locale: Locale) -> list[str]:
    """Return the lines about the edition, with the notices that must accompany its numbers."""
    _ = locale.gettext
    edition = contents.edition
    redactions = (
        _(
            "Redacted on {day}: {what}. Reason: {why}",
            day=locale.format_day(redaction.on),
            what=redaction.what,
            why=redaction.why,
        )
        for redaction in edition.taken_out
    )
    return [
        contents.plan.settings.name.get_text(locale.language),
        _("Edition {name}", name=edition.id),
        _("published {day}", day=locale.format_day(edition.published_on)),
        _("as of {day}", day=locale.format_day(edition.as_of)),
        *list_edition_notices(contents, locale),
        _("approved returns only"),
        *list_publisher_lines(contents, locale),
        _("A blank is not zero. Where there is no number, the cell gives the reason."),
        *redactions,
    ]


def _write_about(sheet: Worksheet, contents: EditionContents, locale: Locale) -> None:
    sheet.title = locale.gettext("About")[:MAX_SHEET_NAME_LENGTH]
    set_widths(sheet, {1: 90})
    for row, line in enumerate(list_about_lines(contents, locale), start=1):
        cell = sheet.cell(row, 1, escape_text(line))
        cell.font = TITLE_FONT if row == 1 else Font()
        cell.alignment = Alignment(wrap_text=True)


def _write_indicators(sheet: Worksheet, contents: EditionContents, locale: Locale) -> None:
    """Write a row for each indicator: baseline, then target, actual and percentage by year and plan."""
    _ = locale.gettext
    sheet.title = _("Indicators")[:MAX_SHEET_NAME_LENGTH]
    periods = [*(str(year) for year in contents.edition.years), PLAN_TO_DATE]
    headings = [_("Code"), _("Indicator"), _("Unit"), _("Baseline")]
    for period in periods:
        name = _("Plan to date") if period == PLAN_TO_DATE else period
        headings += [f"{name}: {heading}" for heading in (_("target"), _("actual"), _("percent"))]
    headings += [_("Basis of the percentage"), _("Status"), _("Revised targets")]
    for column, heading in enumerate(headings, start=1):
        write_heading(sheet, 1, column, heading)
    row = 2
    for indicator in contents.edition.indicators:
        _write_indicator(sheet, row, contents, indicator, None, periods, locale)
        row += 1
        if contents.plan.find_participations(indicator.code):
            _write_participations(sheet, row, contents, indicator, periods, locale)
            row += 1
        for part in contents.list_rated_parts(indicator.code):
            _write_indicator(sheet, row, contents, indicator, part, periods, locale)
            row += 1
    number_widths = dict.fromkeys(range(4, len(headings) + 1), 15.0)
    set_widths(sheet, {1: 10, 2: 46, 3: 14, **number_widths})
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions


def _write_indicator(
    sheet: Worksheet,
    row: int,
    contents: EditionContents,
    indicator: Indicator,
    part: Part | None,
    periods: list[str],
    locale: Locale,
) -> None:
    key = CellKey(indicator.code, part.key if part else "")
    total = contents.get_plan_to_date_figure(key.indicator, key.part)
    amount_format = get_amount_format(indicator)

    def write_amount(column: int, amount: Decimal | None, reason: str = "") -> None:
        text = format_number(amount, indicator, locale) if amount is not None and indicator.is_stage else reason
        _write_number(sheet, row, column, get_amount_number(amount, indicator), amount_format, text)

    labels = (str(key), describe_number_name(indicator, part, locale), describe_unit(indicator, locale))
    for column, text in enumerate(labels, start=1):
        sheet.cell(row, column, escape_text(text)).border = ROW_BORDER
    write_amount(4, total.baseline)
    column = 5
    for period in periods:
        figure = contents.find(key.indicator, part=key.part, period=period)
        if figure is not None:
            reason = describe_missing_value(figure, contents, locale) if figure.value is None else ""
            write_amount(column, figure.target)
            write_amount(column + 1, figure.value, reason)
            _write_number(sheet, row, column + 2, _compute_share(figure, contents), SHARE_FORMAT)
        column += 3
    rule = locale.gettext(SHARE_NAMES[total.rule]) if total.share is not None else ""
    rating = describe_rating(total.public_rating, locale) if total.public_rating else ""
    sheet.cell(row, column, rule).border = ROW_BORDER
    sheet.cell(row, column + 1, rating).border = ROW_BORDER
    revisions = _describe_revisions(contents, indicator, periods, locale)
    sheet.cell(row, column + 2, revisions or None).border = ROW_BORDER


def _describe_revisions(contents: EditionContents, indicator: Indicator, periods: list[str], locale: Locale) -> str:
    """Return the revisions of the targets of the periods; blank without one."""
    texts = []
    for period in periods:
        figure = contents.find(indicator.code, period=period)
        text = describe_edition_revisions(figure, contents, locale) if figure else ""
        texts += [f"{describe_edition_period(period, locale)}: {text}"] if text else []
    return "; ".join(texts)


def _write_participations(
    sheet: Worksheet, row: int, contents: EditionContents, indicator: Indicator, periods: list[str], locale: Locale
) -> None:
    """Write the row of participations below the people; it has actuals only."""
    for column, text in enumerate(list_participations_labels(indicator, locale), start=1):
        sheet.cell(row, column, escape_text(text)).border = ROW_BORDER
    for column, period in enumerate(periods):
        figure = contents.find(indicator.code, part=PARTICIPATIONS, period=period)
        if figure is not None:
            reason = describe_missing_value(figure, contents, locale) if figure.value is None else ""
            number = get_amount_number(figure.value, indicator)
            _write_number(sheet, row, 6 + 3 * column, number, get_amount_format(indicator), reason)


def _compute_share(figure: EditionFigure, contents: EditionContents) -> Decimal | None:
    if figure.share is None:
        return None
    return get_share_number(figure.share, contents.get_thresholds(figure), is_distance=figure.rule == DISTANCE)


def _write_number(
    sheet: Worksheet, row: int, column: int, number: Decimal | None, number_format: str, reason: str = ""
) -> None:
    cell = sheet.cell(row, column)
    cell.border = ROW_BORDER
    cell.alignment = Alignment(horizontal="right")
    if number is None:
        cell.value = reason or None
        cell.font = MUTED_FONT
    else:
        cell.value = number
        cell.number_format = number_format


def _write_figures(sheet: Worksheet, contents: EditionContents, locale: Locale) -> None:
    """Write the rows and column names of the CSV file of figures."""
    sheet.title = locale.gettext("All figures")[:MAX_SHEET_NAME_LENGTH]
    for position, column in enumerate(FIGURES.columns, start=1):
        write_heading(sheet, 1, position, column.name)
        set_widths(sheet, {position: 40 if column.name == "name_en" else 13})
    for row in FIGURES.rows(contents):
        sheet.append([_make_plain(cell) for cell in row])
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions


def _make_plain(cell: Cell) -> Cell:
    return (escape_text(cell) or None) if isinstance(cell, str) else cell
