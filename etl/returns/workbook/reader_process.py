"""The process that parses workbooks for `read_workbook`: limited in memory and time, fed over its pipes.

It takes a length and a request (a line of JSON, then the workbook's bytes) and answers a length and JSON, until its
input ends. Whatever a file makes fail is answered as a fault; what kills the process is seen by its parent.
"""

import json
import os
import resource
import struct
import sys
import warnings
from collections.abc import Iterable
from typing import BinaryIO

from etl.returns.workbook.facts import SheetFacts
from etl.returns.workbook.facts_transfer import select_sheets_to_read, serialize_report
from etl.returns.workbook.gate import WorkbookContents, run_gate

LENGTH_PREFIX = struct.Struct(">Q")
CPU_SECONDS_PER_FILE = 4
"""For one file; a return takes a hundredth of a second. Time spent waiting for a busy machine doesn't count."""
_FILE_BYTES = 1024 * 1024


def set_limits(address_space: int) -> None:
    """Limits that last: no core file, no large file, so much memory, and CPU time from the first file on."""
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))
    extend_cpu_limit()


def extend_cpu_limit() -> None:
    """Gives the next file its own CPU seconds: the limit counts from the start of the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + CPU_SECONDS_PER_FILE + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def handle_request(request: bytes) -> bytes:
    """The answer to one request, as JSON."""
    head, _, data = request.partition(b"\n")
    try:
        # As UTF-8 and not as escapes: half the size for Khmer, and half a letter pair is a fault of the file.
        return json.dumps(read_workbook(json.loads(head)["name"], data), ensure_ascii=False).encode()
    except MemoryError:
        raise
    except Exception as fault:  # whatever a file makes fail is one answer, and the process goes on
        return json.dumps({"fault": type(fault).__name__}).encode()


def read_workbook(name: str, data: bytes) -> dict[str, object]:
    """What the gate says of a file and, where it lets it through, what stands in the sheets that need reading."""
    gate = run_gate(name, data)
    told = serialize_report(gate)
    if gate.facts is not None and gate.contents is not None:
        try:
            told["read"] = _plain_workbook(gate.contents, select_sheets_to_read(gate.facts))
        except ValueError as fault:
            # The gate's word is kept beside it.
            told["read"] = {"fault": type(fault).__name__}
    return told


def _plain_workbook(contents: WorkbookContents, wanted: Iterable[SheetFacts]) -> dict[str, object]:
    sheets = [
        {"name": sheet.name, "state": sheet.state, "cells": list(contents.iter_cells(sheet.part))} for sheet in wanted
    ]
    return {"sheets": sheets, "properties": contents.properties}


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answers requests until the input ends."""
    while len(length := source.read(LENGTH_PREFIX.size)) == LENGTH_PREFIX.size:
        extend_cpu_limit()
        answered = handle_request(source.read(LENGTH_PREFIX.unpack(length)[0]))
        sink.write(LENGTH_PREFIX.pack(len(answered)) + answered)
        sink.flush()


def main() -> None:
    set_limits(int(sys.argv[1]))
    warnings.simplefilter("ignore")
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Anything that a library prints must not get between the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        serve(sys.stdin.buffer, sink)
    except MemoryError:
        os._exit(1)


if __name__ == "__main__":
    main()
