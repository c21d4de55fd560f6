"""Tests of every notation of numbers, filled into a form of the shipped plan and run through the intake."""

from datetime import date
from decimal import Decimal

import pytest

from etl.indicators.plans import make_single_plan
from etl.plan.read_plan import read_plan
from etl.returns.checks import CheckContext
from etl.returns.form.build import list_form_rows
from etl.returns.intake import run_intake
from etl.returns.numbers import NumberState
from tests.returns.intake_cases import assert_worded, edit_file, find_row
from tests.support.cached_forms import get_form
from tests.support.faulty_return import CHECK_DATE, QUARTER, SITE, collect_valid_entries
from tests.support.plan_edits import SHIPPED_PLAN
from tests.support.workbooks import change_part

PLAN = read_plan(SHIPPED_PLAN).plan
GOOD = collect_valid_entries(list_form_rows(PLAN, SITE, QUARTER))
WHOLE, AREA, STAFF, SHARE = "SO3-08", "SO3-07", "SO4-04", "SO2-03/numerator"
"""Plots (whole, by themselves), hectares (not whole), people (whole, with women), a number of a percentage."""
VALUE_COLUMN = 7
SHEET = "xl/worksheets/sheet1.xml"


def fill_in(**entries):
    keys = {"whole": WHOLE, "area": AREA, "staff": STAFF, "share": SHARE}
    changed = {keys[name]: entry for name, entry in entries.items()}
    return get_form(PLAN, 1, SITE, QUARTER, entries={**GOOD, **changed})


def examine_file(data):
    result = run_intake(
        "return.xlsx", data, plans=make_single_plan(PLAN), make_context=lambda _: CheckContext(PLAN, CHECK_DATE)
    )
    assert_worded(result.findings)
    return result


def assert_read(data, key, value, *codes):
    result = examine_file(data)
    cell = next(cell for cell in result.parsed_return.cells if str(cell.key) == key)
    assert [finding.code for finding in result.findings] == list(codes)
    assert all(
        (finding.sheet, finding.cell, finding.key) == ("Return", cell.address, key) for finding in result.findings
    )
    if isinstance(value, NumberState):
        assert (cell.state, cell.value) == (value, None)
    else:
        assert (cell.state, cell.value) == (NumberState.VALUE, Decimal(value))
    return result


@pytest.mark.parametrize("text", ["១២៣", "１２３", "1២３", "១2３"])
def test_khmer_full_width_and_mixed_digits(text):
    assert_read(fill_in(whole=text), WHOLE, 123, "number-digits")


@pytest.mark.parametrize("text", ["12\u200b3", "\u00a0123", "123\u202f", " 123 "])
def test_spaces_of_every_kind_inside_or_around(text):
    assert_read(fill_in(whole=text), WHOLE, 123, "number-spaces")


@pytest.mark.parametrize("text", ["1,234,567", "1.234.567", "1 234 567"])
def test_two_or_more_groups_of_thousands(text):
    assert_read(fill_in(area=text), AREA, 1234567, "number-groups")


@pytest.mark.parametrize(("text", "readings"), [("1,234", ("1234", "1.234")), ("732.656", ("732656", "732.656"))])
def test_one_separator_with_three_digits_after_it(text, readings):
    result = assert_read(fill_in(area=text), AREA, NumberState.UNREADABLE, "number-ambiguous")
    parameters = dict(result.findings[0].parameters)
    assert (parameters["first"], parameters["second"]) == readings and result.findings[0].is_error


def test_one_separator_in_a_whole_row_is_read_only_where_one_reading_is_whole():
    assert_read(fill_in(whole="1,234"), WHOLE, 1234, "number-one-whole-reading")
    assert_read(fill_in(whole="1,000"), WHOLE, NumberState.UNREADABLE, "number-ambiguous")


def test_a_decimal_comma():
    assert_read(fill_in(area="85,15"), AREA, "85.15", "number-decimal-comma")


@pytest.mark.parametrize("text", ["1 234,5", "1.234,5", "1,234.5"])
def test_groups_and_decimals_by_different_separators(text):
    assert_read(fill_in(area=text), AREA, "1234.5", "number-groups")


@pytest.mark.parametrize(
    ("row", "text", "value", "codes"),
    [
        ("area", "500 ha", 500, ["number-unit"]),
        ("staff", "១២ នាក់", 12, ["number-digits", "number-unit"]),
        ("area", "៥០០ហិកតា", 500, ["number-digits", "number-unit"]),
    ],
)
def test_the_unit_of_the_row_beside_its_number(row, text, value, codes):
    assert_read(fill_in(**{row: text}), {"area": AREA, "staff": STAFF}[row], value, *codes)


def test_another_unit_is_rejected_and_names_the_unit_of_the_row():
    result = assert_read(fill_in(area="500 rai"), AREA, NumberState.UNREADABLE, "number-other-unit")
    assert dict(result.findings[0].parameters) | {"expected": "hectares", "expected_km": "ហិកតា"} == dict(
        result.findings[0].parameters
    )


@pytest.mark.parametrize(("row", "key"), [("share", SHARE), ("whole", WHOLE), ("area", AREA)])
def test_a_percentage_in_any_row(row, key):
    assert_read(fill_in(**{row: "45%"}), key, NumberState.UNREADABLE, "number-percent")

    def show_as_percent(sheet):
        cell = sheet.cell(find_row(sheet, key), VALUE_COLUMN)
        cell.value, cell.number_format = 0.45, "0.0%"

    assert_read(edit_file(fill_in(), show_as_percent), key, NumberState.UNREADABLE, "number-percent")


@pytest.mark.parametrize("entry", ["-", None])
def test_a_dash_and_an_empty_cell_are_blank_with_a_warning(entry):
    result = assert_read(fill_in(whole=entry), WHOLE, NumberState.BLANK, "cell-blank")
    assert result.findings[0].severity == "warning" and result.is_acceptable


@pytest.mark.parametrize("text", ["N/A", "n/a", "NC", "មិនមានទិន្នន័យ"])
def test_words_for_not_collected(text):
    assert_read(fill_in(whole=text), WHOLE, NumberState.NOT_COLLECTED, "not-collected-without-note")
    entries = {**GOOD, WHOLE: text}
    noted = get_form(PLAN, 1, SITE, QUARTER, entries=entries, notes={WHOLE: "the road was flooded"})
    assert_read(noted, WHOLE, NumberState.NOT_COLLECTED)


@pytest.mark.parametrize("text", ["គ្មាន", "មិនមាន", "none", "nil"])
def test_a_word_that_can_mean_none_or_no_figure(text):
    assert_read(fill_in(whole=text), WHOLE, NumberState.UNREADABLE, "number-none-word")


@pytest.mark.parametrize("text", ["#REF!", "#DIV/0!", "#SPILL!", "Err:502"])
def test_an_error_of_a_spreadsheet_as_text_and_as_an_error_cell(text):
    assert_read(fill_in(whole=text), WHOLE, NumberState.UNREADABLE, "number-error-cell")
    assert_read(replace_cell(f't="e"><v>{text}</v>'), AREA, NumberState.UNREADABLE, "number-error-cell")


def replace_cell(inside: str) -> bytes:
    """Return the valid return with other XML in the cell of its area."""

    def change(xml: bytes) -> bytes:
        old_cell = b't="n"><v>987.25</v>'
        assert xml.count(old_cell) == 1
        return xml.replace(old_cell, inside.encode())

    return change_part(fill_in(area=Decimal("987.25")), SHEET, change)


def test_a_formula_with_a_value_without_one_and_to_another_workbook():
    assert_read(replace_cell("><f>1+1</f><v>2</v>"), AREA, 2, "number-formula")
    assert_read(replace_cell("><f>1+1</f>"), AREA, NumberState.UNREADABLE, "number-formula-without-value")
    assert_read(replace_cell("><f>[1]Q2!G9</f><v>2</v>"), AREA, NumberState.UNREADABLE, "number-formula-external")


def test_a_date_in_a_number_cell():
    def type_a_date(sheet):
        sheet.cell(find_row(sheet, WHOLE), VALUE_COLUMN, date(2025, 4, 3)).number_format = "d-mmm"

    result = assert_read(edit_file(fill_in(), type_a_date), WHOLE, NumberState.UNREADABLE, "number-date")
    assert dict(result.findings[0].parameters)["found"] == "2025-04-03"


@pytest.mark.parametrize(
    ("row", "entry", "code"),
    [
        ("whole", Decimal("2.5"), "number-not-whole"),
        ("whole", -1, "number-below-minimum"),
        ("area", "1234567890123456", "number-too-long"),
        ("area", "၁", "number-foreign-digits"),
        ("area", "๑๒", "number-foreign-digits"),
    ],
)
def test_a_number_that_the_row_does_not_accept(row, entry, code):
    assert_read(fill_in(**{row: entry}), {"whole": WHOLE, "area": AREA}[row], NumberState.UNREADABLE, code)


def test_numbers_that_only_a_file_can_hold():
    assert_read(replace_cell('t="n"><v>1e400</v>'), AREA, NumberState.UNREADABLE, "number-not-finite")
    assert_read(replace_cell('t="n"><v>1234567890123456789</v>'), AREA, NumberState.UNREADABLE, "number-too-long")
    assert [finding.code for finding in examine_file(replace_cell('t="n"><v>NaN</v>')).findings] == ["file-bad-cell"]
    assert_read(replace_cell('t="n"><v>0.30000000000000004</v>'), AREA, "0.3", "number-noise")


@pytest.mark.parametrize("number_format", ["General", "#,##0", '"ha" 0', "0.0E+0"])
def test_a_stored_number_is_read_unchanged_in_any_format(number_format):
    def show(sheet):
        cell = sheet.cell(find_row(sheet, AREA), VALUE_COLUMN)
        cell.value, cell.number_format = 1234.5, number_format

    assert_read(edit_file(fill_in(), show), AREA, "1234.5")
