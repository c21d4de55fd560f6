"""Find the number of the plan that a row of a table names, by its own cells and those of the rows above."""

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import CellKey, Source
from etl.returns.layouts.heading_words import SEXES, HeadingKind, read_heading_words, remove_part_words
from etl.returns.layouts.label_words import read_label
from etl.returns.layouts.layout import ColumnRole, Layout
from etl.returns.layouts.matching import matches_any
from etl.returns.layouts.names import MEN, NameMatch, NumberNames
from etl.returns.layouts.shape import TableShape, ValueColumn
from etl.returns.layouts.table_entries import TableEntries
from etl.returns.layouts.table_findings import TableFindings
from etl.returns.layouts.units import check_unit, describe_unit, find_other_unit
from etl.returns.numbers import has_no_value, shorten_text
from etl.returns.reasons import Reason
from etl.returns.workbook.cells import CellData

RowKey = tuple[CellKey | None, Reason | None]
"""The key of a row, or the reason why its numbers are not taken."""
_UNKNOWN: RowKey = (None, Reason.ROW_UNKNOWN)


class RowKeyReader:
    """Reads the keys of rows in order. A row without values may be a heading and never causes a finding."""

    def __init__(
        self,
        plan: Plan,
        layout: Layout,
        names: NumberNames,
        shape: TableShape,
        table: TableEntries,
        findings: TableFindings,
    ) -> None:
        self.plan = plan
        self.layout = layout
        self.names = names
        self.shape = shape
        self.table = table
        self.findings = findings
        self.last_key: CellKey | None = None
        self.row_key: CellKey | None = None
        """The key that the row names, whether its numbers are taken or not."""
        self._names_part = False
        """Whether the last row with a key has a part or a total in a cell of its own."""
        self._values: list[CellData] = []
        self._has_numbers = self._is_below_unknown = False

    def read(self, row: int, values: list[CellData], *, has_numbers: bool = False) -> RowKey:
        """Return the key of a row. Without `values`, only the names are remembered for the rows below.

        `has_numbers` says whether the row has numbers that are no results: then its name is no mere heading.
        """
        self._values = values
        self._has_numbers = has_numbers or bool(values)
        self.row_key = None
        key, reason = self._read_names(row)
        if key is not None and self._is_contradicted(key, row):
            return _UNKNOWN
        return key, reason

    def _is_contradicted(self, key: CellKey, row: int) -> bool:
        """Report a name beside a code, or words behind it, that say something else than the code."""
        for role in (ColumnRole.CODE, ColumnRole.INDICATOR):
            cell = self.shape.find_cell(row, role)
            if cell is None or self.is_row_label(cell):
                continue
            unit = find_other_unit(cell.text, self.plan.indicator_by_code[key.indicator])
            if unit:
                self.findings.add(
                    "layout-unit-differs", cell, found=unit, **describe_unit(self.plan.indicator_by_code[key.indicator])
                )
                return True
            if self.names.contradicts(key, cell.text):
                self.findings.add("layout-name-differs", cell, indicator=str(key))
                return True
            if role is ColumnRole.INDICATOR and self.names.is_unlike(key, cell.text):
                name = self.plan.indicator_by_code[key.indicator].name
                self.findings.add("layout-name-unlike", cell, indicator=str(key), name=shorten_text(name.en))
        return False

    def _read_names(self, row: int) -> RowKey:
        """Return the key that the cells of a row name."""
        code, name = (self.shape.find_cell(row, role) for role in (ColumnRole.CODE, ColumnRole.INDICATOR))
        part = self.shape.find_cell(row, ColumnRole.PART)
        if name is not None and self.is_row_label(name):
            name = None
        if part is not None and self.is_row_label(part):
            part = None
        for cell in (code, name):
            key = self.names.find_key(cell.text) if cell is not None else None
            if key is not None:
                return self._check_key(key, row, cell)
        indicator, indicator_cell = self._read_indicator(code, name)
        if indicator:
            if part is None and indicator_cell is code and name is not None:
                # The code is repeated, and the name column names the part: `SO3-01`, `of which women`.
                key = self._find_part(indicator, name)
                if key is not None and not self.names.find_indicator(name.text).is_known:
                    return self._check_key(key, row, name)
            return self._add_part(indicator, part, row, indicator_cell)
        return self._read_below(code, name, part, row)

    def _read_below(self, code: CellData | None, name: CellData | None, part: CellData | None, row: int) -> RowKey:
        """Read a row that names no indicator itself: it belongs to the indicator above."""
        last = self.last_key
        label = name if code is None else code if name is None else None
        if label is not None and last is not None:
            key = self._find_part(last.indicator, label)
            if key is not None and not self._is_total_of_others(key, row, label):
                return self._check_key(key, row, label)
        if name is None and code is None and last is not None:
            return self._repeat_above(last, part, row)
        if self._values and last is not None and name is not None and code is not None and self._names_any_part(name):
            self.findings.add("layout-part-code", name, number=shorten_text(code.text), code_cell=code.address)
            return _UNKNOWN
        return self._report_unknown(name or code, row)

    def _repeat_above(self, last: CellKey, part: CellData | None, row: int) -> RowKey:
        """Read a row with blank names: they repeat those above."""
        if part is not None:
            total = self._find_part(last.indicator, part)
            if total is not None and self._is_total_of_others(total, row, part):
                return self._report_total(row, part)
            return self._add_part(last.indicator, part, row, part)
        if self._values and (self._is_below_unknown or (last.part and not self._has_row_label(row))):
            # A blank could repeat the part above, or mean the total.
            role = ColumnRole.PART if ColumnRole.PART in self.shape.column_by_role else ColumnRole.INDICATOR
            self.findings.add_blank(row, role if role in self.shape.column_by_role else ColumnRole.CODE)
            return _UNKNOWN
        return self._check_key(last, row, None)

    def _report_unknown(self, cell: CellData | None, row: int) -> RowKey:
        """Report a row whose name is not known, or that has none below a name that is not known."""
        if cell is not None:
            self._is_below_unknown = True
            if self._has_numbers:
                # An indicator that is not known: the rows below belong to it, not to the one above.
                self.last_key = None
        if self._values and cell is not None:
            match = self._find_indicator(cell)
            if HeadingKind.TOTAL in read_heading_words(cell.text).kinds and not (match.nearest or match.candidates):
                return self._report_total(row, cell)
            self.findings.add_name("layout-indicator-unknown", cell, match)
        elif self._values:
            has_name = ColumnRole.INDICATOR in self.shape.column_by_role
            self.findings.add_blank(row, ColumnRole.INDICATOR if has_name else ColumnRole.CODE)
        return _UNKNOWN

    def _is_total_of_others(self, key: CellKey, row: int, cell: CellData) -> bool:
        """Whether a label such as "Total" in a row without an indicator may add up more than the indicator above.

        It is the total of the indicator above only among rows of its parts.
        """
        if key.part or self._names_part:
            return False
        below = next((number for number in range(row + 1, row + 4) if number in self.shape.grid.rows), 0)
        roles = (ColumnRole.CODE, ColumnRole.INDICATOR, ColumnRole.PART)
        labels = [label for role in roles if (label := self.shape.find_cell(below, role)) is not None]
        part = self._find_part(key.indicator, labels[0]) if len(labels) == 1 else None
        return part is None or not part.part or labels[0].column != cell.column

    def _report_total(self, row: int, cell: CellData) -> RowKey:
        if self._values:
            self.findings.add("layout-total-row", cell, row=str(row))
        return _UNKNOWN

    def _names_any_part(self, cell: CellData) -> bool:
        """Whether a name is that of a part of some indicator, or says women or men."""
        words = read_heading_words(cell.text)
        sexes = words.is_only(*SEXES, HeadingKind.TOTAL) and not words.kinds.isdisjoint(SEXES)
        return sexes or self.names.is_any_part(remove_part_words(cell.text))

    def is_name(self, cell: CellData) -> bool:
        """Whether a text that could be a label of a row is the name of an indicator or part."""
        if self.names.find_indicator(cell.text).is_known or self.names.find_key(cell.text) is not None:
            return True
        columns = [self.shape.column_by_role.get(role) for role in (ColumnRole.PART, ColumnRole.INDICATOR)]
        return cell.column in columns and self.names.is_any_part(cell.text)

    def find_column_key(self, key: CellKey, column: ValueColumn, cell: CellData) -> CellKey | None:
        """Return the key of a cell in a column of a part, or None, after adding a finding unless it has no value."""
        part = self.names.find_part(key.indicator, column.part).code
        if column.sex is not None:
            women = self.names.find_women(key.indicator)
            part = MEN if women and column.sex is HeadingKind.MALE else women
        if part and not key.part:
            return CellKey(key.indicator, part)
        if not has_no_value(cell.text):
            self.findings.add("layout-column-part", cell, heading=column.heading, indicator=str(key))
        return None

    def is_row_label(self, cell: CellData) -> bool:
        """Whether a cell says "Target" or "Actual" instead of naming something."""
        words = read_label(cell.text, self.plan.settings.calendar)
        kinds = words.kinds - {HeadingKind.TOTAL, HeadingKind.FEMALE, HeadingKind.MALE}
        return bool(kinds) and not words.rest and not self.is_name(cell)

    def _has_row_label(self, row: int) -> bool:
        """Whether a text such as "Actual" stands in a row, so that its blank cells repeat those above."""
        cells = [self.shape.grid.find_cell(row, column) for column in {cell.column for cell in self.shape.sheet.cells}]
        return any(cell is not None and self.is_row_label(cell) for cell in cells)

    def _find_part(self, indicator: str, cell: CellData) -> CellKey | None:
        """Return the key that a label such as "of which women", "Male" or "Total" names."""
        match = self.names.find_part(indicator, cell.text)
        if match.is_known:
            return CellKey(indicator, match.code)
        words = read_heading_words(cell.text)
        women = self.names.find_women(indicator)
        if women and words.is_only(HeadingKind.FEMALE, HeadingKind.TOTAL) and HeadingKind.FEMALE in words.kinds:
            return CellKey(indicator, women)
        if women and words.is_only(HeadingKind.MALE, HeadingKind.TOTAL) and HeadingKind.MALE in words.kinds:
            return CellKey(indicator, MEN)
        is_total = words.is_only(HeadingKind.TOTAL, HeadingKind.FEMALE, HeadingKind.MALE)
        if is_total or matches_any(cell.text, self.layout.total_headings):
            return CellKey(indicator)
        return None

    def _read_indicator(self, code: CellData | None, name: CellData | None) -> tuple[str, CellData | None]:
        """Find the indicator by code, else by name, else by a code at the start of the name."""
        for cell in (code, name):
            match = self._find_indicator(cell)
            if match.is_known:
                return match.code, cell
        for cell in (code, name):
            name_parts = cell.text.replace(":", " ").split(maxsplit=1) if cell is not None else []
            match = self.names.find_indicator(name_parts[0]) if name_parts else NameMatch()
            if match.is_known:
                return match.code, cell
        return "", None

    def _find_indicator(self, cell: CellData | None) -> NameMatch:
        return self.names.find_indicator(cell.text) if cell is not None else NameMatch()

    def _add_part(self, indicator: str, part: CellData | None, row: int, cell: CellData | None) -> RowKey:
        if part is None:
            return self._check_key(CellKey(indicator), row, cell)
        key = self._find_part(indicator, part)
        if key is not None:
            return self._check_key(key, row, part)
        self.last_key = CellKey(indicator)
        if self._values:
            known_parts = self.plan.list_parts_and_participations(indicator)
            parts = ", ".join(known_part.key for known_part in known_parts) or "-"
            self.findings.add("layout-part-unknown", part, indicator=indicator, parts=parts)
        return _UNKNOWN

    def _check_key(self, key: CellKey, row: int, cell: CellData | None) -> RowKey:
        """Return the key if it can be entered: not computed, not a ratio without its parts. Checks the unit as well."""
        self.last_key = self.row_key = key
        self._names_part = bool(key.part) or self.shape.find_cell(row, ColumnRole.PART) is not None
        self._is_below_unknown = False
        indicator = self.plan.indicator_by_code[key.indicator]
        if not self._values:
            return _UNKNOWN
        if indicator.source is not Source.RETURN:
            self.table.computed.setdefault(key.indicator, []).extend(self._values)
            return None, Reason.COMPUTED
        if indicator.is_ratio and not key.part:
            self.findings.add("layout-share-alone", cell or self._values[0], indicator=key.indicator)
            return _UNKNOWN
        unit = self.shape.find_cell(row, ColumnRole.UNIT)
        if unit is not None:
            check_unit(unit, indicator, self.plan, self.layout, self.findings)
        return key, None
