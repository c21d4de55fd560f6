"""Plan files as rows of text, each cell with the place where it stands: what both readers give."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from etl.locale.translations import to_say
from etl.plan.columns import SHAPES, FileShape
from etl.plan.faults import Message, PlanFault, Severity, every, suggestion, worded


@dataclass(frozen=True)
class Unreadable:
    """A cell that holds no text: an error, a formula never computed, a date. The message says what to do."""

    message: Message


Cell = str | Unreadable


@dataclass(frozen=True)
class Row:
    """One row of a plan file: its cells by column, and how the place of each is written."""

    shape: FileShape
    file: str
    line: int
    cells: Mapping[str, Cell]
    places: Mapping[str, str]
    """Place by column; under "" the row's own."""

    def fault(self, column: str, message: Message, severity: Severity = "error") -> PlanFault:
        names = list(self.places)
        position = names.index(column) if column in names else 0
        place = self.places.get(column, self.places[""])
        return PlanFault(self.file, place, message, severity, (SHAPES.index(self.shape), self.line, position))


@dataclass(frozen=True)
class Tables:
    """All that was read of a plan, table by table; a table that is not there could not be read."""

    rows: Mapping[str, tuple[Row, ...]]
    faults: tuple[PlanFault, ...]
    sha256: str
    workbook: str = ""
    """The workbook's name; blank for a folder, whose files have names of their own."""

    def file_of(self, shape: FileShape) -> tuple[str, str]:
        """Where to say that something is missing from a whole table: the file, and in a workbook the sheet."""
        return (self.workbook, shape.sheet) if self.workbook else (shape.file, "")


class Placed(Protocol):
    """How a reader writes a place: of the cell in a column (counted from 0), or of the line."""

    def __call__(self, line: int, position: int | None, column: str) -> str: ...


def fault_of_file(shape: FileShape, file: str, place: str, message: Message, *, line: int = 0) -> PlanFault:
    return PlanFault(file, place, message, order=(SHAPES.index(shape), line, 0))


def rows_of_grid(
    shape: FileShape, file: str, records: Iterable[tuple[int, Sequence[Cell]]], placed: Placed
) -> tuple[tuple[Row, ...], list[PlanFault]]:
    """The rows under a header, blank ones left out; the first record that isn't blank is the header."""
    lines = iter((line, cells) for line, cells in records if any(cell != "" for cell in cells))
    head = next(lines, None)
    if head is None:
        return (), [
            fault_of_file(
                shape,
                file,
                "",
                worded(
                    to_say("there is nothing in it; its first line must name its columns: {columns}"),
                    columns=every(one.name for one in shape.columns),
                ),
            )
        ]
    line, cells = head
    header = [cell.strip().casefold() if isinstance(cell, str) else "" for cell in cells]
    while header[-1] == "":
        header.pop()
    faults = list(_header_faults(shape, file, line, header, placed))
    known = {one.name for one in shape.columns}
    positions = {name: at for at, name in reversed(list(enumerate(header))) if name in known}
    rows: list[Row] = []
    for number, record in lines:
        faults += _length_faults(shape, file, number, record, len(header), placed)
        rows.append(_row(shape, file, number, record, positions, placed))
    return tuple(rows), faults


def _row(
    shape: FileShape, file: str, line: int, record: Sequence[Cell], positions: Mapping[str, int], placed: Placed
) -> Row:
    order = [one.name for one in shape.columns if one.name in positions]
    cells = {name: record[positions[name]] if positions[name] < len(record) else "" for name in order}
    places = {name: placed(line, positions[name], name) for name in order}
    return Row(shape, file, line, cells, {"": placed(line, None, ""), **places})


def _header_faults(
    shape: FileShape, file: str, line: int, header: Sequence[str], placed: Placed
) -> Iterator[PlanFault]:
    known = [one.name for one in shape.columns]
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        message = worded(to_say("its columns are separated by semicolons or tabs; save it as CSV with commas"))
        yield fault_of_file(shape, file, placed(line, None, ""), message, line=line)
        return
    for at, name in enumerate(header):
        place = placed(line, at, name or f"number {at + 1}")
        if not name:
            yield fault_of_file(
                shape, file, place, worded(to_say("this column has no name; name it or take it out")), line=line
            )
        elif name not in known:
            advice = suggestion(name, known) or worded(to_say("; the columns are {columns}"), columns=every(known))
            yield fault_of_file(
                shape,
                file,
                place,
                worded(to_say("column {name} is not known{advice}"), name=repr(name), advice=advice),
                line=line,
            )
        elif name in header[:at]:
            yield fault_of_file(
                shape,
                file,
                place,
                worded(to_say("column {name} stands here twice; take one out"), name=name),
                line=line,
            )
    for column in shape.columns:
        if column.expected and column.name not in header:
            message = worded(
                to_say("column {column} is missing; add it ({about})"), column=column.name, about=worded(column.about)
            )
            yield fault_of_file(shape, file, placed(line, None, ""), message, line=line)


def _length_faults(
    shape: FileShape, file: str, line: int, record: Sequence[Cell], width: int, placed: Placed
) -> Iterator[PlanFault]:
    filled = max((at + 1 for at, cell in enumerate(record) if cell != ""), default=0)
    if filled > width:
        message = worded(
            to_say("this line has {filled} cells under {width} columns; put a text that has a comma in double quotes"),
            filled=filled,
            width=width,
        )
        yield fault_of_file(shape, file, placed(line, None, ""), message, line=line)
