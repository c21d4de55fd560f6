"""Account for every number of a workbook with a form: taken into the return, or not taken and why."""

from etl.returns.account import AccountedNumber, TakenNumber, get_cell_key
from etl.returns.form.find_form import FormTable
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.form_identity import FIELD_COLUMN, META_SHEET, ColumnTag, FieldTag
from etl.returns.number_like import is_number_like
from etl.returns.numbers import NumberState
from etl.returns.reasons import Reason
from etl.returns.workbook.cells import CellData, SheetData, WorkbookData

_FIELD_TAGS = frozenset(map(str, FieldTag))
_REASON_BY_COLUMN = {
    ColumnTag.LAST: Reason.PREVIOUS,
    ColumnTag.TARGET: Reason.TARGET,
    ColumnTag.NOTE: Reason.NOTE,
    ColumnTag.VALUE: Reason.ROW_UNKNOWN,
}


def make_form_account(
    workbook: WorkbookData, table: FormTable, parsed_return: ParsedReturn
) -> tuple[AccountedNumber, ...]:
    """Return every number of the workbook, sheet by sheet in row order. A note counts if it contains a digit."""
    return _FormAccount(table, parsed_return).list_numbers(workbook)


class _FormAccount:
    """Finds for each cell of a workbook where it is taken to, or why it is not."""

    def __init__(self, table: FormTable, parsed_return: ParsedReturn) -> None:
        self.table = table
        self.cells = {(cell.sheet, cell.address): cell for cell in parsed_return.cells if cell.address}
        self.parsed_return = parsed_return
        self._key_by_row = {row.row: row.key for row in table.rows if row.key}
        self._label_by_key = {str(row.key): row.label.en for row in parsed_return.rows}
        self._tag_by_column = {column: tag for tag, column in table.columns.items()}
        key_column = table.columns[ColumnTag.KEY]
        own_cells = [cell for cell in table.sheet.cells if cell.column == key_column]
        self._field_rows = {cell.row for cell in own_cells if cell.text.strip() in _FIELD_TAGS}

    def list_numbers(self, workbook: WorkbookData) -> tuple[AccountedNumber, ...]:
        return tuple(
            self._make_number(cell, sheet)
            for sheet in workbook.sheets
            for cell in sheet.cells
            if is_number_like(cell) or self._is_note_with_digits(cell)
        )

    def _is_note_with_digits(self, cell: CellData) -> bool:
        is_note = cell.sheet == self.table.sheet.name and self._tag_by_column.get(cell.column) is ColumnTag.NOTE
        return is_note and cell.row in self._key_by_row and any(letter.isdigit() for letter in cell.text)

    def _make_number(self, cell: CellData, sheet: SheetData) -> AccountedNumber:
        sheet_name, row, column = get_cell_key(cell)
        taken = self._find_taken(cell)
        reason = None if taken is not None else self._find_reason(cell, sheet)
        key = self._key_by_row.get(row, "") if sheet is self.table.sheet else ""
        label = self._label_by_key.get(key, key)
        return AccountedNumber(sheet_name, row, column, cell.text.strip(), label, taken, reason)

    def _find_taken(self, cell: CellData) -> TakenNumber | None:
        parsed_cell = self.cells.get((cell.sheet, cell.address))
        if parsed_cell is None or parsed_cell.state is not NumberState.VALUE:
            return None
        return TakenNumber(self.parsed_return.site, self.parsed_return.quarter, parsed_cell.key)

    def _find_reason(self, cell: CellData, sheet: SheetData) -> Reason:
        """Return why a number is not taken."""
        if sheet.name == META_SHEET:
            return Reason.FORM
        if sheet is not self.table.sheet:
            return Reason.OTHER_SHEET if sheet.state == "visible" else Reason.HIDDEN_SHEET
        if (cell.sheet, cell.address) in self.cells:
            return Reason.UNREADABLE
        tag = self._tag_by_column.get(cell.column)
        if cell.row in self._key_by_row and tag is not None:
            is_repeated = tag is ColumnTag.VALUE and self._key_by_row[cell.row] in self._label_by_key
            return Reason.REPEATED if is_repeated else _REASON_BY_COLUMN.get(tag, Reason.LABEL)
        if tag in (ColumnTag.LAST, ColumnTag.TARGET) or (cell.row in self._field_rows and tag is FIELD_COLUMN):
            return Reason.FORM
        return Reason.OUTSIDE
