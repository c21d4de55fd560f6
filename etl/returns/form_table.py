"""Finds the form in a workbook that was read: its tagged columns, header fields and rows, wherever they moved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from etl.returns.cells import CellKind, ReadCell, ReadSheet, ReadWorkbook, column_letters
from etl.returns.digits import fold
from etl.returns.form_identity import FIELD_COLUMN, ColumnTag, FieldTag

_COLUMN_TAGS = {str(tag): tag for tag in ColumnTag}
_FIELD_TAGS = {str(tag): tag for tag in FieldTag}
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff"))
_NEEDED = (ColumnTag.KEY, ColumnTag.VALUE)


@dataclass(frozen=True)
class TableRow:
    """One row below the tags that has a key or something in its value cell. A blank key is none."""

    sheet: str
    key: str
    key_cell: str
    value_cell: str
    value: ReadCell | None
    note: str
    note_cell: ReadCell | None
    label: str
    label_km: str
    unit: str = ""
    """What the sheet says that the number is counted in."""


@dataclass(frozen=True)
class FormTable:
    """One form as it stands on one sheet."""

    sheet: ReadSheet
    columns: Mapping[ColumnTag, int]
    fields: Mapping[FieldTag, ReadCell]
    """The header fields that are filled."""
    rows: tuple[TableRow, ...]

    def field_text(self, tag: FieldTag) -> str:
        """What the header says, blank where it says nothing."""
        return self.fields[tag].text.strip() if tag in self.fields else ""


def find_tables(workbook: ReadWorkbook) -> tuple[FormTable, ...]:
    """Every form in the workbook, in the order of its sheets; normally one."""
    return tuple(table for sheet in workbook.sheets if (table := _find_table(sheet)) is not None)


def clean_key(text: str) -> str:
    """A key without the spaces and invisible letters that copying adds."""
    together = "".join(text.split())
    return together if together.isascii() else together.translate(_INVISIBLE)


def _find_table(sheet: ReadSheet) -> FormTable | None:
    tags: dict[int, dict[ColumnTag, int]] = {}
    for cell in sheet.cells:
        tag = _COLUMN_TAGS.get(cell.text.strip()) if cell.kind is CellKind.TEXT else None
        if tag is not None:
            tags.setdefault(cell.row, {}).setdefault(tag, cell.column)
    for row, columns in tags.items():
        if all(tag in columns for tag in _NEEDED):
            return FormTable(sheet, columns, _fields(sheet, columns), tuple(_rows(sheet, columns, row)))
    return None


def _fields(sheet: ReadSheet, columns: Mapping[ColumnTag, int]) -> dict[FieldTag, ReadCell]:
    found: dict[FieldTag, ReadCell] = {}
    for cell in sheet.cells:
        tag = _FIELD_TAGS.get(cell.text.strip()) if cell.column == columns[ColumnTag.KEY] else None
        value = sheet.by_place.get((cell.row, columns[FIELD_COLUMN])) if FIELD_COLUMN in columns else None
        if tag is not None and value is not None:
            found.setdefault(tag, value)
    return found


def _rows(sheet: ReadSheet, columns: Mapping[ColumnTag, int], tag_row: int) -> Iterator[TableRow]:
    numbers = sorted({cell.row for cell in sheet.cells if cell.row > tag_row})
    key_column, value_column = (column_letters(columns[tag]) for tag in _NEEDED)
    for number in numbers:
        key = _text(sheet, number, columns.get(ColumnTag.KEY))
        value = sheet.by_place.get((number, columns[ColumnTag.VALUE]))
        cleaned = clean_key(key)
        if (cleaned or value is not None) and key.strip() not in _FIELD_TAGS:
            yield TableRow(
                sheet=sheet.name,
                key=cleaned,
                key_cell=f"{key_column}{number}",
                value_cell=f"{value_column}{number}",
                value=value,
                note=_text(sheet, number, columns.get(ColumnTag.NOTE)),
                note_cell=_cell(sheet, number, columns.get(ColumnTag.NOTE)),
                label=_text(sheet, number, columns.get(ColumnTag.LABEL)),
                label_km=_text(sheet, number, columns.get(ColumnTag.LABEL_KM)),
                unit=_text(sheet, number, columns.get(ColumnTag.UNIT)),
            )


def _text(sheet: ReadSheet, row: int, column: int | None) -> str:
    cell = _cell(sheet, row, column)
    return cell.text.strip() if cell is not None else ""


def _cell(sheet: ReadSheet, row: int, column: int | None) -> ReadCell | None:
    return sheet.by_place.get((row, column)) if column is not None else None


def respelled_key(text: str) -> str:
    """A key as it is compared where it isn't spelt exactly: dashes, digits and letters of any kind are one."""
    return fold(clean_key(text)).text.casefold()
