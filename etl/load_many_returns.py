"""Loading a folder or a zip of returns: each file by itself, committed as soon as it is done, safe to run again."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from etl.database.connection import Engine, reading
from etl.database.read.plans import KeptPlans
from etl.database.read.returns import read_known_files
from etl.errors import CardecError
from etl.load_return import LoadedReturn, Outcome, load_return
from etl.returns.bundle import Bundle, LeftOut, open_zip
from etl.returns.claims import Confirmed
from etl.returns.read_ahead import AheadFile, read_ahead
from etl.returns.read_workbook import WorkbookReader


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
    """Loads each file in a transaction of its own; a file that can't be loaded doesn't keep the others out.

    Killed at any moment, the files told of are stored whole; run again, they are unchanged and the others are done.
    """
    with reading(engine) as connection:
        known = read_known_files(connection)
    kept = KeptPlans()

    def load(one: AheadFile) -> ManyFile:
        try:
            loaded = load_return(
                engine,
                one.file.base_name,
                one.data,
                who=who,
                now=now(),
                approve=approve,
                confirmed=confirmed,
                reader=reader,
                plan_reading=kept.read,
                read=one.read,
            )
        except CardecError as error:
            return ManyFile(one.file.name, None, error)
        return ManyFile(one.file.name, loaded)

    done: list[ManyFile] = []
    for one in read_ahead(bundle.files, known=known, reader=reader):
        done.append(load(one))
        if progress is not None:
            progress(len(done), len(bundle.files), done[-1])
        if should_stop is not None and should_stop():
            break
    return ManyReturns(tuple(done), bundle.left_out, stopped=len(done) < len(bundle.files))
