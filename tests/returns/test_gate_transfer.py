"""What the gate says in the reading process arrives whole."""

import pytest

from etl.returns.intake import read_file
from etl.returns.workbook.gate import run_gate
from etl.returns.workbook.read_workbook import WorkbookReader
from tests.finding_samples.all_samples import SAMPLE_BY_CODE
from tests.returns.intake_cases import edit_file, make_return_file

READER_CODES = ("file-too-complex", "file-unreadable")
GATE_CODES = sorted(code for code in SAMPLE_BY_CODE if code.startswith("file-") and code not in READER_CODES)


@pytest.mark.parametrize("code", GATE_CODES)
def test_a_refused_file_is_refused_with_the_same_words(code: str) -> None:
    sample = SAMPLE_BY_CODE[code]
    name, data = sample.scenario.file_name, sample.build_faulty()
    here, arrived = run_gate(name, data), read_file(name, data)
    assert (arrived.facts, arrived.findings) == (here.facts, here.findings)
    assert arrived.workbook is None and [one.code for one in arrived.findings] == [code]


def test_a_good_file_gives_the_same_facts_and_cells() -> None:
    data = edit_file(make_return_file(), lambda sheet: sheet.merge_cells("A40:B41"))
    here, arrived = run_gate("return.xlsx", data), read_file("return.xlsx", data)
    assert arrived.facts == here.facts and any(sheet.merges for sheet in arrived.facts.sheets)
    assert [sheet.name for sheet in arrived.workbook.sheets] == ["Return", "_meta"]
    for sheet in arrived.workbook.sheets:
        part = arrived.facts.find_sheet(sheet.name).part
        cells = [(c.row, c.column, c.kind, c.text, c.number_format, c.legacy_font) for c in sheet.cells]
        assert cells == list(here.contents.iter_cells(part))


def test_a_reading_process_that_is_killed_within_the_gate_is_a_finding() -> None:
    reader = WorkbookReader(timeout=0.0)
    try:
        read = read_file("return.xlsx", make_return_file(), reader=reader)
    finally:
        reader.close()
    assert read.workbook is None and [one.code for one in read.findings] == ["file-too-complex"]
