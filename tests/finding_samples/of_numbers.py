"""Samples of how one number can be written, each typed into the good return of the small plan."""

from datetime import date
from decimal import Decimal

from tests.finding_samples.sample import A_02, VALUE_COLUMN, Sample, changed, set_value, typed, written
from tests.returns.intake_cases import filled, row_of


def shown_as_percent(sheet) -> None:
    cell = sheet.cell(row_of(sheet, "A-02"), VALUE_COLUMN)
    cell.value, cell.number_format = 0.45, "0%"


SAMPLES: tuple[Sample, ...] = (
    typed("number-digits", {"A-01": "១២"}),
    typed("number-spaces", {"A-01": "1\u200b2"}),
    typed("number-groups", {"A-02": "1 234,5"}),
    typed("number-as-text", {"A-01": "12"}),
    typed("number-unit", {"A-02": "732.5 ha"}),
    typed("number-noise", {"A-02": Decimal("732.3000000000001")}),
    written("number-formula", lambda xml: xml.replace(A_02, b"<f>700+32.5</f>" + A_02)),
    typed("number-decimal-comma", {"A-02": "732,5"}),
    typed("number-one-whole-reading", {"B-04/numerator": 0, "A-03/denominator": "1,234"}),
    typed("number-ambiguous", {"A-02": "732.656"}),
    typed("number-other-unit", {"A-02": "500 rai"}),
    changed("number-percent", shown_as_percent),
    typed("number-none-word", {"A-02": "គ្មាន"}),
    typed("number-error-cell", {"A-02": "#REF!"}),
    changed("number-formula-without-value", set_value("A-02", "=700+32.5")),
    written("number-formula-external", lambda xml: xml.replace(A_02, b"<f>[1]Sheet1!A1</f>" + A_02)),
    changed("number-date", set_value("A-02", date(2025, 4, 3))),
    typed("number-not-whole", {"A-01/sex/women": Decimal("2.5")}),
    typed("number-below-minimum", {"A-02": -3}),
    typed("number-too-long", {"A-02": "1234567890123456"}),
    written("number-not-finite", lambda xml: xml.replace(A_02, b"<v>1e400</v>")),
    typed("number-foreign-digits", {"A-02": "၁"}),
    typed("number-unreadable", {"A-02": "twelve or so"}),
    typed("cell-blank", {"A-02": None}),
    typed("part-blank", {"A-01/sex/women": None}),
    Sample(
        "not-collected-without-note",
        lambda: filled({"A-02": "NC"}),
        lambda: filled({"A-02": "NC"}, notes={"A-02": "flooded"}),
    ),
)
