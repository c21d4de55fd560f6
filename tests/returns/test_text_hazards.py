"""Known hazards of texts in returns: comments, fonts from before Unicode, and texts that look like formulas."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from etl.returns.form.annotate import annotate_return
from tests.returns.intake_cases import (
    PLAN,
    VALID_ENTRIES,
    edit_file,
    examine_file,
    find_row,
    get_finding,
    list_codes,
)
from tests.returns.test_hazards import NOTE, VALUE, examine_edited, find_cell, value_by_key


def test_a_comment_becomes_a_note_and_explains_a_missing_number():
    def add_comment(sheet):
        sheet.cell(find_row(sheet, "A-02"), VALUE).comment = Comment("the road was flooded", "Sok")

    result = examine_edited({"A-02": "NC"}, add_comment, notes={"A-01": "two sessions"})
    assert list_codes(result) == ["comment-kept"]
    assert [cell.note for cell in result.parsed_return.cells][:1] == ["two sessions"]
    assert find_cell(result, "A-02").note == "the road was flooded"


def test_comments_of_the_system_are_ignored_and_replies_become_notes():
    result = examine_edited({"A-02": "none"})
    data = annotate_return(PLAN, 1, result.parsed_return, result.findings, last_values={}, targets={})
    again = examine_file(data)
    assert list_codes(again) == ["number-none-word"] and find_cell(again, "A-02").note == ""

    def reply(sheet):
        cell = sheet.cell(find_row(sheet, "A-02"), VALUE)
        cell.value = 0
        cell.comment = Comment(f"{cell.comment.text}\nreally nothing", "Sok")
        sheet.cell(find_row(sheet, "B-04/numerator"), VALUE, 0)

    replied = examine_file(edit_file(data, reply))
    assert (list_codes(replied), find_cell(replied, "A-02").note) == (["comment-kept"], "really nothing")


@pytest.mark.parametrize("font", ["Limon S1", "LIMON R1", "ABC-TEXT-05", "Khek Classic", "FK-Khmer"])
def test_a_note_in_a_legacy_font_is_a_warning(font):
    def note(sheet):
        sheet.cell(find_row(sheet, "A-02"), NOTE, "Twk CMnn;").font = Font(name=font)

    result = examine_edited(change=note)
    assert (list_codes(result), get_finding(result, "text-old-font").key) == (["text-old-font"], "A-02")
    data = annotate_return(PLAN, 1, result.parsed_return, result.findings, last_values={}, targets={})
    assert list_codes(examine_file(data)) == ["text-old-font"], "healed unseen by the fresh form's font"


@pytest.mark.parametrize("text", ["kmµúCa", "kñúgPUmi RKb;Rsuk ePøóg GñkEdl)anTTYl¬kar"])
def test_text_typed_for_a_legacy_font_is_detected_in_any_font(text):
    assert list_codes(examine_edited(prepared_by=text)) == ["text-old-font"]
    assert list_codes(examine_edited(notes={"A-02": "kmµúCa"})) == ["text-old-font"]


@pytest.mark.parametrize(
    "text", ["Sok Dara", "José Müller-Çelik", "732 m² ± 5", "ទឹកជំនន់", "R&D; 5 µm", "été à l'œuvre", "10 €/ha"]
)
def test_other_characters_cause_no_finding(text):
    assert list_codes(examine_edited(prepared_by=text, notes={"A-02": text})) == []


def test_khmer_typed_in_another_order_changes_a_label_but_not_a_key():
    result = examine_edited(change=lambda sheet: sheet.cell(find_row(sheet, "A-02"), 3, "ហិកាត"))
    assert set(list_codes(result)) <= {"label-changed"} and value_by_key(result) == VALID_ENTRIES


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A0", "+855 12", "@Sok", "-1-2"])
def test_text_that_looks_like_a_formula_stays_text(text):
    result = examine_edited(notes={"A-02": text}, prepared_by=text)
    assert (list_codes(result), find_cell(result, "A-02").note, result.parsed_return.prepared_by) == ([], text, text)
    data = annotate_return(PLAN, 1, result.parsed_return, result.findings, last_values={}, targets={})
    cell = load_workbook(BytesIO(data)).worksheets[0]
    note = cell.cell(find_row(cell, "A-02"), NOTE)
    assert (note.value, note.data_type, note.quotePrefix) == (text, "s", True)
