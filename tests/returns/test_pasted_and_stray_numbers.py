"""Forms with pasted line breaks, threaded comments, and numbers beside the form or on other sheets."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.vocabulary import CellKey
from etl.returns.form.handling_notes import extract_user_comment
from etl.returns.intake import IntakeResult
from etl.returns.workbook.escaped_characters import decode_escapes
from tests.returns.intake_cases import edit_file, examine_file, find_row, list_codes, make_return_file

VALUE, NOTE = 7, 8
BOILERPLATE = (
    "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment; however, any edits to it "
    "will get removed if the file is opened in a newer version of Excel. Learn more: "
    "https://go.microsoft.com/fwlink/?linkid=870924\n\nComment:\n    "
)


def examine_edited(change: Callable[[Worksheet], object]) -> IntakeResult:
    return examine_file(edit_file(make_return_file(), change))


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("91_x000D_\n", "91\r\n"),
        ("a_x000d__x000A_b", "a\r\nb"),
        ("12_x0009_", "12\t"),
        ("_x0031_2", "12"),
        ("a_x0007_b", "ab"),
        ("_x005F_x000D_", "_x000D_"),
        ("_xD83D__xDE00_", "\U0001f600"),
        ("_xD83D_", "_xD83D_"),
        ("_x00_ _x000G_ x000D_", "_x00_ _x000G_ x000D_"),
        ("\u1780_x17B6_", "\u1780\u17b6"),
    ],
)
def test_escapes_become_the_characters_that_excel_shows(stored: str, shown: str) -> None:
    assert decode_escapes(stored) == shown


@pytest.mark.parametrize("pasted", ["732_x000D_\n", "_x000D_\n732", "៧៣២_x000A_", "732_x0009_", "_x0037_32"])
def test_a_number_pasted_with_escaped_characters_is_read_as_excel_shows_it(pasted: str) -> None:
    def paste(sheet: Worksheet) -> None:
        sheet.cell(find_row(sheet, "A-02"), VALUE, pasted)
        sheet.cell(find_row(sheet, "A-02"), NOTE, "Flood_x000D_\n2 plots")

    result = examine_edited(paste)
    assert result.parsed_return is not None and result.is_acceptable
    cell = result.parsed_return.cell_by_key[CellKey("A-02")]
    assert (cell.value, "".join(cell.note.split())) == (Decimal(732), "Flood2plots")


@pytest.mark.parametrize(
    ("comment", "text"),
    [
        (f"{BOILERPLATE}counted twice", "counted twice"),
        (f"{BOILERPLATE}counted twice\nReply:\n    corrected\nReply:\n    thanks", "counted twice; corrected; thanks"),
        (
            "[Commentaire à thread]\n\nVotre version... https://go.microsoft.com/fwlink/?linkid=870924\n\n"
            "Commentaire :\n    bon",
            "bon",
        ),
        ("[មតិយោបល់]\n\nhttps://go.microsoft.com/fwlink/?linkid=870924\n\nមតិ៖\n    ជំនន់", "ជំនន់"),
        (f"{BOILERPLATE}", ""),
        ("an ordinary comment", "an ordinary comment"),
    ],
)
def test_a_threaded_comment_is_read_without_its_boilerplate(comment: str, text: str) -> None:
    assert extract_user_comment(comment) == text


def test_the_note_of_a_row_has_the_text_of_its_threaded_comment_only() -> None:
    def add_comment(sheet: Worksheet) -> None:
        sheet.cell(find_row(sheet, "A-02"), VALUE).comment = Comment(f"{BOILERPLATE}counted twice", "tc={1}")

    result = examine_edited(add_comment)
    assert result.parsed_return is not None
    assert result.parsed_return.cell_by_key[CellKey("A-02")].note == "counted twice"


def type_beside(sheet: Worksheet) -> None:
    for key, number in (("A-01", 12), ("A-02", 300)):
        sheet.cell(find_row(sheet, key), NOTE + 1, number)


def type_text_far_beside(sheet: Worksheet) -> None:
    sheet.cell(find_row(sheet, "A-01"), NOTE + 4, "១២")


def type_below(sheet: Worksheet) -> None:
    sheet.cell(sheet.max_row + 3, 2, 77)


def type_above(sheet: Worksheet) -> None:
    sheet.cell(1, NOTE + 1, "1,250.5")


def type_on_a_second_sheet(sheet: Worksheet) -> None:
    sheet.parent.create_sheet("Banan")["C4"] = 41


def type_on_a_hidden_sheet(sheet: Worksheet) -> None:
    other = sheet.parent.create_sheet("ទិន្នន័យ")
    other["A1"], other["A2"], other.sheet_state = 41, "45%", "hidden"


STRAY = [
    (type_beside, "Return", 2, "I"),
    (type_text_far_beside, "Return", 1, "L"),
    (type_below, "Return", 1, "B"),
    (type_above, "Return", 1, "I1"),
    (type_on_a_second_sheet, "Banan", 1, "C4"),
    (type_on_a_hidden_sheet, "ទិន្នន័យ", 2, "A1:A2"),
]


@pytest.mark.parametrize(("change", "sheet", "count", "cells"), STRAY)
def test_numbers_outside_of_the_value_cells_are_named(
    change: Callable[[Worksheet], None], sheet: str, count: int, cells: str
) -> None:
    result = examine_edited(change)
    assert list_codes(result) == ["form-numbers-beside"]
    parameters = dict(result.findings[0].parameters)
    assert (result.findings[0].sheet, parameters["count"]) == (sheet, str(count)) and cells in parameters["cells"]


def test_texts_beside_the_form_cause_no_finding() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.cell(find_row(sheet, "A-01"), NOTE + 1, "see 12 July")
        sheet.parent.create_sheet("Notes")["A1"] = "two trainings moved to Q4"

    assert list_codes(examine_edited(change)) == []
