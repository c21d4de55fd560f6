"""Draws the sheets behind a form: how to fill it in, what each indicator counts, and the hidden identity."""

from collections.abc import Iterator

from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import CellKey, Indicator, OverTime, Reported, Words
from etl.locale.translations import to_say
from etl.returns.form.cells import Pen
from etl.returns.form.labels import GUIDE, both, said
from etl.returns.form.row_heights import height_of
from etl.returns.form.spec import FormRequest
from etl.returns.form.styles import Paint
from etl.returns.form_identity import MetaName, label_checksum, labels_checksum, signature_of

GUIDE_WIDTH, DEFINITION_WIDTH = 64.0, 56.0
TEXT_SIZE, NAME_SIZE = 10, 11

_COUNTED = {
    OverTime.FLOW: to_say("what happened in the quarter (flow)"),
    OverTime.STOCK: to_say("the level on the quarter's last day (stock)"),
    OverTime.AVERAGE: to_say("the average over the quarter"),
    OverTime.MAXIMUM: to_say("the highest of the quarter"),
}
_ASKED = {
    Reported.QUARTERLY: to_say("every quarter"),
    Reported.ANNUAL: to_say("once a year, with the fourth quarter"),
    Reported.MILESTONE: to_say("with the fourth quarter of years that have a target"),
}


def draw_guide(sheet: Worksheet, paint: Paint) -> None:
    """How to fill the form in, English beside Khmer."""
    pen = Pen(sheet, paint)
    _set_widths(sheet, 4, GUIDE_WIDTH, GUIDE_WIDTH)
    title = both(to_say("How to fill in this form"))
    pen.put(1, 1, None, "head")
    pen.put(1, 2, title.en, "head")
    pen.put(1, 3, title.km, "head km")
    for number, text in enumerate(GUIDE, start=1):
        words = both(text)
        pen.put(number + 1, 1, number, "word")
        pen.put(number + 1, 2, words.en, "text")
        pen.put(number + 1, 3, words.km, "text km")
        sheet.row_dimensions[number + 1].height = _height(words, GUIDE_WIDTH)


def draw_definitions(sheet: Worksheet, request: FormRequest, paint: Paint) -> None:
    """A reference sheet for each indicator that the form asks for, one under the other."""
    pen, row = Pen(sheet, paint), 2
    _set_widths(sheet, 22, DEFINITION_WIDTH, DEFINITION_WIDTH)
    pen.put(1, 1, said(to_say("What each indicator counts")), "title")
    for code in dict.fromkeys(one.indicator for one in request.rows):
        indicator = request.plan.indicator_by_code[code]
        pen.put(row, 1, code, "head")
        pen.put(row, 2, indicator.name.en, "head")
        pen.put(row, 3, indicator.name.km, "head km")
        sheet.row_dimensions[row].height = _height(indicator.name, DEFINITION_WIDTH, NAME_SIZE)
        for name, words in _facts(request.plan, indicator):
            row += 1
            pen.put(row, 1, name, "word")
            pen.put(row, 2, words.en, "text")
            pen.put(row, 3, words.km if words.km != words.en else None, "text km")
            sheet.row_dimensions[row].height = max(_height(words, DEFINITION_WIDTH), height_of(name, 22))
        row += 2


def _facts(plan: Plan, indicator: Indicator) -> Iterator[tuple[str, Words]]:
    """What the plan says of an indicator, blank lines left out."""
    facts = [
        (said(to_say("Definition"), "\n"), indicator.definition),
        (said(to_say("Unit"), "\n"), indicator.unit_label if indicator.unit_label.en else both(to_say("number"))),
        (said(to_say("Numerator"), "\n"), _pair_words(indicator.numerator, indicator.numerator_ref)),
        (said(to_say("Denominator"), "\n"), _pair_words(indicator.denominator, indicator.denominator_ref)),
        (said(to_say("Of which"), "\n"), _parts_words(plan, indicator)),
        (said(to_say("Counted"), "\n"), both(_COUNTED[indicator.over_time])),
        (said(to_say("Asked"), "\n"), both(_ASKED[indicator.reported])),
        (said(to_say("Means of verification"), "\n"), indicator.means_of_verification),
        (said(to_say("Responsible"), "\n"), indicator.responsible),
    ]
    return ((name, words) for name, words in facts if words.en)


def _pair_words(words: Words, taken_from: CellKey | None) -> Words:
    if not words.en or taken_from is None:
        return words
    text = to_say("{label} (taken from {key}, not typed)")
    in_khmer = both(text, label=words.in_language("km"), key=taken_from).km
    return Words(both(text, label=words.en, key=taken_from).en, in_khmer if words.km else "")


def _parts_words(plan: Plan, indicator: Indicator) -> Words:
    """Each dimension on a line, saying whether its parts make up the whole."""
    dimensions: dict[str, list[Words]] = {}
    for part in plan.parts_of(indicator.code):
        dimensions.setdefault(part.dimension, []).append(part.label)
    whole = plan.exhaustive_dimensions(indicator.code)
    add_up = both(to_say("together the total"))
    return Words(
        *(
            "\n".join(
                ", ".join(label.in_language(language) for label in labels)
                + (f" ({add_up.in_language(language)})" if dimension in whole else "")
                for dimension, labels in dimensions.items()
            )
            for language in ("en", "km")
        )
    )


def draw_identity(sheet: Worksheet, request: FormRequest, basis_cell: str) -> None:
    """The form's identity, its keys and the checksums of their words, as name and value."""
    identity = request.identity
    checksums = {str(row.key): label_checksum(str(row.key), row.label.en, row.label.km) for row in request.rows}
    lines: list[tuple[str, str]] = [
        (MetaName.FORM, identity.form_id),
        (MetaName.SITE, identity.site),
        (MetaName.QUARTER, str(identity.quarter)),
        (MetaName.PLAN_VERSION, str(identity.plan_version)),
        (MetaName.BASIS_CELL, basis_cell),
        (MetaName.LABELS, labels_checksum(checksums.values())),
        (MetaName.SIGNATURE, signature_of(identity, request.signing_key)),
    ]
    for name, value in lines:
        sheet.append([str(name), value])
    for key, checksum in checksums.items():
        sheet.append([str(MetaName.KEY), key, checksum])
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True


def _height(words: Words, width: float, size: float = TEXT_SIZE) -> float:
    return max(height_of(words.en, width, size), height_of(words.km, width, size))


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
