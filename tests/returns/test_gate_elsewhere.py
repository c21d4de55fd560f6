"""What the gate says in the reading process arrives whole."""

import pytest

from etl.returns.intake import read_file
from etl.returns.workbook.gate import pass_gate
from etl.returns.workbook.read_workbook import WorkbookReader
from tests.finding_samples.every_sample import SAMPLE_BY_CODE
from tests.returns.intake_cases import edited, filled

NOT_OF_THE_GATE = ("file-too-complex", "file-unreadable")
OF_THE_GATE = sorted(code for code in SAMPLE_BY_CODE if code.startswith("file-") and code not in NOT_OF_THE_GATE)


@pytest.mark.parametrize("code", OF_THE_GATE)
def test_a_refused_file_is_refused_with_the_same_words(code: str) -> None:
    sample = SAMPLE_BY_CODE[code]
    name, data = sample.world.name, sample.faulty()
    here, arrived = pass_gate(name, data), read_file(name, data)
    assert (arrived.facts, arrived.findings) == (here.facts, here.findings)
    assert arrived.workbook is None and [one.code for one in arrived.findings] == [code]


def test_a_good_file_gives_the_same_facts_and_cells() -> None:
    data = edited(filled(), lambda sheet: sheet.merge_cells("A40:B41"))
    here, arrived = pass_gate("return.xlsx", data), read_file("return.xlsx", data)
    assert arrived.facts == here.facts and any(sheet.merges for sheet in arrived.facts.sheets)
    assert [sheet.name for sheet in arrived.workbook.sheets] == ["Return", "_meta"]
    for sheet in arrived.workbook.sheets:
        part = arrived.facts.find_sheet(sheet.name).part
        cells = [(c.row, c.column, c.kind, c.text, c.number_format, c.old_font) for c in sheet.cells]
        assert cells == list(here.contents.cells_of(part))


def test_a_reading_process_that_is_killed_within_the_gate_is_a_finding() -> None:
    reader = WorkbookReader(seconds=0.0)
    try:
        read = read_file("return.xlsx", filled(), reader=reader)
    finally:
        reader.close()
    assert read.workbook is None and [one.code for one in read.findings] == ["file-too-complex"]
