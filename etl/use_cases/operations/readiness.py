"""Check whether a server can do its work: database, schema, disk, worker, queue and the age of the last backup."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from etl.database.connection import Engine, SchemaStatus, read_schema, reading
from etl.database.read.jobs import measure_queue, read_worker_last_seen
from etl.disk_errors import FullDiskError, find_storage_error
from etl.errors import CardecError
from etl.settings import Settings
from etl.use_cases.operations.backup import find_last_backup

__all__ = ["MIN_FREE_BYTES", "Readiness", "check_readiness"]

MIN_FREE_BYTES = 100 * 1024 * 1024
"""With less free space on the disk of the database or of the backups a server isn't ready."""


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """What was found. None: not known, or not applicable to this server."""

    database: bool
    schema: str
    """A value of SchemaStatus; blank if the database did not answer."""
    free_bytes: int
    """The free space of the fuller disk: that of the SQLite database, or that of the backups."""
    is_writable: bool
    worker_age_seconds: float | None = None
    waiting_jobs: int | None = None
    running_jobs: int | None = None
    backup_age_seconds: float | None = None
    problems: tuple[str, ...] = ()
    """What keeps the server from its work."""

    @property
    def is_ready(self) -> bool:
        return not self.problems


def check_readiness(engine: Engine, settings: Settings, *, real_now: datetime) -> Readiness:
    """Check this server. It never raises: a database that doesn't answer is a problem of the result."""
    free_bytes, is_writable = _measure_disks(settings)
    problems = []
    if free_bytes < MIN_FREE_BYTES:
        problems.append("disk full")
    if not is_writable:
        problems.append("disk not writable")
    try:
        schema = SchemaStatus.CURRENT if settings.public_only else read_schema(engine).status
        if schema is not SchemaStatus.CURRENT:
            return Readiness(
                database=True,
                schema=schema.value,
                free_bytes=free_bytes,
                is_writable=is_writable,
                problems=(*problems, "schema not current"),
            )
        if settings.public_only:
            with reading(engine):
                pass
            return Readiness(
                database=True, schema="", free_bytes=free_bytes, is_writable=is_writable, problems=tuple(problems)
            )
        return _read_operations(engine, settings, real_now, free_bytes, is_writable, tuple(problems))
    except CardecError as error:
        return Readiness(
            database=False, schema="", free_bytes=free_bytes, is_writable=is_writable, problems=(*problems, str(error))
        )


def _read_operations(
    engine: Engine,
    settings: Settings,
    real_now: datetime,
    free_bytes: int,
    is_writable: bool,
    problems: tuple[str, ...],
) -> Readiness:
    with reading(engine) as connection:
        worker_seen = read_worker_last_seen(connection)
        waiting_jobs, running_jobs = measure_queue(connection)
    backup = find_last_backup(engine)
    return Readiness(
        database=True,
        schema=SchemaStatus.CURRENT.value,
        free_bytes=free_bytes,
        is_writable=is_writable,
        worker_age_seconds=None if worker_seen is None else (real_now - worker_seen).total_seconds(),
        waiting_jobs=waiting_jobs,
        running_jobs=running_jobs,
        backup_age_seconds=None if backup is None else (settings.now() - backup.at).total_seconds(),
        problems=problems,
    )


def _measure_disks(settings: Settings) -> tuple[int, bool]:
    """Return the free bytes of the fuller disk that this server writes to, and whether both can be written."""
    folders = [_find_existing(Path(settings.backup_folder))] if not settings.public_only else []
    if settings.database_kind == "sqlite":
        folders.append(_find_existing(Path(settings.database_url.partition(":///")[2].partition("?")[0]).parent))
    free_bytes = min((shutil.disk_usage(folder).free for folder in folders), default=MIN_FREE_BYTES)
    return free_bytes, all(map(_is_writable, folders))


def _is_writable(folder: Path) -> bool:
    """Try it: a disk that writes nothing more after a fault still counts as writable for the system."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError as error:
        return isinstance(find_storage_error(error), FullDiskError)


def _find_existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    folder = folder.absolute()
    return next(path for path in (folder, *folder.parents) if path.is_dir())
