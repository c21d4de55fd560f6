"""Write the other sheets of a form: the guide, the definitions of indicators and the hidden identity."""

from collections.abc import Iterator

from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.plans import Plan
from etl.indicators.stage_words import describe_stages
from etl.indicators.vocabulary import CellKey, Indicator, LocalizedText, OverTime, ReportingFrequency
from etl.locale import N_
from etl.returns.form.cells import SheetWriter, fit_pages
from etl.returns.form.labels import GUIDE, format_bilingual, localize_text
from etl.returns.form.row_heights import measure_height
from etl.returns.form.spec import FormSpec
from etl.returns.form.stage_lists import write_stage_lists
from etl.returns.form.styles import CellStyler
from etl.returns.form_identity import MetaName, combine_checksums, compute_label_checksum, sign_identity
from etl.wording.participations import NEW_PEOPLE_NOTE

GUIDE_WIDTH, DEFINITION_WIDTH = 64.0, 56.0
TEXT_SIZE, NAME_SIZE = 10, 11

_OVER_TIME_LABELS = {
    OverTime.FLOW: N_("total of the quarter (flow)"),
    OverTime.STOCK: N_("level on the last day of the quarter (stock)"),
    OverTime.AVERAGE: N_("average over the quarter"),
    OverTime.MAXIMUM: N_("highest value of the quarter"),
}
_FREQUENCY_LABELS = {
    ReportingFrequency.QUARTERLY: N_("every quarter"),
    ReportingFrequency.ANNUAL: N_("once a year, with the fourth quarter"),
    ReportingFrequency.MILESTONE: N_("with the fourth quarter of years that have a target"),
}


def write_guide(sheet: Worksheet, styler: CellStyler) -> None:
    """Write the instructions for filling in the form, English beside Khmer."""
    writer = SheetWriter(sheet, styler)
    _set_up_page(sheet, 4, GUIDE_WIDTH, GUIDE_WIDTH)
    title = localize_text(N_("How to fill in this form"))
    writer.write(1, 1, None, "head")
    writer.write(1, 2, title.en, "head")
    writer.write(1, 3, title.km, "head km")
    for number, message in enumerate(GUIDE, start=1):
        text = localize_text(message)
        writer.write(number + 1, 1, number, "word")
        writer.write(number + 1, 2, text.en, "text")
        writer.write(number + 1, 3, text.km, "text km")
        sheet.row_dimensions[number + 1].height = _measure_localized(text, GUIDE_WIDTH)


def write_definitions(sheet: Worksheet, spec: FormSpec, styler: CellStyler) -> None:
    """Write the definition of each indicator on the form, one below the other."""
    writer, row = SheetWriter(sheet, styler), 2
    _set_up_page(sheet, 22, DEFINITION_WIDTH, DEFINITION_WIDTH)
    writer.write(1, 1, format_bilingual(N_("Definitions of indicators")), "title")
    for code in dict.fromkeys(form_row.indicator for form_row in spec.rows):
        indicator = spec.plan.indicator_by_code[code]
        writer.write(row, 1, code, "head")
        writer.write(row, 2, indicator.name.en, "head")
        writer.write(row, 3, indicator.name.km, "head km")
        sheet.row_dimensions[row].height = _measure_localized(indicator.name, DEFINITION_WIDTH, NAME_SIZE)
        for name, text in _define_indicator(spec.plan, indicator):
            row += 1
            writer.write(row, 1, name, "word")
            writer.write(row, 2, text.en, "text")
            writer.write(row, 3, text.km if text.km != text.en else None, "text km")
            sheet.row_dimensions[row].height = max(_measure_localized(text, DEFINITION_WIDTH), measure_height(name, 22))
        row += 2


def _define_indicator(plan: Plan, indicator: Indicator) -> Iterator[tuple[str, LocalizedText]]:
    """Yield the name and text of each non-blank field of an indicator's definition."""
    definitions = [
        (format_bilingual(N_("Definition"), "\n"), indicator.definition),
        (format_bilingual(N_("People"), "\n"), _describe_people(indicator)),
        (
            format_bilingual(N_("Unit"), "\n"),
            indicator.unit_label
            if indicator.unit_label.en
            else localize_text(N_("stage") if indicator.is_stage else N_("number")),
        ),
        (format_bilingual(N_("Numerator"), "\n"), _describe_ratio_term(indicator.numerator, indicator.numerator_ref)),
        (
            format_bilingual(N_("Denominator"), "\n"),
            _describe_ratio_term(indicator.denominator, indicator.denominator_ref),
        ),
        (format_bilingual(N_("Stages"), "\n"), describe_stages(indicator.stages)),
        (format_bilingual(N_("Of which"), "\n"), _describe_parts(plan, indicator)),
        (format_bilingual(N_("Measured"), "\n"), localize_text(_OVER_TIME_LABELS[indicator.over_time])),
        (format_bilingual(N_("Reported"), "\n"), localize_text(_FREQUENCY_LABELS[indicator.reported])),
        (format_bilingual(N_("Means of verification"), "\n"), indicator.means_of_verification),
        (format_bilingual(N_("Responsible"), "\n"), indicator.responsible),
    ]
    return ((name, text) for name, text in definitions if text.en)


def _describe_ratio_term(label: LocalizedText, source: CellKey | None) -> LocalizedText:
    if not label.en or source is None:
        return label
    template = N_("{label} (copied from {key}, do not enter)")
    khmer = localize_text(template, label=label.get_text("km"), key=source).km
    return LocalizedText(localize_text(template, label=label.en, key=source).en, khmer if label.km else "")


def _describe_people(indicator: Indicator) -> LocalizedText:
    """Return how the indicator counts each person once; blank for others."""
    return localize_text(NEW_PEOPLE_NOTE) if indicator.counts_new_people else LocalizedText("")


def _describe_parts(plan: Plan, indicator: Indicator) -> LocalizedText:
    """Return a line per dimension with its parts and whether they add up to the total."""
    dimensions: dict[str, list[LocalizedText]] = {}
    for part in plan.list_parts(indicator.code):
        dimensions.setdefault(part.dimension, []).append(part.label)
    exhaustive = plan.get_exhaustive_dimensions(indicator.code)
    note = localize_text(N_("add up to the total"))
    return LocalizedText(
        *(
            "\n".join(
                ", ".join(label.get_text(language) for label in labels)
                + (f" ({note.get_text(language)})" if dimension in exhaustive else "")
                for dimension, labels in dimensions.items()
            )
            for language in ("en", "km")
        )
    )


def write_identity(sheet: Worksheet, spec: FormSpec, basis_cell: str) -> None:
    """Write the identity of the form and the checksum of each key's labels as names and values."""
    identity = spec.identity
    checksums = {str(row.key): compute_label_checksum(str(row.key), row.label.en, row.label.km) for row in spec.rows}
    settings: list[tuple[str, str]] = [
        (MetaName.FORM, identity.form_id),
        (MetaName.SITE, identity.site),
        (MetaName.QUARTER, str(identity.quarter)),
        (MetaName.PLAN_VERSION, str(identity.plan_version)),
        (MetaName.BASIS_CELL, basis_cell),
        (MetaName.LABELS, combine_checksums(checksums.values())),
        (MetaName.SIGNATURE, sign_identity(identity, spec.signing_key)),
    ]
    for name, value in settings:
        sheet.append([str(name), value])
    for key, checksum in checksums.items():
        sheet.append([str(MetaName.KEY), key, checksum])
    write_stage_lists(sheet, spec.rows)
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True


def _measure_localized(text: LocalizedText, width: float, size: float = TEXT_SIZE) -> float:
    return max(measure_height(text.en, width, size), measure_height(text.km, width, size))


def _set_up_page(sheet: Worksheet, *widths: float) -> None:
    for column, width in zip("ABC", widths, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    fit_pages(sheet, "landscape")
