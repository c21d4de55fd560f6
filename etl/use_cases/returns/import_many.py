"""Import a folder or a zip of returns. A run that was stopped can be repeated safely."""

import gc
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from etl.database.connection import Engine, reading
from etl.database.read.import_cache import ImportCache
from etl.database.read.returns import read_submitted_file_hashes
from etl.errors import CardecError
from etl.returns.form.claims import Confirmation
from etl.returns.read_ahead import MAX_CELLS_AHEAD, PrefetchedFile, prefetch_files
from etl.returns.workbook.bundle import Bundle, SkippedFile
from etl.returns.workbook.read_workbook import WorkbookReader
from etl.use_cases.returns.import_file import ImportOutcome, ImportResult, import_batch, import_return_file
from etl.use_cases.returns.import_return import IncomingFile

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FileImport:
    """The result of one file, or the error that prevented its import."""

    name: str
    result: ImportResult | None
    error: CardecError | None = None


@dataclass(frozen=True)
class BulkImport:
    """The results of all files. `was_stopped` tells whether `should_stop` ended the run early."""

    files: tuple[FileImport, ...]
    skipped_files: tuple[SkippedFile, ...] = ()
    was_stopped: bool = False

    @property
    def outcome_counts(self) -> dict[ImportOutcome, int]:
        """The number of files with each outcome."""
        return Counter(file.result.outcome for file in self.files if file.result is not None)

    @property
    def error_count(self) -> int:
        """The number of files that ended in an error."""
        return sum(file.result is None for file in self.files)


ProgressCallback = Callable[[int, int, FileImport], None]
"""A function called after each file is committed, with the number of files done, their total and the file."""


def import_bundle(
    engine: Engine,
    bundle: Bundle,
    *,
    actor: str,
    clock: Callable[[], datetime],
    approve: bool = False,
    confirmation: Confirmation | None = None,
    report_progress: ProgressCallback | None = None,
    should_stop: Callable[[], bool] | None = None,
    reader: WorkbookReader | None = None,
) -> BulkImport:
    """Import each file of a bundle. A file that can't be imported doesn't stop the others.

    Files share transactions of growing size, unless `should_stop` is given: then each file has its own. When the
    process is killed, every reported file is stored completely; the next run leaves those unchanged and imports the
    rest.
    """
    with reading(engine) as connection:
        known_hashes = read_submitted_file_hashes(connection)
    importer = _BatchImporter(engine, actor, clock, approve, confirmation, reader)
    files: list[FileImport] = []
    sizes = (1,) if should_stop is not None else BATCH_SIZES
    with collect_garbage_rarely():
        for batch in _split_batches(prefetch_files(bundle.files, known_hashes=known_hashes, reader=reader), sizes):
            for file in importer.import_files(batch):
                files.append(file)
                if report_progress is not None:
                    report_progress(len(files), len(bundle.files), file)
            if should_stop is not None and should_stop():
                break
    return BulkImport(tuple(files), bundle.skipped_files, was_stopped=len(files) < len(bundle.files))


@contextmanager
def collect_garbage_rarely() -> Iterator[None]:
    """Raise the thresholds of the garbage collector: it took a sixth of the time and freed hardly anything."""
    thresholds = gc.get_threshold()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


BATCH_SIZES = (1, 2, 4, 8, 16, 25)
"""The number of files in each transaction, one after the other; the last size is repeated."""


def _split_batches(files: Iterable[PrefetchedFile], sizes: tuple[int, ...]) -> Iterator[list[PrefetchedFile]]:
    """Yield the files in order. A file whose bytes are known gets a batch of its own."""
    batch: list[PrefetchedFile] = []
    size_index = 0
    for file in files:
        is_known = file.contents is None
        if is_known and batch:
            yield batch
            batch = []
        batch.append(file)
        is_full = len(batch) >= sizes[size_index] or sum(item.cell_count for item in batch) > MAX_CELLS_AHEAD
        if is_known or is_full:
            yield batch
            batch, size_index = [], min(size_index + 1, len(sizes) - 1)
    if batch:
        yield batch


@dataclass
class _BatchImporter:
    """Import batches of files, with a cache that is carried over from one transaction to the next."""

    engine: Engine
    actor: str
    clock: Callable[[], datetime]
    approve: bool
    confirmation: Confirmation | None
    reader: WorkbookReader | None
    cache: ImportCache = field(default_factory=ImportCache)

    def import_files(self, batch: list[PrefetchedFile]) -> list[FileImport]:
        """Import the files in one transaction; when that fails, each in its own, to attribute the error."""
        files = [(self._make_incoming_file(file), file.contents) for file in batch if file.contents is not None]
        if len(batch) > 1 and len(files) == len(batch):
            try:
                results = import_batch(self.engine, files, confirmation=self.confirmation, cache=self.cache)
            except Exception as error:  # The batch was rolled back; the faulty file raises again by itself.
                _log.info("importing %d returns one by one, since the batch failed", len(batch), exc_info=error)
                return [self._import_alone(file) for file in batch]
            return [_make_file_import(file, result) for file, result in zip(batch, results, strict=True)]
        return [self._import_alone(file) for file in batch]

    def _make_incoming_file(self, file: PrefetchedFile) -> IncomingFile:
        return IncomingFile(file.file.base_name, file.data, self.actor, self.clock(), self.approve)

    def _import_alone(self, file: PrefetchedFile) -> FileImport:
        try:
            result = import_return_file(
                self.engine,
                file.file.base_name,
                file.data,
                actor=self.actor,
                now=self.clock(),
                approve=self.approve,
                confirmation=self.confirmation,
                reader=self.reader,
                cache=self.cache,
                contents=file.contents,
            )
        except CardecError as error:
            return FileImport(file.file.name, None, error)
        return FileImport(file.file.name, result)


def _make_file_import(file: PrefetchedFile, result: ImportResult | CardecError) -> FileImport:
    if isinstance(result, CardecError):
        return FileImport(file.file.name, None, result)
    return FileImport(file.file.name, result)
