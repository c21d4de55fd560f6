"""Read the labels of rows, such as Target and Actual, and notice where one may hold for the rows below it."""

from etl.returns.layouts.column_readings import find_row_reason
from etl.returns.layouts.layout import ColumnRole
from etl.returns.layouts.matching import compact_text
from etl.returns.layouts.row_keys import RowKeyReader
from etl.returns.layouts.shape import TableShape
from etl.returns.reasons import Reason
from etl.returns.workbook.cells import CellData, CellKind

_NAME_ROLES = (ColumnRole.CODE, ColumnRole.INDICATOR, ColumnRole.PART)
_REASONS_OF_NOTES = (Reason.TARGET, Reason.BASELINE, Reason.LIFE)


class RowLabels:
    """Finds the labels of rows in order. `open_label` is one that may hold for the rows below."""

    def __init__(self, shape: TableShape, keys: RowKeyReader) -> None:
        self.shape = shape
        self.keys = keys
        self.open_label: CellData | None = None
        self.used_columns: set[int] = set()
        self.rows_below: dict[str, list[int]] = {}
        """The rows for which it is not clear whether a label further up holds, by the label's cell."""
        values = {column.column for column in shape.value_columns}
        roles = shape.column_by_role
        others = {roles[role] for role in (ColumnRole.SITE, ColumnRole.UNIT) if role in roles}
        self._note_column = roles.get(ColumnRole.NOTE)
        self._name_columns = {roles[role] for role in _NAME_ROLES if role in roles}
        self._value_columns = values
        self._ignored_columns = {other.column for other in shape.other_columns if other.reason is Reason.IGNORED}
        self._columns = sorted({cell.column for cell in shape.sheet.cells} - values - others)
        self._labels_beside_numbers = self._list_labels_beside_numbers()

    def find_reason(self, row: int) -> Reason | None:
        """Return why the row holds no results, if a label such as "Target" stands beside its numbers."""
        for column in self._columns:
            cell = self.shape.grid.find_cell(row, column)
            if cell is None or not self._is_label(cell):
                continue
            reason = find_row_reason(cell.text)
            if reason is Reason.CUMULATIVE and column in self._ignored_columns and self._is_stock(row):
                # A column such as "Frequency" says of a stock only what every stock is.
                continue
            if column == self._note_column and reason not in _REASONS_OF_NOTES:
                continue
            self.used_columns.add(column)
            self.open_label = None
            if reason is not None:
                self.open_label = cell if self._may_hold_below(row, cell) else None
                return reason
        return None

    def find_label_above(self, row: int) -> CellData | None:
        """Return the label further up that may hold for a row without one."""
        label = self.open_label
        if label is None or label.column in self._name_columns:
            return label
        return label if self.shape.grid.find_cell(row, label.column) is None else None

    def _is_stock(self, row: int) -> bool:
        """Whether the row names a stock."""
        names = (self.shape.find_cell(row, role) for role in (ColumnRole.CODE, ColumnRole.INDICATOR))
        codes = [self.keys.names.find_indicator(cell.text).code for cell in names if cell is not None]
        return any(self.keys.plan.indicator_by_code[code].is_stock for code in codes if code)

    def _is_label(self, cell: CellData) -> bool:
        return cell.kind is CellKind.TEXT and self.keys.is_row_label(cell)

    def _may_hold_below(self, row: int, cell: CellData) -> bool:
        """Whether a label stands alone in its row, like a title, or in a column of labels that is blank below."""
        if cell.column not in self._name_columns and cell.column != self._note_column:
            return True
        is_alone = all(self._is_label(other) for other in self.shape.grid.rows[row])
        return is_alone and compact_text(cell.text) not in self._labels_beside_numbers

    def _list_labels_beside_numbers(self) -> set[str]:
        return {
            compact_text(cell.text)
            for row in self.shape.iter_rows()
            if any(cell.column in self._value_columns for cell in self.shape.grid.rows[row])
            for cell in self.shape.grid.rows[row]
            if cell.column in self._columns and self._is_label(cell)
        }
