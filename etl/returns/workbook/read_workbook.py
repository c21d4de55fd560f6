"""Reads a received file, through the gate, in a child process whose memory and time are limited."""

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
from etl.returns.workbook.reader_process import LENGTH_PREFIX

ADDRESS_SPACE = 1024 * 1024 * 1024
TIMEOUT_SECONDS = 30.0
MAX_FILES_PER_PROCESS = 500
"""Then a new one takes its place, whatever the libraries may have kept in the old one's memory."""
MAX_RESPONSE_SIZE = 4 * 1024 * 1024
"""A return answers with a tenth of a megabyte; what is much larger would only fill the memory of who asked."""
_CHUNK = 1024 * 1024
_KINDS = {kind.value: kind for kind in CellKind}
_ROOT = Path(__file__).resolve().parents[3]


class ReaderProcessError(Exception):
    """The child was killed, ran out of memory or time, or answered nonsense."""


class _Child:
    """One reading process, used by one thread at a time."""

    def __init__(self, address_space: int, largest_answer: int) -> None:
        self.files = 0
        self._largest_answer = largest_answer
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

    def ask(self, request: bytes, seconds: float) -> bytes:
        """The child's answer; raises ChildDiedError when none comes in time."""
        self.files += 1
        deadline = time.monotonic() + seconds
        try:
            self._send(LENGTH_PREFIX.pack(len(request)) + request, deadline)
            length = LENGTH_PREFIX.unpack(self._receive(LENGTH_PREFIX.size, deadline))[0]
            if length > self._largest_answer:
                raise ReaderProcessError("the answer is too long")
            return self._receive(length, deadline)
        except OSError as fault:
            raise ReaderProcessError(str(fault)) from fault

    def close(self) -> None:
        """Ends the process and takes its exit code, so that no zombie stays."""
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
        rest = memoryview(data)
        while rest:
            self._wait([], [pipe.fileno()], deadline)
            # It takes what it has room for, all of most returns, and never blocks.
            rest = rest[pipe.write(rest) or 0 :]

    def _receive(self, length: int, deadline: float) -> bytes:
        pipe = self._process.stdout
        if pipe is None:
            raise ReaderProcessError("no pipe")
        received = bytearray()
        while len(received) < length:
            self._wait([pipe.fileno()], [], deadline)
            chunk = pipe.read(min(_CHUNK, length - len(received)))
            if not chunk:
                raise ReaderProcessError("the child ended")
            received += chunk
        return bytes(received)

    @staticmethod
    def _wait(reading: list[int], writing: list[int], deadline: float) -> None:
        poll = select.poll()
        for descriptor in reading:
            poll.register(descriptor, select.POLLIN)
        for descriptor in writing:
            poll.register(descriptor, select.POLLOUT)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise ReaderProcessError("out of time")


class WorkbookReader:
    """A small pool of reading processes; `read` may be called from several threads."""

    def __init__(
        self,
        *,
        processes: int = 1,
        address_space: int = ADDRESS_SPACE,
        timeout: float = TIMEOUT_SECONDS,
        max_response_size: int = MAX_RESPONSE_SIZE,
    ) -> None:
        self._address_space = address_space
        self._largest_answer = max_response_size
        self._seconds = timeout
        self._idle: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(processes):
            self._idle.put(None)

    def read(self, name: str, data: bytes) -> tuple[GateReport, WorkbookData | Finding | None]:
        """What the gate says of a file, and what it holds where it may be read, or the finding that it can't be.

        Of a workbook with a form's sheet only that and the hidden one are told, of any other all.
        """
        answer = self._ask({"name": name}, data)
        if isinstance(answer, Finding):
            return GateReport((answer,), None), None
        if "fault" in answer:
            return GateReport((make_finding("file-unreadable"),), None), None
        gate = deserialize_report(answer)
        return gate, None if gate.facts is None else _workbook_of(answer["read"])

    def _ask(self, head: dict[str, object], data: bytes) -> dict[str, Any] | Finding:
        request = json.dumps(head).encode() + b"\n" + data
        child = self._idle.get()
        try:
            if child is None or not child.is_alive or child.files >= MAX_FILES_PER_PROCESS:
                if child is not None:
                    child.close()
                child = _Child(self._address_space, self._largest_answer)
            answer = child.ask(request, self._seconds)
        except ReaderProcessError:
            if child is not None:
                child.close()
            child = None
            return make_finding("file-too-complex")
        finally:
            self._idle.put(child)
        plain: dict[str, Any] = json.loads(answer)
        return plain

    def close(self) -> None:
        """Ends the processes that wait; the reader may be used again and then starts new ones."""
        idle = [self._idle.get_nowait() for _ in range(self._idle.qsize())]
        for child in idle:
            if child is not None:
                child.close()
            self._idle.put(None)


def _workbook_of(answer: dict[str, Any]) -> WorkbookData | Finding:
    if "fault" in answer:
        return make_finding("file-unreadable")
    sheets = tuple(_sheet_of(sheet) for sheet in answer["sheets"])
    return WorkbookData(sheets, tuple((str(name), str(value)) for name, value in answer["properties"]))


def _sheet_of(plain: dict[str, object]) -> SheetData:
    name = str(plain["name"])
    cells = plain["cells"]
    if not isinstance(cells, list):
        raise TypeError("cells must be a list")
    read = [
        CellData(name, row, column, _KINDS[kind], text, number_format, old_font)
        for row, column, kind, text, number_format, old_font in cells
    ]
    return SheetData(name, str(plain["state"]), tuple(read))


_lock = threading.Lock()
_readers: dict[int, WorkbookReader] = {}


def get_shared_reader(processes: int = 1) -> WorkbookReader:
    """The reader of this process with so many children; they end with it."""
    with _lock:
        if processes not in _readers:
            _readers[processes] = WorkbookReader(processes=processes)
            atexit.register(_readers[processes].close)
        return _readers[processes]
