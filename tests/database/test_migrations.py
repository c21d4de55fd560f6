"""Test that migrations create the schema of the code, on both databases."""

from datetime import datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from etl.database.connection import is_migrated, migrate, open_engine, reading, writing
from etl.database.records import AuditEvent
from etl.database.tables import metadata
from etl.database.write.audit import write_audit_event
from tests.support.forked_processes import get_fork_context

FORKS = get_fork_context(__name__)
_CATALOGUE = {
    "sqlite": """
        SELECT type, name, replace(replace(replace(sql, char(10), ''), char(9), ''), ' ', '') FROM sqlite_master
        WHERE type <> 'trigger' AND tbl_name <> 'alembic_version' AND type <> 'table' AND sql IS NOT NULL
        ORDER BY name
    """,
    "postgresql": """
        SELECT 'column', table_name || '.' || column_name, data_type || is_nullable || coalesce(column_default, '')
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
        UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
        ORDER BY 1, 2
    """,
}
"""Queries for the database's own description of columns, indexes and constraints."""

_SQLITE_TABLES = """
    SELECT m.name, c.name, upper(c.type), c."notnull", c.pk FROM sqlite_master m, pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name <> 'alembic_version' ORDER BY m.name, c.cid
"""


def _describe_schema(connection: Connection) -> list[tuple[object, ...]]:
    rows = [tuple(row) for row in connection.execute(text(_CATALOGUE[connection.dialect.name]))]
    if connection.dialect.name == "sqlite":
        rows += [tuple(row) for row in connection.execute(text(_SQLITE_TABLES))]
    return rows


def test_migrated_schema_equals_the_tables(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    with writing(engine) as connection:
        metadata.create_all(connection)
        wanted = _describe_schema(connection)
        metadata.drop_all(connection)
    migrate(engine)
    with reading(engine) as connection:
        migrated = _describe_schema(connection)
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
    engine.dispose()
    assert migrated == wanted
    assert differences == []


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    with reading(engine) as connection:
        before = _describe_schema(connection)
    migrate(engine)
    with reading(engine) as connection:
        assert _describe_schema(connection) == before
    assert is_migrated(engine)


def test_empty_database_is_not_migrated(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    assert not is_migrated(engine)
    engine.dispose()


def migrate_url(url: str) -> None:
    migrate(open_engine(url, busy_seconds=60))


def test_parallel_migrations_succeed(empty_database_url: str) -> None:
    running = [FORKS.Process(target=migrate_url, args=(empty_database_url,)) for _ in range(2)]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
    assert [process.exitcode for process in running] == [0, 0]
    engine = open_engine(empty_database_url)
    assert is_migrated(engine)
    engine.dispose()


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET who = 'nobody'", "DELETE FROM audit_event"])
def test_audit_log_cannot_be_changed(engine: Engine, now: datetime, statement: str) -> None:
    with writing(engine) as connection:
        write_audit_event(connection, AuditEvent(at=now, actor="a", action="b", subject="c"))
    with pytest.raises(DBAPIError, match="append-only"), writing(engine) as connection:
        connection.execute(text(statement))
    with reading(engine) as connection:
        assert connection.execute(text("SELECT who FROM audit_event")).scalars().all() == ["a"]


@pytest.mark.postgres
def test_audit_log_cannot_be_truncated(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with pytest.raises(DBAPIError, match="append-only"), writing(engine) as connection:
        connection.execute(text("TRUNCATE audit_event"))
    engine.dispose()
