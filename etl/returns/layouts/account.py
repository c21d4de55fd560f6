"""Account for every number of a workbook that is read by a layout."""

from collections.abc import Iterable, Mapping, Sequence

from etl.returns.account import AccountedNumber, CellKeyInWorkbook, TakenNumber, get_cell_key, group_account
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.layouts.headings import format_heading
from etl.returns.layouts.layout import ColumnRole
from etl.returns.layouts.shape import TableShape
from etl.returns.layouts.table_entries import SkippedCell
from etl.returns.number_like import is_number_like
from etl.returns.numbers import shorten_text
from etl.returns.reasons import NOT_UNDERSTOOD, SET_ASIDE, Reason, localize_reason
from etl.returns.workbook.cells import CellData, SheetData, WorkbookData

_YEARS = range(1990, 2701)
_TEXT_ROLES = (ColumnRole.INDICATOR, ColumnRole.PART, ColumnRole.UNIT, ColumnRole.NOTE)
"""Columns in which a number alone may be a value that was entered beside its column."""


def make_account(
    workbook: WorkbookData,
    shapes: Sequence[TableShape],
    taken: Mapping[CellKeyInWorkbook, TakenNumber],
    skipped: Iterable[SkippedCell],
) -> tuple[AccountedNumber, ...]:
    """Return every number of the workbook, sheet by sheet in row order."""
    reasons = {get_cell_key(skip.cell): skip.reason for skip in skipped}
    shape_by_sheet = {shape.sheet.name: shape for shape in shapes}
    account = []
    for sheet in workbook.sheets:
        shape = shape_by_sheet.get(sheet.name)
        for cell in sheet.cells:
            key = get_cell_key(cell)
            if key not in taken and key not in reasons and not is_number_like(cell):
                continue
            reason = None if key in taken else reasons.get(key) or _find_reason(cell, sheet, shape)
            heading = _find_heading(cell, shape)
            account.append(
                AccountedNumber(sheet.name, cell.row, cell.column, cell.text.strip(), heading, taken.get(key), reason)
            )
    return tuple(account)


def _find_reason(cell: CellData, sheet: SheetData, shape: TableShape | None) -> Reason:
    """Return why a number is not taken that no row of the table has dealt with."""
    if shape is None:
        return Reason.OTHER_SHEET if sheet.state == "visible" else Reason.HIDDEN_SHEET
    if cell.row < shape.first_row:
        is_heading = cell.row >= shape.top_row or _is_year(cell)
        return Reason.LABEL if is_heading else Reason.OUTSIDE
    roles = {column: role for role, column in shape.column_by_role.items()}
    role = roles.get(cell.column)
    if role in _TEXT_ROLES and (role is ColumnRole.UNIT or _has_blank_value(cell.row, shape)):
        return Reason.MISPLACED
    if role is ColumnRole.NOTE:
        return Reason.NOTE
    if role is not None:
        return Reason.LABEL if role is not ColumnRole.VALUE else Reason.ROW_UNKNOWN
    column = shape.column_reasons.get(cell.column)
    if column is not None:
        return column.reason
    return Reason.ROW_UNKNOWN if any(cell.column == value.column for value in shape.value_columns) else Reason.OUTSIDE


def _has_blank_value(row: int, shape: TableShape) -> bool:
    cells = (shape.grid.find_cell(row, column.column) for column in shape.value_columns if column.is_whole)
    return any(cell is None for cell in cells)


def _is_year(cell: CellData) -> bool:
    text = format_heading(cell)
    return text.isdigit() and len(text) == 4 and int(text) in _YEARS


def _find_heading(cell: CellData, shape: TableShape | None) -> str:
    """Return the heading of the cell's column."""
    if shape is None:
        return ""
    other = shape.column_reasons.get(cell.column)
    if other is not None:
        return other.heading
    heading = next((value.heading for value in shape.value_columns if value.column == cell.column), "")
    header = shape.grid.find_cell(shape.header_row, cell.column)
    return heading or (format_heading(header) if header is not None else "")


def list_account_findings(account: Iterable[AccountedNumber]) -> tuple[Finding, ...]:
    """Return a note or a warning for each group of numbers that no other finding names."""
    findings = []
    for group in group_account(account):
        if group.reason in SET_ASIDE or group.reason in NOT_UNDERSTOOD:
            code = "layout-numbers-aside" if group.reason in SET_ASIDE else "layout-numbers-unread"
            heading = shorten_text(group.heading) or group.sheet
            findings.append(
                make_finding(
                    code,
                    sheet=group.sheet,
                    cell=group.numbers[0].cell,
                    count=len(group.numbers),
                    heading=heading,
                    reason=localize_reason(group.reason),
                    cells=group.cells,
                )
            )
    return tuple(findings)
