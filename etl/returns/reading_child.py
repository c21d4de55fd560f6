"""The process that parses workbooks for `read_workbook`: limited in memory and time, fed over its pipes.

It takes a length and a request (a line of JSON, then the workbook's bytes) and answers a length and JSON, until its
input ends. Whatever openpyxl raises is answered as a fault; what kills the process is seen by its parent.
"""

import json
import os
import resource
import struct
import sys
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import BinaryIO

from etl.returns.cells import CellKind
from etl.returns.openpyxl_part import ReturnReader

LENGTH = struct.Struct(">Q")
CPU_SECONDS = 4
"""For one file; a return takes a hundredth of a second. Time spent waiting for a busy machine doesn't count."""
_FILE_BYTES = 1024 * 1024


def set_limits(address_space: int) -> None:
    """Limits that last: no core file, no large file, so much memory, and CPU time from the first file on."""
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))
    allow_more_time()


def allow_more_time() -> None:
    """Gives the next file its own CPU seconds: the limit counts from the start of the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def read_bytes(data: bytes, wanted: list[str]) -> dict[str, object]:
    """The wanted sheets (every one, if none is named) and the added document properties."""
    reader = ReturnReader(data)
    with reader.archive:
        sheets = [
            {"name": name, "state": state, "cells": list(_cells(reader, part))}
            for name, state, part in reader.sheets()
            if not wanted or name in wanted
        ]
        return {"sheets": sheets, "properties": reader.properties()}


def _cells(reader: ReturnReader, part: str) -> Iterator[list[object]]:
    for cell in reader.cells(part):
        kind, text = _plain(cell["value"], cell["data_type"])
        told = [cell["row"], cell["column"], kind, text, cell["format"]]
        yield [*told, cell["old_font"]] if cell["old_font"] and kind is CellKind.TEXT else told


def _plain(value: object, data_type: str) -> tuple[str, str]:
    if data_type == "e":
        return CellKind.ERROR, str(value)
    if isinstance(value, bool):
        return CellKind.BOOLEAN, "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return CellKind.NUMBER, repr(value)
    if isinstance(value, datetime):
        return CellKind.DATE, value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return CellKind.DATE, value.isoformat()
    if isinstance(value, timedelta):
        return CellKind.DATE, str(value)
    return CellKind.TEXT, str(value)


def answer(request: bytes) -> bytes:
    """The answer to one request, as JSON."""
    head, _, data = request.partition(b"\n")
    try:
        asked = json.loads(head)
        read = read_behind_gate(asked["name"], data) if "name" in asked else read_bytes(data, asked["sheets"])
        # As UTF-8 and not as escapes: half the size for Khmer, and half a letter pair is a fault of the file.
        return json.dumps(read, ensure_ascii=False).encode()
    except MemoryError:
        raise
    except Exception as fault:  # whatever openpyxl raises for a file is one answer, and the process goes on
        return json.dumps({"fault": type(fault).__name__}).encode()


def read_behind_gate(name: str, data: bytes) -> dict[str, object]:
    """What the gate says of a file and, where it lets it through, what stands in the sheets that need reading."""
    # Only who loads many files asks for this; the gate brings the catalogue of findings with it.
    from etl.returns.gate import pass_gate
    from etl.returns.told_facts import plain_gate, wanted_sheets

    gate = pass_gate(name, data)
    told = plain_gate(gate)
    if gate.facts is not None:
        try:
            told["read"] = read_bytes(data, list(wanted_sheets(gate.facts)))
        except MemoryError:
            raise
        except Exception as fault:  # as above: the gate's word is kept beside it
            told["read"] = {"fault": type(fault).__name__}
    return told


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answers requests until the input ends."""
    while len(length := source.read(LENGTH.size)) == LENGTH.size:
        allow_more_time()
        answered = answer(source.read(LENGTH.unpack(length)[0]))
        sink.write(LENGTH.pack(len(answered)) + answered)
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
