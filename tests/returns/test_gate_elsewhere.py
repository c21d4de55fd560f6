"""The gate says the same whether it stands in the web process or in the reading process."""

import pytest
from finding_samples.every_sample import SAMPLE_BY_CODE
from returns.intake_cases import edited, filled

from etl.returns.intake import read_file, read_file_elsewhere
from etl.returns.read_workbook import WorkbookReader

OF_FILES = sorted(code for code in SAMPLE_BY_CODE if code.startswith("file-"))


@pytest.mark.parametrize("code", [code for code in OF_FILES if code != "file-too-complex"])
def test_a_refused_file_is_refused_with_the_same_words(code: str) -> None:
    sample = SAMPLE_BY_CODE[code]
    name, data = sample.world.name, sample.faulty()
    here, elsewhere = read_file(name, data), read_file_elsewhere(name, data)
    assert elsewhere == here
    assert elsewhere.workbook is None and [one.code for one in elsewhere.findings] == [code]


def test_a_good_file_gives_the_same_facts_and_cells() -> None:
    data = edited(filled(), lambda sheet: sheet.merge_cells("A40:B41"))
    here, elsewhere = read_file("return.xlsx", data), read_file_elsewhere("return.xlsx", data)
    assert elsewhere == here and elsewhere.workbook is not None
    assert any(sheet.merges for sheet in elsewhere.facts.sheets)


def test_a_reading_process_that_is_killed_within_the_gate_is_a_finding() -> None:
    reader = WorkbookReader(seconds=0.0)
    try:
        read = read_file_elsewhere("return.xlsx", filled(), reader=reader)
    finally:
        reader.close()
    assert read.workbook is None and [one.code for one in read.findings] == ["file-too-complex"]
