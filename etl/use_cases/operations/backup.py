"""Back up the whole database, received files and evidence included, into one file with checksums, and restore it."""

import hashlib
import json
import os
import tempfile
import zipfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from etl.database.connection import (
    DatabaseFailureError,
    Engine,
    Schema,
    SchemaStatus,
    open_engine,
    read_schema,
    reading,
    writing,
)
from etl.database.copies import copy_database, delete_sign_ins, restore_copy
from etl.database.read.audit import read_audit_events
from etl.database.records import AuditEvent
from etl.database.schema import check_schema
from etl.database.write.audit import write_audit_event
from etl.disk_errors import find_storage_error
from etl.errors import CardecError
from etl.use_cases.operations.backup_encryption import ENCRYPTED_SUFFIX, decrypt_file, encrypt_file

__all__ = [
    "BackupError",
    "BackupManifest",
    "delete_old_backups",
    "find_last_backup",
    "make_backup",
    "make_backup_name",
    "restore_backup",
]

SUBJECT = "database"
_FORMAT = 1
_MANIFEST = "manifest.json"
_COPIES = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
_CHUNK = 1 << 20
_RECORD_SECONDS = 60
_PREFIX = "cardec-"


class BackupError(CardecError):
    """The backup can't be made, read or restored; the message says why."""


@dataclass(frozen=True, kw_only=True)
class BackupManifest:
    """The description of a backup, which it holds as JSON: the database's copy with its size and SHA-256."""

    format: int
    made_at: str
    database: str
    """`sqlite` or `postgresql`."""
    revision: str
    file: str
    size: int
    sha256: str


def make_backup_name(now: datetime, reason: str = "", *, is_encrypted: bool = False) -> str:
    """Return a file name such as `cardec-20261130T031500.zip`, which sorts chronologically."""
    suffix = ENCRYPTED_SUFFIX if is_encrypted else ""
    return f"{_PREFIX}{now:%Y%m%dT%H%M%S}{f'-{reason}' if reason else ''}.zip{suffix}"


def make_backup(engine: Engine, path: Path, *, actor: str, now: datetime, key: str = "") -> BackupManifest:
    """Write a backup of the present database to a new file, readable by its owner only, encrypted if there is a key.

    The database stays in use. The file gets its name when it is whole. A backup by an up-to-date schema is audited.
    """
    if bool(key) != (path.suffix == ENCRYPTED_SUFFIX):
        raise BackupError(f"The name of an encrypted backup ends in {ENCRYPTED_SUFFIX}, and that of no other one.")
    if path.exists():
        raise BackupError(f"{path} exists already. Choose another name.")
    schema = read_schema(engine)
    if schema.status is SchemaStatus.EMPTY:
        raise BackupError("The database is empty: there is nothing to back up.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".cardec-copy-", dir=path.parent) as folder:
            copy, archive = Path(folder) / _COPIES[engine.dialect.name], Path(folder) / "archive.zip"
            partial = archive.with_suffix(path.suffix)
            partial.touch(mode=0o600)
            copy_database(engine, copy)
            manifest = _write_archive(archive, copy, engine.dialect.name, schema, now)
            if key:
                encrypt_file(archive, partial, key)
            _flush_to_disk(partial)
            partial.replace(path)
        # The folder's new entry too, so that a power cut doesn't lose the backup's name.
        _flush_to_disk(path.parent)
    except OSError as error:
        raise find_storage_error(error) or error from error
    if schema.status is SchemaStatus.CURRENT:
        _record_backup(engine, AuditEvent(at=now, actor=actor, action="backup", subject=SUBJECT, new=path.name))
    return manifest


def _record_backup(engine: Engine, event: AuditEvent) -> None:
    """Write a backup into the audit log. It waits longer than other writers, since the backup took longer."""
    patient = open_engine(engine.url.render_as_string(hide_password=False), busy_seconds=_RECORD_SECONDS)
    try:
        with writing(patient) as connection:
            write_audit_event(connection, event)
    except DatabaseFailureError as error:
        raise BackupError(f"The backup {event.new} is whole, but it is not in the audit log. {error}") from error
    finally:
        patient.dispose()


def restore_backup(engine: Engine, path: Path, *, actor: str, now: datetime, key: str = "") -> Schema:
    """Put a backup into an empty database and return its schema. Sessions and one-time links in it end.

    `key` decrypts an encrypted one.

    BackupError when the database holds anything, or the backup is damaged, incomplete or of another kind of database.
    """
    if read_schema(engine).status is not SchemaStatus.EMPTY:
        raise BackupError(
            "The database is not empty, and a backup replaces nothing. "
            "Give DATABASE_URL of one without tables, where no other command has run yet."
        )
    with tempfile.TemporaryDirectory(prefix="cardec-restore-") as folder:
        copy = Path(folder) / "copy"
        archive = path
        if path.suffix == ENCRYPTED_SUFFIX:
            archive = Path(folder) / "archive.zip"
            decrypt_file(path, archive, key)
        manifest = _extract_copy(archive, copy)
        if manifest.database != engine.dialect.name:
            raise BackupError(
                f"This is a backup of {manifest.database}, and DATABASE_URL is {engine.dialect.name}. "
                f"Restore it into {manifest.database}."
            )
        restore_copy(engine, copy)
    schema = read_schema(engine)
    check_schema(schema)
    delete_sign_ins(engine)
    if schema.status is SchemaStatus.CURRENT:
        with writing(engine) as connection:
            event = AuditEvent(at=now, actor=actor, action="backup restored", subject=SUBJECT, new=path.name)
            write_audit_event(connection, event)
    return schema


def find_last_backup(engine: Engine) -> AuditEvent | None:
    """Return the event of the newest backup; None before the first one."""
    with reading(engine) as connection:
        events = read_audit_events(connection, subject=SUBJECT)
    return next((event for event in events if event.action == "backup"), None)


def delete_old_backups(folder: Path, *, keep: int) -> int:
    """Delete the oldest backups of a folder by their names, except the newest `keep`; return how many."""
    listings = (folder.glob(f"{_PREFIX}????????T??????.zip{suffix}") for suffix in ("", ENCRYPTED_SUFFIX))
    backups = sorted(path for paths in listings for path in paths if path.is_file())
    surplus = backups[:-keep] if keep else []
    for path in surplus:
        path.unlink(missing_ok=True)
    return len(surplus)


def _write_archive(path: Path, copy: Path, database: str, schema: Schema, now: datetime) -> BackupManifest:
    with copy.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    manifest = BackupManifest(
        format=_FORMAT,
        made_at=now.isoformat(),
        database=database,
        revision=schema.revision,
        file=copy.name,
        size=copy.stat().st_size,
        sha256=sha256,
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(copy, copy.name)
        archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=2))
    return manifest


def _flush_to_disk(path: Path) -> None:
    """Wait until the contents of a file or folder are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _extract_copy(path: Path, target: Path) -> BackupManifest:
    """Write the copy of the database in a backup to a file, checked against its size and SHA-256."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = BackupManifest(**json.loads(archive.read(_MANIFEST)))
            with archive.open(manifest.file) as source, target.open("wb") as copy:
                sha256 = _copy_with_digest(source, copy, manifest.size)
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError) as error:
        raise BackupError(f"{path} is not a whole backup of this system. Use another backup.") from error
    if sha256 != manifest.sha256 or target.stat().st_size != manifest.size:
        raise BackupError(f"{path} is damaged: its SHA-256 differs. Use another backup.")
    return manifest


def _copy_with_digest(source: IO[bytes], target: IO[bytes], size: int) -> str:
    digest = hashlib.sha256()
    written = 0
    while written <= size and (chunk := source.read(_CHUNK)):
        digest.update(chunk)
        target.write(chunk)
        written += len(chunk)
    return digest.hexdigest()
