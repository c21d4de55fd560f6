"""Tests of forms that LibreOffice filled in and saved."""

import csv
from pathlib import Path

import openpyxl
import pytest

from etl.indicators.periods import Quarter
from etl.returns.form.build import build_form_workbook, serialize_form
from tests.returns.form_plans import make_form_plan, read_form
from tests.support.libreoffice import copy_sheet_to_new_book, fill_with_libreoffice, needs_libreoffice, save_as

TYPED: dict[str, float | str] = {"A-01": 12, "A-01/sex/women": "៥", "A-02": 85.15, "A-03/numerator": "NC"}


@pytest.fixture
def form(tmp_path: Path):
    form_workbook = build_form_workbook(make_form_plan(), 3, "one", Quarter(2025, 2), signing_key=b"secret")
    path = tmp_path / "form.xlsx"
    path.write_bytes(serialize_form(form_workbook))
    return form_workbook, path


def _collect_values(form_workbook) -> dict[str, float | str]:
    return {f"Return!{form_workbook.value_cells[key]}": value for key, value in TYPED.items()}


def _check_file(path: Path) -> openpyxl.Workbook:
    book = openpyxl.load_workbook(path, data_only=True)
    contents = read_form(book)
    assert {key: value for key, value in contents.values.items() if value is not None} == TYPED
    assert len(contents.values) == 8
    assert contents.fields["#form"] == "one-2025Q2-v3"
    assert str(contents.fields["#basis"]).startswith("this quarter")
    properties = {prop.name: prop.value for prop in book.custom_doc_props.props}
    meta = {row[0]: row[1] for row in book["_meta"].values}
    assert properties["CardecForm"] == meta["form"] == "one-2025Q2-v3"
    assert properties["CardecSignature"] == meta["signature"]
    assert book["_meta"].sheet_state == "hidden"
    return book


@needs_libreoffice
def test_a_form_that_was_filled_and_saved_keeps_its_numbers_and_its_identity(form, tmp_path):
    form_workbook, path = form
    book = _check_file(fill_with_libreoffice(path, tmp_path / "filled.xlsx", _collect_values(form_workbook)))
    rules = book["Return"].data_validations.dataValidation
    for address in form_workbook.value_cells.values():
        assert [rule.errorStyle for rule in rules if address in rule.sqref] == ["warning"], address


@needs_libreoffice
def test_a_form_is_readable_after_inserted_rows_and_columns_and_a_new_sheet_name(form, tmp_path):
    form_workbook, path = form
    filled = fill_with_libreoffice(
        path,
        tmp_path / "moved.xlsx",
        _collect_values(form_workbook),
        insert_row=13,
        insert_column="E",
        rename_sheet="ត្រីមាសទី២",
    )
    assert "Return" not in _check_file(filled).sheetnames


@needs_libreoffice
def test_a_copied_sheet_keeps_its_keys_and_nothing_else(form, tmp_path):
    form_workbook, path = form
    filled = fill_with_libreoffice(path, tmp_path / "filled.xlsx", _collect_values(form_workbook))
    book = openpyxl.load_workbook(copy_sheet_to_new_book(filled, tmp_path / "copied.xlsx"))
    assert book.sheetnames == ["Return"]
    assert not book.custom_doc_props.props
    assert read_form(book).values["A-02"] == 85.15


@needs_libreoffice
def test_a_form_saved_as_text_keeps_its_keys(form):
    _, path = form
    rows = list(csv.reader(save_as(path, "csv").read_text(encoding="utf-8", errors="replace").splitlines()))
    assert [row[0] for row in rows if row[0].startswith("A-02")] == ["A-02"]


@needs_libreoffice
@pytest.mark.parametrize(("kind", "magic"), [("ods", b"PK"), ("xls", b"\xd0\xcf\x11\xe0")])
def test_libreoffice_saves_other_formats(form, kind, magic):
    assert save_as(form[1], kind).read_bytes().startswith(magic)
