"""The gate accepts workbooks and collects facts about them, and refuses other files with specific findings."""

import csv
import struct
from io import BytesIO, StringIO
from zipfile import ZIP_BZIP2, ZipFile, ZipInfo

import pytest
from openpyxl import Workbook

from etl.returns.workbook.gate import run_gate
from etl.returns.workbook.limits import RETURN_LIMITS
from tests.returns.intake_cases import assert_worded, make_return_file
from tests.support.workbooks import (
    CONTENT_TYPES,
    MAIN,
    add_part,
    change_part,
    collect_raw_parts,
    make_ole_file,
    make_raw_workbook,
    make_single_cell_workbook,
    set_declared_size,
    set_flag,
    zip_parts,
)

SHEET = "xl/worksheets/sheet1.xml"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def list_refusal_codes(data: bytes, name: str = "return.xlsx") -> list[str]:
    report = run_gate(name, data)
    assert_worded(report.findings)
    assert (report.facts is None) == bool(report.findings)
    return [finding.code for finding in report.findings]


def read_facts(data: bytes):
    report = run_gate("return.xlsx", data)
    assert report.findings == ()
    return report.facts.sheets[0]


def _make_csv() -> bytes:
    text = StringIO()
    csv.writer(text).writerow(["SO3-01", "12"])
    return text.getvalue().encode()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("return.xlsx", b"", "file-empty"),
        ("~$return.xlsx", b"\x04Sok " + b" " * 160, "file-lock"),
        ("photos/~$return.xlsx", b"\x04Sok " + b" " * 160, "file-lock"),
        ("return.xls", make_ole_file("Workbook"), "file-old-xls"),
        ("return.xlsx", make_ole_file("Book"), "file-old-xls"),
        ("return.xlsx", make_ole_file("EncryptionInfo", "EncryptedPackage"), "file-password"),
        ("return.et", make_ole_file("Workbook"), "file-wps"),
        ("return.doc", make_ole_file("WordDocument"), "file-ole"),
        ("return.csv", _make_csv(), "file-text"),
        ("return.xlsx", "កសិករ,១២".encode("utf-16"), "file-text"),
        ("return.xlsx", b"<!DOCTYPE html><html></html>", "file-html"),
        ("return.xls", b"\n <TABLE><tr><td>1</td></tr></TABLE>", "file-html"),
        ("return.xls", b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "file-xml"),
        ("return.xlsx", b"%PDF-1.7 ...", "file-pdf"),
        ("return.xlsx", b"\xff\xd8\xff\xe0\0\x10JFIF", "file-photo"),
        ("return.xlsx", b"\x89PNG\r\n\x1a\n....", "file-photo"),
        ("return.xlsx", b"\0\0\0\x18ftypheic\0\0\0\0", "file-photo"),
        ("return.xlsx", b"RIFF\0\0\0\0WEBPVP8 ", "file-photo"),
        ("return.xlsx", bytes(range(256)), "file-unknown"),
        ("return.xlsx", b"PK\x03\x04 and no more", "file-damaged"),
        ("return.xlsx", b"P" * (10 * 1024 * 1024 + 1), "file-too-big"),
    ],
)
def test_each_other_kind_of_file_has_its_own_finding(name, data, code):
    assert list_refusal_codes(data, name) == [code]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}, "file-ods"),
        ({**collect_raw_parts(), "xl/workbook.bin": b"1"}, "file-xlsb"),
        ({**collect_raw_parts(), "xl/vbaProject.bin": b"1"}, "file-macro"),
        ({"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": "<x/>"}, "file-other-zip"),
        ({"photo.jpg": b"1"}, "file-other-zip"),
        ({**collect_raw_parts(), "../evil.xml": "<x/>"}, "file-part-names"),
        ({**collect_raw_parts(), "/etc/passwd": "<x/>"}, "file-part-names"),
        ({**collect_raw_parts(), "xl/STYLES.xml": "<x/>"}, "file-part-names"),
        ({**collect_raw_parts(), **{f"xl/media/{number}.bin": b"" for number in range(2_001)}}, "file-entries"),
        ({**collect_raw_parts(), "xl/media/zeros.bin": bytes(2 * 1024 * 1024)}, "file-inflates"),
        (
            {**collect_raw_parts(), "[Content_Types].xml": CONTENT_TYPES.replace("sheet.main", "other")},
            "file-other-zip",
        ),
    ],
)
def test_a_zip_is_checked_by_its_directory(parts, code):
    assert list_refusal_codes(zip_parts(parts)) == [code]


def test_macros_in_the_content_types_are_detected():
    types = CONTENT_TYPES.replace(
        "openxmlformats-officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main"
    )
    assert list_refusal_codes(zip_parts({**collect_raw_parts(), "[Content_Types].xml": types})) == ["file-macro"]


def test_encrypted_entries_mean_a_password():
    assert list_refusal_codes(set_flag(make_raw_workbook(), 1)) == ["file-password"]


def test_a_truncated_or_bit_flipped_file_is_damaged():
    good = make_return_file()
    assert list_refusal_codes(good[: len(good) // 2]) == ["file-damaged"]
    flipped = bytearray(good)
    flipped[400] ^= 0xFF
    assert list_refusal_codes(bytes(flipped)) in (["file-damaged"], ["file-bad-xml"])


@pytest.mark.parametrize("size", [10, 10**9])
def test_a_false_size_in_the_directory_is_detected(size):
    data = set_declared_size(make_raw_workbook('<row r="1"><c r="A1"><v>1</v></c></row>' + " " * 5000), SHEET, size)
    assert list_refusal_codes(data) in (["file-damaged"], ["file-inflates"], ["file-inflates", "file-inflates"])


def test_unusual_compression_methods_are_refused():
    file = BytesIO(make_raw_workbook())
    with ZipFile(file, "a") as archive:
        archive.writestr(ZipInfo("xl/media/x.bin"), b"1", compress_type=ZIP_BZIP2)
    assert list_refusal_codes(file.getvalue()) == ["file-damaged"]


def test_strict_open_xml_is_refused():
    strict = change_part(
        make_raw_workbook(), "xl/workbook.xml", lambda xml: xml.replace(MAIN.encode(), STRICT.encode())
    )
    assert list_refusal_codes(strict) == ["file-strict"]


DTD = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", SHEET, "docProps/app.xml"]
)
def test_a_dtd_is_refused_in_any_part(part):
    data = add_part(make_raw_workbook(), "docProps/app.xml", "<x/>")
    assert list_refusal_codes(change_part(data, part, lambda xml: DTD.encode() + xml.split(b"?>", 1)[-1])) == [
        "file-forbidden-xml"
    ]


def test_deep_xml_is_refused():
    assert list_refusal_codes(make_raw_workbook(after="<a>" * 100 + "</a>" * 100)) == ["file-forbidden-xml"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            "file-data-far-away",
        ),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "file-data-far-away"),
        ('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>', "file-bad-reference"),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', "file-bad-reference"),
        ('<row r="1048577"><c r="A1048577"><v>1</v></c></row>', "file-bad-reference"),
        ('<row r="1"><c r="A2"><v>1</v></c></row>', "file-bad-reference"),
        ('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>', "file-bad-reference"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>', "file-bad-reference"),
        ('<row r="2"/><row r="1"/>', "file-bad-reference"),
        ('<c r="A1"><v>1</v></c>', "file-bad-reference"),
        ('<row r="1"/><c r="B1"><v>1</v></c>', "file-bad-reference"),
        ('<row r="1"><c r="A1"><c r="B1"><v>1</v></c></c></row>', "file-bad-reference"),
        ('<row r="1"><row r="2"/></row>', "file-bad-reference"),
        ('<row r="1.5"/>', "file-bad-reference"),
        ("<row><c></row>", "file-bad-xml"),
        ("&#0;", "file-bad-xml"),
    ],
)
def test_cells_must_be_on_the_sheet_once_and_in_order(rows, code):
    assert list_refusal_codes(make_raw_workbook(rows)) == [code]


@pytest.mark.parametrize(
    ("kind", "inside"),
    [
        ("", "<v>NaN</v>"),
        ("", "<v>1_000</v>"),
        ("", "<v>0x1F</v>"),
        ("", f"<v>{'9' * 500}</v>"),
        ('t="s"', "<v>1</v>"),
        ('t="s"', "<v>-1</v>"),
        ('t="b"', "<v>2</v>"),
        ('t="d"', "<v>tomorrow</v>"),
        ('t="zebra"', "<v>1</v>"),
    ],
)
def test_invalid_cell_values_are_reported_with_their_cell(kind, inside):
    report = run_gate("return.xlsx", make_single_cell_workbook(kind, inside))
    assert [(finding.code, finding.sheet, finding.cell) for finding in report.findings] == [
        ("file-bad-cell", "Sheet", "A1")
    ]


def test_texts_longer_than_excel_allows_are_refused():
    assert list_refusal_codes(make_raw_workbook(strings=f"<si><t>{'x' * 32_768}</t></si>")) == ["file-text-too-long"]
    assert list_refusal_codes(make_raw_workbook(strings=f"<si><t>{'x' * 32_767}</t></si>")) == []
    assert list_refusal_codes(make_single_cell_workbook('t="inlineStr"', f"<is><t>{'x' * 40_000}</t></is>")) == [
        "file-text-too-long"
    ]


def test_a_long_text_with_many_references_is_refused():
    times = RETURN_LIMITS.text_length // 32_000 + 10
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, times))
    assert list_refusal_codes(make_raw_workbook(cells, strings=f"<si><t>{'x' * 32_000}</t></si>")) == [
        "file-text-too-long"
    ]


def test_a_very_long_token_is_refused():
    import random

    noise = random.Random(1).randbytes(1_600_000).hex()
    assert list_refusal_codes(make_raw_workbook(after=f'<x y="{noise}"/>')) == ["file-text-too-long"]


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("A1:XFD1048576", "file-merges"),
        ("A1:ZZZ9", "file-bad-reference"),
        ("B2:A1", "file-bad-reference"),
        ("x", "file-bad-reference"),
    ],
)
def test_merged_ranges_have_limits(reference, code):
    assert list_refusal_codes(make_raw_workbook(after=f'<mergeCells><mergeCell ref="{reference}"/></mergeCells>')) == [
        code
    ]


def test_too_many_merged_ranges_or_sheets_are_refused():
    merges = "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(1, 20_003))
    assert list_refusal_codes(make_raw_workbook(after=f"<mergeCells>{merges}</mergeCells>")) == ["file-merges"]
    workbook = Workbook()
    for _ in range(65):
        workbook.create_sheet()
    assert list_refusal_codes(_save_workbook(workbook)) == ["file-sheets"]


def _save_workbook(workbook: Workbook) -> bytes:
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_empty_cells_may_be_anywhere():
    styled = '<row r="1"><c r="A1" s="0"/></row><row r="1048159"><c r="A1048159" s="0"/><c r="AMJ1048159" s="0"/></row>'
    assert list_refusal_codes(make_raw_workbook(styled)) == []


@pytest.mark.slow
def test_hundreds_of_thousands_of_empty_styled_cells_are_refused():
    row = "".join("<c s='0'/>" for _ in range(16_000))
    data = change_part(
        make_raw_workbook(),
        SHEET,
        lambda xml: xml.replace(
            b"<sheetData>",
            b"<sheetData>"
            + b"".join(f"<row r='{number}' ht='{number * 7919}'>{row}</row>".encode() for number in range(1, 45)),
        ),
    )
    assert list_refusal_codes(data) in (["file-too-much-data"], ["file-inflates"])


def test_a_false_dimension_is_harmless():
    data = change_part(
        make_raw_workbook('<row r="1"><c r="A1"><v>1</v></c></row>'),
        SHEET,
        lambda xml: xml.replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>'),
    )
    assert list_refusal_codes(data) == []


def test_entries_of_folders_are_accepted():
    assert list_refusal_codes(add_part(make_raw_workbook(), "xl/", b"")) == []


def test_a_namespace_prefix_changes_nothing():
    def prefixed(xml: bytes) -> bytes:
        return (
            xml.replace(b"<", b"<x:").replace(b"<x:/", b"</x:").replace(b"<x:?", b"<?").replace(b"xmlns=", b"xmlns:x=")
        )

    data = change_part(make_single_cell_workbook("", "<f>1+1</f>"), SHEET, prefixed)
    assert read_facts(data).formulas_without_value == {"A1"}


def test_the_facts_of_a_sheet_are_collected():
    rows = (
        '<row r="2"><c r="B2"><f>A1+1</f><v>2</v></c><c r="C2"><f>A1</f></c><c r="D2"><f>[1]Sheet1!A1</f><v>3</v></c>'
        '<c r="E2" t="e"><v>#REF!</v></c><c><f>Table1[amount]</f><v>4</v></c></row>'
        '<row><c t="s"><v>0</v></c></row>'
    )
    sheet = read_facts(
        make_raw_workbook(
            rows, strings="<si><t>#key</t></si>", after='<mergeCells><mergeCell ref="A5:B6"/></mergeCells>'
        )
    )
    assert (sheet.name, sheet.part, sheet.state, sheet.has_tags) == ("Sheet", SHEET, "visible", True)
    assert sheet.formulas == {"B2", "C2", "D2", "F2"}
    assert (sheet.formulas_without_value, sheet.external_formulas, sheet.error_cells) == ({"C2"}, {"D2"}, {"E2"})
    assert sheet.merges == ("A5:B6",)


def test_all_cells_of_an_external_shared_formula_are_external():
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">[2]x!A1</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    assert read_facts(make_raw_workbook(rows)).external_formulas == {"A1", "A2"}


def test_a_false_directory_offset_is_refused():
    data = bytearray(make_raw_workbook())
    end = data.rfind(b"PK\x05\x06")
    struct.pack_into("<I", data, end + 16, 10**9)
    assert list_refusal_codes(bytes(data)) == ["file-damaged"]
