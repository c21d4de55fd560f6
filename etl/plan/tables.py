"""Plan files as rows of text, each cell with its location: the output of both readers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from etl.locale import N_
from etl.plan.columns import FileSchema
from etl.plan.issues import Message, PlanIssue, Severity, join_with_and, make_message, suggest_name
from etl.plan.schemas import FILE_SCHEMAS


@dataclass(frozen=True)
class UnreadableCell:
    """A cell without text: an error, a formula never computed, or a date. The message says what to do."""

    message: Message


Cell = str | UnreadableCell


@dataclass(frozen=True)
class Row:
    """A row of a plan file: its cells and their locations, by column."""

    schema: FileSchema
    file: str
    line: int
    cells: Mapping[str, Cell]
    locations: Mapping[str, str]
    """Locations by column; under "" the location of the row."""

    def make_issue(self, column: str, message: Message, severity: Severity = "error") -> PlanIssue:
        """Create an issue at the location of a cell, or of the row if it has no such column."""
        names = list(self.locations)
        position = names.index(column) if column in names else 0
        location = self.locations.get(column, self.locations[""])
        return PlanIssue(self.file, location, message, severity, (FILE_SCHEMAS.index(self.schema), self.line, position))


@dataclass(frozen=True)
class PlanTables:
    """The tables read from a plan; tables that could not be read are missing."""

    rows: Mapping[str, tuple[Row, ...]]
    issues: tuple[PlanIssue, ...]
    sha256: str
    workbook: str = ""
    """The workbook's name; blank for a folder of files."""

    def get_file_and_sheet(self, schema: FileSchema) -> tuple[str, str]:
        """Return file and location for an issue of the whole table: in a workbook, the location is the sheet."""
        return (self.workbook, schema.sheet) if self.workbook else (schema.file, "")


class LocationFormatter(Protocol):
    """A reader's function to format the location of a cell (column counted from 0) or of a whole line."""

    def __call__(self, line: int, position: int | None, column: str) -> str: ...


def make_file_issue(schema: FileSchema, file: str, location: str, message: Message, *, line: int = 0) -> PlanIssue:
    """Create an issue of a whole file or line."""
    return PlanIssue(file, location, message, sort_key=(FILE_SCHEMAS.index(schema), line, 0))


def read_grid(
    schema: FileSchema, file: str, records: Iterable[tuple[int, Sequence[Cell]]], format_location: LocationFormatter
) -> tuple[tuple[Row, ...], list[PlanIssue]]:
    """Return the rows under the header, without blank ones; the first record that isn't blank is the header."""
    lines = iter((line, cells) for line, cells in records if any(cell != "" for cell in cells))
    first_line = next(lines, None)
    if first_line is None:
        return (), [
            make_file_issue(
                schema,
                file,
                "",
                make_message(
                    N_("it is empty; its first line must name the columns: {columns}"),
                    columns=join_with_and(column.name for column in schema.columns),
                ),
            )
        ]
    line, cells = first_line
    header = [cell.strip().casefold() if isinstance(cell, str) else "" for cell in cells]
    while header[-1] == "":
        header.pop()
    issues = list(_check_header(schema, file, line, header, format_location))
    known_names = {column.name for column in schema.columns}
    positions = {name: index for index, name in reversed(list(enumerate(header))) if name in known_names}
    rows: list[Row] = []
    for number, record in lines:
        issues += _check_length(schema, file, number, record, len(header), format_location)
        rows.append(_make_row(schema, file, number, record, positions, format_location))
    return tuple(rows), issues


def _make_row(
    schema: FileSchema,
    file: str,
    line: int,
    record: Sequence[Cell],
    positions: Mapping[str, int],
    format_location: LocationFormatter,
) -> Row:
    names = [column.name for column in schema.columns if column.name in positions]
    cells = {name: record[positions[name]] if positions[name] < len(record) else "" for name in names}
    locations = {name: format_location(line, positions[name], name) for name in names}
    return Row(schema, file, line, cells, {"": format_location(line, None, ""), **locations})


def _check_header(
    schema: FileSchema, file: str, line: int, header: Sequence[str], format_location: LocationFormatter
) -> Iterator[PlanIssue]:
    known_names = [column.name for column in schema.columns]
    if len(header) == 1 and any(separator in header[0] for separator in ";\t"):
        message = make_message(N_("its columns are separated by semicolons or tabs; save it as CSV with commas"))
        yield make_file_issue(schema, file, format_location(line, None, ""), message, line=line)
        return
    for index, name in enumerate(header):
        location = format_location(line, index, name or f"number {index + 1}")
        if not name:
            yield make_file_issue(
                schema,
                file,
                location,
                make_message(N_("this column has no name; add a name or remove the column")),
                line=line,
            )
        elif name not in known_names:
            advice = suggest_name(name, known_names) or make_message(
                N_("; the columns are {columns}"), columns=join_with_and(known_names)
            )
            yield make_file_issue(
                schema,
                file,
                location,
                make_message(N_("column {name} is unknown{advice}"), name=repr(name), advice=advice),
                line=line,
            )
        elif name in header[:index]:
            yield make_file_issue(
                schema,
                file,
                location,
                make_message(N_("column {name} appears twice; remove one"), name=name),
                line=line,
            )
    for column in schema.columns:
        if column.expected and column.name not in header:
            message = make_message(
                N_("column {column} is missing; add it ({about})"),
                column=column.name,
                about=make_message(column.description),
            )
            yield make_file_issue(schema, file, format_location(line, None, ""), message, line=line)


def _check_length(
    schema: FileSchema, file: str, line: int, record: Sequence[Cell], width: int, format_location: LocationFormatter
) -> Iterator[PlanIssue]:
    cell_count = max((index + 1 for index, cell in enumerate(record) if cell != ""), default=0)
    if cell_count > width:
        message = make_message(
            N_("this line has {filled} cells under {width} columns; put a text that has a comma in double quotes"),
            filled=cell_count,
            width=width,
        )
        yield make_file_issue(schema, file, format_location(line, None, ""), message, line=line)
