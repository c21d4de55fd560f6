"""Finds the form in a workbook that was read: its tagged columns, header fields and rows, wherever they moved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from etl.returns.digits import fold_text
from etl.returns.form_identity import FIELD_COLUMN, ColumnTag, FieldTag
from etl.returns.workbook.cells import CellData, CellKind, SheetData, WorkbookData, column_letters

_COLUMN_TAGS = {str(tag): tag for tag in ColumnTag}
_FIELD_TAGS = {str(tag): tag for tag in FieldTag}
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff"))
_NEEDED = (ColumnTag.KEY, ColumnTag.VALUE)
_BESIDE = (ColumnTag.NOTE, ColumnTag.LABEL, ColumnTag.LABEL_KM, ColumnTag.UNIT)


@dataclass(frozen=True)
class TableRow:
    """One row below the tags that has a key or something in its value cell. A blank key is none."""

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
    """What the sheet says that the number is counted in."""


@dataclass(frozen=True)
class FormTable:
    """One form as it stands on one sheet."""

    sheet: SheetData
    columns: Mapping[ColumnTag, int]
    fields: Mapping[FieldTag, CellData]
    """The header fields that are filled."""
    rows: tuple[TableRow, ...]

    def field_text(self, tag: FieldTag) -> str:
        """What the header says, blank where it says nothing."""
        return self.fields[tag].text.strip() if tag in self.fields else ""


def find_tables(workbook: WorkbookData) -> tuple[FormTable, ...]:
    """Every form in the workbook, in the order of its sheets; normally one."""
    return tuple(table for sheet in workbook.sheets if (table := _find_table(sheet)) is not None)


def clean_key(text: str) -> str:
    """A key without the spaces and invisible letters that copying adds."""
    together = "".join(text.split())
    return together if together.isascii() else together.translate(_INVISIBLE)


_Columns = dict[int, dict[int, CellData]]
"""The cells of a sheet by column, then by row, each in reading order."""


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
        if all(tag in columns for tag in _NEEDED):
            of_tag = {tag: cells[column] for tag, column in columns.items()}
            return FormTable(sheet, columns, _fields(of_tag), tuple(_rows(sheet, columns, of_tag, row)))
    return None


def _fields(of_tag: Mapping[ColumnTag, Mapping[int, CellData]]) -> dict[FieldTag, CellData]:
    found: dict[FieldTag, CellData] = {}
    values = of_tag.get(FIELD_COLUMN, {})
    for row, cell in of_tag[ColumnTag.KEY].items():
        tag = _FIELD_TAGS.get(cell.text.strip())
        if tag is not None and row in values:
            found.setdefault(tag, values[row])
    return found


def _rows(
    sheet: SheetData,
    columns: Mapping[ColumnTag, int],
    of_tag: Mapping[ColumnTag, Mapping[int, CellData]],
    tag_row: int,
) -> Iterator[TableRow]:
    keys, values = (of_tag[tag] for tag in _NEEDED)
    notes, labels, labels_km, units = (of_tag.get(tag, {}) for tag in _BESIDE)
    key_column, value_column = (column_letters(columns[tag]) for tag in _NEEDED)
    for row in sorted({row for row in (*keys, *values) if row > tag_row}):
        key, value = _text(keys, row), values.get(row)
        cleaned = clean_key(key)
        if (cleaned or value is not None) and key not in _FIELD_TAGS:
            yield TableRow(
                sheet=sheet.name,
                row=row,
                key=cleaned,
                key_cell=f"{key_column}{row}",
                value_cell=f"{value_column}{row}",
                value=value,
                note=_text(notes, row),
                note_cell=notes.get(row),
                label=_text(labels, row),
                label_km=_text(labels_km, row),
                unit=_text(units, row),
            )


def _text(column: Mapping[int, CellData], row: int) -> str:
    cell = column.get(row)
    return cell.text.strip() if cell is not None else ""


def normalize_key(text: str) -> str:
    """A key as it is compared where it isn't spelt exactly: dashes, digits and letters of any kind are one."""
    return fold_text(clean_key(text)).text.casefold()
