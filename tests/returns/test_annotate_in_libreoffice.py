"""Tests of the annotated workbook in LibreOffice."""

from io import BytesIO

from openpyxl import load_workbook

from etl.returns.form.annotate import annotate_return
from tests.returns.intake_cases import PLAN, VALID_ENTRIES, examine_file, find_row, list_codes, make_return_file
from tests.support.libreoffice import fill_with_libreoffice, needs_libreoffice

FAULTS = {"A-01/sex/women": 13, "A-02": "732,5", "A-03/numerator": "none"}


@needs_libreoffice
def test_every_number_fixed_in_libreoffice_is_accepted(tmp_path):
    result = examine_file(make_return_file(FAULTS))
    data = annotate_return(PLAN, 1, result.parsed_return, result.findings, last_values={}, targets={})
    path = tmp_path / "annotated.xlsx"
    path.write_bytes(data)
    sheet = load_workbook(BytesIO(data))["Return"]
    entries = {f"Return!G{find_row(sheet, key)}": float(VALID_ENTRIES[key]) for key in FAULTS}
    fixed = fill_with_libreoffice(path, tmp_path / "fixed.xlsx", entries)
    again = examine_file(fixed.read_bytes())
    assert list_codes(again) == []
    assert {str(cell.key): cell.value for cell in again.parsed_return.cells} == VALID_ENTRIES
    book = load_workbook(fixed)
    comments = [cell.comment.text for row in book["Return"].iter_rows() for cell in row if cell.comment]
    assert len(comments) == 3 and book.sheetnames[:2] == ["Return", "Findings"]


@needs_libreoffice
def test_saving_it_unchanged_gives_the_same_findings(tmp_path):
    result = examine_file(make_return_file(FAULTS))
    path = tmp_path / "annotated.xlsx"
    path.write_bytes(annotate_return(PLAN, 1, result.parsed_return, result.findings, last_values={}, targets={}))
    again = examine_file(fill_with_libreoffice(path, tmp_path / "again.xlsx", {}).read_bytes())
    assert list_codes(again) == list_codes(result)
