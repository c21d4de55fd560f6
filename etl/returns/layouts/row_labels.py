"""Read the labels of rows, such as Target and Actual, and notice where one may hold for the rows below it."""

from etl.returns.layouts.column_readings import find_row_reason
from etl.returns.layouts.heading_words import HeadingKind, read_heading_words
from etl.returns.layouts.label_words import may_be_label, names_plan_row, read_label
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
        self.calendar = keys.plan.settings.calendar
        self.open_label: CellData | None = None
        self.used_columns: set[int] = set()
        self.rows_below: dict[str, list[int]] = {}
        """The rows for which it is not clear whether a label further up holds, by the label's cell."""
        self.result_rows: set[int] = set()
        """The rows with a label that says that their numbers are results."""
        values = {column.column for column in shape.value_columns}
        roles = shape.column_by_role
        others = {roles[role] for role in (ColumnRole.SITE, ColumnRole.UNIT) if role in roles}
        self._note_column = roles.get(ColumnRole.NOTE)
        self._name_columns = {roles[role] for role in _NAME_ROLES if role in roles}
        self._value_columns = values
        self._ignored_columns = {other.column for other in shape.other_columns if other.reason is Reason.IGNORED}
        self._columns = sorted({cell.column for cell in shape.sheet.cells} - values - others)
        self._unknown_columns = self._list_unknown_columns()
        self._plan_columns = self._list_plan_columns()
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
            if HeadingKind.RESULT in read_label(cell.text, self.calendar).kinds:
                self.result_rows.add(row)
            return None
        return None

    def find_unclear_label(self, row: int) -> CellData | None:
        """Return a text beside the numbers of a row that may say that they are no results, without being clear.

        It has a word such as "target" beside others, or stands in a column in which other rows are labelled "Target".
        """
        if row in self.result_rows:
            return None
        for column in self._unknown_columns:
            cell = self.shape.grid.find_cell(row, column)
            if cell is None or cell.kind is not CellKind.TEXT or self._is_label(cell) or self.keys.is_name(cell):
                continue
            is_unknown = column in self._plan_columns and bool(read_heading_words(cell.text).rest)
            if is_unknown or may_be_label(cell.text, self.calendar):
                self.used_columns.add(column)
                return cell
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

    def _list_unknown_columns(self) -> tuple[int, ...]:
        """Return the columns without a role that the layout doesn't ignore."""
        ignored = {column.column for column in self.shape.other_columns if column.reason is not Reason.COLUMN_UNKNOWN}
        return tuple(sorted(set(self._columns) - ignored - set(self.shape.column_by_role.values())))

    def _list_plan_columns(self) -> set[int]:
        """Return the columns without a role in which rows are labelled as targets or baselines."""
        return {
            cell.column
            for cell in self.shape.sheet.cells
            if cell.row >= self.shape.first_row
            and cell.kind is CellKind.TEXT
            and cell.column in self._unknown_columns
            and names_plan_row(cell.text, self.calendar)
        }

    def _list_labels_beside_numbers(self) -> set[str]:
        return {
            compact_text(cell.text)
            for row in self.shape.iter_rows()
            if any(cell.column in self._value_columns for cell in self.shape.grid.rows[row])
            for cell in self.shape.grid.rows[row]
            if cell.column in self._columns and self._is_label(cell)
        }
