"""The annotated workbook is mended in a real spreadsheet program and sent again."""

from io import BytesIO

from openpyxl import load_workbook

from etl.returns.form.annotate import annotate_return
from tests.returns.intake_cases import PLAN, VALID_ENTRIES, codes, examine_file, find_row, make_return_file
from tests.support.libreoffice import fill_with_libreoffice, needs_libreoffice

FAULTS = {"A-01/sex/women": 13, "A-02": "732,5", "A-03/numerator": "none"}


@needs_libreoffice
def test_libreoffice_mends_it_and_every_number_is_taken(tmp_path):
    answer = examine_file(make_return_file(FAULTS))
    data = annotate_return(PLAN, 1, answer.parsed_return, answer.findings, last_values={}, targets={})
    sent = tmp_path / "annotated.xlsx"
    sent.write_bytes(data)
    sheet = load_workbook(BytesIO(data))["Return"]
    typed = {f"Return!G{find_row(sheet, key)}": float(VALID_ENTRIES[key]) for key in FAULTS}
    mended = fill_with_libreoffice(sent, tmp_path / "mended.xlsx", typed)
    again = examine_file(mended.read_bytes())
    assert codes(again) == []
    assert {str(cell.key): cell.value for cell in again.parsed_return.cells} == VALID_ENTRIES
    book = load_workbook(mended)
    comments = [cell.comment.text for row in book["Return"].iter_rows() for cell in row if cell.comment]
    assert len(comments) == 3 and book.sheetnames[:2] == ["Return", "Findings"]


@needs_libreoffice
def test_saved_again_without_mending_it_says_the_same(tmp_path):
    answer = examine_file(make_return_file(FAULTS))
    sent = tmp_path / "annotated.xlsx"
    sent.write_bytes(annotate_return(PLAN, 1, answer.parsed_return, answer.findings, last_values={}, targets={}))
    again = examine_file(fill_with_libreoffice(sent, tmp_path / "again.xlsx", {}).read_bytes())
    assert codes(again) == codes(answer)
