"""Reads the next files of a bundle while one is being stored, so that the reading processes never wait."""

import hashlib
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from etl.returns.findings.finding import Finding, make_finding
from etl.returns.intake import FileContents, read_file
from etl.returns.workbook.bundle import BundleFile
from etl.returns.workbook.read_workbook import WorkbookReader, get_shared_reader

READER_COUNT = 2
"""Reading a file takes about as long as storing it: with two, none of them waits for who stores, nor the other way."""
MAX_FILES_AHEAD = 25
"""As many as share a transaction, so that the reading processes have enough to do while they are stored."""
MAX_CELLS_AHEAD = 20_000
"""Read and waiting, over all files; more than so many returns have, and far less than a few huge files."""


@dataclass(frozen=True)
class PrefetchedFile:
    """A file of a bundle as it was read. `read` is None where its bytes were known before."""

    file: BundleFile
    data: bytes
    contents: FileContents | None

    @property
    def cell_count(self) -> int:
        """How many cells were read of it."""
        workbook = self.contents.workbook if self.contents is not None else None
        return sum(len(sheet.cells) for sheet in workbook.sheets) if workbook is not None else 0


def prefetch_files(
    files: Iterable[BundleFile], *, known_hashes: Collection[str] = (), reader: WorkbookReader | None = None
) -> Iterator[PrefetchedFile]:
    """Each file in order, read through the gate and by the reading processes; those of a known SHA-256 aren't read."""
    waiting: deque[Future[PrefetchedFile]] = deque()
    readers = reader or get_shared_reader(READER_COUNT)
    with ThreadPoolExecutor(max_workers=READER_COUNT, thread_name_prefix="read-ahead") as threads:
        try:
            for file in files:
                waiting.append(threads.submit(_read, file, known_hashes, readers))
                while len(waiting) > MAX_FILES_AHEAD or _cells_of(waiting) > MAX_CELLS_AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()


def _cells_of(waiting: Iterable[Future[PrefetchedFile]]) -> int:
    return sum(one.result().cell_count for one in waiting if one.done() and not one.exception())


def _read(file: BundleFile, known: Collection[str], reader: WorkbookReader) -> PrefetchedFile:
    try:
        data = file.read()
    except OSError as fault:
        data = make_finding("file-damaged", detail=type(fault).__name__)
    if isinstance(data, Finding):
        return PrefetchedFile(file, b"", FileContents(None, None, (data,)))
    if hashlib.sha256(data).hexdigest() in known:
        return PrefetchedFile(file, data, None)
    return PrefetchedFile(file, data, read_file(file.base_name, data, reader=reader))
