"""Samples of files that are not returns; the valid counterpart of each is the valid return."""

import random
from collections.abc import Mapping
from functools import partial
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from etl.returns.form_identity import DEFINITIONS_SHEET
from etl.returns.workbook.limits import MEGABYTE, RETURN_LIMITS
from etl.returns.workbook.zip_directory import MAX_ENTRIES
from tests.finding_samples.sample import (
    A_02,
    SHEET_PART,
    FileBuilder,
    Sample,
    SampleScenario,
    change_part_strictly,
    make_xml_sample,
    save_valid_return_again,
)
from tests.returns.intake_cases import edit_file, make_return_file
from tests.support.workbooks import MAIN, add_part, make_ole_file, zip_parts

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRINGS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml"'
    b' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
LOCK_FILE = SampleScenario(file_name="~$return.xlsx")
DTD = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def make_foreign_file_sample(code: str, data: bytes, name: str) -> Sample:
    """Make a sample of a file of another kind, under the name that people upload it with."""
    return Sample(code, lambda: data, scenario=SampleScenario(file_name=name), good_scenario=SampleScenario())


def make_extra_parts_sample(code: str, parts: Mapping[str, bytes]) -> Sample:
    """Make a sample with parts that no return has."""
    return Sample(code, lambda: add_parts(make_return_file(), parts))


def add_parts(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    for name, content in parts.items():
        data = add_part(data, name, content)
    return data


def add_many_parts() -> bytes:
    file = BytesIO(make_return_file())
    with ZipFile(file, "a") as archive:
        for number in range(MAX_ENTRIES):
            archive.writestr(f"xl/media/{number}.bin", b"")
    return file.getvalue()


def add_large_picture() -> bytes:
    file = BytesIO(make_return_file())
    with ZipFile(file, "a") as archive:
        archive.writestr(
            ZipInfo("xl/media/photo.jpeg"),
            random.Random(1).randbytes(RETURN_LIMITS.file_size),
            compress_type=ZIP_STORED,
        )
    return file.getvalue()


def add_compressible_part() -> bytes:
    """Add a part that compresses suspiciously well, so that the directory alone is enough to refuse the file."""
    return add_part(make_return_file(), "xl/media/zeros.bin", bytes(2 * MEGABYTE))


def add_many_cells() -> bytes:
    """Add more cells than any return has to the definitions sheet; random numbers keep the ratio low."""
    chance = random.Random(2)
    rows = b"".join(
        b'<row r="%d">%s</row>' % (row, b"".join(b"<c><v>%d</v></c>" % chance.getrandbits(40) for _ in range(410)))
        for row in range(1, 1_001)
    )
    part = f"xl/worksheets/sheet{['Return', 'Guide', DEFINITIONS_SHEET].index(DEFINITIONS_SHEET) + 1}.xml"
    return change_part_strictly(make_return_file(), part, partial(_add_rows, rows))


def _add_rows(rows: bytes, xml: bytes) -> bytes:
    before, _, rest = xml.partition(b"<sheetData>")
    return before + b"<sheetData>" + rows + b"</sheetData>" + rest.partition(b"</sheetData>")[2]


def repeat_long_text() -> bytes:
    """Return a file of a few kilobytes whose cells contain as many characters as the gate accepts, tens of millions."""
    strings = f'<sst xmlns="{MAIN}"><si><t>{"ខ" * 32_000}</t></si></sst>'
    data = add_part(make_return_file(), "xl/sharedStrings.xml", strings)
    data = change_part_strictly(
        data, "[Content_Types].xml", lambda xml: xml.replace(b"</Types>", STRINGS_TYPE + b"</Types>")
    )
    rows = b"".join(b'<row r="%d"><c r="Z%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1_001, 2_001))
    return change_part_strictly(data, SHEET_PART, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))


def add_sheets(count: int) -> FileBuilder:
    def add(sheet):
        for _ in range(count):
            sheet.parent.create_sheet()

    return lambda: edit_file(make_return_file(), add)


def fill_far_cell(sheet) -> None:
    sheet.cell(30_000, 2, "x")


SAMPLES: tuple[Sample, ...] = (
    make_foreign_file_sample("file-empty", b"", "return.xlsx"),
    Sample("file-lock", lambda: b"\x04Sok " + b" " * 160, scenario=LOCK_FILE, good_scenario=SampleScenario()),
    make_foreign_file_sample("file-old-xls", make_ole_file("Workbook"), "return.xls"),
    make_foreign_file_sample("file-password", make_ole_file("EncryptionInfo", "EncryptedPackage"), "return.xlsx"),
    make_foreign_file_sample("file-wps", make_ole_file("Workbook"), "return.et"),
    make_foreign_file_sample("file-ole", make_ole_file("WordDocument"), "return.doc"),
    make_extra_parts_sample("file-xlsb", {"xl/workbook.bin": b"1"}),
    make_foreign_file_sample(
        "file-ods",
        zip_parts({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
        "return.ods",
    ),
    make_foreign_file_sample("file-text", "SO3-01,១២\r\n".encode(), "return.csv"),
    make_foreign_file_sample("file-html", b"<html><table><tr><td>12</td></tr></table></html>", "return.xls"),
    make_foreign_file_sample("file-xml", b"<?xml version='1.0'?><Workbook/>", "return.xml"),
    make_foreign_file_sample("file-pdf", b"%PDF-1.7 ...", "return.pdf"),
    make_foreign_file_sample("file-photo", b"\xff\xd8\xff\xe0\0\x10JFIF", "return.jpg"),
    make_extra_parts_sample("file-macro", {"xl/vbaProject.bin": b"1"}),
    make_xml_sample("file-strict", lambda xml: xml.replace(MAIN.encode(), STRICT.encode()), part="xl/workbook.xml"),
    make_foreign_file_sample("file-other-zip", zip_parts({"photo 1.jpg": b"1", "photo 2.jpg": b"2"}), "returns.zip"),
    make_foreign_file_sample("file-unknown", bytes(range(256)), "return.xlsx"),
    Sample("file-damaged", lambda: make_return_file()[: len(make_return_file()) // 2]),
    Sample("file-too-big", add_large_picture),
    Sample("file-inflates", add_compressible_part),
    Sample("file-entries", add_many_parts),
    make_extra_parts_sample("file-part-names", {"../evil.xml": b"<x/>"}),
    make_xml_sample(
        "file-forbidden-xml", lambda xml: DTD + xml[xml.find(b"?>") + 2 if b"?>" in xml else 0 :], part="xl/styles.xml"
    ),
    make_xml_sample("file-bad-xml", lambda xml: xml.replace(b"</sheetData>", b"</sheetdata>")),
    Sample("file-sheets", add_sheets(65), add_sheets(10)),
    Sample("file-too-much-data", add_many_cells),
    Sample(
        "file-data-far-away",
        lambda: edit_file(make_return_file(), fill_far_cell),
        save_valid_return_again,
    ),
    make_xml_sample(
        "file-bad-reference", lambda xml: xml.replace(b'r="A1"', b'r="ZZZZ1"').replace(b'r="B1"', b'r="ZZZZ1"')
    ),
    make_xml_sample("file-bad-cell", lambda xml: xml.replace(A_02, b"<v>NaN</v>")),
    make_xml_sample("file-text-too-long", lambda xml: xml.replace(A_02, b"<v>" + b"7" * 40_000 + b"</v>")),
    make_xml_sample(
        "file-merges",
        lambda xml: xml.replace(b'<mergeCell ref="', b'<mergeCell ref="A1:XFD1048576"/><mergeCell ref="', 1),
    ),
    Sample("file-too-complex", repeat_long_text),
    make_xml_sample("file-unreadable", lambda _: b"<nothing/>", part="xl/styles.xml"),
)
