"""Tests of reading numbers in every notation, and of what is rejected rather than guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.returns.numbers import (
    CellLocation,
    Formula,
    NumberReading,
    NumberSpec,
    NumberState,
    read_number,
    read_stored_number,
)
from etl.returns.workbook.cells import CellData, CellKind
from tests.returns.intake_cases import assert_worded
from tests.returns.number_strategies import ambiguous_numbers, written_numbers

AMOUNT = NumberSpec("A-02", minimum=Decimal(0), units=("hectares", "ហិកតា", "ha"))
PEOPLE = NumberSpec("A-01", whole=True, minimum=Decimal(0), units=("participants", "នាក់", "people"))
ANY = NumberSpec("A-05")
SPOT = CellLocation("Return", "F14", "A-02")


def read(
    text: str, row: NumberSpec = AMOUNT, kind: CellKind = CellKind.TEXT, number_format: str = "General"
) -> NumberReading:
    number = read_number(CellData("Return", 14, 6, kind, text, number_format), row, SPOT)
    assert_worded(number.findings)
    return number


def read_stored(text: str, row: NumberSpec = AMOUNT, number_format: str = "General") -> NumberReading:
    return read(text, row, CellKind.NUMBER, number_format)


def list_codes(number: NumberReading) -> list[str]:
    return [finding.code for finding in number.findings]


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("១២៣", "123", "number-digits"),
        ("１２３", "123", "number-digits"),
        ("1២３", "123", "number-digits"),
        ("៨៥.១៥", "85.15", "number-digits"),
        ("12\u200b3", "123", "number-spaces"),
        ("\u00a0123", "123", "number-spaces"),
        ("123\u202f", "123", "number-spaces"),
        (" 123 ", "123", "number-spaces"),
        ("1,234,567", "1234567", "number-groups"),
        ("1.234.567", "1234567", "number-groups"),
        ("1 234 567", "1234567", "number-groups"),
        ("85,15", "85.15", "number-decimal-comma"),
        ("1 234,5", "1234.5", "number-groups"),
        ("1.234,5", "1234.5", "number-groups"),
        ("1,234.5", "1234.5", "number-groups"),
        ("1,234,567.25", "1234567.25", "number-groups"),
        ("500 ha", "500", "number-unit"),
        ("500ha", "500", "number-unit"),
        ("500 Hectares", "500", "number-unit"),
        ("123", "123", "number-as-text"),
        ("85.15", "85.15", "number-as-text"),
    ],
)
def test_a_written_number_is_read_with_its_notation(text, value, code):
    number = read(text)
    assert (number.state, str(number.value)) == (NumberState.VALUE, value)
    assert list_codes(number) == [code]


@pytest.mark.parametrize("text", ["១២ នាក់", "១២នាក់", "១២\u200bនាក់"])
def test_the_unit_of_the_row_may_stand_beside_khmer_digits(text):
    number = read(text, PEOPLE)
    assert number.value == 12
    assert {"number-digits", "number-unit"} <= set(list_codes(number))


def test_another_unit_is_rejected_without_a_suggested_amount():
    number = read("500 rai")
    assert (list_codes(number), number.findings[0].suggestion) == (["number-other-unit"], "")


@pytest.mark.parametrize("text", ["1,234", "732.656", "1,000", "0,500", "12.345", "1234,567", "១,២៣៤"])
def test_one_separator_with_three_digits_after_it_is_ambiguous_and_both_readings_are_shown(text):
    number = read(text)
    assert (number.state, number.value, list_codes(number)) == (NumberState.UNREADABLE, None, ["number-ambiguous"])
    latin = text.replace("១", "1").replace("២", "2").replace("៣", "3").replace("៤", "4")
    readings = {Decimal(dict(number.findings[0].parameters)[name]) for name in ("first", "second")}
    assert readings == {Decimal(latin.replace(",", "").replace(".", "")), Decimal(latin.replace(",", "."))}


@pytest.mark.parametrize(("text", "value"), [("1,234", 1234), ("732.656", 732656), ("12.345", 12345)])
def test_a_whole_row_accepts_the_only_whole_reading_with_a_warning(text, value):
    number = read(text, PEOPLE)
    assert (number.value, list_codes(number)) == (value, ["number-one-whole-reading"])


@pytest.mark.parametrize("text", ["1,000", "2.000", "0,500", "1234,567"])
def test_in_a_whole_row_two_whole_readings_or_an_impossible_group_stay_ambiguous(text):
    assert list_codes(read(text, PEOPLE)) == ["number-ambiguous"]


@pytest.mark.parametrize("text", ["45%", "45 %", "៤៥%", "45％", "45 ភាគរយ", "0.5 percent"])
def test_a_percentage_is_rejected(text):
    assert list_codes(read(text)) == ["number-percent"]


@pytest.mark.parametrize("number_format", ["0%", "0.00%", '0"%"', "#,##0 %;[Red]-0%"])
def test_a_number_with_a_percentage_format_is_rejected(number_format):
    assert list_codes(read_stored("0.45", number_format=number_format)) == ["number-percent"]


@pytest.mark.parametrize("text", ["-", "–", "—", "−", " ", "\u200b", " - "])
def test_a_dash_and_nothing_are_blank_and_never_zero(text):
    assert read(text) == NumberReading(NumberState.BLANK)


def test_no_cell_is_blank():
    assert read_number(None, AMOUNT, SPOT) == NumberReading(NumberState.BLANK)


@pytest.mark.parametrize("text", ["N/A", "n/a", "NC", "nc", " NC ", "មិនមានទិន្នន័យ", "មិនមាន\u200bទិន្នន័យ"])
def test_words_for_not_collected(text):
    assert read(text) == NumberReading(NumberState.NOT_COLLECTED)


@pytest.mark.parametrize("text", ["គ្មាន", "មិនមាន", "none", "None", "nil", "គ្\u200bមាន"])
def test_a_word_that_means_zero_or_no_number_is_rejected(text):
    assert list_codes(read(text)) == ["number-none-word"]


@pytest.mark.parametrize("text", ["#REF!", "#DIV/0!", "#N/A", "#NAME?", "#SPILL!", "#GETTING_DATA", "Err:502"])
@pytest.mark.parametrize("kind", [CellKind.ERROR, CellKind.TEXT])
def test_a_spreadsheet_error_is_rejected(text, kind):
    assert list_codes(read(text, kind=kind)) == ["number-error-cell"]


def test_a_formula_is_accepted_with_its_saved_value_and_a_note():
    cell = CellData("Return", 14, 6, CellKind.NUMBER, "7")
    number = read_number(cell, AMOUNT, SPOT, Formula.SAVED)
    assert (number.value, list_codes(number)) == (7, ["number-formula"])


def test_a_formula_without_a_saved_value_or_to_another_workbook_is_rejected():
    cell = CellData("Return", 14, 6, CellKind.NUMBER, "7")
    assert list_codes(read_number(None, AMOUNT, SPOT, Formula.WITHOUT_VALUE)) == ["number-formula-without-value"]
    assert list_codes(read_number(cell, AMOUNT, SPOT, Formula.EXTERNAL)) == ["number-formula-external"]


def test_a_date_is_rejected_and_quoted():
    number = read("2026-04-03", kind=CellKind.DATE)
    assert list_codes(number) == ["number-date"]
    assert dict(number.findings[0].parameters)["found"] == "2026-04-03"


@pytest.mark.parametrize(
    ("text", "row", "code"),
    [
        ("1.5", PEOPLE, "number-not-whole"),
        ("-1", PEOPLE, "number-below-minimum"),
        ("1234567890123456", AMOUNT, "number-too-long"),
        ("1e+20", AMOUNT, "number-too-long"),
        ("123456789012.12345", AMOUNT, "number-too-long"),
        ("nan", AMOUNT, "number-not-finite"),
        ("inf", AMOUNT, "number-not-finite"),
        ("-inf", AMOUNT, "number-not-finite"),
    ],
)
def test_an_invalid_stored_number_is_rejected(text, row, code):
    number = read_stored(text, row)
    assert (number.value, list_codes(number)) == (None, [code])


@pytest.mark.parametrize(("text", "code"), [("1.5", "number-not-whole"), ("-5", "number-below-minimum")])
def test_a_written_number_that_the_row_does_not_accept_is_rejected(text, code):
    assert list_codes(read(text, PEOPLE)) == [code]


@pytest.mark.parametrize(
    ("text", "row", "value"),
    [
        ("0.30000000000000004", AMOUNT, "0.3"),
        ("85.15000000000001", AMOUNT, "85.15"),
        ("2.9999999999999996", PEOPLE, "3"),
        ("5.551115123125783e-17", AMOUNT, "0"),
    ],
)
def test_float_noise_is_removed_with_a_note(text, row, value):
    number = read_stored(text, row)
    assert (str(number.value), list_codes(number)) == (value, ["number-noise"])


@pytest.mark.parametrize("text", ["၁", "1၂", "١٢", "१२", "๑๒"])
def test_digits_of_other_scripts_are_rejected(text):
    assert list_codes(read(text)) == ["number-foreign-digits"]


@pytest.mark.parametrize(
    "text", ["abc", "5.", ".5", "1e5", "1,23,456", "12,34.5", "1.2.3", "3/4", "(5)", "5-7", "1'000", "٫", "500 500ha 3"]
)
def test_other_text_is_rejected(text):
    assert read(text, AMOUNT).value is None
    assert read(text, AMOUNT).state is NumberState.UNREADABLE


def test_a_boolean_is_rejected():
    assert list_codes(read("TRUE", kind=CellKind.BOOLEAN)) == ["number-unreadable"]


@pytest.mark.parametrize("number_format", ["General", "#,##0", "0.0", "yyyy", '"ha "0'])
def test_a_stored_number_is_read_unchanged_in_any_display_format(number_format):
    assert read_stored("1234.5", number_format=number_format) == NumberReading(NumberState.VALUE, Decimal("1234.5"))


def test_a_negative_number_is_fine_where_the_row_has_no_minimum():
    assert read("−0.3", ANY).value == Decimal("-0.3")
    assert str(read_stored("-0.0", ANY).value) == "0"


UNITS = ("", "ha", "hectares", "Hectares", "ហិកតា")
SIGNED = NumberSpec("A-02", units=UNITS[1:])
SIGNED_WHOLE = NumberSpec("A-01", whole=True, units=("នាក់", "people"))


@given(written_numbers(UNITS))
def test_any_number_in_any_notation_is_read_back(written):
    number = read(written.text, SIGNED)
    assert (number.state, number.value) == (NumberState.VALUE, written.value), written.text
    assert number.findings and not any(finding.is_error for finding in number.findings)


@given(written_numbers(("", "នាក់", "people"), whole=True))
def test_any_whole_number_in_any_notation_is_read_back_in_a_whole_row(written):
    assert read(written.text, SIGNED_WHOLE).value == written.value, written.text


@given(written_numbers(UNITS))
def test_a_row_with_minimum_zero_rejects_exactly_the_negative_numbers(written):
    number = read(written.text)
    if written.value < 0:
        assert list_codes(number) == ["number-below-minimum"]
    else:
        assert number.value == written.value


@given(ambiguous_numbers())
def test_a_number_with_two_meanings_is_never_guessed(written):
    number = read(written.text)
    assert (number.value, list_codes(number)) == (None, ["number-ambiguous"])
    parameters = dict(number.findings[0].parameters)
    assert {Decimal(parameters["first"]), Decimal(parameters["second"])} == {written.value, written.value / 1000}


@given(ambiguous_numbers())
def test_a_whole_row_accepts_an_ambiguous_number_only_if_one_reading_is_whole(written):
    number = read(written.text, PEOPLE)
    if number.value is not None:
        assert number.value == written.value and list_codes(number)[-1] == "number-one-whole-reading"
        assert written.value % 1000 != 0 and 1_000 <= written.value < 1_000_000
    else:
        assert list_codes(number) == ["number-ambiguous"]
        assert written.value % 1000 == 0 or not 1_000 <= written.value < 1_000_000


@given(written_numbers(), st.sampled_from(["%", " %", "％", " percent", " ភាគរយ"]))
def test_a_percentage_is_never_read_as_a_number(written, sign):
    assert list_codes(read(written.text + sign, SIGNED)) == ["number-percent"]


@given(written_numbers(), st.sampled_from(["rai", "kg", "៛", "$", "គីឡូក្រាម"]))
def test_a_number_with_another_unit_is_never_accepted(written, unit):
    number = read(f"{written.text} {unit}", SIGNED)
    assert (number.value, list_codes(number)) == (None, ["number-other-unit"])


@given(st.floats(min_value=0, max_value=1e9, allow_nan=False))
def test_any_stored_float_is_read_precisely(number):
    read_back = read_stored(repr(number)).value
    assert read_back is None or abs(read_back - Decimal(number)) < Decimal("1e-6")


@given(st.text(max_size=20))
def test_any_text_has_a_value_a_state_or_a_finding(text):
    number = read(text)
    assert number.state is not NumberState.UNREADABLE or number.findings


@given(
    text=st.one_of(
        st.from_regex(r"[0-9]{1,20}", fullmatch=True), st.from_regex(r"-?[0-9]{1,9}\.?[0-9]{0,3}", fullmatch=True)
    ),
    row=st.sampled_from(
        [AMOUNT, PEOPLE, ANY, NumberSpec("A-06", minimum=Decimal(3)), NumberSpec("A-07", minimum=Decimal(-3))]
    ),
    number_format=st.sampled_from(["General", "0%", '0"%"']),
)
def test_the_shortcut_for_plain_numbers_gives_the_same_result_as_all_checks(
    text: str, row: NumberSpec, number_format: str
) -> None:
    cell = CellData("Return", 14, 6, CellKind.NUMBER, text, number_format)
    reading, full_reading = read_number(cell, row, SPOT), read_stored_number(cell, row, SPOT)
    assert (reading, repr(reading.value)) == (full_reading, repr(full_reading.value))
