"""Decide whether a blank cell of a site or an indicator repeats the one above, or hides what a row is about."""

from etl.indicators.vocabulary import CellKey
from etl.returns.layouts.layout import ColumnRole
from etl.returns.layouts.matching import compact_text
from etl.returns.layouts.shape import TIME_ROLES, TableShape
from etl.returns.layouts.table_findings import TableFindings
from etl.returns.reasons import SET_ASIDE
from etl.returns.workbook.cells import CellKind

_NAME_ROLES = (ColumnRole.CODE, ColumnRole.INDICATOR)
_ROLES_WITHOUT_MEANING = (ColumnRole.SITE, *_NAME_ROLES, ColumnRole.UNIT, ColumnRole.NOTE, ColumnRole.VALUE)
"""Columns whose texts do not make a row another number of the same site and indicator."""
RowMeaning = tuple[str, CellKey, tuple[tuple[int, str], ...]]
"""The site and the number of a row, and its other texts by column: part, type, period."""


class BlankLabels:
    """Remembers the rows of a table, and reports a blank cell that cannot repeat the one above.

    A row without a label that says the same as a row above, or without a site in a table that lists the sites of each
    indicator, is more likely a total.
    """

    def __init__(self, shape: TableShape, findings: TableFindings) -> None:
        self.shape = shape
        self.findings = findings
        roles = shape.column_by_role
        self._is_long = not TIME_ROLES.isdisjoint(roles)
        self._ignored_columns = {roles[role] for role in _ROLES_WITHOUT_MEANING if role in roles}
        self._ignored_columns |= {column.column for column in shape.value_columns}
        self._ignored_columns |= {column.column for column in shape.other_columns if column.reason in SET_ASIDE}
        self._time_columns = {roles[role] for role in TIME_ROLES if role in roles}
        self._meanings: set[RowMeaning] = set()
        self._last: tuple[str, CellKey] | None = None
        """The site and number of the row above, if it names its site itself."""
        self._names_sites = self._lists_sites = False

    def report_blank(self, row: int, site: str, key: CellKey | None, *, has_values: bool) -> bool:
        """Remember a row; report a blank cell in a row with values that cannot repeat the one above."""
        if not site or key is None:
            return False
        has_site = ColumnRole.SITE not in self.shape.column_by_role or self._has_cell(row, ColumnRole.SITE)
        meaning = site, key, self._list_texts(row)
        is_repeated = meaning in self._meanings
        self._meanings.add(meaning)
        if has_site:
            self._lists_sites = self._last is not None and self._last[1] == key and self._last[0] != site
        self._names_sites |= has_site
        self._last = (site, key) if has_site else None
        if not has_values:
            return False
        if is_repeated and not any(self._has_cell(row, role) for role in _NAME_ROLES):
            is_named = ColumnRole.INDICATOR in self.shape.column_by_role
            self.findings.add_blank(row, ColumnRole.INDICATOR if is_named else ColumnRole.CODE)
            return True
        if not has_site and self._names_sites and (is_repeated or (self._lists_sites and not self._is_long)):
            self.findings.add_blank(row, ColumnRole.SITE)
            return True
        return False

    def _has_cell(self, row: int, role: ColumnRole) -> bool:
        return self.shape.find_cell(row, role) is not None

    def _list_texts(self, row: int) -> tuple[tuple[int, str], ...]:
        """Return the texts that make a row another number than the rows above."""
        columns = {cell.column for cell in self.shape.grid.rows[row]} | self._time_columns
        cells = [self.shape.grid.find_cell(row, column) for column in sorted(columns - self._ignored_columns)]
        return tuple(
            (cell.column, compact_text(cell.text))
            for cell in cells
            if cell is not None and (cell.kind is CellKind.TEXT or cell.column in self._time_columns)
        )
