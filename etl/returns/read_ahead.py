"""Read the next files of a bundle while the current one is being stored, so that the reader processes stay busy."""

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
"""Reading a file takes about as long as storing it, so two readers keep up with the code that stores."""
MAX_FILES_AHEAD = 25
"""As many as share a transaction, so that the reader processes stay busy while these are stored."""
MAX_CELLS_AHEAD = 20_000
"""Limit of cells that are read and not yet stored, which bounds memory if there are a few huge files."""


@dataclass(frozen=True)
class PrefetchedFile:
    """A file of a bundle and its contents. `contents` is None if the file was already known and not read."""

    file: BundleFile
    data: bytes
    contents: FileContents | None

    @property
    def cell_count(self) -> int:
        """The number of cells that were read from the file."""
        workbook = self.contents.workbook if self.contents is not None else None
        return sum(len(sheet.cells) for sheet in workbook.sheets) if workbook is not None else 0


def prefetch_files(
    files: Iterable[BundleFile], *, known_hashes: Collection[str] = (), reader: WorkbookReader | None = None
) -> Iterator[PrefetchedFile]:
    """Yield the files in order, read by the reader processes. Files with a known SHA-256 are not read."""
    pending: deque[Future[PrefetchedFile]] = deque()
    shared_reader = reader or get_shared_reader(READER_COUNT)
    with ThreadPoolExecutor(max_workers=READER_COUNT, thread_name_prefix="read-ahead") as executor:
        try:
            for file in files:
                pending.append(executor.submit(_read_file, file, known_hashes, shared_reader))
                while len(pending) > MAX_FILES_AHEAD or _count_cells(pending) > MAX_CELLS_AHEAD:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()


def _count_cells(pending: Iterable[Future[PrefetchedFile]]) -> int:
    return sum(future.result().cell_count for future in pending if future.done() and not future.exception())


def _read_file(file: BundleFile, known_hashes: Collection[str], reader: WorkbookReader) -> PrefetchedFile:
    try:
        data = file.read()
    except OSError as error:
        data = make_finding("file-damaged", detail=type(error).__name__)
    if isinstance(data, Finding):
        return PrefetchedFile(file, b"", FileContents(None, None, (data,)))
    if hashlib.sha256(data).hexdigest() in known_hashes:
        return PrefetchedFile(file, data, None)
    return PrefetchedFile(file, data, read_file(file.base_name, data, reader=reader))
