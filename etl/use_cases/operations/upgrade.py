"""Update the schema of a database that holds data: a backup first, then the migrations, then a summary."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from etl.database.connection import Engine, Schema, SchemaStatus, migrate, read_schema
from etl.database.schema import check_schema
from etl.use_cases.operations.backup import make_backup, make_backup_name

__all__ = ["Upgrade", "upgrade_database"]


@dataclass(frozen=True)
class Upgrade:
    """The schema before and after, and the backup that was made in between; None when none was needed."""

    before: Schema
    after: Schema
    backup: Path | None


def upgrade_database(
    engine: Engine, folder: Path, *, actor: str, now: datetime, with_backup: bool = True, key: str = ""
) -> Upgrade:
    """Migrate the database. An old one is backed up to the folder first: that backup is the way back.

    A key encrypts the backup.

    SchemaError when the database is newer than this code; CopyError when the backup can't be made: nothing is changed.
    """
    before = read_schema(engine)
    check_schema(before)
    backup = None
    if before.status is SchemaStatus.OLD and with_backup:
        backup = folder / make_backup_name(now, f"before-{before.newest}", is_encrypted=bool(key))
        make_backup(engine, backup, actor=actor, now=now, key=key)
    if before.status is not SchemaStatus.CURRENT:
        migrate(engine)
    return Upgrade(before, read_schema(engine), backup)
