"""Tables in CSV, OpenDocument and the old Excel format are read like the same table in .xlsx, or refused."""

import csv
import random
import time
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from etl.returns.intake import FileContents, read_file
from etl.returns.layouts.parse_table import ParsedTable
from etl.returns.workbook.cells import CellKind
from etl.returns.workbook.limits import RETURN_LIMITS
from tests.returns.test_layouts import count_codes, parse_sample
from tests.support.layout_tables import (
    make_long_english,
    make_long_khmer,
    make_wide_quarters,
    make_wide_years,
    save_workbook,
)
from tests.support.libreoffice import needs_libreoffice, save_as
from tests.support.workbooks import make_ole_file

TABLES: dict[str, tuple[Callable[[], Workbook], str]] = {
    "register": (make_long_english, "long"),
    "khmer register": (make_long_khmer, "long"),
    "quarters": (make_wide_quarters, "wide"),
    "years": (make_wide_years, "wide"),
}
ONE_TABLE = {"ods": ["years"], "xls": ["khmer register"]}
"""The tables that `make test` saves in each format: a LibreOffice starts for each."""
ONE_SHEET = ("register", "khmer register", "quarters")
MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)
NUMBER = '<table:table-cell office:value-type="float" office:value="7"><text:p>7</text:p></table:table-cell>'
MAX_SECONDS = RETURN_LIMITS.seconds + 15


def make_csv(workbook: Workbook, *, separator: str = ",") -> str:
    """Return the rows of the first sheet, as spreadsheet programs save them."""
    text = StringIO()
    rows = load_workbook(BytesIO(save_workbook(workbook))).worksheets[0].iter_rows(values_only=True)
    csv.writer(text, delimiter=separator).writerows(["" if cell is None else cell for cell in row] for row in rows)
    return text.getvalue()


def make_ods(rows: str = "", *, before: str = "", content: bytes | None = None, **others: str) -> bytes:
    """Return an OpenDocument table with these rows."""
    xml = (
        f'<?xml version="1.0"?>{before}<office:document-content {NAMESPACES}><office:body><office:spreadsheet>'
        f'<table:table table:name="T">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", MIMETYPE, compress_type=0)
        archive.writestr("content.xml", xml.encode() if content is None else content)
        archive.writestr("META-INF/manifest.xml", others.pop("manifest", "<x/>"))
        for name, text in others.items():
            archive.writestr(name.replace("__", "/"), text)
    return file.getvalue()


def row(cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{cells}</table:table-row>"


def list_numbers(table: ParsedTable) -> dict[tuple[str, str], list[tuple[object, ...]]]:
    """Return the cells of each return, with address, value, state and note."""
    return {
        (return_.site, str(return_.quarter)): [
            (str(cell.key), cell.value, cell.state, cell.address, cell.note) for cell in return_.cells
        ]
        for return_ in table.returns
    }


def assert_read_alike(name: str, data: bytes, file_name: str) -> None:
    make_workbook, layout = TABLES[name]
    expected = parse_sample(save_workbook(make_workbook()), layout)
    actual = parse_sample(data, layout, name=file_name)
    assert list_numbers(actual) == list_numbers(expected) and expected.returns
    assert count_codes(actual) == count_codes(expected)


@pytest.mark.parametrize("name", ONE_SHEET)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_a_csv_table_in_any_unicode_encoding_equals_the_workbook(name: str, separator: str, encoding: str) -> None:
    text = make_csv(TABLES[name][0](), separator=separator)
    data = text.encode(encoding)
    assert_read_alike(name, b"\xfe\xff" + data if encoding == "utf-16-be" else data, "table.csv")


@needs_libreoffice
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_a_table_that_libreoffice_saved_in_another_format_equals_the_workbook(
    kind: str, tmp_path: Path, is_soak: bool
) -> None:
    for name in TABLES if is_soak else ONE_TABLE[kind]:
        make_workbook = TABLES[name][0]
        path = tmp_path / f"{name}.xlsx"
        workbook = make_workbook()
        workbook.save(path)
        data = save_as(path, kind, sheet=workbook.sheetnames[0]).read_bytes()
        assert_read_alike(name, data, path.name)
        assert_damage_is_survived(data, Path(name).with_suffix(f".{kind}").name)


def assert_damage_is_survived(data: bytes, name: str) -> None:
    """Change random bytes: the answer is a workbook or a finding, and never an exception."""
    dice = random.Random(name)
    for _ in range(10):
        damaged = bytearray(data)
        for _ in range(dice.randint(1, 20)):
            damaged[dice.randrange(8, len(damaged))] = dice.randrange(256)
        contents = read_file(name, bytes(damaged), reads_tables=True)
        assert (contents.workbook is None) == bool(contents.findings)


@needs_libreoffice
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_formats_errors_and_hidden_rows_are_kept(kind: str, tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    sheet.append([0.45, "=1/0", 0.1, "007"])
    sheet["A1"].number_format = "0%"
    sheet.append(["hidden"])
    sheet.row_dimensions[2].hidden = True
    sheet.merge_cells("A3:B4")
    sheet["A3"] = "merged"
    workbook.create_sheet("More").sheet_state = "hidden"
    path = tmp_path / "table.xlsx"
    workbook.save(path)
    contents = read_file("table", save_as(path, kind, sheet="Sheet").read_bytes(), reads_tables=True)
    assert contents.workbook and contents.facts
    first, second = contents.workbook.sheets
    percent, error, *others = first.cells
    assert (percent.text, "%" in percent.number_format) == ("0.45", True)
    assert (error.kind, error.text, error.address) == (CellKind.ERROR, "#DIV/0!", "B1")
    assert [cell.text for cell in others] == ["0.1", "007", "hidden", "merged"]
    facts = contents.facts.sheets[0]
    assert (facts.hidden_rows, facts.merges) == ({2}, ("A3:B4",))
    assert second.state == "hidden"


def test_cells_of_an_opendocument_table_are_repeated_where_it_says_so() -> None:
    cell = NUMBER.replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="2"')
    contents = read_file("t.ods", make_ods(row(cell, 'table:number-rows-repeated="2"')), reads_tables=True)
    assert contents.workbook
    assert [cell.address for cell in contents.workbook.sheets[0].cells] == ["A1", "B1", "A2", "B2"]


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HOSTILE_FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "NUL": ("t.csv", lambda: b"Code;2024 Q1\nSO3-\x0007;5\n", "table-encoding"),
    "cp1252": ("t.csv", lambda: "Code;Régime\nSO3-07;5\n".encode("cp1252"), "table-encoding"),
    "half a UTF-16 character": ("t.csv", lambda: "Code;5".encode("utf-16")[:-1], "table-encoding"),
    "UTF-16 without a mark": ("t.csv", lambda: "Code;5\n".encode("utf-16-le"), "table-encoding"),
    "a replaced character": ("t.csv", lambda: "Code;\ufffd\n".encode(), "table-encoding"),
    "two separators": ("t.csv", lambda: b"Code;a,b\n1;2,5\n", "table-separator"),
    "an open quote": ("t.csv", lambda: b'Code,2024 Q1\n"SO3-07,5\n', "file-damaged"),
    "a million columns": ("t.csv", lambda: b"1" + b",1" * 999_999, "file-too-much-data"),
    "a million rows": ("t.csv", lambda: b"1,1\n" * 1_000_000, "file-too-much-data"),
    "a long text": ("t.csv", lambda: b"a,b\n1," + b"x" * 40_000, "file-text-too-long"),
    "a large file": ("t.csv", lambda: b"1,1\n" * 4_000_000, "file-too-big"),
    "bytes": ("t.csv", lambda: bytes(range(256)) * 100, "table-encoding"),
    "entities": ("t.ods", lambda: make_ods(before=ENTITIES), "file-forbidden-xml"),
    "repeated columns": (
        "t.ods",
        lambda: make_ods(row(NUMBER.replace("office:value=", 'table:number-columns-repeated="1000000" office:value='))),
        "file-data-far-away",
    ),
    "repeated rows": (
        "t.ods",
        lambda: make_ods(row(NUMBER, 'table:number-rows-repeated="1048576"')),
        "file-data-far-away",
    ),
    "a negative count": ("t.ods", lambda: make_ods(row(NUMBER, 'table:number-rows-repeated="-1"')), "file-bad-xml"),
    "an enormous count": (
        "t.ods",
        lambda: make_ods(row(NUMBER, f'table:number-rows-repeated="{10**30}"')),
        "file-bad-xml",
    ),
    "a merged sheet": (
        "t.ods",
        lambda: make_ods(
            row(
                NUMBER.replace(
                    "office:value=",
                    'table:number-columns-spanned="1000" table:number-rows-spanned="1000" office:value=',
                )
            )
        ),
        "file-merges",
    ),
    "a zip bomb": ("t.ods", lambda: make_ods("<!--" + " " * 60_000_000 + "-->"), "file-inflates"),
    "macros": ("t.ods", lambda: make_ods(row(NUMBER), Basic__script="x"), "file-macro"),
    "a password": ("t.ods", lambda: make_ods(manifest="<manifest:encryption-data/>"), "file-password"),
    "no XML": ("t.ods", lambda: make_ods(content=b"\0\xff"), "file-bad-xml"),
    "a table in a table": (
        "t.ods",
        lambda: make_ods(row("<table:table-cell><table:table/></table:table-cell>")),
        "file-unreadable",
    ),
    "a number that is none": ("t.ods", lambda: make_ods(row(NUMBER.replace('"7"', '"x"'))), "file-unreadable"),
    "nothing but a header": ("t.xls", lambda: make_ole_file("Workbook"), "file-unreadable"),
    "macros of Excel 97": ("t.xls", lambda: make_ole_file("Workbook", "_VBA_PROJECT_CUR"), "file-macro"),
    "random bytes": (
        "t.xls",
        lambda: make_ole_file("Workbook") + random.Random(1).randbytes(200_000),
        "file-unreadable",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE_FILES)
def test_a_hostile_table_ends_in_a_finding_within_the_limits(kind: str) -> None:
    name, build, code = HOSTILE_FILES[kind]
    data = build()
    start = time.monotonic()
    contents: FileContents = read_file(name, data, reads_tables=True)
    assert [finding.code for finding in contents.findings] == [code]
    assert contents.workbook is None
    assert time.monotonic() - start < MAX_SECONDS


def test_only_tables_may_have_other_formats() -> None:
    """A form in another format is refused with advice, as it always was."""
    for name, data, code in (
        ("form.csv", b"a,b\n1,2\n", "file-text"),
        ("form.ods", make_ods(row(NUMBER)), "file-ods"),
        ("form.xls", make_ole_file("Workbook"), "file-old-xls"),
    ):
        assert [finding.code for finding in read_file(name, data).findings] == [code]
