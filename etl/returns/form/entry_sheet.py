"""Draws the sheet that is filled in: header block, one row for each number, places to sign."""

from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.vocabulary import Indicator, Objective, Words
from etl.locale.translations import LANGUAGES, format_day, format_quarter, to_say
from etl.returns.form.cells import Pen
from etl.returns.form.labels import basis_words, both, said, side_by_side
from etl.returns.form.layout import FIRST_FIELD_ROW, body_lines, header_row
from etl.returns.form.row_heights import height_of, width_of
from etl.returns.form.rows import FormRow
from etl.returns.form.spec import FormRequest
from etl.returns.form.styles import Paint, number_format
from etl.returns.form_identity import FIELD_COLUMN, ColumnTag, FieldTag

COLUMNS = tuple(ColumnTag)
COLUMN = {tag: place for place, tag in enumerate(COLUMNS, start=1)}
WIDTHS = {
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
LOWEST_ROW = 21.0
BOLD_LOSS = 1.0
"""Letters that a column holds less when they are bold or set in."""
UNIT_GAIN = 3.0
"""Letters that the unit's smaller type gains."""
FREE_DECIMALS = 2
"""At least so many decimals are shown where fractions may be typed."""


@dataclass
class Places:
    """Where the things of a drawn sheet stand: row numbers, filled while drawing."""

    fields: dict[FieldTag, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    header: int = 0
    last: int = 0

    def address(self, key: str, tag: ColumnTag) -> str:
        return f"{get_column_letter(COLUMN[tag])}{self.rows[key]}"

    def field_address(self, tag: FieldTag) -> str:
        """Blank where the form has no such field."""
        return f"{get_column_letter(COLUMN[FIELD_COLUMN])}{self.fields[tag]}" if tag in self.fields else ""


def draw_sheet(sheet: Worksheet, request: FormRequest, paint: Paint) -> Places:
    """Fills an empty sheet with the form and says where everything stands."""
    pen, places = Pen(sheet, paint), Places()
    for tag, width in WIDTHS.items():
        sheet.column_dimensions[get_column_letter(COLUMN[tag])].width = width
    _draw_title(pen, request)
    _draw_fields(pen, request, places)
    _draw_header(pen, request, places)
    _draw_body(pen, request, places)
    _draw_signatures(pen, places)
    return places


def _draw_title(pen: Pen, request: FormRequest) -> None:
    settings = request.plan.settings
    pen.put(1, 2, said(to_say("Quarterly return")), "title")
    pen.sheet.row_dimensions[1].height = 26
    about = side_by_side(settings.name)
    if request.plan.is_provisional:
        about = said(to_say("Provisional plan: its indicators and targets are not official yet."))
    pen.put(2, 2, about, "subtitle")
    pen.sheet.row_dimensions[2].height = 17


def _draw_fields(pen: Pen, request: FormRequest, places: Places) -> None:
    quarter = Words(*(format_quarter(request.quarter, language) for language in LANGUAGES))
    lines: list[tuple[FieldTag, str, object, str, str]] = [
        (FieldTag.FORM, said(to_say("Form")), request.identity.form_id, "field value", "General"),
        (FieldTag.SITE, said(to_say("Site")), side_by_side(request.site.name), "field value", "General"),
        (FieldTag.QUARTER, said(to_say("Quarter")), side_by_side(quarter), "field value", "General"),
        (FieldTag.PREPARED_BY, said(to_say("Prepared by")), request.contents.prepared_by, "field input", "General"),
        (FieldTag.DATE, said(to_say("Date")), request.contents.prepared_on, "field input", "yyyy-mm-dd"),
    ]
    if request.asks_for_basis:
        chosen = side_by_side(basis_words(request.contents.basis, request.first_month))
        lines.append((FieldTag.BASIS, said(to_say("Flows are")), chosen, "field input", "General"))
    for row, (tag, name, value, look, shown_as) in enumerate(lines, start=FIRST_FIELD_ROW):
        places.fields[tag] = row
        pen.put(row, 1, str(tag), "tag")
        pen.put(row, 2, name, "field")
        pen.put(row, COLUMN[FIELD_COLUMN], value, look, shown_as)
        pen.sheet.row_dimensions[row].height = 20
    last = FIRST_FIELD_ROW + len(lines) - 1
    pen.put(FIRST_FIELD_ROW, COLUMN[ColumnTag.UNIT], _advice(request), "advice")
    pen.sheet.merge_cells(
        start_row=FIRST_FIELD_ROW, end_row=last, start_column=COLUMN[ColumnTag.UNIT], end_column=LAST_COLUMN
    )
    places.header = header_row(request.quarter)


def _advice(request: FormRequest) -> str:
    due = request.plan.settings.calendar.due(request.quarter)
    days = Words(*(format_day(due, language) for language in LANGUAGES))
    due_words = Words(both(to_say("Due {day}"), day=days.en).en, both(to_say("Due {day}"), day=days.km).km)
    return "\n".join(
        side_by_side(words, "\n")
        for words in (
            both(to_say("A blank is not a zero: write 0 if there was none.")),
            both(to_say("Not measured? Write NC and say why in the note.")),
            Words(side_by_side(due_words)),
        )
    )


def _draw_header(pen: Pen, request: FormRequest, places: Places) -> None:
    before = request.quarter.plus(-1)
    last = Words(*(format_quarter(before, language) for language in LANGUAGES))
    titles = {
        ColumnTag.KEY: said(to_say("Key"), "\n"),
        ColumnTag.LABEL: both(to_say("Indicator")).en,
        ColumnTag.LABEL_KM: both(to_say("Indicator")).km,
        ColumnTag.UNIT: said(to_say("Unit"), "\n"),
        ColumnTag.LAST: side_by_side(last, "\n"),
        ColumnTag.TARGET: said(to_say("Target {year}"), "\n", year=request.quarter.year),
        ColumnTag.VALUE: said(to_say("Value"), "\n"),
        ColumnTag.NOTE: said(to_say("Note"), "\n"),
    }
    for tag, title in titles.items():
        pen.put(places.header - 1, COLUMN[tag], str(tag), "tag")
        pen.put(places.header, COLUMN[tag], title, "header")
    pen.sheet.row_dimensions[places.header - 1].hidden = True
    pen.sheet.row_dimensions[places.header].height = 54


def _draw_body(pen: Pen, request: FormRequest, places: Places) -> None:
    for row, line in enumerate(body_lines(request.plan, request.rows), start=places.header + 1):
        if isinstance(line, Objective):
            _draw_objective(pen, row, line)
        elif isinstance(line, Indicator):
            _draw_pair_name(pen, row, request, line)
        else:
            places.rows[str(line.key)] = row
            _draw_row(pen, row, request, line)
        places.last = row


def _draw_objective(pen: Pen, row: int, objective: Objective) -> None:
    words = f"{objective.code}  {side_by_side(objective.name, chr(10))}"
    pen.put(row, 2, words, "objective")
    pen.sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=LAST_COLUMN)
    whole_width = sum(WIDTHS.values()) - WIDTHS[ColumnTag.KEY]
    pen.sheet.row_dimensions[row].height = height_of(words, whole_width)


def _draw_pair_name(pen: Pen, row: int, request: FormRequest, indicator: Indicator) -> None:
    """A line without a key: the name above the numbers of a ratio, with the target that they are judged by."""
    pen.put(row, 1, None, "key")
    _draw_names(pen, row, indicator.name, "name")
    pen.put(row, COLUMN[ColumnTag.UNIT], _unit(indicator.unit_label), "unit")
    pen.put(row, COLUMN[ColumnTag.LAST], None, "known")
    target = request.contents.targets.get(indicator.code)
    pen.put(row, COLUMN[ColumnTag.TARGET], target, "known", number_format(indicator.decimals))
    pen.put(row, COLUMN[ColumnTag.VALUE], None, "blank")
    pen.put(row, COLUMN[ColumnTag.NOTE], None, "blank")


def _draw_row(pen: Pen, row: int, request: FormRequest, asked: FormRow) -> None:
    key = str(asked.key)
    shown_as = number_format(0 if asked.whole else max(asked.decimals, FREE_DECIMALS))
    pen.put(row, 1, key, "key")
    _draw_names(pen, row, asked.label, "part" if asked.indent else "name")
    unit = asked.unit if asked.unit.en else both(to_say("number")) if asked.whole else Words("")
    pen.put(row, COLUMN[ColumnTag.UNIT], None if asked.is_part else _unit(unit), "unit")
    pen.put(row, COLUMN[ColumnTag.LAST], _last_value(request, key), "known", shown_as)
    target = None if asked.indent else request.contents.targets.get(asked.indicator)
    pen.put(row, COLUMN[ColumnTag.TARGET], target, "known", number_format(asked.decimals))
    pen.put(row, COLUMN[ColumnTag.VALUE], request.contents.entries.get(key), "value", shown_as)
    pen.put(row, COLUMN[ColumnTag.NOTE], request.contents.notes.get(key), "note")


def _draw_names(pen: Pen, row: int, words: Words, look: str) -> None:
    """Both names; the row becomes as high as the longer one needs."""
    pen.put(row, COLUMN[ColumnTag.LABEL], words.en, look)
    pen.put(row, COLUMN[ColumnTag.LABEL_KM], words.km, f"{look} km")
    heights = (
        height_of(words.en, WIDTHS[ColumnTag.LABEL] - BOLD_LOSS),
        height_of(words.km, WIDTHS[ColumnTag.LABEL_KM] - BOLD_LOSS),
        LOWEST_ROW,
    )
    pen.sheet.row_dimensions[row].height = max(heights)


def _unit(words: Words) -> str:
    """Both languages on one line where they fit, else on two."""
    line = side_by_side(words)
    return line if width_of(line) <= WIDTHS[ColumnTag.UNIT] + UNIT_GAIN else side_by_side(words, "\n")


def _last_value(request: FormRequest, key: str) -> object:
    if key not in request.contents.last_values:
        return None
    value = request.contents.last_values[key]
    return "NC" if value is None else value


def _draw_signatures(pen: Pen, places: Places) -> None:
    """Lines for the printed copy that is signed and photographed."""
    line = "." * 34
    for row, who in enumerate((to_say("Prepared by"), to_say("Checked by")), start=places.last + 2):
        pen.put(row, 2, f"{said(who)} {line}", "sign")
        pen.put(row, COLUMN[ColumnTag.UNIT], f"{said(to_say('Signature'))} {line}", "sign")
        pen.put(row, COLUMN[ColumnTag.VALUE], f"{said(to_say('Date'))} {line}", "sign")
        pen.sheet.row_dimensions[row].height = 26
        places.last = row
