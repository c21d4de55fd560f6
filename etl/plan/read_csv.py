"""Read a folder of CSV files as plan tables."""

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from etl.locale import N_
from etl.plan.columns import FileSchema
from etl.plan.issues import PlanIssue, make_message
from etl.plan.schemas import FILE_SCHEMAS, IGNORED_FILES, SCHEMA_BY_NAME
from etl.plan.tables import PlanTables, Row, make_file_issue, read_grid

MAX_BYTES = 50_000_000
"""More than a plan with a thousand sites needs."""


def read_folder(folder: Path) -> PlanTables:
    """Read every plan file of the folder; hash their names and bytes."""
    digest = hashlib.sha256()
    tables: dict[str, tuple[Row, ...]] = {}
    issues = list(_find_stray_files(folder))
    for schema in FILE_SCHEMAS:
        if not schema.expected and not (folder / schema.file).exists():
            tables[schema.name] = ()
            continue
        content = _read_bytes(folder / schema.file, schema)
        if isinstance(content, PlanIssue):
            issues.append(content)
            continue
        digest.update(f"{schema.name}:{len(content)}\n".encode() + content)
        result = read_csv_file(schema, content)
        if isinstance(result, PlanIssue):
            issues.append(result)
        else:
            tables[schema.name], file_issues = result
            issues += file_issues
    return PlanTables(tables, tuple(issues), digest.hexdigest())


def read_csv_file(schema: FileSchema, content: bytes) -> tuple[tuple[Row, ...], list[PlanIssue]] | PlanIssue:
    """Return the rows and issues of a file, or a single issue if it can't be read at all."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        message = make_message(N_("the file is not UTF-8 text; save it as 'CSV UTF-8 (comma delimited)'"))
        return make_file_issue(schema, schema.file, f"line {line}", message, line=line)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        records = list(_iterate_records(reader))
    except csv.Error as problem:
        line = reader.line_num
        message = make_message(
            N_("the file is not valid CSV ({problem}); look for a missing double quote"), problem=problem
        )
        return make_file_issue(schema, schema.file, f"line {line}", message, line=line)
    return read_grid(schema, schema.file, records, _format_location)


def _iterate_records(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with its first line number: a quoted cell may span several lines."""
    line = 1
    for record in reader:
        yield line, [cell.strip() for cell in record]
        line = reader.line_num + 1


def _format_location(line: int, position: int | None, column: str) -> str:
    return f"line {line}" if position is None else f"line {line}, column {column}"


def _read_bytes(path: Path, schema: FileSchema) -> bytes | PlanIssue:
    try:
        if path.stat().st_size > MAX_BYTES:
            message = make_message(
                N_("the file is larger than {max} bytes; check that it is a plan file"), max=f"{MAX_BYTES:,}"
            )
            return make_file_issue(schema, schema.file, "", message)
        return path.read_bytes()
    except FileNotFoundError:
        return make_file_issue(
            schema,
            schema.file,
            "",
            make_message(N_("the file is missing; add it with at least its header")),
        )
    except OSError as problem:
        message = make_message(
            N_("the file can't be read ({problem}); check it and its permissions"), problem=problem.strerror
        )
        return make_file_issue(schema, schema.file, "", message)


def _find_stray_files(folder: Path) -> Iterator[PlanIssue]:
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in SCHEMA_BY_NAME and path.stem not in IGNORED_FILES:
            message = make_message(
                N_("not part of a plan, so it was not read; the files are {files}"), files=", ".join(SCHEMA_BY_NAME)
            )
            yield PlanIssue(path.name, "", message, "warning", (len(FILE_SCHEMAS), 0, 0))
