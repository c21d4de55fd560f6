"""Read uploaded files in child processes with limited memory and time.

The child runs the gate (see `gate.py`) and the reader (see `reader_process.py`); this module manages the processes.
"""

import atexit
import json
import os
import queue
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from etl.returns.findings.finding import Finding, make_finding
from etl.returns.workbook.cells import CellData, CellKind, SheetData, WorkbookData
from etl.returns.workbook.facts_transfer import deserialize_report
from etl.returns.workbook.gate import GateReport
from etl.returns.workbook.limits import RETURN_LIMITS, WorkbookLimits
from etl.returns.workbook.reader_process import LENGTH_PREFIX

ADDRESS_SPACE = 1024 * 1024 * 1024
MAX_FILES_PER_PROCESS = 500
"""After so many files the process is replaced, in case libraries leak memory."""
_CHUNK = 1024 * 1024
_KIND_BY_VALUE = {kind.value: kind for kind in CellKind}
_ROOT = Path(__file__).resolve().parents[3]


class ReaderProcessError(Exception):
    """The reader process was killed, ran out of memory or time, or sent an invalid response."""


class _ReaderProcess:
    """A reader process, used by one thread at a time."""

    def __init__(self, address_space: int, max_response_size: int) -> None:
        self.file_count = 0
        self._max_response_size = max_response_size
        self._process = subprocess.Popen(
            [sys.executable, "-m", "etl.returns.workbook.reader_process", str(address_space)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            bufsize=0,
        )
        if self._process.stdin is not None:
            os.set_blocking(self._process.stdin.fileno(), False)

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def exchange(self, request: bytes, timeout: float) -> bytes:
        """Send a request and return the response. Raises ReaderProcessError if none arrives in time."""
        self.file_count += 1
        deadline = time.monotonic() + timeout
        try:
            self._send(LENGTH_PREFIX.pack(len(request)) + request, deadline)
            length = LENGTH_PREFIX.unpack(self._receive(LENGTH_PREFIX.size, deadline))[0]
            if length > self._max_response_size:
                raise ReaderProcessError("the response is too long")
            return self._receive(length, deadline)
        except OSError as error:
            raise ReaderProcessError(str(error)) from error

    def close(self) -> None:
        """Kill the process and collect its exit code, so that no zombie process remains."""
        if self._process.poll() is None:
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def _send(self, data: bytes, deadline: float) -> None:
        pipe = self._process.stdin
        if pipe is None:
            raise ReaderProcessError("no pipe")
        remaining_data = memoryview(data)
        while remaining_data:
            self._wait([], [pipe.fileno()], deadline)
            # The pipe does not block: it takes what fits into its buffer, which is all of most returns.
            remaining_data = remaining_data[pipe.write(remaining_data) or 0 :]

    def _receive(self, length: int, deadline: float) -> bytes:
        pipe = self._process.stdout
        if pipe is None:
            raise ReaderProcessError("no pipe")
        received = bytearray()
        while len(received) < length:
            self._wait([pipe.fileno()], [], deadline)
            chunk = pipe.read(min(_CHUNK, length - len(received)))
            if not chunk:
                raise ReaderProcessError("the process ended")
            received += chunk
        return bytes(received)

    @staticmethod
    def _wait(readable: list[int], writable: list[int], deadline: float) -> None:
        poll = select.poll()
        for descriptor in readable:
            poll.register(descriptor, select.POLLIN)
        for descriptor in writable:
            poll.register(descriptor, select.POLLOUT)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise ReaderProcessError("out of time")


class WorkbookReader:
    """A small pool of reader processes. `read` is thread-safe."""

    def __init__(
        self,
        *,
        processes: int = 1,
        limits: WorkbookLimits = RETURN_LIMITS,
        address_space: int = ADDRESS_SPACE,
    ) -> None:
        self._limits = limits
        self._address_space = address_space
        self._idle: queue.LifoQueue[_ReaderProcess | None] = queue.LifoQueue()
        for _ in range(processes):
            self._idle.put(None)

    def read(
        self, name: str, data: bytes, *, reads_tables: bool = False
    ) -> tuple[GateReport, WorkbookData | Finding | None]:
        """Run the gate on a file and read it if the gate accepts it: a workbook; with `reads_tables` also other tables.

        The second item is None if the gate refuses the file, and a finding if the workbook cannot be read. Of a
        workbook with a form, only the form's sheet and the hidden sheet are returned; of any other, all sheets.
        """
        response = self._send_request({"name": name, "limits": self._limits.name, "reads_tables": reads_tables}, data)
        if isinstance(response, Finding):
            return GateReport((response,), None), None
        if "fault" in response:
            return GateReport((make_finding("file-unreadable"),), None), None
        report = deserialize_report(response)
        return report, None if report.facts is None else _build_workbook(response["read"])

    def _send_request(self, header: dict[str, object], data: bytes) -> dict[str, Any] | Finding:
        request = json.dumps(header).encode() + b"\n" + data
        process = self._idle.get()
        try:
            if process is None or not process.is_alive or process.file_count >= MAX_FILES_PER_PROCESS:
                if process is not None:
                    process.close()
                process = _ReaderProcess(self._address_space, self._limits.response_size)
            response = process.exchange(request, self._limits.seconds)
        except ReaderProcessError:
            if process is not None:
                process.close()
            process = None
            return make_finding("file-too-complex")
        finally:
            self._idle.put(process)
        fields: dict[str, Any] = json.loads(response)
        return fields

    def close(self) -> None:
        """End the idle processes. The reader can still be used; it then starts new ones."""
        idle = [self._idle.get_nowait() for _ in range(self._idle.qsize())]
        for process in idle:
            if process is not None:
                process.close()
            self._idle.put(None)


def _build_workbook(response: dict[str, Any]) -> WorkbookData | Finding:
    if "fault" in response:
        return make_finding("file-unreadable")
    sheets = tuple(_build_sheet(sheet) for sheet in response["sheets"])
    return WorkbookData(sheets, tuple((str(name), str(value)) for name, value in response["properties"]))


def _build_sheet(fields: dict[str, object]) -> SheetData:
    name = str(fields["name"])
    rows = fields["cells"]
    if not isinstance(rows, list):
        raise TypeError("cells must be a list")
    cells = [
        CellData(name, row, column, _KIND_BY_VALUE[kind], text, number_format, legacy_font)
        for row, column, kind, text, number_format, legacy_font in rows
    ]
    return SheetData(name, str(fields["state"]), tuple(cells))


_lock = threading.Lock()
_readers: dict[tuple[int, str], WorkbookReader] = {}


def get_shared_reader(processes: int = 1, limits: WorkbookLimits = RETURN_LIMITS) -> WorkbookReader:
    """Return this process's shared reader with the given number of reader processes, which end at exit."""
    key = processes, limits.name
    with _lock:
        if key not in _readers:
            _readers[key] = WorkbookReader(processes=processes, limits=limits)
            atexit.register(_readers[key].close)
        return _readers[key]
