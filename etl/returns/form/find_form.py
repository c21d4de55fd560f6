"""Find the form in a workbook by the tags of its columns, header fields and keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from etl.returns.digits import fold_text
from etl.returns.form_identity import FIELD_COLUMN, ColumnTag, FieldTag
from etl.returns.workbook.cells import CellData, CellKind, SheetData, WorkbookData, format_column

_COLUMN_TAGS = {str(tag): tag for tag in ColumnTag}
_FIELD_TAGS = {str(tag): tag for tag in FieldTag}
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff"))
_REQUIRED_TAGS = (ColumnTag.KEY, ColumnTag.VALUE)
_OPTIONAL_TAGS = (ColumnTag.NOTE, ColumnTag.LABEL, ColumnTag.LABEL_KM, ColumnTag.UNIT)


@dataclass(frozen=True)
class TableRow:
    """A row below the tags that has a key or a value. The key is blank where there is none."""

    sheet: str
    row: int
    key: str
    key_cell: str
    value_cell: str
    value: CellData | None
    note: str
    note_cell: CellData | None
    label: str
    label_km: str
    unit: str = ""
    """The unit on the sheet."""


@dataclass(frozen=True)
class FormTable:
    """A form on one sheet."""

    sheet: SheetData
    columns: Mapping[ColumnTag, int]
    fields: Mapping[FieldTag, CellData]
    """The header fields that have a value."""
    rows: tuple[TableRow, ...]

    def get_field_text(self, tag: FieldTag) -> str:
        """Return the text of a header field; blank where it has none."""
        return self.fields[tag].text.strip() if tag in self.fields else ""


def find_tables(workbook: WorkbookData) -> tuple[FormTable, ...]:
    """Return every form in the workbook in the order of its sheets; normally one."""
    return tuple(table for sheet in workbook.sheets if (table := _find_table(sheet)) is not None)


def clean_key(text: str) -> str:
    """Return a key without spaces and invisible characters."""
    key = "".join(text.split())
    return key if key.isascii() else key.translate(_INVISIBLE)


_Columns = dict[int, dict[int, CellData]]
"""Cells of a sheet by column, then by row, both in reading order."""


def _find_table(sheet: SheetData) -> FormTable | None:
    cells: _Columns = {}
    tags: dict[int, dict[ColumnTag, int]] = {}
    for cell in sheet.cells:
        cells.setdefault(cell.column, {})[cell.row] = cell
        if "#" in cell.text and cell.kind is CellKind.TEXT:
            tag = _COLUMN_TAGS.get(cell.text.strip())
            if tag is not None:
                tags.setdefault(cell.row, {}).setdefault(tag, cell.column)
    for row, columns in tags.items():
        if all(tag in columns for tag in _REQUIRED_TAGS):
            by_tag = {tag: cells[column] for tag, column in columns.items()}
            return FormTable(sheet, columns, _read_fields(by_tag), tuple(_read_rows(sheet, columns, by_tag, row)))
    return None


def _read_fields(by_tag: Mapping[ColumnTag, Mapping[int, CellData]]) -> dict[FieldTag, CellData]:
    fields: dict[FieldTag, CellData] = {}
    values = by_tag.get(FIELD_COLUMN, {})
    for row, cell in by_tag[ColumnTag.KEY].items():
        tag = _FIELD_TAGS.get(cell.text.strip())
        if tag is not None and row in values:
            fields.setdefault(tag, values[row])
    return fields


def _read_rows(
    sheet: SheetData, columns: Mapping[ColumnTag, int], by_tag: Mapping[ColumnTag, Mapping[int, CellData]], tag_row: int
) -> Iterator[TableRow]:
    keys, values = (by_tag[tag] for tag in _REQUIRED_TAGS)
    notes, labels, labels_km, units = (by_tag.get(tag, {}) for tag in _OPTIONAL_TAGS)
    key_column, value_column = (format_column(columns[tag]) for tag in _REQUIRED_TAGS)
    for row in sorted({row for row in (*keys, *values) if row > tag_row}):
        key, value = _read_text(keys, row), values.get(row)
        clean = clean_key(key)
        if (clean or value is not None) and key not in _FIELD_TAGS:
            yield TableRow(
                sheet=sheet.name,
                row=row,
                key=clean,
                key_cell=f"{key_column}{row}",
                value_cell=f"{value_column}{row}",
                value=value,
                note=_read_text(notes, row),
                note_cell=notes.get(row),
                label=_read_text(labels, row),
                label_km=_read_text(labels_km, row),
                unit=_read_text(units, row),
            )


def _read_text(column: Mapping[int, CellData], row: int) -> str:
    cell = column.get(row)
    return cell.text.strip() if cell is not None else ""


def normalize_key(text: str) -> str:
    """Return a key for comparison: equal for any kind of dash or digit and for upper and lower case."""
    return fold_text(clean_key(text)).text.casefold()
