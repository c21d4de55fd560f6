"""Whatever is sent ends in a finding or in the numbers that stand there: no traceback, no hang, no memory kept."""

import random
from collections import Counter
from decimal import Decimal

import pytest

from etl.returns.workbook.read_workbook import ADDRESS_SPACE
from tests.hostile.hostile_file import SHEET, good_with_shared_texts
from tests.returns.intake_cases import GOOD, QUARTER, codes, examined, filled
from tests.support.hostile_files import hostile_files
from tests.support.independent_reader import read_values
from tests.support.judged_files import GIGABYTE, MOST_GROWTH, SECONDS, judge
from tests.support.mutated_files import mutated_files
from tests.support.workbooks import change_part, zipped

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
    assert {key: Decimal(text) for key, text in read_values(filled()).items() if key in GOOD} == GOOD


def test_both_readers_read_a_return_whose_texts_stand_in_a_table():
    data = zipped(good_with_shared_texts())
    answer = examined(data)
    assert answer.findings == () and {str(cell.key): cell.value for cell in answer.parsed.cells} == GOOD
    assert {key: Decimal(text) for key, text in read_values(data).items() if key in GOOD} == GOOD


@pytest.mark.slow
def test_every_hostile_or_odd_file_is_refused_or_read_exactly_within_its_limits(tmp_path):
    judged = judge(hostile_files(), tmp_path)
    print(judged)
    assert judged.faults == []
    assert judged.refused >= FEWEST_FILES
    assert judged.codes >= ALWAYS_REFUSED_WITH
    assert judged.slowest <= SECONDS
    assert judged.growth <= MOST_GROWTH
    assert ADDRESS_SPACE <= GIGABYTE


@pytest.mark.slow
def test_every_mutation_of_a_good_return_is_refused_or_read_exactly(tmp_path, is_soak):
    count = MUTATIONS_IN_SOAK if is_soak else MUTATIONS
    judged = judge(mutated_files(count), tmp_path)
    print(judged)
    assert judged.faults == []
    assert judged.accepted + judged.refused == count
    assert min(judged.accepted, judged.refused) > count // 20
    assert judged.growth <= MOST_GROWTH


def test_half_of_the_mutations_have_right_checksums():
    ways = Counter(one.what.partition(":")[0] for one in mutated_files(40))
    assert ways == {"bytes": 20, "XML": 20}


def test_no_number_changes_between_the_file_and_the_return():
    chance = random.Random(7)
    for _ in range(15):
        value = round(chance.uniform(0, 10 ** chance.randint(1, 9)), chance.randint(0, 4))
        answer = examined(filled({"A-02": value, "B-04/numerator": 0}))
        cell = next(one for one in answer.parsed.cells if str(one.key) == "A-02")
        assert cell.value == Decimal(repr(value)) and answer.parsed.quarter == QUARTER


def test_a_number_that_only_xml_can_hold_is_an_error_at_its_cell():
    place = {"1e400": "number-not-finite", "NaN": "file-bad-cell", "7E0": ""}
    for written, code in place.items():
        data = change_part(
            filled(), SHEET, lambda xml, text=written: xml.replace(b"<v>732.5</v>", f"<v>{text}</v>".encode())
        )
        found = [one for one in codes(examined(data)) if one != "numerator-over-denominator"]
        assert found == ([code] if code else []), written
