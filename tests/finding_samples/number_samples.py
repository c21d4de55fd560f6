"""Samples of how a number can be written, each typed into the valid return."""

from datetime import date
from decimal import Decimal

from tests.finding_samples.sample import (
    A_02,
    VALUE_COLUMN,
    Sample,
    SampleScenario,
    make_edited_sample,
    make_typed_sample,
    make_xml_sample,
    set_value,
)
from tests.returns.form_plans import PLAN_YEARS
from tests.returns.intake_cases import QUARTER, VALID_ENTRIES, find_row, make_return_file
from tests.support.builders import make_indicator, make_plan
from tests.support.cached_forms import get_form


def format_as_percent(sheet) -> None:
    cell = sheet.cell(find_row(sheet, "A-02"), VALUE_COLUMN)
    cell.value, cell.number_format = 0.45, "0%"


def format_in_thousands(sheet) -> None:
    cell = sheet.cell(find_row(sheet, "A-02"), VALUE_COLUMN)
    cell.value, cell.number_format = 700, '0",000"'


BOUNDED = make_plan(make_indicator("A-01", maximum=14, unit="pH"), sites=("one",), years=PLAN_YEARS)
"""A plan with one number that is at most 14."""

SAMPLES: tuple[Sample, ...] = (
    make_typed_sample("number-digits", {"A-01": "១២"}),
    make_typed_sample("number-spaces", {"A-01": "1\u200b2"}),
    make_typed_sample("number-groups", {"A-02": "1 234,5"}),
    make_typed_sample("number-as-text", {"A-01": "12"}),
    make_typed_sample("number-unit", {"A-02": "732.5 ha"}),
    make_typed_sample("number-noise", {"A-02": Decimal("732.3000000000001")}),
    make_xml_sample("number-formula", lambda xml: xml.replace(A_02, b"<f>700+32.5</f>" + A_02)),
    make_typed_sample("number-decimal-comma", {"A-02": "732,5"}),
    make_typed_sample("number-one-whole-reading", {"B-04/numerator": 0, "A-03/denominator": "1,234"}),
    make_typed_sample("number-ambiguous", {"A-02": "732.656"}),
    make_typed_sample("number-other-unit", {"A-02": "500 rai"}),
    make_edited_sample("number-format", format_in_thousands),
    make_edited_sample("number-percent", format_as_percent),
    make_typed_sample("number-none-word", {"A-02": "គ្មាន"}),
    make_typed_sample("number-error-cell", {"A-02": "#REF!"}),
    make_edited_sample("number-formula-without-value", set_value("A-02", "=700+32.5")),
    make_xml_sample("number-formula-external", lambda xml: xml.replace(A_02, b"<f>[1]Sheet1!A1</f>" + A_02)),
    make_edited_sample("number-date", set_value("A-02", date(2025, 4, 3))),
    make_typed_sample("number-not-whole", {"A-01/sex/women": Decimal("2.5")}),
    make_typed_sample("number-below-minimum", {"A-02": -3}),
    Sample(
        "number-above-maximum",
        lambda: get_form(BOUNDED, 1, "one", QUARTER, entries={"A-01": 14.5}),
        lambda: get_form(BOUNDED, 1, "one", QUARTER, entries={"A-01": 14}),
        SampleScenario(plan=BOUNDED),
    ),
    make_typed_sample("number-too-long", {"A-02": "1234567890123456"}),
    make_xml_sample("number-not-finite", lambda xml: xml.replace(A_02, b"<v>1e400</v>")),
    make_typed_sample("number-foreign-digits", {"A-02": "၁"}),
    make_typed_sample("number-unreadable", {"A-02": "twelve or so"}),
    make_typed_sample(
        "return-empty",
        dict.fromkeys(VALID_ENTRIES),
        extra_codes=("cell-blank",) * 5,
        extra_codes_reason="every number is blank, and a blank always causes a finding",
    ),
    make_typed_sample("cell-blank", {"A-02": None}),
    make_typed_sample("part-blank", {"A-01/sex/women": None}),
    Sample(
        "not-collected-without-note",
        lambda: make_return_file({"A-02": "NC"}),
        lambda: make_return_file({"A-02": "NC"}, notes={"A-02": "flooded"}),
    ),
)
