"""Backups into the folder of the settings: at a press of a button, and by the worker when the last one is too old."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from etl.database.connection import Engine, reading
from etl.database.read.audit import read_audit_page
from etl.database.records import AuditEvent, AuditFilter
from etl.settings import Settings
from etl.use_cases.operations.backup import (
    SUBJECT,
    delete_old_backups,
    find_last_backup,
    make_backup,
    make_backup_name,
)

__all__ = ["BackupResult", "back_up_to_folder", "is_backup_due", "list_backups"]


@dataclass(frozen=True)
class BackupResult:
    """A new backup, and the number of older ones that were deleted for it."""

    path: Path
    size: int
    deleted_count: int


def back_up_to_folder(engine: Engine, settings: Settings, *, actor: str, now: datetime) -> BackupResult:
    """Write a backup into BACKUP_FOLDER, encrypted with BACKUP_KEY if there is one, and keep the newest BACKUP_KEEP."""
    folder = Path(settings.backup_folder)
    path = folder / make_backup_name(now, is_encrypted=bool(settings.backup_key))
    make_backup(engine, path, actor=actor, now=now, key=settings.backup_key)
    deleted_count = delete_old_backups(folder, keep=settings.backup_keep)
    return BackupResult(path, path.stat().st_size, deleted_count)


def is_backup_due(engine: Engine, settings: Settings) -> bool:
    """Return whether the last backup is older than BACKUP_HOURS; never where that is not set."""
    if not settings.backup_hours:
        return False
    last = find_last_backup(engine)
    return last is None or settings.now() - last.at >= timedelta(hours=settings.backup_hours)


def list_backups(engine: Engine, *, limit: int = 20) -> tuple[AuditEvent, ...]:
    """Return the events of the newest backups, newest first. Their files may have been deleted since."""
    with reading(engine) as connection:
        events = read_audit_page(connection, AuditFilter(action="backup", subject=SUBJECT), limit=limit)
    return tuple(numbered.event for numbered in events)
