"""Read tables in CSV, OpenDocument and the old Excel format, within the limited process, like .xlsx workbooks.

The gate notes every cell with its kind and format, then pandas reads the values; a difference refuses the file.
"""

from io import BytesIO
from zipfile import ZipFile

import pandas

from etl.returns.findings.finding import make_finding
from etl.returns.workbook.csv_table import read_csv_sheet
from etl.returns.workbook.facts import WorkbookFacts
from etl.returns.workbook.facts_transfer import serialize_report
from etl.returns.workbook.file_kind import TableKind
from etl.returns.workbook.gate import DAMAGE_ERRORS, GateReport, make_refusal
from etl.returns.workbook.limits import WorkbookLimits
from etl.returns.workbook.ods_stream import stream_ods
from etl.returns.workbook.part_stream import Budget, PartRefusedError
from etl.returns.workbook.stored_cells import DecodedCell
from etl.returns.workbook.table_sheet import TableSheet
from etl.returns.workbook.xls_cells import read_xls_sheets

_Sheets = list[tuple[TableSheet, list[DecodedCell]]]


def read_table_file(kind: TableKind, name: str, data: bytes, limits: WorkbookLimits) -> dict[str, object]:
    """Return the report of the gate and the cells of all sheets, or the finding that refuses the file."""
    try:
        sheets = _read_sheets(kind, name, data, limits)
    except PartRefusedError as refusal:
        return serialize_report(make_refusal(refusal.finding))
    except DAMAGE_ERRORS as error:
        return serialize_report(make_refusal(make_finding("file-damaged", detail=type(error).__name__)))
    facts = WorkbookFacts(tuple(sheet.build_facts() for sheet, _ in sheets))
    contents = [{"name": sheet.name, "state": sheet.state, "cells": cells} for sheet, cells in sheets]
    return {**serialize_report(GateReport((), facts)), "read": {"sheets": contents, "properties": []}}


def _read_sheets(kind: TableKind, name: str, data: bytes, limits: WorkbookLimits) -> _Sheets:
    if kind is TableKind.CSV:
        return [read_csv_sheet(name, data, limits)]
    if kind is TableKind.XLS:
        return _read_values(data, read_xls_sheets(data, limits))
    with ZipFile(BytesIO(data)) as archive:
        sheets = stream_ods(archive, len(data), Budget(limits))
    return _read_values(data, sheets)


def _read_values(data: bytes, sheets: list[TableSheet]) -> _Sheets:
    frames = pandas.read_excel(
        BytesIO(data), sheet_name=None, header=None, dtype=object, na_filter=False, engine="calamine"
    )
    names = {sheet.name for sheet in sheets}
    if len(names) < len(sheets) or any(frame.size for name, frame in frames.items() if name not in names):
        # Two sheets of one name, or a sheet of macros.
        raise PartRefusedError(make_finding("file-unreadable"))
    return [(sheet, sheet.decode_cells(frames[sheet.name])) for sheet in sheets]
