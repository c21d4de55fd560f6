"""Draws the sheet that is filled in: header block, one row for each number, places to sign."""

from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.vocabulary import Indicator, LocalizedText, Objective
from etl.locale import LANGUAGES, N_, get_locale
from etl.returns.form.cells import SheetWriter
from etl.returns.form.labels import bilingual_text, describe_basis, join_languages, localize_text
from etl.returns.form.layout import FIRST_FIELD_ROW, body_lines, header_row
from etl.returns.form.row_heights import measure_height, measure_width
from etl.returns.form.rows import FormRow
from etl.returns.form.spec import FormSpec
from etl.returns.form.styles import CellStyler, number_format
from etl.returns.form_identity import FIELD_COLUMN, ColumnTag, FieldTag

COLUMNS = tuple(ColumnTag)
COLUMN_NUMBERS = {tag: place for place, tag in enumerate(COLUMNS, start=1)}
COLUMN_WIDTHS = {
    ColumnTag.KEY: 8.0,
    ColumnTag.LABEL: 32.0,
    ColumnTag.LABEL_KM: 35.0,
    ColumnTag.UNIT: 13.0,
    ColumnTag.LAST: 11.0,
    ColumnTag.TARGET: 11.0,
    ColumnTag.VALUE: 12.0,
    ColumnTag.NOTE: 18.0,
}
LAST_COLUMN = len(COLUMNS)
MIN_ROW_HEIGHT = 21.0
BOLD_WIDTH_LOSS = 1.0
"""Letters that a column holds less when they are bold or set in."""
UNIT_WIDTH_GAIN = 3.0
"""Letters that the unit's smaller type gains."""
MIN_DECIMALS = 2
"""At least so many decimals are shown where fractions may be typed."""


@dataclass
class FormPositions:
    """Where the things of a drawn sheet stand: row numbers, filled while drawing."""

    field_rows: dict[FieldTag, int] = field(default_factory=dict)
    key_rows: dict[str, int] = field(default_factory=dict)
    header_row: int = 0
    last_row: int = 0

    def address(self, key: str, tag: ColumnTag) -> str:
        return f"{get_column_letter(COLUMN_NUMBERS[tag])}{self.key_rows[key]}"

    def field_address(self, tag: FieldTag) -> str:
        """Blank where the form has no such field."""
        return (
            f"{get_column_letter(COLUMN_NUMBERS[FIELD_COLUMN])}{self.field_rows[tag]}" if tag in self.field_rows else ""
        )


def write_entry_sheet(sheet: Worksheet, spec: FormSpec, styler: CellStyler) -> FormPositions:
    """Fills an empty sheet with the form and says where everything stands."""
    pen, places = SheetWriter(sheet, styler), FormPositions()
    for tag, width in COLUMN_WIDTHS.items():
        sheet.column_dimensions[get_column_letter(COLUMN_NUMBERS[tag])].width = width
    _draw_title(pen, spec)
    _draw_fields(pen, spec, places)
    _draw_header(pen, spec, places)
    _draw_body(pen, spec, places)
    _draw_signatures(pen, places)
    return places


def _draw_title(pen: SheetWriter, request: FormSpec) -> None:
    settings = request.plan.settings
    pen.write(1, 2, bilingual_text(N_("Quarterly return")), "title")
    pen.sheet.row_dimensions[1].height = 26
    about = join_languages(settings.name)
    if request.plan.is_provisional:
        about = bilingual_text(N_("Provisional plan: its indicators and targets are not official yet."))
    pen.write(2, 2, about, "subtitle")
    pen.sheet.row_dimensions[2].height = 17


def _draw_fields(pen: SheetWriter, request: FormSpec, places: FormPositions) -> None:
    quarter = LocalizedText(*(get_locale(language).format_quarter(request.quarter) for language in LANGUAGES))
    lines: list[tuple[FieldTag, str, object, str, str]] = [
        (FieldTag.FORM, bilingual_text(N_("Form")), request.identity.form_id, "field value", "General"),
        (FieldTag.SITE, bilingual_text(N_("Site")), join_languages(request.site.name), "field value", "General"),
        (FieldTag.QUARTER, bilingual_text(N_("Quarter")), join_languages(quarter), "field value", "General"),
        (
            FieldTag.PREPARED_BY,
            bilingual_text(N_("Prepared by")),
            request.contents.prepared_by,
            "field input",
            "General",
        ),
        (FieldTag.DATE, bilingual_text(N_("Date")), request.contents.prepared_on, "field input", "yyyy-mm-dd"),
    ]
    if request.asks_for_basis:
        chosen = join_languages(describe_basis(request.contents.basis, request.first_month))
        lines.append((FieldTag.BASIS, bilingual_text(N_("Flows are")), chosen, "field input", "General"))
    for row, (tag, name, value, look, shown_as) in enumerate(lines, start=FIRST_FIELD_ROW):
        places.field_rows[tag] = row
        pen.write(row, 1, str(tag), "tag")
        pen.write(row, 2, name, "field")
        pen.write(row, COLUMN_NUMBERS[FIELD_COLUMN], value, look, shown_as)
        pen.sheet.row_dimensions[row].height = 20
    last = FIRST_FIELD_ROW + len(lines) - 1
    pen.write(FIRST_FIELD_ROW, COLUMN_NUMBERS[ColumnTag.UNIT], _advice(request), "advice")
    pen.sheet.merge_cells(
        start_row=FIRST_FIELD_ROW, end_row=last, start_column=COLUMN_NUMBERS[ColumnTag.UNIT], end_column=LAST_COLUMN
    )
    places.header_row = header_row(request.quarter)


def _advice(request: FormSpec) -> str:
    due = request.plan.settings.calendar.due(request.quarter)
    days = LocalizedText(*(get_locale(language).format_day(due) for language in LANGUAGES))
    due_words = LocalizedText(
        localize_text(N_("Due {day}"), day=days.en).en, localize_text(N_("Due {day}"), day=days.km).km
    )
    return "\n".join(
        join_languages(words, "\n")
        for words in (
            localize_text(N_("A blank is not a zero: write 0 if there was none.")),
            localize_text(N_("Not measured? Write NC and say why in the note.")),
            LocalizedText(join_languages(due_words)),
        )
    )


def _draw_header(pen: SheetWriter, request: FormSpec, places: FormPositions) -> None:
    before = request.quarter.plus(-1)
    last = LocalizedText(*(get_locale(language).format_quarter(before) for language in LANGUAGES))
    titles = {
        ColumnTag.KEY: bilingual_text(N_("Key"), "\n"),
        ColumnTag.LABEL: localize_text(N_("Indicator")).en,
        ColumnTag.LABEL_KM: localize_text(N_("Indicator")).km,
        ColumnTag.UNIT: bilingual_text(N_("Unit"), "\n"),
        ColumnTag.LAST: join_languages(last, "\n"),
        ColumnTag.TARGET: bilingual_text(N_("Target {year}"), "\n", year=request.quarter.year),
        ColumnTag.VALUE: bilingual_text(N_("Value"), "\n"),
        ColumnTag.NOTE: bilingual_text(N_("Note"), "\n"),
    }
    for tag, title in titles.items():
        pen.write(places.header_row - 1, COLUMN_NUMBERS[tag], str(tag), "tag")
        pen.write(places.header_row, COLUMN_NUMBERS[tag], title, "header")
    pen.sheet.row_dimensions[places.header_row - 1].hidden = True
    pen.sheet.row_dimensions[places.header_row].height = 54


def _draw_body(pen: SheetWriter, request: FormSpec, places: FormPositions) -> None:
    for row, line in enumerate(body_lines(request.plan, request.rows), start=places.header_row + 1):
        if isinstance(line, Objective):
            _draw_objective(pen, row, line)
        elif isinstance(line, Indicator):
            _draw_pair_name(pen, row, request, line)
        else:
            places.key_rows[str(line.key)] = row
            _draw_row(pen, row, request, line)
        places.last_row = row


def _draw_objective(pen: SheetWriter, row: int, objective: Objective) -> None:
    words = f"{objective.code}  {join_languages(objective.name, chr(10))}"
    pen.write(row, 2, words, "objective")
    pen.sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=LAST_COLUMN)
    whole_width = sum(COLUMN_WIDTHS.values()) - COLUMN_WIDTHS[ColumnTag.KEY]
    pen.sheet.row_dimensions[row].height = measure_height(words, whole_width)


def _draw_pair_name(pen: SheetWriter, row: int, request: FormSpec, indicator: Indicator) -> None:
    """A line without a key: the name above the numbers of a ratio, with the target that they are judged by."""
    pen.write(row, 1, None, "key")
    _draw_names(pen, row, indicator.name, "name")
    pen.write(row, COLUMN_NUMBERS[ColumnTag.UNIT], _unit(indicator.unit_label), "unit")
    pen.write(row, COLUMN_NUMBERS[ColumnTag.LAST], None, "known")
    target = request.contents.targets.get(indicator.code)
    pen.write(row, COLUMN_NUMBERS[ColumnTag.TARGET], target, "known", number_format(indicator.decimals))
    pen.write(row, COLUMN_NUMBERS[ColumnTag.VALUE], None, "blank")
    pen.write(row, COLUMN_NUMBERS[ColumnTag.NOTE], None, "blank")


def _draw_row(pen: SheetWriter, row: int, request: FormSpec, asked: FormRow) -> None:
    key = str(asked.key)
    shown_as = number_format(0 if asked.whole else max(asked.decimals, MIN_DECIMALS))
    pen.write(row, 1, key, "key")
    _draw_names(pen, row, asked.label, "part" if asked.indent else "name")
    unit = asked.unit if asked.unit.en else localize_text(N_("number")) if asked.whole else LocalizedText("")
    pen.write(row, COLUMN_NUMBERS[ColumnTag.UNIT], None if asked.is_part else _unit(unit), "unit")
    pen.write(row, COLUMN_NUMBERS[ColumnTag.LAST], _last_value(request, key), "known", shown_as)
    target = None if asked.indent else request.contents.targets.get(asked.indicator)
    pen.write(row, COLUMN_NUMBERS[ColumnTag.TARGET], target, "known", number_format(asked.decimals))
    pen.write(row, COLUMN_NUMBERS[ColumnTag.VALUE], request.contents.entries.get(key), "value", shown_as)
    pen.write(row, COLUMN_NUMBERS[ColumnTag.NOTE], request.contents.notes.get(key), "note")


def _draw_names(pen: SheetWriter, row: int, words: LocalizedText, look: str) -> None:
    """Both names; the row becomes as high as the longer one needs."""
    pen.write(row, COLUMN_NUMBERS[ColumnTag.LABEL], words.en, look)
    pen.write(row, COLUMN_NUMBERS[ColumnTag.LABEL_KM], words.km, f"{look} km")
    heights = (
        measure_height(words.en, COLUMN_WIDTHS[ColumnTag.LABEL] - BOLD_WIDTH_LOSS),
        measure_height(words.km, COLUMN_WIDTHS[ColumnTag.LABEL_KM] - BOLD_WIDTH_LOSS),
        MIN_ROW_HEIGHT,
    )
    pen.sheet.row_dimensions[row].height = max(heights)


def _unit(words: LocalizedText) -> str:
    """Both languages on one line where they fit, else on two."""
    line = join_languages(words)
    return (
        line if measure_width(line) <= COLUMN_WIDTHS[ColumnTag.UNIT] + UNIT_WIDTH_GAIN else join_languages(words, "\n")
    )


def _last_value(request: FormSpec, key: str) -> object:
    if key not in request.contents.last_values:
        return None
    value = request.contents.last_values[key]
    return "NC" if value is None else value


def _draw_signatures(pen: SheetWriter, places: FormPositions) -> None:
    """Lines for the printed copy that is signed and photographed."""
    line = "." * 34
    for row, who in enumerate((N_("Prepared by"), N_("Checked by")), start=places.last_row + 2):
        pen.write(row, 2, f"{bilingual_text(who)} {line}", "sign")
        pen.write(row, COLUMN_NUMBERS[ColumnTag.UNIT], f"{bilingual_text(N_('Signature'))} {line}", "sign")
        pen.write(row, COLUMN_NUMBERS[ColumnTag.VALUE], f"{bilingual_text(N_('Date'))} {line}", "sign")
        pen.sheet.row_dimensions[row].height = 26
        places.last_row = row
