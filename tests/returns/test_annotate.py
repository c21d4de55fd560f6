"""Tests of the annotated workbook: entries in a new form, marked at the cells to fix."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from etl.indicators.vocabulary import Basis
from etl.locale import get_locale
from etl.returns.findings.finding import make_finding, render_advice, render_message
from etl.returns.form.annotate import MARK_COLUMN, annotate_return
from etl.returns.form.findings_sheet import FIRST_FINDING_ROW
from etl.returns.form.located_findings import BASIS_UNKNOWN
from etl.returns.form_identity import FINDINGS_SHEET, FieldTag
from tests.returns.form_plans import read_form
from tests.returns.intake_cases import (
    PLAN,
    QUARTER,
    VALID_ENTRIES,
    edit_file,
    examine_file,
    find_row,
    get_finding,
    list_codes,
    make_return_file,
)

FAULTS = {
    "A-01/sex/women": 13,
    "A-02": "85,15",
    "A-03/numerator": "none",
    "A-03/denominator": "-",
    "B-04/numerator": -3,
}
ERRORS = {"A-01/sex/women", "A-03/numerator", "B-04/numerator"}
WARNINGS = {"A-02", "A-03/denominator"}


def annotate_result(result, findings=None, **changes):
    parsed = result.parsed_return
    options = {"last_values": {}, "targets": {}, **changes}
    return annotate_return(
        PLAN, parsed.plan_version, parsed, result.findings if findings is None else findings, **options
    )


def open_workbook(data):
    return load_workbook(BytesIO(data))


def read_marks(data):
    """Return the mark beside each key that has one."""
    sheet = open_workbook(data).worksheets[0]
    signs = {sheet.cell(row, 1).value: sheet.cell(row, MARK_COLUMN).value for row in range(1, sheet.max_row + 1)}
    return {key: sign for key, sign in signs.items() if key and "#" not in key and sign and key != "Key\nកូដ"}


def find_value_cell(data, key):
    sheet = open_workbook(data).worksheets[0]
    return sheet.cell(find_row(sheet, key), 7)


def read_comments(data):
    sheet = open_workbook(data).worksheets[0]
    return {
        sheet.cell(cell.row, 1).value: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment
    }


def list_findings(data):
    rows = open_workbook(data)[FINDINGS_SHEET].iter_rows(min_row=FIRST_FINDING_ROW, values_only=True)
    return [row for row in rows if row[0]]


def fix_entries(data, entries):
    def enter(sheet):
        for key, value in entries.items():
            sheet.cell(find_row(sheet, key), 7).value = value

    return edit_file(data, enter)


def values_by_key(result):
    return {str(cell.key): cell.value for cell in result.parsed_return.cells}


def test_each_fault_is_marked_at_its_cell_and_errors_differ_from_warnings():
    data = annotate_result(examine_file(make_return_file(FAULTS)))
    assert read_marks(data) == {**dict.fromkeys(ERRORS, "×"), **dict.fromkeys(WARNINGS, "!")}
    fills = {key: find_value_cell(data, key).fill.fgColor.rgb for key in VALID_ENTRIES}
    clean = {fills[key] for key in VALID_ENTRIES if key not in FAULTS}
    errors, warnings = ({fills[key] for key in keys} for keys in (ERRORS, WARNINGS))
    assert [len(colours) for colours in (clean, errors, warnings)] == [1, 1, 1]
    assert len(clean | errors | warnings) == 3


def test_entries_of_the_upload_are_copied_unchanged():
    notes = {"A-02": "=flooded", "A-01": "two sessions"}
    upload = make_return_file({**FAULTS, "A-01": "១២"}, notes=notes, prepared_by="@Sok", prepared_on=date(2025, 10, 1))
    data = annotate_result(examine_file(upload))
    form = read_form(open_workbook(data))
    assert form.values == {**VALID_ENTRIES, **FAULTS, "A-01": "១២", "A-02": "85,15"}
    assert form.notes["A-02"] == "=flooded" and form.fields[FieldTag.PREPARED_BY] == "@Sok"
    assert form.fields[FieldTag.DATE].date() == date(2025, 10, 1)
    again = examine_file(data).parsed_return
    assert {str(cell.key): cell.note for cell in again.cells if cell.note} == notes


def test_cell_comments_have_message_and_advice_in_both_languages():
    result = examine_file(make_return_file(FAULTS))
    comments = read_comments(annotate_result(result))
    assert comments.keys() == FAULTS.keys()
    finding = get_finding(result, "number-none-word")
    for language in ("en", "km"):
        assert render_message(finding, get_locale(language)) in comments["A-03/numerator"]
        assert render_advice(finding, get_locale(language)) in comments["A-03/numerator"]
    first, second = (annotate_result(result, first_language=language) for language in ("km", "en"))
    km, en = (render_message(finding, get_locale(language)) for language in ("km", "en"))
    assert read_comments(first)["A-03/numerator"].startswith(km) and read_comments(second)["A-03/numerator"].startswith(
        en
    )


def test_the_second_sheet_lists_every_finding_with_a_link_to_its_cell():
    result = examine_file(make_return_file({**FAULTS, "A-01": "១២"}))
    book = open_workbook(annotate_result(result))
    assert book.sheetnames[:2] == ["Return", FINDINGS_SHEET] and book.active.title == "Return"
    sheet = book[FINDINGS_SHEET]
    assert len(list_findings(annotate_result(result))) == len(result.findings)
    for row, finding in enumerate(result.findings, start=FIRST_FINDING_ROW):
        link = sheet.cell(row, 2)
        assert link.hyperlink.location == f"Return!{link.value}"
        assert book["Return"].cell(book["Return"][link.value].row, 1).value == sheet.cell(row, 3).value == finding.key
        assert sheet.cell(row, 5).value == render_message(finding, get_locale("km")) and sheet.cell(
            row, 8
        ).value == render_advice(finding, get_locale("en"))


def test_a_mark_links_to_its_row_on_the_findings_sheet():
    book = open_workbook(annotate_result(examine_file(make_return_file(FAULTS))))
    sheet = book["Return"]
    sign = sheet.cell(find_row(sheet, "A-03/numerator"), MARK_COLUMN)
    place = sign.hyperlink.location.removeprefix(f"{FINDINGS_SHEET}!")
    assert book[FINDINGS_SHEET].cell(book[FINDINGS_SHEET][place].row, 3).value == "A-03/numerator"


def test_notes_are_listed_and_not_marked():
    result = examine_file(make_return_file({"A-01": "១២"}))
    assert {finding.severity for finding in result.findings} == {"note"}
    data = annotate_result(result)
    assert read_marks(data) == read_comments(data) == {}
    assert [row[2] for row in list_findings(data)] == ["A-01"]


def test_uploading_it_unchanged_gives_the_same_findings():
    result = examine_file(make_return_file(FAULTS))
    again = examine_file(annotate_result(result))
    assert [(finding.code, finding.key) for finding in again.findings] == [
        (finding.code, finding.key) for finding in result.findings
    ]
    assert values_by_key(again) == values_by_key(result)


def test_a_fixed_workbook_has_no_findings_and_no_marks():
    result = examine_file(
        fix_entries(
            annotate_result(examine_file(make_return_file(FAULTS))), {key: VALID_ENTRIES[key] for key in FAULTS}
        )
    )
    assert list_codes(result) == [] and values_by_key(result) == VALID_ENTRIES
    data = annotate_result(result)
    assert read_marks(data) == read_comments(data) == {} and list_findings(data) == []
    fills = {find_value_cell(data, key).fill.fgColor.rgb for key in VALID_ENTRIES}
    assert len(fills) == 1


def test_the_same_return_gives_the_same_bytes():
    first, second = (annotate_result(examine_file(make_return_file(FAULTS))) for _ in range(2))
    assert first == second


def test_formulas_of_the_upload_are_not_copied():
    def compute(sheet):
        sheet.cell(find_row(sheet, "A-02"), 7).value = "=1+1"
        sheet.cell(find_row(sheet, "A-01"), 8).value = "=HYPERLINK(1)"

    data = annotate_result(examine_file(edit_file(make_return_file(), compute)))
    with ZipFile(BytesIO(data)) as file:
        assert not [name for name in file.namelist() if "externalLink" in name or "vbaProject" in name]
        sheets = [name for name in file.namelist() if name.startswith("xl/worksheets/sheet")]
        assert sheets and not any(b"<f>" in file.read(name) or b"<f " in file.read(name) for name in sheets)


def test_a_formula_without_a_value_stays_rejected_until_it_is_fixed():
    def compute(sheet):
        sheet.cell(find_row(sheet, "A-02"), 7).value = "=1+1"

    data = annotate_result(examine_file(edit_file(make_return_file(), compute)))
    assert read_marks(data) == {"A-02": "×"}
    assert not examine_file(data).is_acceptable
    assert list_codes(examine_file(fix_entries(data, {"A-02": VALID_ENTRIES["A-02"]}))) == []


@pytest.mark.parametrize(
    "entry",
    ["732.656", "45%", "45 %", "none", "#REF!", "500 kg", "၁", "12 abc", "1234567890123456789", "NaN", "1,23,4", "3/4"],
)
def test_rejected_text_is_rejected_again_for_the_same_reason(entry):
    result = examine_file(make_return_file({"A-02": entry}))
    assert not result.is_acceptable
    assert list_codes(examine_file(annotate_result(result))) == list_codes(result)


@pytest.mark.parametrize(("key", "entry"), [("A-01/sex/women", Decimal("2.534")), ("A-02", Decimal("-1.234"))])
def test_a_rejected_number_is_not_read_as_another_number(key, entry):
    result = examine_file(make_return_file({key: entry}))
    assert not result.is_acceptable
    assert list_codes(examine_file(annotate_result(result))) == list_codes(result)


def test_a_rejected_fraction_is_shown_with_its_decimals():
    data = annotate_result(examine_file(make_return_file({"A-01/sex/women": Decimal("2.5")})))
    assert find_value_cell(data, "A-01/sex/women").number_format == "General"
    assert find_value_cell(data, "A-01").number_format == "#,##0"


def _format_as_percent(sheet):
    cell = sheet.cell(find_row(sheet, "A-02"), 7)
    cell.value, cell.number_format = 0.45, "0%"


def _enter_date(sheet):
    cell = sheet.cell(find_row(sheet, "A-02"), 7)
    cell.value, cell.number_format = date(2025, 4, 3), "yyyy-mm-dd"


def _merge_cells(sheet):
    row = find_row(sheet, "A-02")
    sheet.merge_cells(start_row=row, end_row=row, start_column=6, end_column=7)
    sheet.cell(row, 6).value = 5


def _repeat_key(sheet):
    row = sheet.max_row + 2
    sheet.cell(row, 1).value, sheet.cell(row, 7).value = "A-02", 900


def _change_key(sheet):
    sheet.cell(find_row(sheet, "A-02"), 1).value = "A-02x"


def _delete_key(sheet):
    sheet.cell(find_row(sheet, "A-02"), 7).value = None
    sheet.cell(find_row(sheet, "A-02"), 1).value = None


@pytest.mark.parametrize(
    "change", [_format_as_percent, _enter_date, _merge_cells, _repeat_key, _change_key, _delete_key]
)
def test_the_new_form_does_not_hide_a_fault_of_the_uploaded_file(change):
    result = examine_file(edit_file(make_return_file(), change))
    assert not result.is_acceptable
    data = annotate_result(result)
    assert read_marks(data).get("A-02") == "×"
    assert not examine_file(data).is_acceptable
    again = examine_file(fix_entries(data, {"A-02": VALID_ENTRIES["A-02"]}))
    assert list_codes(again) == [] and values_by_key(again) == VALID_ENTRIES


def test_an_unknown_basis_is_copied_and_marked():
    def change(sheet):
        sheet.cell(find_row(sheet, FieldTag.BASIS), 3).value = "half a year"

    result = examine_file(edit_file(make_return_file(), change))
    data = annotate_result(result)
    sheet = open_workbook(data).worksheets[0]
    cell = sheet.cell(find_row(sheet, FieldTag.BASIS), 3)
    assert "half a year" in cell.value and cell.comment is not None
    assert list_codes(examine_file(data)) == [BASIS_UNKNOWN]


def test_the_selected_basis_is_copied():
    result = examine_file(make_return_file(basis=Basis.YEAR_TO_DATE))
    assert examine_file(annotate_result(result)).parsed_return.basis is Basis.YEAR_TO_DATE


def test_messages_name_the_cells_of_the_new_form_after_rows_moved():
    def move(sheet):
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        sheet.insert_rows(1, 5)

    result = examine_file(edit_file(make_return_file({"A-01/sex/women": 13}), move))
    data = annotate_result(result)
    total, part = (find_value_cell(data, key).coordinate for key in ("A-01", "A-01/sex/women"))
    assert get_finding(result, "part-over-total").cell != part
    assert read_marks(data) == {"A-01/sex/women": "×"}
    assert f"Check {part} and {total}." in read_comments(data)["A-01/sex/women"]
    row = next(values for values in list_findings(data) if values[2] == "A-01/sex/women")
    assert (row[1], row[3]) == (part, f"Return!{get_finding(result, 'part-over-total').cell}")


def test_a_finding_without_a_cell_is_listed_without_a_link():
    result = examine_file(make_return_file(), today=date(2025, 8, 1))
    data = annotate_result(result)
    assert read_marks(data) == {}
    assert [(row[1], row[5]) for row in list_findings(data)] == [
        (None, render_advice(get_finding(result, "quarter-too-early"), get_locale("km")))
    ]


def test_findings_beyond_the_limit_are_counted():
    result = examine_file(make_return_file())
    many = tuple(make_finding("row-without-key", sheet="Return", cell=f"G{row}", found="1") for row in range(100, 603))
    rows = list_findings(annotate_result(result, many))
    assert len(rows) == 501 and rows[-1][0].startswith("... and 3 more")


def test_it_has_last_values_and_targets_like_any_form():
    data = annotate_result(
        examine_file(make_return_file(FAULTS)), last_values={"A-01": None}, targets={"A-01": Decimal(100)}
    )
    sheet = open_workbook(data).worksheets[0]
    row = find_row(sheet, "A-01")
    assert (sheet.cell(row, 5).value, sheet.cell(row, 6).value) == ("NC", 100)
    assert read_form(open_workbook(data)).fields[FieldTag.FORM] == f"one-{QUARTER}-v1"
