"""Any file is refused with a finding or read exactly: no exception, no hang, no memory leak."""

import random
from collections import Counter
from decimal import Decimal

import pytest

from etl.returns.workbook.read_workbook import ADDRESS_SPACE
from tests.hostile.hostile_file import SHEET_PART, collect_good_parts_with_shared_strings
from tests.returns.intake_cases import QUARTER, VALID_ENTRIES, examine_file, list_codes, make_return_file
from tests.support.examination_report import GIGABYTE, MAX_GROWTH, MAX_SECONDS, build_report
from tests.support.hostile_files import iterate_hostile_files
from tests.support.independent_reader import read_values
from tests.support.mutated_files import iterate_mutated_files
from tests.support.workbooks import change_part, zip_parts

FEWEST_FILES = 250
MUTATIONS, MUTATIONS_IN_SOAK = 40, 2_000
ALWAYS_REFUSED_WITH = {
    *("file-empty", "file-lock", "file-old-xls", "file-password", "file-wps", "file-ole", "file-xlsb", "file-ods"),
    *("file-text", "file-html", "file-xml", "file-pdf", "file-photo", "file-macro", "file-strict", "file-other-zip"),
    *("file-unknown", "file-damaged", "file-inflates", "file-entries", "file-part-names", "file-forbidden-xml"),
    *("file-bad-xml", "file-sheets", "file-data-far-away", "file-bad-reference", "file-bad-cell", "file-merges"),
    *("file-text-too-long", "file-unreadable"),
}
REFUSED_IN_SOAK_WITH = {"file-too-complex"}
"""`test_finding_samples` has a file that takes too long in `make test`."""


def test_the_independent_reader_reads_the_valid_return():
    assert {
        key: Decimal(text) for key, text in read_values(make_return_file()).items() if key in VALID_ENTRIES
    } == VALID_ENTRIES


def test_both_readers_read_a_return_with_shared_strings():
    data = zip_parts(collect_good_parts_with_shared_strings())
    result = examine_file(data)
    assert result.findings == () and {str(cell.key): cell.value for cell in result.parsed_return.cells} == VALID_ENTRIES
    assert {key: Decimal(text) for key, text in read_values(data).items() if key in VALID_ENTRIES} == VALID_ENTRIES


@pytest.mark.slow
def test_hostile_files_are_refused_or_read_exactly_within_limits(tmp_path, is_soak):
    report = build_report(iterate_hostile_files(is_whole=is_soak), tmp_path)
    print(report)
    assert report.failures == []
    assert report.refused_count >= FEWEST_FILES
    assert report.codes >= ALWAYS_REFUSED_WITH | (REFUSED_IN_SOAK_WITH if is_soak else set())
    assert report.max_seconds <= MAX_SECONDS
    assert report.max_growth <= MAX_GROWTH
    assert ADDRESS_SPACE <= GIGABYTE


@pytest.mark.slow
def test_mutations_of_a_valid_return_are_refused_or_read_exactly(tmp_path, is_soak):
    count = MUTATIONS_IN_SOAK if is_soak else MUTATIONS
    report = build_report(iterate_mutated_files(count), tmp_path)
    print(report)
    assert report.failures == []
    assert report.accepted_count + report.refused_count == count
    assert min(report.accepted_count, report.refused_count) > count // 20
    assert report.max_growth <= MAX_GROWTH


def test_half_of_the_mutations_have_correct_checksums():
    ways = Counter(file.description.partition(":")[0] for file in iterate_mutated_files(40))
    assert ways == {"bytes": 20, "XML": 20}


def test_numbers_do_not_change_between_file_and_return():
    rng = random.Random(7)
    for _ in range(15):
        value = round(rng.uniform(0, 10 ** rng.randint(1, 9)), rng.randint(0, 4))
        result = examine_file(make_return_file({"A-02": value, "B-04/numerator": 0}))
        cell = next(candidate for candidate in result.parsed_return.cells if str(candidate.key) == "A-02")
        assert cell.value == Decimal(repr(value)) and result.parsed_return.quarter == QUARTER


def test_numbers_that_only_xml_can_represent_are_errors_at_their_cells():
    code_by_text = {"1e400": "number-not-finite", "NaN": "file-bad-cell", "7E0": ""}
    for text, code in code_by_text.items():
        data = change_part(
            make_return_file(),
            SHEET_PART,
            lambda xml, text=text: xml.replace(b"<v>732.5</v>", f"<v>{text}</v>".encode()),
        )
        other_codes = [actual for actual in list_codes(examine_file(data)) if actual != "numerator-over-denominator"]
        assert other_codes == ([code] if code else []), text
