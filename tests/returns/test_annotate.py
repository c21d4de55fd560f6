"""The annotated workbook: the sender's own numbers in a fresh form, marked where to mend, and taken when mended."""

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
from etl.returns.form.findings_sheet import FINDINGS_SHEET, FIRST_FINDING_ROW
from etl.returns.form.located_findings import BASIS_UNKNOWN
from etl.returns.form_identity import FieldTag
from tests.returns.form_plans import read_form
from tests.returns.intake_cases import (
    PLAN,
    QUARTER,
    VALID_ENTRIES,
    codes,
    edit_file,
    examine_file,
    find_row,
    get_finding,
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


def annotated(answer, findings=None, **known):
    parsed = answer.parsed_return
    given = {"last_values": {}, "targets": {}, **known}
    return annotate_return(
        PLAN, parsed.plan_version, parsed, answer.findings if findings is None else findings, **given
    )


def opened(data):
    return load_workbook(BytesIO(data))


def marks(data):
    """The sign beside each key that has one."""
    sheet = opened(data).worksheets[0]
    signs = {sheet.cell(row, 1).value: sheet.cell(row, MARK_COLUMN).value for row in range(1, sheet.max_row + 1)}
    return {key: sign for key, sign in signs.items() if key and "#" not in key and sign and key != "Key\nកូដ"}


def value_cell(data, key):
    sheet = opened(data).worksheets[0]
    return sheet.cell(find_row(sheet, key), 7)


def comments(data):
    sheet = opened(data).worksheets[0]
    return {sheet.cell(one.row, 1).value: one.comment.text for row in sheet.iter_rows() for one in row if one.comment}


def listed(data):
    rows = opened(data)[FINDINGS_SHEET].iter_rows(min_row=FIRST_FINDING_ROW, values_only=True)
    return [row for row in rows if row[0]]


def mended(data, entries):
    def mend(sheet):
        for key, value in entries.items():
            sheet.cell(find_row(sheet, key), 7).value = value

    return edit_file(data, mend)


def values(answer):
    return {str(cell.key): cell.value for cell in answer.parsed_return.cells}


def test_each_fault_is_marked_at_its_key_errors_unlike_warnings():
    data = annotated(examine_file(make_return_file(FAULTS)))
    assert marks(data) == {**dict.fromkeys(ERRORS, "×"), **dict.fromkeys(WARNINGS, "!")}
    fills = {key: value_cell(data, key).fill.fgColor.rgb for key in VALID_ENTRIES}
    clean = {fills[key] for key in VALID_ENTRIES if key not in FAULTS}
    wrong, doubtful = ({fills[key] for key in keys} for keys in (ERRORS, WARNINGS))
    assert [len(one) for one in (clean, wrong, doubtful)] == [1, 1, 1]
    assert len(clean | wrong | doubtful) == 3


def test_what_the_sender_typed_stands_there_as_they_typed_it():
    notes = {"A-02": "=flooded", "A-01": "two sessions"}
    sent = make_return_file({**FAULTS, "A-01": "១២"}, notes=notes, prepared_by="@Sok", prepared_on=date(2025, 10, 1))
    data = annotated(examine_file(sent))
    form = read_form(opened(data))
    assert form.values == {**VALID_ENTRIES, **FAULTS, "A-01": "១២", "A-02": "85,15"}
    assert form.notes["A-02"] == "=flooded" and form.fields[FieldTag.PREPARED_BY] == "@Sok"
    assert form.fields[FieldTag.DATE].date() == date(2025, 10, 1)
    again = examine_file(data).parsed_return
    assert {str(cell.key): cell.note for cell in again.cells if cell.note} == notes


def test_the_comment_at_a_cell_has_message_and_advice_in_both_languages():
    answer = examine_file(make_return_file(FAULTS))
    said = comments(annotated(answer))
    assert said.keys() == FAULTS.keys()
    finding = get_finding(answer, "number-none-word")
    for language in ("en", "km"):
        assert render_message(finding, get_locale(language)) in said["A-03/numerator"]
        assert render_advice(finding, get_locale(language)) in said["A-03/numerator"]
    first, second = (annotated(answer, first_language=one) for one in ("km", "en"))
    km, en = (render_message(finding, get_locale(one)) for one in ("km", "en"))
    assert comments(first)["A-03/numerator"].startswith(km) and comments(second)["A-03/numerator"].startswith(en)


def test_the_second_sheet_lists_every_finding_with_a_link_to_its_cell():
    answer = examine_file(make_return_file({**FAULTS, "A-01": "១២"}))
    book = opened(annotated(answer))
    assert book.sheetnames[:2] == ["Return", FINDINGS_SHEET] and book.active.title == "Return"
    sheet = book[FINDINGS_SHEET]
    assert len(listed(annotated(answer))) == len(answer.findings)
    for row, finding in enumerate(answer.findings, start=FIRST_FINDING_ROW):
        link = sheet.cell(row, 2)
        assert link.hyperlink.location == f"Return!{link.value}"
        assert book["Return"].cell(book["Return"][link.value].row, 1).value == sheet.cell(row, 3).value == finding.key
        assert sheet.cell(row, 5).value == render_message(finding, get_locale("km")) and sheet.cell(
            row, 8
        ).value == render_advice(finding, get_locale("en"))


def test_a_sign_links_to_its_line_among_the_findings():
    book = opened(annotated(examine_file(make_return_file(FAULTS))))
    sheet = book["Return"]
    sign = sheet.cell(find_row(sheet, "A-03/numerator"), MARK_COLUMN)
    place = sign.hyperlink.location.removeprefix(f"{FINDINGS_SHEET}!")
    assert book[FINDINGS_SHEET].cell(book[FINDINGS_SHEET][place].row, 3).value == "A-03/numerator"


def test_notes_are_listed_and_not_marked():
    answer = examine_file(make_return_file({"A-01": "១២"}))
    assert {finding.severity for finding in answer.findings} == {"note"}
    data = annotated(answer)
    assert marks(data) == comments(data) == {}
    assert [row[2] for row in listed(data)] == ["A-01"]


def test_unmended_it_gives_the_same_findings_again():
    answer = examine_file(make_return_file(FAULTS))
    again = examine_file(annotated(answer))
    assert [(one.code, one.key) for one in again.findings] == [(one.code, one.key) for one in answer.findings]
    assert values(again) == values(answer)


def test_mended_and_sent_again_it_is_taken_without_a_finding_and_its_marks_are_gone():
    answer = examine_file(
        mended(annotated(examine_file(make_return_file(FAULTS))), {key: VALID_ENTRIES[key] for key in FAULTS})
    )
    assert codes(answer) == [] and values(answer) == VALID_ENTRIES
    data = annotated(answer)
    assert marks(data) == comments(data) == {} and listed(data) == []
    fills = {value_cell(data, key).fill.fgColor.rgb for key in VALID_ENTRIES}
    assert len(fills) == 1


def test_the_same_return_gives_the_same_bytes():
    first, second = (annotated(examine_file(make_return_file(FAULTS))) for _ in range(2))
    assert first == second


def test_nothing_of_the_sender_s_formulas_survives():
    def compute(sheet):
        sheet.cell(find_row(sheet, "A-02"), 7).value = "=1+1"
        sheet.cell(find_row(sheet, "A-01"), 8).value = "=HYPERLINK(1)"

    data = annotated(examine_file(edit_file(make_return_file(), compute)))
    with ZipFile(BytesIO(data)) as file:
        assert not [name for name in file.namelist() if "externalLink" in name or "vbaProject" in name]
        sheets = [name for name in file.namelist() if name.startswith("xl/worksheets/sheet")]
        assert sheets and not any(b"<f>" in file.read(name) or b"<f " in file.read(name) for name in sheets)


def test_a_formula_without_a_value_stays_refused_until_it_is_mended():
    def compute(sheet):
        sheet.cell(find_row(sheet, "A-02"), 7).value = "=1+1"

    data = annotated(examine_file(edit_file(make_return_file(), compute)))
    assert marks(data) == {"A-02": "×"}
    assert not examine_file(data).is_acceptable
    assert codes(examine_file(mended(data, {"A-02": VALID_ENTRIES["A-02"]}))) == []


@pytest.mark.parametrize(
    "typed",
    ["732.656", "45%", "45 %", "none", "#REF!", "500 kg", "၁", "12 abc", "1234567890123456789", "NaN", "1,23,4", "3/4"],
)
def test_text_that_was_refused_is_refused_again_for_the_same_reason(typed):
    answer = examine_file(make_return_file({"A-02": typed}))
    assert not answer.is_acceptable
    assert codes(examine_file(annotated(answer))) == codes(answer)


@pytest.mark.parametrize(("key", "typed"), [("A-01/sex/women", Decimal("2.534")), ("A-02", Decimal("-1.234"))])
def test_a_number_that_was_refused_is_not_taken_for_another_one(key, typed):
    answer = examine_file(make_return_file({key: typed}))
    assert not answer.is_acceptable
    assert codes(examine_file(annotated(answer))) == codes(answer)


def test_a_fraction_that_was_refused_is_shown_as_the_fraction_that_it_is():
    data = annotated(examine_file(make_return_file({"A-01/sex/women": Decimal("2.5")})))
    assert value_cell(data, "A-01/sex/women").number_format == "General"
    assert value_cell(data, "A-01").number_format == "#,##0"


def _as_percent(sheet):
    cell = sheet.cell(find_row(sheet, "A-02"), 7)
    cell.value, cell.number_format = 0.45, "0%"


def _as_date(sheet):
    cell = sheet.cell(find_row(sheet, "A-02"), 7)
    cell.value, cell.number_format = date(2025, 4, 3), "yyyy-mm-dd"


def _merge(sheet):
    row = find_row(sheet, "A-02")
    sheet.merge_cells(start_row=row, end_row=row, start_column=6, end_column=7)
    sheet.cell(row, 6).value = 5


def _twice(sheet):
    row = sheet.max_row + 2
    sheet.cell(row, 1).value, sheet.cell(row, 7).value = "A-02", 900


def _rename(sheet):
    sheet.cell(find_row(sheet, "A-02"), 1).value = "A-02x"


def _delete(sheet):
    sheet.cell(find_row(sheet, "A-02"), 7).value = None
    sheet.cell(find_row(sheet, "A-02"), 1).value = None


@pytest.mark.parametrize("change", [_as_percent, _as_date, _merge, _twice, _rename, _delete])
def test_a_fault_of_the_file_is_not_healed_unseen_by_the_fresh_form(change):
    answer = examine_file(edit_file(make_return_file(), change))
    assert not answer.is_acceptable
    data = annotated(answer)
    assert marks(data).get("A-02") == "×"
    assert not examine_file(data).is_acceptable
    again = examine_file(mended(data, {"A-02": VALID_ENTRIES["A-02"]}))
    assert codes(again) == [] and values(again) == VALID_ENTRIES


def test_an_unknown_answer_to_what_flows_are_is_kept_and_marked():
    def change(sheet):
        sheet.cell(find_row(sheet, FieldTag.BASIS), 3).value = "half a year"

    answer = examine_file(edit_file(make_return_file(), change))
    data = annotated(answer)
    sheet = opened(data).worksheets[0]
    cell = sheet.cell(find_row(sheet, FieldTag.BASIS), 3)
    assert "half a year" in cell.value and cell.comment is not None
    assert codes(examine_file(data)) == [BASIS_UNKNOWN]


def test_the_basis_that_was_chosen_is_chosen_again():
    answer = examine_file(make_return_file(basis=Basis.YEAR_TO_DATE))
    assert examine_file(annotated(answer)).parsed_return.basis is Basis.YEAR_TO_DATE


def test_a_finding_speaks_of_the_cells_of_the_fresh_form_wherever_rows_had_moved():
    def move(sheet):
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        sheet.insert_rows(1, 5)

    answer = examine_file(edit_file(make_return_file({"A-01/sex/women": 13}), move))
    data = annotated(answer)
    total, part = (value_cell(data, key).coordinate for key in ("A-01", "A-01/sex/women"))
    assert get_finding(answer, "part-over-total").cell != part
    assert marks(data) == {"A-01/sex/women": "×"}
    assert f"Check {part} and {total}." in comments(data)["A-01/sex/women"]
    row = next(one for one in listed(data) if one[2] == "A-01/sex/women")
    assert (row[1], row[3]) == (part, f"Return!{get_finding(answer, 'part-over-total').cell}")


def test_a_finding_without_a_cell_is_listed_without_a_link():
    answer = examine_file(make_return_file(), today=date(2025, 8, 1))
    data = annotated(answer)
    assert marks(data) == {}
    assert [(row[1], row[5]) for row in listed(data)] == [
        (None, render_advice(get_finding(answer, "quarter-too-early"), get_locale("km")))
    ]


def test_more_findings_than_can_be_taken_in_are_counted():
    answer = examine_file(make_return_file())
    many = tuple(make_finding("row-without-key", sheet="Return", cell=f"G{row}", found="1") for row in range(100, 603))
    rows = listed(annotated(answer, many))
    assert len(rows) == 501 and rows[-1][0].startswith("... and 3 more")


def test_last_values_and_targets_stand_in_it_as_in_any_form():
    data = annotated(examine_file(make_return_file(FAULTS)), last_values={"A-01": None}, targets={"A-01": Decimal(100)})
    sheet = opened(data).worksheets[0]
    row = find_row(sheet, "A-01")
    assert (sheet.cell(row, 5).value, sheet.cell(row, 6).value) == ("NC", 100)
    assert read_form(opened(data)).fields[FieldTag.FORM] == f"one-{QUARTER}-v1"
