"""Samples of what a whole file can be instead of a return; the good neighbour of each is the good return itself."""

import random
from collections.abc import Mapping
from functools import partial
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from etl.returns.form_identity import DEFINITIONS_SHEET
from etl.returns.workbook.zip_directory import MAX_ENTRIES, MAX_FILE, MEGABYTE
from tests.finding_samples.sample import A_02, SHEET_PART, Maker, Sample, World, really_changed, written
from tests.returns.intake_cases import edited, filled
from tests.support.workbooks import MAIN, ole_file, with_part, zipped

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRINGS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml"'
    b' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
LOCK = World(name="~$return.xlsx")
DTD = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def other_bytes(code: str, data: bytes, name: str) -> Sample:
    """A file of another kind, under the name that people send it with."""
    return Sample(code, lambda: data, world=World(name=name), good_world=World())


def more_parts(code: str, parts: Mapping[str, bytes]) -> Sample:
    """The good return with parts that no return has."""
    return Sample(code, lambda: with_parts(filled(), parts))


def with_parts(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    for name, content in parts.items():
        data = with_part(data, name, content)
    return data


def with_many_parts() -> bytes:
    file = BytesIO(filled())
    with ZipFile(file, "a") as archive:
        for number in range(MAX_ENTRIES):
            archive.writestr(f"xl/media/{number}.bin", b"")
    return file.getvalue()


def with_a_large_picture() -> bytes:
    file = BytesIO(filled())
    with ZipFile(file, "a") as archive:
        archive.writestr(ZipInfo("xl/media/photo.jpeg"), random.Random(1).randbytes(MAX_FILE), compress_type=ZIP_STORED)
    return file.getvalue()


def with_a_directory_that_lies() -> bytes:
    """The picture says that it inflates to nothing like what it does, so nobody need inflate it."""
    return with_part(filled(), "xl/media/zeros.bin", bytes(2 * MEGABYTE))


def with_many_cells() -> bytes:
    """More cells than any return has, on the sheet of definitions; none of them compresses suspiciously well."""
    chance = random.Random(2)
    rows = b"".join(
        b'<row r="%d">%s</row>' % (row, b"".join(b"<c><v>%d</v></c>" % chance.getrandbits(40) for _ in range(410)))
        for row in range(1, 1_001)
    )
    part = f"xl/worksheets/sheet{['Return', 'Guide', DEFINITIONS_SHEET].index(DEFINITIONS_SHEET) + 1}.xml"
    return really_changed(filled(), part, partial(_with_rows, rows))


def _with_rows(rows: bytes, xml: bytes) -> bytes:
    before, _, rest = xml.partition(b"<sheetData>")
    return before + b"<sheetData>" + rows + b"</sheetData>" + rest.partition(b"</sheetData>")[2]


def with_one_long_text_again_and_again() -> bytes:
    """A few kilobytes whose cells hold tens of millions of letters, as many as the gate lets through."""
    strings = f'<sst xmlns="{MAIN}"><si><t>{"ខ" * 32_000}</t></si></sst>'
    data = with_part(filled(), "xl/sharedStrings.xml", strings)
    data = really_changed(data, "[Content_Types].xml", lambda xml: xml.replace(b"</Types>", STRINGS_TYPE + b"</Types>"))
    rows = b"".join(b'<row r="%d"><c r="Z%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1_001, 2_001))
    return really_changed(data, SHEET_PART, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))


def with_sheets(count: int) -> Maker:
    def add(sheet):
        for _ in range(count):
            sheet.parent.create_sheet()

    return lambda: edited(filled(), add)


def far_cell(sheet) -> None:
    sheet.cell(30_000, 2, "x")


SAMPLES: tuple[Sample, ...] = (
    other_bytes("file-empty", b"", "return.xlsx"),
    Sample("file-lock", lambda: b"\x04Sok " + b" " * 160, world=LOCK, good_world=World()),
    other_bytes("file-old-xls", ole_file("Workbook"), "return.xls"),
    other_bytes("file-password", ole_file("EncryptionInfo", "EncryptedPackage"), "return.xlsx"),
    other_bytes("file-wps", ole_file("Workbook"), "return.et"),
    other_bytes("file-ole", ole_file("WordDocument"), "return.doc"),
    more_parts("file-xlsb", {"xl/workbook.bin": b"1"}),
    other_bytes(
        "file-ods",
        zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
        "return.ods",
    ),
    other_bytes("file-text", "SO3-01,១២\r\n".encode(), "return.csv"),
    other_bytes("file-html", b"<html><table><tr><td>12</td></tr></table></html>", "return.xls"),
    other_bytes("file-xml", b"<?xml version='1.0'?><Workbook/>", "return.xml"),
    other_bytes("file-pdf", b"%PDF-1.7 ...", "return.pdf"),
    other_bytes("file-photo", b"\xff\xd8\xff\xe0\0\x10JFIF", "return.jpg"),
    more_parts("file-macro", {"xl/vbaProject.bin": b"1"}),
    written("file-strict", lambda xml: xml.replace(MAIN.encode(), STRICT.encode()), part="xl/workbook.xml"),
    other_bytes("file-other-zip", zipped({"photo 1.jpg": b"1", "photo 2.jpg": b"2"}), "returns.zip"),
    other_bytes("file-unknown", bytes(range(256)), "return.xlsx"),
    Sample("file-damaged", lambda: filled()[: len(filled()) // 2]),
    Sample("file-too-big", with_a_large_picture),
    Sample("file-inflates", with_a_directory_that_lies),
    Sample("file-entries", with_many_parts),
    more_parts("file-part-names", {"../evil.xml": b"<x/>"}),
    written(
        "file-forbidden-xml", lambda xml: DTD + xml[xml.find(b"?>") + 2 if b"?>" in xml else 0 :], part="xl/styles.xml"
    ),
    written("file-bad-xml", lambda xml: xml.replace(b"</sheetData>", b"</sheetdata>")),
    Sample("file-sheets", with_sheets(65), with_sheets(10)),
    Sample("file-too-much-data", with_many_cells),
    Sample("file-data-far-away", lambda: edited(filled(), far_cell), lambda: edited(filled(), lambda sheet: None)),
    written("file-bad-reference", lambda xml: xml.replace(b'r="A1"', b'r="ZZZZ1"').replace(b'r="B1"', b'r="ZZZZ1"')),
    written("file-bad-cell", lambda xml: xml.replace(A_02, b"<v>NaN</v>")),
    written("file-text-too-long", lambda xml: xml.replace(A_02, b"<v>" + b"7" * 40_000 + b"</v>")),
    written(
        "file-merges",
        lambda xml: xml.replace(b'<mergeCell ref="', b'<mergeCell ref="A1:XFD1048576"/><mergeCell ref="', 1),
    ),
    Sample("file-too-complex", with_one_long_text_again_and_again),
    written("file-unreadable", lambda _: b"<nothing/>", part="xl/styles.xml"),
)
