"""The account of numbers of a form: every number of the workbook is taken, or not taken for a reason."""

from collections.abc import Callable

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from etl.returns.account import AccountedNumber
from etl.returns.reasons import Reason
from etl.use_cases.returns.import_return import ImportOutcome, make_import_result
from tests.returns.intake_cases import VALID_ENTRIES, edit_file, examine_file, find_row, make_return_file

VALUE, NOTE, BESIDE = 7, 8, 12
NEVER_ANSWERS = {"form", "label", "previous", "target"}
"""Reasons of numbers that stand in every form."""


def account_for(change: Callable[[Worksheet], object]) -> list[AccountedNumber]:
    """Return the account of the valid return after a change, and check that it is complete."""
    data = edit_file(make_return_file(), change)
    account = examine_file(data).make_account()
    places = [(number.sheet, number.cell) for number in account]
    assert len(places) == len(set(places))
    assert all((number.taken is None) != (number.reason is None) for number in account)
    return list(account)


def list_skipped(account: list[AccountedNumber]) -> set[tuple[str, str, str]]:
    """Return sheet, text and reason of the numbers that a person added."""
    return {
        (number.sheet, number.text, str(number.reason))
        for number in account
        if number.reason is not None and number.reason not in NEVER_ANSWERS
    }


def list_taken(account: list[AccountedNumber]) -> dict[str, str]:
    return {str(number.taken.key): number.text for number in account if number.taken is not None}


def test_every_number_of_a_valid_form_is_taken_to_its_row() -> None:
    account = account_for(lambda sheet: None)
    assert list_taken(account) == {key: str(value) for key, value in VALID_ENTRIES.items()}
    assert list_skipped(account) == set()
    assert {(number.taken.site, str(number.taken.quarter)) for number in account if number.taken} == {("one", "2025Q3")}


def test_no_number_of_a_refused_form_is_taken() -> None:
    def write_text(sheet: Worksheet) -> None:
        sheet.cell(find_row(sheet, "A-02"), VALUE, "many")

    intake = examine_file(edit_file(make_return_file(), write_text))
    assert intake.parsed_return is not None and not intake.is_acceptable
    account = list(make_import_result("form.xlsx", ImportOutcome.REFUSED, intake).account)
    assert list_taken(account) == {}
    refused = [number.text for number in account if number.reason is Reason.FILE_REFUSED]
    assert sorted(refused) == sorted(str(value) for key, value in VALID_ENTRIES.items() if key != "A-02")


def write_on_sheet(state: str) -> Callable[[Worksheet], None]:
    def write(sheet: Worksheet) -> None:
        other = sheet.parent.create_sheet("Extra")
        other.sheet_state = state
        other["B2"], other["B3"] = 90, "៤០"

    return write


def write_keyless(sheet: Worksheet) -> None:
    sheet.cell(sheet.max_row + 3, VALUE, 55)


def write_unreadable(sheet: Worksheet) -> None:
    sheet.cell(find_row(sheet, "A-02"), VALUE, "1,250")


def repeat_row(sheet: Worksheet) -> None:
    row = sheet.max_row + 2
    sheet.cell(row, 1, "A-02")
    sheet.cell(row, VALUE, 732.5)


ADDED = [
    (lambda sheet: sheet.cell(find_row(sheet, "A-02"), BESIDE, 41), {("Return", "41", "outside")}),
    (lambda sheet: sheet.cell(sheet.max_row + 5, BESIDE, "1 250,5"), {("Return", "1 250,5", "outside")}),
    (write_on_sheet("visible"), {("Extra", "90", "other_sheet"), ("Extra", "៤០", "other_sheet")}),
    (write_on_sheet("hidden"), {("Extra", "90", "hidden_sheet"), ("Extra", "៤០", "hidden_sheet")}),
    (
        lambda sheet: sheet.cell(find_row(sheet, "A-02"), NOTE, "15 of them in Ratanakiri"),
        {("Return", "15 of them in Ratanakiri", "note")},
    ),
    (lambda sheet: sheet.cell(find_row(sheet, "A-02"), NOTE, 12), {("Return", "12", "note")}),
    (write_keyless, {("Return", "55", "row_unknown"), ("Return", "55", "outside")}),
    (write_unreadable, {("Return", "1,250", "unreadable")}),
    (repeat_row, {("Return", "732.5", "repeated")}),
]


@pytest.mark.parametrize(("change", "expected"), ADDED)
def test_a_number_that_a_person_adds_is_named_with_its_reason(
    change: Callable[[Worksheet], object], expected: set[tuple[str, str, str]]
) -> None:
    skipped = list_skipped(account_for(change))
    assert skipped and skipped <= expected


def test_a_number_in_a_hidden_row_is_taken_and_listed() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[find_row(sheet, "A-02")].hidden = True

    assert list_taken(account_for(hide))["A-02"] == "732.5"
