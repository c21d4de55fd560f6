"""The gate's report is transferred from the reader process without changes."""

from dataclasses import replace

import pytest

from etl.returns.intake import read_file
from etl.returns.workbook.gate import run_gate
from etl.returns.workbook.limits import RETURN_LIMITS
from etl.returns.workbook.read_workbook import WorkbookReader
from tests.finding_samples.all_samples import SAMPLE_BY_CODE
from tests.returns.intake_cases import edit_file, make_return_file

READER_CODES = ("file-too-complex", "file-unreadable")
GATE_CODES = sorted(code for code in SAMPLE_BY_CODE if code.startswith("file-") and code not in READER_CODES)


@pytest.mark.parametrize("code", GATE_CODES)
def test_a_refused_file_gives_the_same_findings(code: str) -> None:
    sample = SAMPLE_BY_CODE[code]
    name, data = sample.scenario.file_name, sample.faulty_file
    direct, transferred = run_gate(name, data), read_file(name, data)
    assert (transferred.facts, transferred.findings) == (direct.facts, direct.findings)
    assert transferred.workbook is None and [finding.code for finding in transferred.findings] == [code]


def test_a_valid_file_gives_the_same_facts_and_cells() -> None:
    data = edit_file(make_return_file(), lambda sheet: sheet.merge_cells("A40:B41"))
    direct, transferred = run_gate("return.xlsx", data), read_file("return.xlsx", data)
    assert transferred.facts == direct.facts and any(sheet.merges for sheet in transferred.facts.sheets)
    assert [sheet.name for sheet in transferred.workbook.sheets] == ["Return", "_meta"]
    for sheet in transferred.workbook.sheets:
        part = transferred.facts.find_sheet(sheet.name).part
        cells = [
            (cell.row, cell.column, cell.kind, cell.text, cell.number_format, cell.legacy_font) for cell in sheet.cells
        ]
        assert cells == list(direct.contents.iter_cells(part))


def test_a_reader_process_killed_in_the_gate_is_a_finding() -> None:
    reader = WorkbookReader(limits=replace(RETURN_LIMITS, seconds=0.0))
    try:
        contents = read_file("return.xlsx", make_return_file(), reader=reader)
    finally:
        reader.close()
    assert contents.workbook is None and [finding.code for finding in contents.findings] == ["file-too-complex"]
