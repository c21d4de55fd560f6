"""A folder of CSV files as tables of a plan: UTF-8 text, so that codes keep their leading zeros."""

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from etl.locale.translations import to_say
from etl.plan.columns import REFERENCE_FILES, SHAPE_BY_NAME, SHAPES, FileShape
from etl.plan.faults import PlanFault, worded
from etl.plan.tables import Row, Tables, fault_of_file, rows_of_grid

MOST_BYTES = 50_000_000
"""More than a plan of a thousand sites needs."""


def read_folder(folder: Path) -> Tables:
    """Every plan file of the folder. The hash is over the files' names and bytes."""
    digest = hashlib.sha256()
    tables: dict[str, tuple[Row, ...]] = {}
    faults = list(_stray_files(folder))
    for shape in SHAPES:
        content = _read_bytes(folder / shape.file, shape)
        if isinstance(content, PlanFault):
            faults.append(content)
            continue
        digest.update(f"{shape.name}:{len(content)}\n".encode() + content)
        read = read_file(shape, content)
        if isinstance(read, PlanFault):
            faults.append(read)
        else:
            tables[shape.name], found = read
            faults += found
    return Tables(tables, tuple(faults), digest.hexdigest())


def read_file(shape: FileShape, content: bytes) -> tuple[tuple[Row, ...], list[PlanFault]] | PlanFault:
    """The rows of one file's bytes with their faults; one fault alone if it can't be read at all."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        message = worded(to_say("the file is not UTF-8 text; save it as 'CSV UTF-8 (comma delimited)'"))
        return fault_of_file(shape, shape.file, f"line {line}", message, line=line)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        records = list(_records(reader))
    except csv.Error as problem:
        line = reader.line_num
        message = worded(
            to_say("this is not CSV ({problem}); look for a double quote that is never closed"), problem=problem
        )
        return fault_of_file(shape, shape.file, f"line {line}", message, line=line)
    return rows_of_grid(shape, shape.file, records, _placed)


def _records(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line that it starts on: a quoted text may go over several."""
    line = 1
    for record in reader:
        yield line, [cell.strip() for cell in record]
        line = reader.line_num + 1


def _placed(line: int, position: int | None, column: str) -> str:
    return f"line {line}" if position is None else f"line {line}, column {column}"


def _read_bytes(path: Path, shape: FileShape) -> bytes | PlanFault:
    try:
        if path.stat().st_size > MOST_BYTES:
            message = worded(to_say("the file is larger than {most} bytes; is it a plan file?"), most=f"{MOST_BYTES:,}")
            return fault_of_file(shape, shape.file, "", message)
        return path.read_bytes()
    except FileNotFoundError:
        return fault_of_file(
            shape, shape.file, "", worded(to_say("the file is missing; its header alone would say that there is none"))
        )
    except OSError as problem:
        message = worded(
            to_say("the file can't be read ({problem}); check it and its permissions"), problem=problem.strerror
        )
        return fault_of_file(shape, shape.file, "", message)


def _stray_files(folder: Path) -> Iterator[PlanFault]:
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in SHAPE_BY_NAME and path.stem not in REFERENCE_FILES:
            message = worded(
                to_say("not part of a plan, so it was not read; the files are {files}"), files=", ".join(SHAPE_BY_NAME)
            )
            yield PlanFault(path.name, "", message, "warning", (len(SHAPES), 0, 0))
