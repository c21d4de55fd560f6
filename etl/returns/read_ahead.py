"""Reads the next files of a bundle while one is being stored, so that the reading processes never wait."""

import hashlib
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from etl.returns.findings.finding import Finding, found
from etl.returns.intake import ReadFile, read_file
from etl.returns.workbook.bundle import BundleFile
from etl.returns.workbook.read_workbook import WorkbookReader, shared_reader

READERS = 2
"""Reading a file takes about as long as storing it: with two, none of them waits for who stores, nor the other way."""
AHEAD = 25
"""As many as share a transaction, so that the reading processes have enough to do while they are stored."""
MOST_CELLS = 20_000
"""Read and waiting, over all files; more than so many returns have, and far less than a few huge files."""


@dataclass(frozen=True)
class AheadFile:
    """A file of a bundle as it was read. `read` is None where its bytes were known before."""

    file: BundleFile
    data: bytes
    read: ReadFile | None

    @property
    def cells(self) -> int:
        """How many cells were read of it."""
        workbook = self.read.workbook if self.read is not None else None
        return sum(len(sheet.cells) for sheet in workbook.sheets) if workbook is not None else 0


def read_ahead(
    files: Iterable[BundleFile], *, known: Collection[str] = (), reader: WorkbookReader | None = None
) -> Iterator[AheadFile]:
    """Each file in order, read through the gate and by the reading processes; those of a known SHA-256 aren't read."""
    waiting: deque[Future[AheadFile]] = deque()
    readers = reader or shared_reader(READERS)
    with ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="read-ahead") as threads:
        try:
            for file in files:
                waiting.append(threads.submit(_read, file, known, readers))
                while len(waiting) > AHEAD or _cells_of(waiting) > MOST_CELLS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()


def _cells_of(waiting: Iterable[Future[AheadFile]]) -> int:
    return sum(one.result().cells for one in waiting if one.done() and not one.exception())


def _read(file: BundleFile, known: Collection[str], reader: WorkbookReader) -> AheadFile:
    try:
        data = file.read()
    except OSError as fault:
        data = found("file-damaged", detail=type(fault).__name__)
    if isinstance(data, Finding):
        return AheadFile(file, b"", ReadFile(None, None, (data,)))
    if hashlib.sha256(data).hexdigest() in known:
        return AheadFile(file, data, None)
    return AheadFile(file, data, read_file(file.base_name, data, reader=reader))
