"""Write the sheet that a site fills in: header block, a row per number, and signature lines."""

from dataclasses import dataclass, field
from decimal import Decimal

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.periods import Quarter
from etl.indicators.stage_words import format_stage
from etl.indicators.vocabulary import Indicator, LocalizedText, Objective
from etl.locale import LANGUAGES, N_, get_locale
from etl.returns.form.cells import SheetWriter
from etl.returns.form.labels import describe_basis, format_bilingual, join_languages, localize_text
from etl.returns.form.layout import FIRST_FIELD_ROW, get_header_row, iterate_body_lines
from etl.returns.form.row_heights import measure_height, measure_width
from etl.returns.form.rows import FormRow
from etl.returns.form.spec import FormSpec
from etl.returns.form.styles import CellStyler, make_number_format
from etl.returns.form_identity import FIELD_COLUMN, ColumnTag, FieldTag

COLUMNS = tuple(ColumnTag)
COLUMN_NUMBERS = {tag: number for number, tag in enumerate(COLUMNS, start=1)}
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
"""Letters by which bold or indented text shortens a column."""
UNIT_WIDTH_GAIN = 3.0
"""Letters that the unit column gains from its smaller type."""
MIN_DECIMALS = 2
"""Minimum number of decimals shown in cells that accept fractions."""


@dataclass
class FormPositions:
    """Row numbers on an entry sheet, set while the sheet is written."""

    field_rows: dict[FieldTag, int] = field(default_factory=dict)
    key_rows: dict[str, int] = field(default_factory=dict)
    header_row: int = 0
    last_row: int = 0

    def get_address(self, key: str, tag: ColumnTag) -> str:
        return f"{get_column_letter(COLUMN_NUMBERS[tag])}{self.key_rows[key]}"

    def get_field_address(self, tag: FieldTag) -> str:
        """Return the address of a header field; blank where the form has no such field."""
        return (
            f"{get_column_letter(COLUMN_NUMBERS[FIELD_COLUMN])}{self.field_rows[tag]}" if tag in self.field_rows else ""
        )


def write_entry_sheet(sheet: Worksheet, spec: FormSpec, styler: CellStyler) -> FormPositions:
    """Write the form on an empty sheet and return its row numbers."""
    writer, positions = SheetWriter(sheet, styler), FormPositions()
    for tag, width in COLUMN_WIDTHS.items():
        sheet.column_dimensions[get_column_letter(COLUMN_NUMBERS[tag])].width = width
    _write_title(writer, spec)
    _write_fields(writer, spec, positions)
    _write_header(writer, spec, positions)
    _write_body(writer, spec, positions)
    _write_signature_lines(writer, positions)
    return positions


def _write_title(writer: SheetWriter, spec: FormSpec) -> None:
    settings = spec.plan.settings
    writer.write(1, 2, format_bilingual(N_("Quarterly return")), "title")
    writer.sheet.row_dimensions[1].height = 26
    subtitle = join_languages(settings.name)
    if spec.plan.is_provisional:
        subtitle = format_bilingual(N_("Provisional plan: its indicators and targets are not official yet."))
    writer.write(2, 2, subtitle, "subtitle")
    writer.sheet.row_dimensions[2].height = 17


def _write_fields(writer: SheetWriter, spec: FormSpec, positions: FormPositions) -> None:
    lines: list[tuple[FieldTag, str, object, str]] = [
        (FieldTag.FORM, N_("Form"), spec.identity.form_id, "field value"),
        (FieldTag.SITE, N_("Site"), join_languages(spec.site.name), "field value"),
        (FieldTag.QUARTER, N_("Quarter"), join_languages(_localize_quarter(spec.quarter)), "field value"),
        (FieldTag.PREPARED_BY, N_("Prepared by"), spec.contents.prepared_by, "field input"),
        (FieldTag.DATE, N_("Date"), spec.contents.prepared_on, "field input"),
    ]
    if spec.asks_for_basis:
        basis = join_languages(describe_basis(spec.contents.basis, spec.first_month))
        lines.append((FieldTag.BASIS, N_("Flows are"), basis, "field input"))
    for row, (tag, name, value, style) in enumerate(lines, start=FIRST_FIELD_ROW):
        positions.field_rows[tag] = row
        writer.write(row, 1, str(tag), "tag")
        writer.write(row, 2, format_bilingual(name), "field")
        cell_format = "yyyy-mm-dd" if tag is FieldTag.DATE else "General"
        writer.write(row, COLUMN_NUMBERS[FIELD_COLUMN], value, style, cell_format)
        writer.sheet.row_dimensions[row].height = 20
    last = FIRST_FIELD_ROW + len(lines) - 1
    writer.write(FIRST_FIELD_ROW, COLUMN_NUMBERS[ColumnTag.UNIT], _format_advice(spec), "advice")
    writer.sheet.merge_cells(
        start_row=FIRST_FIELD_ROW, end_row=last, start_column=COLUMN_NUMBERS[ColumnTag.UNIT], end_column=LAST_COLUMN
    )
    positions.header_row = get_header_row(spec.quarter)


def _localize_quarter(quarter: Quarter) -> LocalizedText:
    return LocalizedText(*(get_locale(language).format_quarter(quarter) for language in LANGUAGES))


def _format_advice(spec: FormSpec) -> str:
    due = spec.plan.settings.calendar.get_due_date(spec.quarter)
    locales = map(get_locale, LANGUAGES)
    due_text = LocalizedText(*(locale.gettext(N_("Due {day}"), day=locale.format_day(due)) for locale in locales))
    return "\n".join(
        join_languages(text, "\n")
        for text in (
            localize_text(N_("A blank is not a zero: write 0 if there was none.")),
            localize_text(N_("Not measured? Write NC and say why in the note.")),
            LocalizedText(join_languages(due_text)),
        )
    )


def _write_header(writer: SheetWriter, spec: FormSpec, positions: FormPositions) -> None:
    titles = {
        ColumnTag.KEY: format_bilingual(N_("Key"), "\n"),
        ColumnTag.LABEL: localize_text(N_("Indicator")).en,
        ColumnTag.LABEL_KM: localize_text(N_("Indicator")).km,
        ColumnTag.UNIT: format_bilingual(N_("Unit"), "\n"),
        ColumnTag.LAST: join_languages(_localize_quarter(spec.quarter.shift(-1)), "\n"),
        ColumnTag.TARGET: format_bilingual(N_("Target {year}"), "\n", year=spec.quarter.year),
        ColumnTag.VALUE: format_bilingual(N_("Value"), "\n"),
        ColumnTag.NOTE: format_bilingual(N_("Note"), "\n"),
    }
    for tag, title in titles.items():
        writer.write(positions.header_row - 1, COLUMN_NUMBERS[tag], str(tag), "tag")
        writer.write(positions.header_row, COLUMN_NUMBERS[tag], title, "header")
    writer.sheet.row_dimensions[positions.header_row - 1].hidden = True
    writer.sheet.row_dimensions[positions.header_row].height = 54


def _write_body(writer: SheetWriter, spec: FormSpec, positions: FormPositions) -> None:
    for row, line in enumerate(iterate_body_lines(spec.plan, spec.rows), start=positions.header_row + 1):
        if isinstance(line, Objective):
            _write_objective(writer, row, line)
        elif isinstance(line, Indicator):
            _write_ratio_name(writer, row, spec, line)
        else:
            positions.key_rows[str(line.key)] = row
            _write_row(writer, row, spec, line)
        positions.last_row = row


def _write_objective(writer: SheetWriter, row: int, objective: Objective) -> None:
    text = f"{objective.code}  {join_languages(objective.name, chr(10))}"
    writer.write(row, 2, text, "objective")
    writer.sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=LAST_COLUMN)
    whole_width = sum(COLUMN_WIDTHS.values()) - COLUMN_WIDTHS[ColumnTag.KEY]
    writer.sheet.row_dimensions[row].height = measure_height(text, whole_width)


def _write_ratio_name(writer: SheetWriter, row: int, spec: FormSpec, indicator: Indicator) -> None:
    """Write a line without a key: the name and target of a ratio, above its two numbers."""
    writer.write(row, 1, None, "key")
    _write_labels(writer, row, indicator.name, "name")
    writer.write(row, COLUMN_NUMBERS[ColumnTag.UNIT], _format_unit(indicator.unit_label), "unit")
    writer.write(row, COLUMN_NUMBERS[ColumnTag.LAST], None, "known")
    target = spec.contents.targets.get(indicator.code)
    writer.write(row, COLUMN_NUMBERS[ColumnTag.TARGET], target, "known", make_number_format(indicator.decimals))
    writer.write(row, COLUMN_NUMBERS[ColumnTag.VALUE], None, "blank")
    writer.write(row, COLUMN_NUMBERS[ColumnTag.NOTE], None, "blank")


def _write_row(writer: SheetWriter, row: int, spec: FormSpec, form_row: FormRow) -> None:
    key = str(form_row.key)
    if form_row.stages:
        _write_stage_row(writer, row, spec, form_row)
        return
    value_format = make_number_format(0 if form_row.whole else max(form_row.decimals, MIN_DECIMALS))
    writer.write(row, 1, key, "key")
    _write_labels(writer, row, form_row.label, "part" if form_row.indent else "name")
    unit = form_row.unit if form_row.unit.en else localize_text(N_("number")) if form_row.whole else LocalizedText("")
    writer.write(row, COLUMN_NUMBERS[ColumnTag.UNIT], None if form_row.is_part else _format_unit(unit), "unit")
    writer.write(row, COLUMN_NUMBERS[ColumnTag.LAST], _get_last_value(spec, key), "known", value_format)
    target = spec.contents.targets.get(key)
    writer.write(row, COLUMN_NUMBERS[ColumnTag.TARGET], target, "known", make_number_format(form_row.decimals))
    writer.write(row, COLUMN_NUMBERS[ColumnTag.VALUE], spec.contents.entries.get(key), "value", value_format)
    writer.write(row, COLUMN_NUMBERS[ColumnTag.NOTE], spec.contents.notes.get(key), "note")


def _write_stage_row(writer: SheetWriter, row: int, spec: FormSpec, form_row: FormRow) -> None:
    """Write a row whose value is chosen from a list: last value and target are words as well."""
    key = str(form_row.key)
    writer.write(row, 1, key, "key")
    _write_labels(writer, row, form_row.label, "name")
    unit = form_row.unit if form_row.unit.en else localize_text(N_("stage"))
    writer.write(row, COLUMN_NUMBERS[ColumnTag.UNIT], _format_unit(unit), "unit")
    contents = spec.contents
    for tag, value, style in (
        (ColumnTag.LAST, _get_last_value(spec, key), "known stage"),
        (ColumnTag.TARGET, contents.targets.get(form_row.indicator), "known stage"),
        (ColumnTag.VALUE, contents.entries.get(key), "stage"),
    ):
        writer.write(row, COLUMN_NUMBERS[tag], _format_stage_entry(form_row, value), style)
    writer.write(row, COLUMN_NUMBERS[ColumnTag.NOTE], contents.notes.get(key), "note")
    width = COLUMN_WIDTHS[ColumnTag.LAST] - BOLD_WIDTH_LOSS
    heights = (measure_height(format_stage(stage), width) for stage in form_row.stages)
    dimension = writer.sheet.row_dimensions[row]
    dimension.height = max(dimension.height, *heights)


def _format_stage_entry(form_row: FormRow, value: object) -> object:
    """Return the words for a rank, and anything else unchanged."""
    labels = {Decimal(stage.rank): format_stage(stage) for stage in form_row.stages}
    return labels.get(value, value) if isinstance(value, Decimal) else value


def _write_labels(writer: SheetWriter, row: int, label: LocalizedText, style: str) -> None:
    """Write both labels and set the height of the row to fit the longer one."""
    writer.write(row, COLUMN_NUMBERS[ColumnTag.LABEL], label.en, style)
    writer.write(row, COLUMN_NUMBERS[ColumnTag.LABEL_KM], label.km, f"{style} km")
    heights = (
        measure_height(label.en, COLUMN_WIDTHS[ColumnTag.LABEL] - BOLD_WIDTH_LOSS),
        measure_height(label.km, COLUMN_WIDTHS[ColumnTag.LABEL_KM] - BOLD_WIDTH_LOSS),
        MIN_ROW_HEIGHT,
    )
    writer.sheet.row_dimensions[row].height = max(heights)


def _format_unit(unit: LocalizedText) -> str:
    """Return both languages on one line if they fit, otherwise on two lines."""
    line = join_languages(unit)
    return (
        line if measure_width(line) <= COLUMN_WIDTHS[ColumnTag.UNIT] + UNIT_WIDTH_GAIN else join_languages(unit, "\n")
    )


def _get_last_value(spec: FormSpec, key: str) -> object:
    if key not in spec.contents.last_values:
        return None
    value = spec.contents.last_values[key]
    return "NC" if value is None else value


def _write_signature_lines(writer: SheetWriter, positions: FormPositions) -> None:
    """Write the lines for signatures on the printed copy."""
    line = "." * 34
    for row, label in enumerate((N_("Prepared by"), N_("Checked by")), start=positions.last_row + 2):
        writer.write(row, 2, f"{format_bilingual(label)} {line}", "sign")
        writer.write(row, COLUMN_NUMBERS[ColumnTag.UNIT], f"{format_bilingual(N_('Signature'))} {line}", "sign")
        writer.write(row, COLUMN_NUMBERS[ColumnTag.VALUE], f"{format_bilingual(N_('Date'))} {line}", "sign")
        writer.sheet.row_dimensions[row].height = 26
        positions.last_row = row
