"""Whatever is sent ends in a finding or in the numbers that stand there: no traceback, no hang."""

import random
import re
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from returns.intake_cases import GOOD, QUARTER, codes, examined, filled
from workbooks import change_part, zipped

from etl.returns.numbers import NumberState

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def independent_reading(data: bytes) -> dict[str, str]:
    """The text of the `<v>` beside each key, by another parser and none of our code."""
    with ZipFile(BytesIO(data)) as archive:
        sheet = ElementTree.fromstring(archive.read(SHEET))
    cells: dict[str, str] = {}
    for cell in sheet.iter(f"{MAIN}c"):
        value = cell.find(f"{MAIN}v") if cell.get("t") != "inlineStr" else cell.find(f"{MAIN}is")
        if value is not None:
            cells[cell.get("r")] = "".join(value.itertext())
    keys = {text: re.sub("[A-Z]", "", place) for place, text in cells.items() if place.startswith("A")}
    return {key: cells.get(f"G{row}", "") for key, row in keys.items() if key in GOOD}


def check_answer(data: bytes) -> None:
    """Either refused by an error, or each number is what the independent reader sees."""
    answer = examined(data)
    if not answer.is_acceptable:
        assert answer.findings
        return
    seen = independent_reading(data)
    for cell in answer.parsed.cells:
        if cell.state is NumberState.VALUE:
            assert Decimal(seen[str(cell.key)]) == cell.value, cell


def test_the_independent_reader_reads_the_good_return():
    assert {key: Decimal(text) for key, text in independent_reading(filled()).items()} == GOOD


def mutated_bytes(data: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found[: chance.randrange(len(found))]) if chance.random() < 0.1 else bytes(found)


def mutated_xml(data: bytes, chance: random.Random) -> bytes:
    """Some bytes of one part changed, and its checksum right again."""
    with ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([SHEET, SHEET, SHEET, *parts])
    found = bytearray(parts[name])
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(found))
        found[place : place + chance.randint(0, 2)] = chance.choice(
            [b"<", b"9", b"", b'"', b"&", b"A", b"/", b"-", b"e"]
        )
    return zipped({**parts, name: bytes(found)})


@pytest.mark.parametrize("way", [mutated_bytes, mutated_xml])
@pytest.mark.parametrize("seed", range(4))
def test_a_mutated_return_is_refused_or_read_exactly(way, seed, is_soak):
    chance, good = random.Random(seed), filled()
    for _ in range(250 if is_soak else 25):
        check_answer(way(good, chance))


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
