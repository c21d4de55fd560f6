"""Known hazards of real returns: for each a workbook that contains it, and the expected result."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from etl.returns.form_identity import FieldTag
from etl.returns.numbers import NumberState
from tests.returns.intake_cases import (
    VALID_ENTRIES,
    edit_file,
    examine_file,
    find_row,
    get_finding,
    list_codes,
    make_return_file,
)
from tests.support.workbooks import change_part

VALUE, NOTE, FIELD = 7, 8, 3
SHEET = "xl/worksheets/sheet1.xml"


def examine_edited(entries=None, change=None, **fields):
    data = make_return_file(entries or {}, **fields)
    return examine_file(edit_file(data, change) if change else data)


def value_by_key(result):
    return {str(cell.key): cell.value for cell in result.parsed_return.cells}


def find_cell(result, key):
    return next(cell for cell in result.parsed_return.cells if str(cell.key) == key)


def set_header(tag, value, number_format=None):
    def change(sheet):
        cell = sheet.cell(find_row(sheet, tag), FIELD)
        cell.value = value
        if number_format:
            cell.number_format = number_format

    return change


def test_khmer_digits_are_read_and_the_raw_text_is_stored():
    result = examine_edited({"A-01": "១២"})
    assert (value_by_key(result)["A-01"], list_codes(result)) == (12, ["number-digits"])
    assert find_cell(result, "A-01").raw == "១២"


@pytest.mark.parametrize(("text", "expected_codes"), [("1,234,567", []), ("1.234", ["number-ambiguous"]), ("1,5", [])])
def test_thousands_separators_are_read_or_reported_as_ambiguous(text, expected_codes):
    result = examine_edited({"A-02": text, "B-04/numerator": 0})
    assert [finding.code for finding in result.findings if finding.is_error] == expected_codes


def test_percentages_are_refused_in_rows_for_ratios():
    assert list_codes(examine_edited({"A-03/numerator": "45%"})) == ["number-percent"]

    def show(sheet):
        cell = sheet.cell(find_row(sheet, "A-03/numerator"), VALUE, 0.45)
        cell.number_format = "0%"

    assert list_codes(examine_edited(change=show)) == ["number-percent"]


def test_not_reported_not_measured_and_none_are_distinguished():
    states = {"N/A": NumberState.NOT_COLLECTED, "-": NumberState.BLANK, None: NumberState.BLANK}
    for typed, state in states.items():
        assert find_cell(examine_edited({"A-02": typed, "B-04/numerator": 0}), "A-02").state is state
    assert list_codes(examine_edited({"A-02": "គ្មាន"})) == ["number-none-word"]


def test_zeros_everywhere_cause_a_warning():
    zeros = dict.fromkeys((key for key in VALID_ENTRIES if key.startswith("A-01")), 0)
    assert list_codes(examine_edited(zeros)) == ["flows-all-zero"]


@pytest.mark.parametrize("letter", ["\u200b", "\u200c", "\ufeff", "\u00a0", " "])
def test_invisible_characters_are_removed_from_numbers_and_codes_but_not_notes(letter):
    def change(sheet):
        sheet.cell(find_row(sheet, "A-01"), VALUE, f"12{letter}")
        sheet.cell(find_row(sheet, "A-01"), NOTE, "ទឹក\u200bជំនន់")
        sheet.cell(find_row(sheet, "A-02"), 1, f"{letter}A-02{letter}")

    result = examine_edited(change=change)
    assert (value_by_key(result), list_codes(result)) == (VALID_ENTRIES, ["number-spaces"])
    assert find_cell(result, "A-01").note == "ទឹក\u200bជំនន់"


@pytest.mark.parametrize("dash", ["\u2010", "\u2011", "\u2013", "\u2014", "\u2212"])
def test_all_kinds_of_dashes_are_equal_in_codes_and_a_minus_in_numbers(dash):
    result = examine_edited(change=lambda sheet: sheet.cell(find_row(sheet, "A-02"), 1, f"A{dash}02"))
    assert (list_codes(result), value_by_key(result)) == (["key-respelled"], VALID_ENTRIES)
    assert list_codes(examine_edited({"A-02": f"{dash}3"})) == ["number-below-minimum"]


@pytest.mark.parametrize("text", ["500 ៛", "$500", "12 people", "3 រ៉ៃ", "12k"])
def test_currencies_and_other_units_are_refused_and_no_amount_is_suggested(text):
    """3 rai are not 3 hectares."""
    result = examine_edited({"A-02": text})
    assert list_codes(result) == ["number-other-unit"]
    assert get_finding(result, "number-other-unit").suggestion == ""


@pytest.mark.parametrize(
    "text", ["1½", "0?", ">12", "~12", "12\n15", "112\n115", "12\r\n 15", "60 65", "12 3", "12\u00a03"]
)
def test_signs_and_two_numbers_in_a_cell_are_unreadable(text):
    assert list_codes(examine_edited({"A-02": text})) == ["number-unreadable"]


def test_a_number_stored_as_text_is_accepted_with_a_note():
    assert list_codes(examine_edited({"A-01": "12"})) == ["number-as-text"]


def test_decimals_in_counts_are_refused_unless_they_are_rounding_noise():
    assert list_codes(examine_edited({"A-01/sex/women": Decimal("4.5")})) == ["number-not-whole"]
    assert list_codes(examine_edited({"A-01/sex/women": Decimal("4.999999999999999")})) == ["number-noise"]


@pytest.mark.parametrize("text", ["9007199254740993", "1e400"])
def test_numbers_with_too_many_digits_are_refused(text):
    data = change_part(make_return_file(), SHEET, lambda xml: xml.replace(b"<v>732.5</v>", f"<v>{text}</v>".encode()))
    assert list_codes(examine_file(data)) == [{"1e400": "number-not-finite"}.get(text, "number-too-long")]


def test_merged_header_cells_are_harmless():
    def merge(sheet):
        row = find_row(sheet, "#key") + 1
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=3)

    assert (list_codes(examine_edited(change=merge)), value_by_key(examine_edited(change=merge))) == ([], VALID_ENTRIES)


def test_merged_value_cells_are_refused_with_their_range():
    def merge(sheet):
        row = find_row(sheet, "A-02")
        sheet.merge_cells(start_row=row, end_row=row, start_column=VALUE, end_column=NOTE)

    result = examine_edited(change=merge)
    area = dict(get_finding(result, "cell-merged").parameters)["range"]
    assert list_codes(result) == ["cell-merged"] and area.startswith("G") and ":H" in area


def test_a_total_that_differs_from_its_parts_is_refused():
    assert list_codes(examine_edited({"A-01/kind/new": 5})) == ["parts-not-total"]


def test_a_total_with_blank_parts_is_accepted_with_notes():
    result = examine_edited(dict.fromkeys(("A-01/sex/women", "A-01/kind/new", "A-01/kind/old")))
    assert set(list_codes(result)) == {"part-blank"} and result.is_acceptable


def add_row(key, value):
    def change(sheet):
        row = sheet.max_row + 2
        sheet.cell(row, 1, key)
        sheet.cell(row, VALUE, value)

    return change


def test_duplicate_rows_are_accepted_only_with_equal_values():
    assert (
        list_codes(examine_edited(change=add_row("A-02", 732.5))),
        value_by_key(examine_edited(change=add_row("A-02", 732.5))),
    ) == (
        ["key-twice-same"],
        VALID_ENTRIES,
    )
    assert list_codes(examine_edited(change=add_row("A-02", 9))) == ["key-twice-different"]


def test_a_renamed_sheet_is_recognised_by_its_keys():
    def rename(sheet):
        sheet.title = "ត្រីមាស ៣"

    assert (list_codes(examine_edited(change=rename)), value_by_key(examine_edited(change=rename))) == (
        ["form-sheet-renamed"],
        VALID_ENTRIES,
    )


def test_a_missing_or_duplicate_form_is_refused():
    def lose(sheet):
        del sheet.parent[sheet.title]

    assert list_codes(examine_edited(change=lose)) == ["form-not-found"]
    assert list_codes(examine_edited(change=lambda sheet: sheet.parent.copy_worksheet(sheet))) == ["form-twice"]


def test_moved_rows_and_columns_are_read_and_numbers_without_a_key_are_refused():
    def move(sheet):
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        sheet.insert_rows(find_row(sheet, "A-02"), 3)
        sheet.insert_cols(2)

    assert (list_codes(examine_edited(change=move)), value_by_key(examine_edited(change=move))) == (
        ["form-rows-moved"],
        VALID_ENTRIES,
    )
    assert list_codes(examine_edited(change=add_row(None, 7))) == ["row-without-key"]


def test_swapped_rows_are_read_by_their_keys():
    def swap(sheet):
        new_row, old_row = find_row(sheet, "A-01/kind/new"), find_row(sheet, "A-01/kind/old")
        for column in range(1, NOTE + 1):
            first, second = sheet.cell(new_row, column), sheet.cell(old_row, column)
            first.value, second.value = second.value, first.value

    assert (list_codes(examine_edited(change=swap)), value_by_key(examine_edited(change=swap))) == (
        ["form-rows-moved"],
        VALID_ENTRIES,
    )


def test_a_deleted_row_is_refused():
    def delete(sheet):
        for cell in sheet[find_row(sheet, "B-04/numerator")]:
            cell.value = None

    assert list_codes(examine_edited(change=delete)) == ["key-deleted"]


def test_edited_labels_are_warnings_and_edited_codes_are_refused_with_a_suggestion():
    assert list_codes(examine_edited(change=lambda sheet: sheet.cell(find_row(sheet, "A-02"), 2, "Area"))) == [
        "label-changed"
    ]
    result = examine_edited(change=lambda sheet: sheet.cell(find_row(sheet, "A-02"), 1, "A-2"))
    assert (list_codes(result), get_finding(result, "key-unknown").suggestion) == (["key-unknown"], "A-02")


@pytest.mark.parametrize("name", ["Site onee", "site\u200bon", "the station"])
def test_a_misspelt_site_is_a_warning_with_the_nearest_name(name):
    result = examine_edited(change=set_header(FieldTag.SITE, name))
    assert list_codes(result) == ["site-misspelt"] and result.parsed_return.site == "one"


@pytest.mark.parametrize("name", ["Site one", "SITE ONE", "site\u200b one ", "one"])
def test_variants_of_a_site_name_are_recognised(name):
    assert list_codes(examine_edited(change=set_header(FieldTag.SITE, name))) == []


def test_another_site_or_quarter_in_the_header_is_refused():
    assert list_codes(examine_edited(change=set_header(FieldTag.SITE, "Site two"))) == ["site-contradiction"]
    assert list_codes(examine_edited(change=set_header(FieldTag.QUARTER, "2025 Q2"))) == ["quarter-contradiction"]


@pytest.mark.parametrize(
    ("typed", "day", "expected_codes"),
    [
        ("2025-10-03", "2025-10-03", ["date-as-text"]),
        ("២០២៥-១០-០៣", "2025-10-03", ["date-as-text"]),
        ("13/10/2025", "2025-10-13", ["date-as-text"]),
        ("10/13/2025", "2025-10-13", ["date-as-text"]),
        ("10/10/2025", "2025-10-10", ["date-as-text"]),
        ("3/10/2025", "3/10/2025", ["date-ambiguous"]),
        ("3.10.2568", "3.10.2568", ["date-ambiguous"]),
        ("13/10/2568", "2025-10-13", ["year-buddhist"]),
        ("31/31/2025", "31/31/2025", ["date-unreadable"]),
        ("early October", "early October", ["date-unreadable"]),
        (45936, "2025-10-06", ["date-as-text"]),
        (7, "7", ["date-unreadable"]),
        (date(2025, 10, 3), "2025-10-03", []),
        (date(2568, 10, 3), "2025-10-03", ["year-buddhist"]),
        (date(2568, 2, 29), "2025-02-28", ["year-buddhist"]),
    ],
)
def test_unambiguous_dates_are_read(typed, day, expected_codes):
    result = examine_edited(change=set_header(FieldTag.DATE, typed, "General" if isinstance(typed, int) else None))
    assert (list_codes(result), result.parsed_return.prepared_on) == (expected_codes, day)
    assert result.is_acceptable


@pytest.mark.parametrize("text", ["2568 Q3", "ត្រីមាសទី៣ ឆ្នាំ២៥៦៨", "២៥៦៨Q៣", "2568 Q3 / ត្រីមាសទី3 ឆ្នាំ2568"])
def test_buddhist_years_are_converted_with_a_warning(text):
    assert list_codes(examine_edited(change=set_header(FieldTag.QUARTER, text))) == ["year-buddhist"]
    assert list_codes(
        examine_edited(change=set_header(FieldTag.QUARTER, text.replace("2568", "2567").replace("២៥៦៨", "២៥៦៧")))
    ) == ["quarter-contradiction"]


def test_dates_displayed_with_buddhist_years_are_read_correctly():
    result = examine_edited(change=set_header(FieldTag.DATE, datetime(2025, 10, 3), "[$-41E]d mmm bbbb"))
    assert (list_codes(result), result.parsed_return.prepared_on) == ([], "2025-10-03")


@pytest.mark.parametrize("typed", [datetime(2025, 10, 3), 44471])
def test_dates_counted_from_1904_are_read_and_numbers_do_not_change(typed):
    def change(sheet):
        sheet.parent.epoch = CALENDAR_MAC_1904
        set_header(FieldTag.DATE, typed, "General" if isinstance(typed, int) else "yyyy-mm-dd")(sheet)

    result = examine_edited(change=change)
    assert "form-mac-days" in list_codes(result) and result.parsed_return.prepared_on == "2025-10-03"
    assert value_by_key(result) == VALID_ENTRIES


def test_a_date_instead_of_a_number_is_refused_and_quoted():
    result = examine_edited(change=lambda sheet: sheet.cell(find_row(sheet, "A-02"), VALUE, date(2025, 4, 3)))
    assert list_codes(result) == ["number-date"]
    assert dict(get_finding(result, "number-date").parameters)["found"] == "2025-04-03"


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A", "#NAME?", "Err:502"])
def test_error_cells_are_refused(error):
    data = make_return_file()
    new = f' t="e"><v>{error}</v>'.encode()
    data = change_part(data, SHEET, lambda xml: xml.replace(b' t="n"><v>732.5</v>', new))
    result = examine_file(data)
    assert (list_codes(result), get_finding(result, "number-error-cell").key) == (["number-error-cell"], "A-02")


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        (b"<f>700+32.5</f><v>732.5</v>", "number-formula"),
        (b"<f>700+32.5</f>", "number-formula-without-value"),
        (b"<f>[2]Q2!G9</f><v>732.5</v>", "number-formula-external"),
    ],
)
def test_formulas_are_not_evaluated_and_only_their_saved_value_is_used(inside, code):
    data = change_part(make_return_file(), SHEET, lambda xml: xml.replace(b"<v>732.5</v>", inside))
    assert list_codes(examine_file(data)) == [code]


def test_numbers_in_hidden_rows_and_columns_are_accepted_with_a_note():
    def hide_rows(sheet):
        for key in ("A-01", "A-02"):
            sheet.row_dimensions[find_row(sheet, key)].hidden = True

    def hide_column(sheet):
        sheet.column_dimensions["G"].hidden = True

    result = examine_edited(change=hide_rows)
    assert (list_codes(result), value_by_key(result)) == (["rows-hidden"], VALID_ENTRIES)
    assert dict(get_finding(result, "rows-hidden").parameters)["hidden_cells"].count("G") == 2
    assert list_codes(examine_edited(change=hide_column)) == ["rows-hidden"]
