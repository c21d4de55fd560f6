"""The cells that the gate reads are exactly the cells that openpyxl reads."""

import warnings
from datetime import date, datetime, time, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from etl.returns.workbook.cells import CellKind
from etl.returns.workbook.gate import run_gate
from tests.returns.intake_cases import edit_file, make_return_file
from tests.support.workbooks import change_part, make_raw_workbook


def describe_value(value: object, data_type: str) -> tuple[str, str]:
    """Convert a value of openpyxl to the kind and text of a cell."""
    if data_type == "e":
        return CellKind.ERROR, str(value)
    if isinstance(value, bool):
        return CellKind.BOOLEAN, "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return CellKind.NUMBER, repr(value)
    if isinstance(value, datetime):
        return CellKind.DATE, str(value.date()) if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, (date, time, timedelta)):
        return CellKind.DATE, str(value)
    return CellKind.TEXT, str(value)


def read_all_cells(data: bytes) -> list[dict[str, object]]:
    report = run_gate("return.xlsx", data)
    assert report.facts is not None and report.contents is not None, report.findings
    return [
        {
            "name": sheet.name,
            "state": sheet.state,
            "cells": [list(cell[:5]) for cell in report.contents.iter_cells(sheet.part)],
        }
        for sheet in report.facts.sheets
    ]


def read_all_cells_with_openpyxl(data: bytes) -> list[dict[str, object]]:
    with warnings.catch_warnings():
        # openpyxl warns about missing default styles and invalid dates; the reader process suppresses warnings.
        warnings.simplefilter("ignore", UserWarning)
        workbook = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = [_read_sheet(sheet) for sheet in workbook.worksheets]
        workbook.close()
    return sheets


def _read_sheet(sheet: ReadOnlyWorksheet) -> dict[str, object]:
    sheet.reset_dimensions()
    cells = [
        [cell.row, cell.column, *describe_value(cell.value, cell.data_type), cell.number_format]
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and cell.value != ""
    ]
    return {"name": sheet.title, "state": sheet.sheet_state, "cells": cells}


def make_odd_workbook() -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    sheet.append([1, 2.5, -3, "text", "  spaced ", True, False, None, "", "#REF!", 1e300])
    sheet.append([datetime(2025, 3, 4, 5, 6), date(2025, 3, 4), time(7, 8), "=1+1"])
    sheet["D9"] = 0.25
    sheet["D9"].number_format = "0.0%"
    sheet["E9"] = 45000
    sheet["E9"].number_format = '"dd" 0'
    sheet["F9"] = 45000
    sheet["F9"].number_format = "[h]:mm"
    sheet["G9"] = 12
    sheet["G9"].number_format = "#,##0.000"
    sheet["H9"] = CellRichText("plain ", TextBlock(InlineFont(b=True), "bold"))
    sheet["I9"] = "១២៣\u200b"
    sheet["SR20"] = "far"
    workbook.create_sheet("hidden").sheet_state = "hidden"
    workbook["hidden"]["B2"] = "x"
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def save_unchanged(_sheet: object) -> None:
    """Change nothing."""


def count_from_1904(workbook: bytes) -> bytes:
    assert b"<workbookPr/>" in workbook
    return workbook.replace(b"<workbookPr/>", b'<workbookPr date1904="1"/>')


ROWS = (
    '<row r="1"><c><v>1</v></c><c/><c t="s"><v>0</v></c></row>'
    '<row><c r="B2"/><c><v>2</v></c><c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>'
    '<row r="9"><c r="C9" t="b"><v>1</v></c><c r="E9" t="e"><v>#DIV/0!</v></c><c t="str"><f>A1</f><v>s</v></c>'
    '<c r="H9"><f>1+1</f></c><c r="I9" t="d"><v>2025-03-04</v></c><c r="J9" s="0"><v>1E3</v></c></row>'
)


@pytest.mark.parametrize(
    "data",
    [
        make_return_file(),
        edit_file(make_return_file(), save_unchanged),
        make_odd_workbook(),
        make_raw_workbook(ROWS, strings="<si><t>a_x005F_b</t></si>"),
        make_raw_workbook(ROWS, strings="<si><r><t>one</t></r><r><t xml:space='preserve'> two</t></r></si>"),
        make_raw_workbook(ROWS, strings="<si/>", after="<mergeCells><mergeCell ref='A1:B1'/></mergeCells>"),
        change_part(make_odd_workbook(), "xl/workbook.xml", count_from_1904),
    ],
    ids=["form", "saved form", "odd", "escaped", "rich", "blank text", "counted from 1904"],
)
def test_every_cell_is_read_as_openpyxl_reads_it(data: bytes) -> None:
    assert read_all_cells(data) == read_all_cells_with_openpyxl(data)


def test_the_custom_properties_of_a_form_are_read() -> None:
    data = make_return_file()
    contents = run_gate("return.xlsx", data).contents
    assert contents is not None and dict(contents.properties)["CardecForm"] == "one-2025Q3-v1"
    assert list(contents.properties) == [
        (custom_property.name, str(custom_property.value))
        for custom_property in load_workbook(BytesIO(data)).custom_doc_props
    ]


def test_a_missing_style_means_a_plain_number() -> None:
    (sheet,) = read_all_cells(make_raw_workbook('<row r="1"><c r="A1" s="77"><v>4</v></c></row>'))
    assert sheet["cells"] == [[1, 1, "number", "4", "General"]]


def test_phonetic_hints_are_not_part_of_a_text() -> None:
    hint = "<rPh sb='0' eb='1'><t>phonetic</t></rPh><phoneticPr fontId='1'/>"
    row = f'<row r="1"><c r="A1" t="inlineStr"><is><t>a</t>{hint}</is></c><c r="B1" t="s"><v>0</v></c></row>'
    (sheet,) = read_all_cells(make_raw_workbook(row, strings=f"<si><r><t>b</t></r><r><t>c</t></r>{hint}</si>"))
    assert [cell[3] for cell in sheet["cells"]] == ["a", "bc"]


def test_elements_of_other_namespaces_are_ignored() -> None:
    other = "xmlns:x='http://example.org/other'"
    row = f'<row r="1"><c r="A1" {other}><x:v>9</x:v><v>4</v></c><x:c {other} r="B1"><v>5</v></x:c></row>'
    (sheet,) = read_all_cells(make_raw_workbook(row))
    assert sheet["cells"] == [[1, 1, "number", "4", "General"]]


FORMATS = (
    "General",
    "0",
    "0.0%",
    "#,##0.00",
    "yyyy-mm-dd",
    "d/m/yy h:mm",
    "h:mm",
    "[h]:mm:ss",
    '"day" 0',
    "[$-409]d mmm",
    "@",
)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12)
VALUES = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    TEXTS.filter(lambda text: not text.startswith("=")),
    st.sampled_from(["#REF!", "#DIV/0!", "#N/A"]),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.none(),
)
ROWS_OF_VALUES = st.lists(st.lists(st.tuples(VALUES, st.sampled_from(FORMATS)), max_size=6), max_size=6)


@given(ROWS_OF_VALUES)
def test_whatever_openpyxl_writes_is_read_as_openpyxl_reads_it(rows: list[list[tuple[object, str]]]) -> None:
    workbook = Workbook()
    for row_number, row in enumerate(rows, start=1):
        for column, (value, number_format) in enumerate(row, start=1):
            cell = workbook.active.cell(row_number, column, value)
            cell.number_format = number_format if not isinstance(value, date) else "yyyy-mm-dd"
    file = BytesIO()
    workbook.save(file)
    assert read_all_cells(file.getvalue()) == read_all_cells_with_openpyxl(file.getvalue())
