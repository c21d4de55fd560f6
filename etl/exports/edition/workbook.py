"""An edition as a workbook: what it is, its indicators year by year, and every figure with its state."""

from datetime import datetime, time
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from etl.exports.edition.tables import FIGURES, Cell
from etl.exports.figure_rows import escape_text
from etl.indicators.editions import PLAN_TO_DATE, EditionContents, EditionFigure
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording import SHARE_NAMES, describe_rating, describe_unit
from etl.wording.editions import data_notices, describe_missing_value

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD = PatternFill("solid", fgColor="E4EBDD")
_LINE = Border(bottom=Side(style="thin", color="D9D5CB"))
_GREY = Font(color="6B6658")
_SHARE = "0.0%"


def render_edition_workbook(contents: EditionContents, locale: Locale) -> bytes:
    """The bytes of an .xlsx file; numbers are numbers, and what has none says why."""
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
    """What the edition is, and the marks that go wherever its numbers go."""
    _ = locale.gettext
    edition = contents.edition
    return [
        contents.plan.settings.name.in_language(locale.language),
        _("Edition {name}", name=edition.id),
        _("published {day}", day=locale.format_day(edition.published_on)),
        _("as of {day}", day=locale.format_day(edition.as_of)),
        *data_notices(contents, locale),
        _("approved returns only"),
        _("A blank is not a zero: where there is no number, the cell says why."),
        *(_("Taken out on {day}: {what}. Why: {why}", day=locale.format_day(one.on), what=one.what, why=one.why)
          for one in edition.taken_out),
    ]  # fmt: skip


def _write_about(sheet: Worksheet, book: EditionContents, locale: Locale) -> None:
    sheet.title = locale.gettext("About")[:31]
    sheet.column_dimensions["A"].width = 90
    for row, line in enumerate(list_about_lines(book, locale), start=1):
        cell = sheet.cell(row, 1, escape_text(line))
        cell.font = Font(bold=True, size=14) if row == 1 else Font()
        cell.alignment = Alignment(wrap_text=True)


def _write_indicators(sheet: Worksheet, book: EditionContents, locale: Locale) -> None:
    """A row for each indicator: baseline, then target, actual and percentage of each year and of the plan."""
    _ = locale.gettext
    sheet.title = _("Indicators")[:31]
    periods = [*(str(year) for year in book.edition.years), PLAN_TO_DATE]
    heads = [_("Code"), _("Indicator"), _("Unit"), _("Baseline")]
    for period in periods:
        name = _("Plan to date") if period == PLAN_TO_DATE else period
        heads += [f"{name}: {word}" for word in (_("target"), _("actual"), _("percent"))]
    heads += [_("Percent of what"), _("Status")]
    for column, head in enumerate(heads, start=1):
        _write_head(sheet, column, head)
    for row, indicator in enumerate(book.edition.indicators, start=2):
        _write_indicator(sheet, row, book, indicator, periods, locale)
    for column, width in ((1, 10), (2, 46), (3, 14)):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for column in range(4, len(heads) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 15
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions


def _write_indicator(
    sheet: Worksheet, row: int, book: EditionContents, indicator: Indicator, periods: list[str], locale: Locale
) -> None:
    total = book.plan_to_date_figure(indicator.code)
    shown_as = "#,##0" + ("." + "0" * indicator.decimals if indicator.decimals else "")
    labels = (indicator.code, indicator.name.in_language(locale.language), describe_unit(indicator, locale))
    for column, text in enumerate(labels, start=1):
        sheet.cell(row, column, escape_text(text)).border = _LINE
    _write_number(sheet, row, 4, total.baseline, shown_as)
    column = 5
    for period in periods:
        figure = book.find(indicator.code, period=period)
        if figure is not None:
            _write_number(sheet, row, column, figure.target, shown_as)
            words = describe_missing_value(figure, book, locale) if figure.value is None else ""
            _write_number(sheet, row, column + 1, figure.value, shown_as, words)
            _write_number(sheet, row, column + 2, figure.share, _SHARE)
        column += 3
    sheet.cell(row, column, _rule_words(total, locale)).border = _LINE
    sheet.cell(
        row, column + 1, describe_rating(total.public_rating, locale) if total.public_rating else ""
    ).border = _LINE


def _rule_words(figure: EditionFigure, locale: Locale) -> str:
    """`of target`, `of the planned change`: what the percentages are of."""
    return locale.gettext(SHARE_NAMES[figure.rule]) if figure.share is not None else ""


def _write_number(
    sheet: Worksheet, row: int, column: int, number: Decimal | None, shown_as: str, words: str = ""
) -> None:
    cell = sheet.cell(row, column)
    cell.border = _LINE
    cell.alignment = Alignment(horizontal="right")
    if number is None:
        cell.value = words or None
        cell.font = _GREY
    else:
        cell.value = number
        cell.number_format = shown_as


def _write_figures(sheet: Worksheet, book: EditionContents, locale: Locale) -> None:
    """The same rows as the CSV file, with its column names, so that formulas and programs find them."""
    sheet.title = locale.gettext("All figures")[:31]
    for place, column in enumerate(FIGURES.columns, start=1):
        _write_head(sheet, place, column.name)
        sheet.column_dimensions[get_column_letter(place)].width = 40 if column.name == "name_en" else 13
    for row in FIGURES.rows(book):
        sheet.append([_plain(cell) for cell in row])
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions


def _write_head(sheet: Worksheet, column: int, text: str) -> None:
    cell = sheet.cell(1, column, escape_text(text))
    cell.font = Font(bold=True)
    cell.fill = _HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="center")


def _plain(cell: Cell) -> Cell:
    return (escape_text(cell) or None) if isinstance(cell, str) else cell
