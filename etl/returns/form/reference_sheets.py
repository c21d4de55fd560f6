"""Draws the sheets behind a form: how to fill it in, what each indicator counts, and the hidden identity."""

from collections.abc import Iterator

from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import CellKey, Indicator, LocalizedText, OverTime, ReportingFrequency
from etl.locale import N_
from etl.returns.form.cells import SheetWriter
from etl.returns.form.labels import GUIDE, bilingual_text, localize_text
from etl.returns.form.row_heights import measure_height
from etl.returns.form.spec import FormSpec
from etl.returns.form.styles import CellStyler
from etl.returns.form_identity import MetaName, combine_checksums, label_checksum, sign_identity

GUIDE_WIDTH, DEFINITION_WIDTH = 64.0, 56.0
TEXT_SIZE, NAME_SIZE = 10, 11

_COUNTED = {
    OverTime.FLOW: N_("what happened in the quarter (flow)"),
    OverTime.STOCK: N_("the level on the quarter's last day (stock)"),
    OverTime.AVERAGE: N_("the average over the quarter"),
    OverTime.MAXIMUM: N_("the highest of the quarter"),
}
_ASKED = {
    ReportingFrequency.QUARTERLY: N_("every quarter"),
    ReportingFrequency.ANNUAL: N_("once a year, with the fourth quarter"),
    ReportingFrequency.MILESTONE: N_("with the fourth quarter of years that have a target"),
}


def write_guide(sheet: Worksheet, styler: CellStyler) -> None:
    """How to fill the form in, English beside Khmer."""
    pen = SheetWriter(sheet, styler)
    _set_widths(sheet, 4, GUIDE_WIDTH, GUIDE_WIDTH)
    title = localize_text(N_("How to fill in this form"))
    pen.write(1, 1, None, "head")
    pen.write(1, 2, title.en, "head")
    pen.write(1, 3, title.km, "head km")
    for number, text in enumerate(GUIDE, start=1):
        words = localize_text(text)
        pen.write(number + 1, 1, number, "word")
        pen.write(number + 1, 2, words.en, "text")
        pen.write(number + 1, 3, words.km, "text km")
        sheet.row_dimensions[number + 1].height = _height(words, GUIDE_WIDTH)


def write_definitions(sheet: Worksheet, spec: FormSpec, styler: CellStyler) -> None:
    """A reference sheet for each indicator that the form asks for, one under the other."""
    pen, row = SheetWriter(sheet, styler), 2
    _set_widths(sheet, 22, DEFINITION_WIDTH, DEFINITION_WIDTH)
    pen.write(1, 1, bilingual_text(N_("What each indicator counts")), "title")
    for code in dict.fromkeys(one.indicator for one in spec.rows):
        indicator = spec.plan.indicator_by_code[code]
        pen.write(row, 1, code, "head")
        pen.write(row, 2, indicator.name.en, "head")
        pen.write(row, 3, indicator.name.km, "head km")
        sheet.row_dimensions[row].height = _height(indicator.name, DEFINITION_WIDTH, NAME_SIZE)
        for name, words in _facts(spec.plan, indicator):
            row += 1
            pen.write(row, 1, name, "word")
            pen.write(row, 2, words.en, "text")
            pen.write(row, 3, words.km if words.km != words.en else None, "text km")
            sheet.row_dimensions[row].height = max(_height(words, DEFINITION_WIDTH), measure_height(name, 22))
        row += 2


def _facts(plan: Plan, indicator: Indicator) -> Iterator[tuple[str, LocalizedText]]:
    """What the plan says of an indicator, blank lines left out."""
    facts = [
        (bilingual_text(N_("Definition"), "\n"), indicator.definition),
        (
            bilingual_text(N_("Unit"), "\n"),
            indicator.unit_label if indicator.unit_label.en else localize_text(N_("number")),
        ),
        (bilingual_text(N_("Numerator"), "\n"), _pair_words(indicator.numerator, indicator.numerator_ref)),
        (bilingual_text(N_("Denominator"), "\n"), _pair_words(indicator.denominator, indicator.denominator_ref)),
        (bilingual_text(N_("Of which"), "\n"), _parts_words(plan, indicator)),
        (bilingual_text(N_("Counted"), "\n"), localize_text(_COUNTED[indicator.over_time])),
        (bilingual_text(N_("Asked"), "\n"), localize_text(_ASKED[indicator.reported])),
        (bilingual_text(N_("Means of verification"), "\n"), indicator.means_of_verification),
        (bilingual_text(N_("Responsible"), "\n"), indicator.responsible),
    ]
    return ((name, words) for name, words in facts if words.en)


def _pair_words(words: LocalizedText, taken_from: CellKey | None) -> LocalizedText:
    if not words.en or taken_from is None:
        return words
    text = N_("{label} (taken from {key}, not typed)")
    in_khmer = localize_text(text, label=words.in_language("km"), key=taken_from).km
    return LocalizedText(localize_text(text, label=words.en, key=taken_from).en, in_khmer if words.km else "")


def _parts_words(plan: Plan, indicator: Indicator) -> LocalizedText:
    """Each dimension on a line, saying whether its parts make up the whole."""
    dimensions: dict[str, list[LocalizedText]] = {}
    for part in plan.parts_of(indicator.code):
        dimensions.setdefault(part.dimension, []).append(part.label)
    whole = plan.exhaustive_dimensions(indicator.code)
    add_up = localize_text(N_("together the total"))
    return LocalizedText(
        *(
            "\n".join(
                ", ".join(label.in_language(language) for label in labels)
                + (f" ({add_up.in_language(language)})" if dimension in whole else "")
                for dimension, labels in dimensions.items()
            )
            for language in ("en", "km")
        )
    )


def write_identity(sheet: Worksheet, spec: FormSpec, basis_cell: str) -> None:
    """The form's identity, its keys and the checksums of their words, as name and value."""
    identity = spec.identity
    checksums = {str(row.key): label_checksum(str(row.key), row.label.en, row.label.km) for row in spec.rows}
    lines: list[tuple[str, str]] = [
        (MetaName.FORM, identity.form_id),
        (MetaName.SITE, identity.site),
        (MetaName.QUARTER, str(identity.quarter)),
        (MetaName.PLAN_VERSION, str(identity.plan_version)),
        (MetaName.BASIS_CELL, basis_cell),
        (MetaName.LABELS, combine_checksums(checksums.values())),
        (MetaName.SIGNATURE, sign_identity(identity, spec.signing_key)),
    ]
    for name, value in lines:
        sheet.append([str(name), value])
    for key, checksum in checksums.items():
        sheet.append([str(MetaName.KEY), key, checksum])
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True


def _height(words: LocalizedText, width: float, size: float = TEXT_SIZE) -> float:
    return max(measure_height(words.en, width, size), measure_height(words.km, width, size))


def _set_widths(sheet: Worksheet, *widths: float) -> None:
    for column, width in zip("ABC", widths, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
