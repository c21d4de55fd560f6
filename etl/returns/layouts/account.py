"""Account for every number of a workbook: taken into which return, or not taken and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import CellKey
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.layouts.headings import format_heading
from etl.returns.layouts.layout import ColumnRole
from etl.returns.layouts.reasons import NOT_UNDERSTOOD, SET_ASIDE, Reason, localize_reason
from etl.returns.layouts.shape import TableShape
from etl.returns.layouts.table_entries import SkippedCell
from etl.returns.number_like import is_number_like
from etl.returns.numbers import shorten_text
from etl.returns.workbook.cell_ranges import format_cells
from etl.returns.workbook.cells import CellData, SheetData, WorkbookData, format_column

_YEARS = range(1990, 2701)


@dataclass(frozen=True, slots=True)
class TakenNumber:
    """Where a cell is taken to."""

    site: str
    quarter: Quarter
    key: CellKey


@dataclass(frozen=True, slots=True)
class AccountedNumber:
    """A number of the workbook. It is taken, or there is a reason why not."""

    sheet: str
    row: int
    column: int
    text: str
    heading: str
    taken: TakenNumber | None
    reason: Reason | None

    @property
    def cell(self) -> str:
        return f"{format_column(self.column)}{self.row}"


CellKeyInWorkbook = tuple[str, int, int]
"""Sheet, row and column."""


def get_cell_key(cell: CellData) -> CellKeyInWorkbook:
    return cell.sheet, cell.row, cell.column


@dataclass(frozen=True)
class AccountGroup:
    """The numbers of one column that are not taken for the same reason, and the cells that hold them."""

    sheet: str
    heading: str
    reason: Reason
    numbers: tuple[AccountedNumber, ...]

    @property
    def cells(self) -> str:
        return format_cells((number.row, number.column) for number in self.numbers)


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
    if role is ColumnRole.NOTE:
        return Reason.NOTE
    if role is not None:
        return Reason.LABEL if role is not ColumnRole.VALUE else Reason.ROW_UNKNOWN
    column = shape.column_reasons.get(cell.column)
    if column is not None:
        return column.reason
    return Reason.ROW_UNKNOWN if any(cell.column == value.column for value in shape.value_columns) else Reason.OUTSIDE


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


def group_account(account: Iterable[AccountedNumber]) -> tuple[AccountGroup, ...]:
    """Return the numbers that are not taken, by sheet, column and reason."""
    groups: dict[tuple[str, str, Reason], list[AccountedNumber]] = {}
    for number in account:
        if number.reason is not None:
            groups.setdefault((number.sheet, number.heading, number.reason), []).append(number)
    return tuple(
        AccountGroup(sheet, heading, reason, tuple(numbers)) for (sheet, heading, reason), numbers in groups.items()
    )


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
