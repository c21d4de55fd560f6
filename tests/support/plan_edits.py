"""Edit copies of a plan's files, and compute the locations of the edited cells."""

import csv
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import get_column_letter

from etl.plan.schemas import SCHEMA_BY_NAME, SETTINGS

SHIPPED_PLAN = Path(__file__).parents[2] / "data" / "plan"
OTHER_PLAN = Path(__file__).parents[1] / "plans" / "other"


@dataclass(frozen=True)
class Edit:
    """A cell to change: `row` is the start of its row (`P.1` or `P.1//2025`), `text` the new value."""

    file: str
    row: str
    column: str
    text: str


def copy_plan(folder: Path, source: Path = OTHER_PLAN) -> Path:
    shutil.copytree(source, folder)
    return folder


def apply_edits(folder: Path, *edits: Edit) -> None:
    for edit in edits:
        records = read_records(folder, edit.file)
        find_record(records, edit)[edit.column] = edit.text
        write_records(folder, edit.file, records)


def read_records(folder: Path, file: str) -> list[dict[str, str]]:
    with (folder / f"{file}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def write_records(folder: Path, file: str, records: list[dict[str, str]]) -> None:
    columns = [column.name for column in SCHEMA_BY_NAME[file].columns]
    with (folder / f"{file}.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)


def append_row(folder: Path, file: str, record: Mapping[str, str]) -> int:
    """Append a row and return its line."""
    columns = [column.name for column in SCHEMA_BY_NAME[file].columns]
    records = [*read_records(folder, file), {name: record.get(name, "") for name in columns}]
    write_records(folder, file, records)
    return len(records) + 1


def find_record(records: list[dict[str, str]], edit: Edit) -> dict[str, str]:
    return records[get_line(records, edit) - 2]


def get_line(records: list[dict[str, str]], edit: Edit) -> int:
    """Return the line (CSV) or row (workbook) of the edited cell; no cell of the test plan has a line break."""
    wanted = edit.row.split("/")
    for at, record in enumerate(records):
        if list(record.values())[: len(wanted)] == wanted:
            return at + 2
    raise LookupError(f"{edit.file} has no row {edit.row}")


def get_csv_location(edit: Edit) -> str:
    return f"line {get_line(read_records(OTHER_PLAN, edit.file), edit)}, column {edit.column}"


def get_sheet_location(edit: Edit) -> str:
    """Return the cell's location in the workbook of the other plan, which omits blank targets."""
    records = read_records(OTHER_PLAN, edit.file)
    if edit.file == "targets":
        records = [record for record in records if record["value"]]
    if edit.file == "plan":
        return f"Plan!B{[column.name for column in SETTINGS].index(edit.row) + 2}"
    schema = SCHEMA_BY_NAME[edit.file]
    column = [column.name for column in schema.columns].index(edit.column) + 1
    title = schema.sheet if " " not in schema.sheet else f"'{schema.sheet}'"
    return f"{title}!{get_column_letter(column)}{get_line(records, edit)}"
