"""The child process that parses workbooks for `read_workbook`, with limited memory and time.

A request on stdin is a length, a line of JSON and the bytes of the workbook; a response on stdout is a length and JSON.
Exceptions are returned as `{"fault": ...}`; the parent detects when the process is killed.
"""

import json
import os
import resource
import struct
import sys
import warnings
from collections.abc import Iterable
from typing import Any, BinaryIO

from etl.returns.workbook.facts import SheetFacts
from etl.returns.workbook.facts_transfer import select_form_sheets, serialize_report
from etl.returns.workbook.file_kind import find_table_kind
from etl.returns.workbook.gate import WorkbookContents, run_gate
from etl.returns.workbook.limits import LIMITS_BY_NAME, RETURN_LIMITS, WorkbookLimits

LENGTH_PREFIX = struct.Struct(">Q")
_MAX_FILE_SIZE = 1024 * 1024


def set_limits(address_space: int) -> None:
    """Limit the memory, the CPU time and the size of written files, and disable core dumps."""
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_FILE_SIZE, _MAX_FILE_SIZE))
    extend_cpu_limit(RETURN_LIMITS.cpu_seconds)


def extend_cpu_limit(seconds: int) -> None:
    """Raise the CPU limit for the next file, since it counts from the start of the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def handle_request(request: bytes) -> bytes:
    """Return the response to one request, as JSON."""
    line, _, data = request.partition(b"\n")
    header = json.loads(line)
    limits = LIMITS_BY_NAME[header["limits"]]
    extend_cpu_limit(limits.cpu_seconds)
    try:
        # UTF-8 instead of escapes: half the size for Khmer, and a lone surrogate is an error of the file.
        return json.dumps(read_file(header, data, limits), ensure_ascii=False).encode()
    except MemoryError:
        raise
    except Exception as error:  # any error in a file is one response, and the process continues
        return json.dumps({"fault": type(error).__name__}).encode()


def read_file(header: dict[str, Any], data: bytes, limits: WorkbookLimits) -> dict[str, object]:
    """Read a workbook; where the request says so, also a table in another format."""
    name = header["name"]
    kind = find_table_kind(name, data) if header.get("reads_tables") and len(data) <= limits.file_size else None
    if kind is None:
        return read_workbook(name, data, limits)
    # pandas is imported for the first table only. Each thread of its algebra would reserve memory.
    os.putenv("OPENBLAS_NUM_THREADS", "1")
    from etl.returns.workbook.table_files import read_table_file

    # The import does not count as time for the file.
    extend_cpu_limit(limits.cpu_seconds)
    return read_table_file(kind, name, data, limits)


def read_workbook(name: str, data: bytes, limits: WorkbookLimits) -> dict[str, object]:
    """Run the gate on a file and, if it is accepted, read the sheets that are needed."""
    report = run_gate(name, data, limits)
    response = serialize_report(report)
    if report.facts is not None and report.contents is not None:
        sheets = report.facts.sheets if limits.reads_all_sheets else select_form_sheets(report.facts)
        try:
            response["read"] = _serialize_workbook(report.contents, sheets)
        except ValueError as error:
            # The gate's report is returned too.
            response["read"] = {"fault": type(error).__name__}
    return response


def _serialize_workbook(contents: WorkbookContents, facts: Iterable[SheetFacts]) -> dict[str, object]:
    sheets = [
        {"name": sheet.name, "state": sheet.state, "cells": list(contents.iter_cells(sheet.part))} for sheet in facts
    ]
    return {"sheets": sheets, "properties": contents.properties}


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Handle requests until the input ends."""
    while len(length := source.read(LENGTH_PREFIX.size)) == LENGTH_PREFIX.size:
        response = handle_request(source.read(LENGTH_PREFIX.unpack(length)[0]))
        sink.write(LENGTH_PREFIX.pack(len(response)) + response)
        sink.flush()


def main() -> None:
    set_limits(int(sys.argv[1]))
    warnings.simplefilter("ignore")
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Redirect stdout to stderr, so that nothing a library prints is mixed with the responses.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        serve(sys.stdin.buffer, sink)
    except MemoryError:
        os._exit(1)


if __name__ == "__main__":
    main()
