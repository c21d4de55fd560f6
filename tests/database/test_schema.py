"""Only `migrate` changes the tables of a database that holds data, after a backup that `restore` accepts."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from etl.database.connection import SchemaStatus, is_migrated, migrate, open_engine, read_schema, reading, writing
from etl.database.records import AuditEvent
from etl.database.schema import SchemaError, prepare_schema
from etl.database.write.audit import write_audit_event
from etl.use_cases.operations.backup import restore_backup
from etl.use_cases.operations.upgrade import upgrade_database
from tests.support.command_line import CommandLine

OLD_REVISION = "0012"


@pytest.fixture
def old_url(empty_database_url: str, now: datetime) -> str:
    """Return a database of an older release, with an audit event."""
    engine = open_engine(empty_database_url)
    migrate(engine, OLD_REVISION)
    with writing(engine) as connection:
        write_audit_event(connection, AuditEvent(at=now, actor="ann", action="export", subject="old"))
    engine.dispose()
    return empty_database_url


@pytest.fixture
def old_engine(old_url: str, pg_programs: None) -> Iterator[Engine]:
    engine = open_engine(old_url)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("command", [("verify",), ("figures",), ("work", "--once"), ("users", "list")])
def test_other_commands_refuse_an_old_database_with_a_sentence(old_url: str, command: tuple[str, ...]) -> None:
    result = CommandLine(old_url)(*command)
    assert result.code == 3
    assert "python -m etl migrate" in result.err and "Traceback" not in result.err
    engine = open_engine(old_url)
    assert read_schema(engine).revision == OLD_REVISION
    engine.dispose()


def test_migrate_updates_an_old_database_after_a_backup(old_engine: Engine, tmp_path: Path, now: datetime) -> None:
    upgrade = upgrade_database(old_engine, tmp_path / "backups", actor="ann", now=now)
    assert (upgrade.before.status, upgrade.after.status) == (SchemaStatus.OLD, SchemaStatus.CURRENT)
    assert upgrade.backup is not None and upgrade.backup.stat().st_mode & 0o077 == 0
    assert is_migrated(old_engine)
    with reading(old_engine) as connection:
        assert connection.scalars(text("SELECT who FROM audit_event")).all() == ["ann"]


def test_the_way_back_is_the_backup(tmp_path: Path, now: datetime) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    migrate(engine, OLD_REVISION)
    backup = upgrade_database(engine, tmp_path / "backups", actor="ann", now=now).backup
    assert backup is not None
    restored = open_engine(f"sqlite:///{tmp_path / 'restored.db'}")
    assert restore_backup(restored, backup, actor="ann", now=now).revision == OLD_REVISION
    for opened in (engine, restored):
        opened.dispose()


def test_migrate_prints_what_it_did(old_url: str, tmp_path: Path, pg_programs: None) -> None:
    run = CommandLine(old_url)
    run.environ["BACKUP_FOLDER"] = str(tmp_path / "backups")
    printed = run.succeed("migrate").out
    (backup,) = (tmp_path / "backups").iterdir()
    assert str(backup) in printed and f"from version {OLD_REVISION} to " in printed
    assert "is up to date" in run.succeed("migrate").out
    assert list((tmp_path / "backups").iterdir()) == [backup]


def test_an_old_database_stays_as_it_is_when_the_backup_cannot_be_made(
    old_engine: Engine, tmp_path: Path, now: datetime
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        upgrade_database(old_engine, tmp_path / "file" / "backups", actor="ann", now=now)
    assert read_schema(old_engine).revision == OLD_REVISION


@pytest.mark.parametrize("command", [("migrate",), ("verify",), ("figures",)])
def test_a_newer_database_is_told_in_a_sentence(database_url: str, command: tuple[str, ...]) -> None:
    engine = open_engine(database_url)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    result = CommandLine(database_url)(*command)
    assert result.code == 3
    assert "9999, made by a newer release" in result.err


def test_a_database_of_another_program_is_left_alone(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE invoices (id INTEGER)"))
    with pytest.raises(SchemaError, match="another program"):
        prepare_schema(engine)
    assert read_schema(engine).status is SchemaStatus.FOREIGN
    engine.dispose()
