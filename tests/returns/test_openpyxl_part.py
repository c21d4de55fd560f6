"""Reading only what a return needs gives, cell by cell, exactly what all of openpyxl's reading gives."""

import warnings
from datetime import date, datetime, time
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from returns.intake_cases import edited, filled
from workbooks import change_part, raw_workbook

from etl.returns.reading_child import _plain, read_bytes


def everything_openpyxl_reads(data: bytes) -> list[dict[str, object]]:
    with warnings.catch_warnings():
        # It warns where a workbook has no default style; the reading child tells nobody.
        warnings.simplefilter("ignore", UserWarning)
        workbook = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    found = []
    for sheet in workbook.worksheets:
        sheet.reset_dimensions()
        cells = [
            [cell.row, cell.column, *_plain(cell.value, cell.data_type), cell.number_format]
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None and cell.value != ""
        ]
        found.append({"name": sheet.title, "state": sheet.sheet_state, "cells": cells})
    workbook.close()
    return found


def odd_workbook() -> bytes:
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
    sheet["XFD20"] = "far"
    workbook.create_sheet("hidden").sheet_state = "hidden"
    workbook["hidden"]["B2"] = "x"
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def nothing(_sheet: object) -> None:
    """Opens and saves only."""


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
        filled(),
        edited(filled(), nothing),
        odd_workbook(),
        raw_workbook(ROWS, strings="<si><t>a_x005F_b</t></si>"),
        raw_workbook(ROWS, strings="<si><r><t>one</t></r><r><t xml:space='preserve'> two</t></r></si>"),
        raw_workbook(ROWS, strings="<si/>", after="<mergeCells><mergeCell ref='A1:B1'/></mergeCells>"),
        change_part(odd_workbook(), "xl/workbook.xml", count_from_1904),
    ],
    ids=["form", "saved form", "odd", "escaped", "rich", "blank text", "counted from 1904"],
)
def test_each_cell_is_what_openpyxl_reads(data: bytes) -> None:
    assert read_bytes(data, [])["sheets"] == everything_openpyxl_reads(data)


def test_only_the_wanted_sheets_are_read_and_the_properties_are_the_forms() -> None:
    found = read_bytes(filled(), ["_meta"])
    assert [sheet["name"] for sheet in found["sheets"]] == ["_meta"]
    properties = load_workbook(BytesIO(filled())).custom_doc_props
    assert found["properties"] == [(one.name, str(one.value)) for one in properties.props]


def test_a_style_that_is_not_there_is_a_plain_number() -> None:
    data = raw_workbook('<row r="1"><c r="A1" s="77"><v>4</v></c></row>')
    (sheet,) = read_bytes(data, [])["sheets"]
    assert sheet["cells"] == [[1, 1, "number", "4", "General"]]
