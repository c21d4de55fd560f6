"""Loading a folder or a zip of returns: each file by itself, safe to stop at any moment and to run again."""

import gc
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from etl.database.connection import Engine, reading
from etl.database.read.kept_record import KeptRecord
from etl.database.read.returns import read_known_files
from etl.errors import CardecError
from etl.returns.form.claims import Confirmed
from etl.returns.read_ahead import MOST_CELLS, AheadFile, read_ahead
from etl.returns.workbook.bundle import Bundle, LeftOut, open_zip
from etl.returns.workbook.read_workbook import WorkbookReader
from etl.use_cases.returns.import_file import LoadedReturn, Outcome, load_batch, load_return
from etl.use_cases.returns.import_return import Received

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ManyFile:
    """What became of one file. Where it could not even be tried, `loaded` is None and `trouble` says why."""

    name: str
    loaded: LoadedReturn | None
    trouble: CardecError | None = None


@dataclass(frozen=True)
class ManyReturns:
    """What became of all files. `left_out` are no returns; `stopped` before all were done, when asked to."""

    files: tuple[ManyFile, ...]
    left_out: tuple[LeftOut, ...] = ()
    stopped: bool = False

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many came to each outcome."""
        return Counter(one.loaded.outcome for one in self.files if one.loaded is not None)

    @property
    def troubles(self) -> int:
        return sum(one.loaded is None for one in self.files)


Progress = Callable[[int, int, ManyFile], None]
"""Called when a file is done and committed: how many are, of how many, and what became of it."""


def load_zip(
    engine: Engine,
    data: bytes,
    *,
    who: str,
    now: Callable[[], datetime],
    approve: bool = False,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
    reader: WorkbookReader | None = None,
) -> ManyReturns:
    """Loads every return of a zip as `load_bundle` does; BundleError where the zip itself can't be taken."""
    return load_bundle(
        engine,
        open_zip(data),
        who=who,
        now=now,
        approve=approve,
        progress=progress,
        should_stop=should_stop,
        reader=reader,
    )


def load_bundle(
    engine: Engine,
    bundle: Bundle,
    *,
    who: str,
    now: Callable[[], datetime],
    approve: bool = False,
    confirmed: Confirmed | None = None,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
    reader: WorkbookReader | None = None,
) -> ManyReturns:
    """Loads each file by itself; one that can't be loaded doesn't keep the others out.

    Few at first and then more of them share a transaction, unless somebody may want to stop between two. Killed at
    any moment, the files told of are stored whole; run again, they are unchanged and the others are done.
    """
    with reading(engine) as connection:
        known = read_known_files(connection)
    loading = _Loading(engine, who, now, approve, confirmed, reader)
    done: list[ManyFile] = []
    sizes = (1,) if should_stop is not None else BATCHES
    with _collecting_seldom():
        for batch in _batches(read_ahead(bundle.files, known=known, reader=reader), sizes):
            for one in loading.load(batch):
                done.append(one)
                if progress is not None:
                    progress(len(done), len(bundle.files), one)
            if should_stop is not None and should_stop():
                break
    return ManyReturns(tuple(done), bundle.left_out, stopped=len(done) < len(bundle.files))


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """A load makes much and keeps much of it, hardly any of it in cycles: looking for them took a sixth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


BATCHES = (1, 2, 4, 8, 16, 25)
"""How many files share a transaction, one after the other; the last number stays."""


def _batches(files: Iterable[AheadFile], sizes: tuple[int, ...]) -> Iterator[list[AheadFile]]:
    """The files in order. One whose bytes are known stands alone."""
    batch: list[AheadFile] = []
    place = 0
    for one in files:
        if one.read is None and batch:
            yield batch
            batch = []
        batch.append(one)
        if one.read is None or len(batch) >= sizes[place] or sum(file.cells for file in batch) > MOST_CELLS:
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
    confirmed: Confirmed | None
    reader: WorkbookReader | None
    kept: KeptRecord = field(default_factory=KeptRecord)

    def load(self, batch: list[AheadFile]) -> list[ManyFile]:
        """The files in one transaction; where that fails, each in its own, which then says what is wrong with which."""
        read = [(self._received(one), one.read) for one in batch if one.read is not None]
        if len(batch) > 1 and len(read) == len(batch):
            try:
                done = load_batch(self.engine, read, confirmed=self.confirmed, kept=self.kept)
            except Exception as fault:  # nothing was saved, and it is met again by the file that it belongs to
                _log.info("%d returns are loaded one by one; together they failed", len(batch), exc_info=fault)
                return [self._alone(one) for one in batch]
            return [_told(one, found) for one, found in zip(batch, done, strict=True)]
        return [self._alone(one) for one in batch]

    def _received(self, one: AheadFile) -> Received:
        return Received(one.file.base_name, one.data, self.who, self.now(), self.approve)

    def _alone(self, one: AheadFile) -> ManyFile:
        try:
            loaded = load_return(
                self.engine,
                one.file.base_name,
                one.data,
                who=self.who,
                now=self.now(),
                approve=self.approve,
                confirmed=self.confirmed,
                reader=self.reader,
                kept=self.kept,
                read=one.read,
            )
        except CardecError as error:
            return ManyFile(one.file.name, None, error)
        return ManyFile(one.file.name, loaded)


def _told(one: AheadFile, found: LoadedReturn | CardecError) -> ManyFile:
    if isinstance(found, CardecError):
        return ManyFile(one.file.name, None, found)
    return ManyFile(one.file.name, found)
