"""Loading a folder or a zip of returns: each file by itself, safe to stop at any moment and to run again."""

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
from etl.returns.workbook.bundle import Bundle, SkippedFile, open_zip
from etl.returns.workbook.read_workbook import WorkbookReader
from etl.use_cases.returns.import_file import ImportOutcome, ImportResult, import_batch, import_return_file
from etl.use_cases.returns.import_return import IncomingFile

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FileImport:
    """What became of one file. Where it could not even be tried, `loaded` is None and `trouble` says why."""

    name: str
    result: ImportResult | None
    error: CardecError | None = None


@dataclass(frozen=True)
class BulkImport:
    """What became of all files. `left_out` are no returns; `stopped` before all were done, when asked to."""

    files: tuple[FileImport, ...]
    skipped_files: tuple[SkippedFile, ...] = ()
    was_stopped: bool = False

    @property
    def outcome_counts(self) -> dict[ImportOutcome, int]:
        """How many came to each outcome."""
        return Counter(one.result.outcome for one in self.files if one.result is not None)

    @property
    def error_count(self) -> int:
        return sum(one.result is None for one in self.files)


ProgressCallback = Callable[[int, int, FileImport], None]
"""Called when a file is done and committed: how many are, of how many, and what became of it."""


def import_zip(
    engine: Engine,
    data: bytes,
    *,
    actor: str,
    clock: Callable[[], datetime],
    approve: bool = False,
    report_progress: ProgressCallback | None = None,
    should_stop: Callable[[], bool] | None = None,
    reader: WorkbookReader | None = None,
) -> BulkImport:
    """Loads every return of a zip as `import_bundle` does; BundleError where the zip itself can't be taken."""
    return import_bundle(
        engine,
        open_zip(data),
        actor=actor,
        clock=clock,
        approve=approve,
        report_progress=report_progress,
        should_stop=should_stop,
        reader=reader,
    )


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
    """Loads each file by itself; one that can't be loaded doesn't keep the others out.

    Few at first and then more of them share a transaction, unless somebody may want to stop between two. Killed at
    any moment, the files told of are stored whole; run again, they are unchanged and the others are done.
    """
    with reading(engine) as connection:
        known = read_submitted_file_hashes(connection)
    loading = _Loading(engine, actor, clock, approve, confirmation, reader)
    done: list[FileImport] = []
    sizes = (1,) if should_stop is not None else BATCH_SIZES
    with _collecting_seldom():
        for batch in _batches(prefetch_files(bundle.files, known_hashes=known, reader=reader), sizes):
            for one in loading.load(batch):
                done.append(one)
                if report_progress is not None:
                    report_progress(len(done), len(bundle.files), one)
            if should_stop is not None and should_stop():
                break
    return BulkImport(tuple(done), bundle.skipped_files, was_stopped=len(done) < len(bundle.files))


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """A load makes much and keeps much of it, hardly any of it in cycles: looking for them took a sixth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


BATCH_SIZES = (1, 2, 4, 8, 16, 25)
"""How many files share a transaction, one after the other; the last number stays."""


def _batches(files: Iterable[PrefetchedFile], sizes: tuple[int, ...]) -> Iterator[list[PrefetchedFile]]:
    """The files in order. One whose bytes are known stands alone."""
    batch: list[PrefetchedFile] = []
    place = 0
    for one in files:
        if one.contents is None and batch:
            yield batch
            batch = []
        batch.append(one)
        if (
            one.contents is None
            or len(batch) >= sizes[place]
            or sum(file.cell_count for file in batch) > MAX_CELLS_AHEAD
        ):
            yield batch
            batch, place = [], min(place + 1, len(sizes) - 1)
    if batch:
        yield batch


@dataclass
class _Loading:
    """Who loads, how, and what is known from one transaction to the next."""

    engine: Engine
    who: str
    now: Callable[[], datetime]
    approve: bool
    confirmed: Confirmation | None
    reader: WorkbookReader | None
    kept: ImportCache = field(default_factory=ImportCache)

    def load(self, batch: list[PrefetchedFile]) -> list[FileImport]:
        """The files in one transaction; where that fails, each in its own, which then says what is wrong with which."""
        read = [(self._received(one), one.contents) for one in batch if one.contents is not None]
        if len(batch) > 1 and len(read) == len(batch):
            try:
                done = import_batch(self.engine, read, confirmation=self.confirmed, cache=self.kept)
            except Exception as fault:  # nothing was saved, and it is met again by the file that it belongs to
                _log.info("%d returns are loaded one by one; together they failed", len(batch), exc_info=fault)
                return [self._alone(one) for one in batch]
            return [_told(one, found) for one, found in zip(batch, done, strict=True)]
        return [self._alone(one) for one in batch]

    def _received(self, one: PrefetchedFile) -> IncomingFile:
        return IncomingFile(one.file.base_name, one.data, self.who, self.now(), self.approve)

    def _alone(self, one: PrefetchedFile) -> FileImport:
        try:
            loaded = import_return_file(
                self.engine,
                one.file.base_name,
                one.data,
                actor=self.who,
                now=self.now(),
                approve=self.approve,
                confirmation=self.confirmed,
                reader=self.reader,
                cache=self.kept,
                contents=one.contents,
            )
        except CardecError as error:
            return FileImport(one.file.name, None, error)
        return FileImport(one.file.name, loaded)


def _told(one: PrefetchedFile, found: ImportResult | CardecError) -> FileImport:
    if isinstance(found, CardecError):
        return FileImport(one.file.name, None, found)
    return FileImport(one.file.name, found)
