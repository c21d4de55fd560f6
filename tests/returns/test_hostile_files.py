"""Whatever is sent ends in a finding or in the numbers that stand there: no traceback, no hang, no memory kept."""

import random
from collections import Counter
from decimal import Decimal

import pytest

from etl.returns.workbook.read_workbook import ADDRESS_SPACE
from tests.hostile.hostile_file import SHEET_PART, good_parts_with_shared_strings
from tests.returns.intake_cases import QUARTER, VALID_ENTRIES, codes, examine_file, make_return_file
from tests.support.examination_report import GIGABYTE, MAX_GROWTH, MAX_SECONDS, build_report
from tests.support.hostile_files import hostile_files
from tests.support.independent_reader import read_values
from tests.support.mutated_files import mutated_files
from tests.support.workbooks import change_part, zip_parts

FEWEST_FILES = 300
MUTATIONS, MUTATIONS_IN_SOAK = 200, 2_000
ALWAYS_REFUSED_WITH = {
    *("file-empty", "file-lock", "file-old-xls", "file-password", "file-wps", "file-ole", "file-xlsb", "file-ods"),
    *("file-text", "file-html", "file-xml", "file-pdf", "file-photo", "file-macro", "file-strict", "file-other-zip"),
    *("file-unknown", "file-damaged", "file-inflates", "file-entries", "file-part-names", "file-forbidden-xml"),
    *("file-bad-xml", "file-sheets", "file-data-far-away", "file-bad-reference", "file-bad-cell", "file-merges"),
    *("file-text-too-long", "file-too-complex", "file-unreadable"),
}


def test_the_independent_reader_reads_the_good_return():
    assert {
        key: Decimal(text) for key, text in read_values(make_return_file()).items() if key in VALID_ENTRIES
    } == VALID_ENTRIES


def test_both_readers_read_a_return_whose_texts_stand_in_a_table():
    data = zip_parts(good_parts_with_shared_strings())
    answer = examine_file(data)
    assert answer.findings == () and {str(cell.key): cell.value for cell in answer.parsed_return.cells} == VALID_ENTRIES
    assert {key: Decimal(text) for key, text in read_values(data).items() if key in VALID_ENTRIES} == VALID_ENTRIES


@pytest.mark.slow
def test_every_hostile_or_odd_file_is_refused_or_read_exactly_within_its_limits(tmp_path):
    judged = build_report(hostile_files(), tmp_path)
    print(judged)
    assert judged.failures == []
    assert judged.refused_count >= FEWEST_FILES
    assert judged.codes >= ALWAYS_REFUSED_WITH
    assert judged.max_seconds <= MAX_SECONDS
    assert judged.max_growth <= MAX_GROWTH
    assert ADDRESS_SPACE <= GIGABYTE


@pytest.mark.slow
def test_every_mutation_of_a_good_return_is_refused_or_read_exactly(tmp_path, is_soak):
    count = MUTATIONS_IN_SOAK if is_soak else MUTATIONS
    judged = build_report(mutated_files(count), tmp_path)
    print(judged)
    assert judged.failures == []
    assert judged.accepted_count + judged.refused_count == count
    assert min(judged.accepted_count, judged.refused_count) > count // 20
    assert judged.max_growth <= MAX_GROWTH


def test_half_of_the_mutations_have_right_checksums():
    ways = Counter(one.description.partition(":")[0] for one in mutated_files(40))
    assert ways == {"bytes": 20, "XML": 20}


def test_no_number_changes_between_the_file_and_the_return():
    chance = random.Random(7)
    for _ in range(15):
        value = round(chance.uniform(0, 10 ** chance.randint(1, 9)), chance.randint(0, 4))
        answer = examine_file(make_return_file({"A-02": value, "B-04/numerator": 0}))
        cell = next(one for one in answer.parsed_return.cells if str(one.key) == "A-02")
        assert cell.value == Decimal(repr(value)) and answer.parsed_return.quarter == QUARTER


def test_a_number_that_only_xml_can_hold_is_an_error_at_its_cell():
    place = {"1e400": "number-not-finite", "NaN": "file-bad-cell", "7E0": ""}
    for written, code in place.items():
        data = change_part(
            make_return_file(),
            SHEET_PART,
            lambda xml, text=written: xml.replace(b"<v>732.5</v>", f"<v>{text}</v>".encode()),
        )
        found = [one for one in codes(examine_file(data)) if one != "numerator-over-denominator"]
        assert found == ([code] if code else []), written
