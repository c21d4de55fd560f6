"""`verify` names each damaged or altered file, number and page in plain findings."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from etl.database.connection import writing
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.use_cases.operations.verify import verify_database
from tests.journeys.return_workflow import ReturnWorkflow
from tests.support.command_line import CommandLine
from tests.support.shared_fixtures import SampleDatabase

CHANGES = {
    "UPDATE received_file SET compressed = x'00'": "cannot be decompressed",
    "UPDATE received_file SET compressed = (SELECT compressed FROM received_file LIMIT 1)": "was altered: its SHA-256",
    "UPDATE received_file SET size = size + 1": "bytes;",
    "UPDATE cell SET value = value || '1' WHERE value > 0 AND return_id = 1": "the cell was",
    "UPDATE cell SET raw = 'twelve' WHERE value > 0 AND return_id = 1": "the cell was 'twelve'",
    "UPDATE cell SET state = 'not_collected', value = NULL WHERE value > 0 AND return_id = 1": "is not collected",
    "UPDATE rollup SET value = 'many' WHERE value IS NOT NULL": "hold a value that no release writes",
    "DELETE FROM received_file WHERE rowid = 1": "refers to a missing row",
}


@pytest.fixture
def filled_engine(sqlite_other_plan_run: CommandLine, open_database: Callable[[str], Engine], now: datetime) -> Engine:
    """Return a database with two approved returns."""
    engine = open_database(sqlite_other_plan_run.database_url)
    workflow = ReturnWorkflow(engine, now)
    workflow.upload_and_approve()
    workflow.upload_and_approve(quarter="2025Q2")
    return engine


def test_the_sample_has_no_findings(shared_sample: SampleDatabase, open_database: Callable[[str], Engine]) -> None:
    assert verify_database(open_database(f"sqlite:///{shared_sample.path}")) == ()


@pytest.mark.parametrize("statement", CHANGES)
def test_each_change_behind_the_back_of_the_system_is_found(filled_engine: Engine, statement: str) -> None:
    with filled_engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA query_only = OFF")
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute(statement)
    findings = verify_database(filled_engine)
    assert any(CHANGES[statement] in finding for finding in findings), findings[:3]


def test_evidence_and_editions_are_checked(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(
            text("INSERT INTO edition VALUES ('2025-Q3', '2025Q3', 1, '2026-01-01 00:00:00', 1, '', :no, 0, '{}')"),
            {"no": False},
        )
        connection.execute(
            text(
                "INSERT INTO edition_file (edition, path, language, media_type, etag, data) "
                "VALUES (:e, :p, '', '', :t, :d)"
            ),
            {"e": "2025-Q3", "p": "index.html", "t": "0" * 32, "d": b"page"},
        )
    (finding,) = verify_database(engine)
    assert "index.html of edition 2025-Q3 was altered" in finding


def test_a_damaged_database_file_is_a_finding_and_no_traceback(filled_engine: Engine) -> None:
    path = Path(str(filled_engine.url.database))
    filled_engine.dispose()
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 8192] = b"\xff" * 8192
    path.write_bytes(data)
    result = CommandLine(f"sqlite:///{path}")("verify")
    assert result.code in (1, 3) and "damaged" in result.out + result.err
    assert "Traceback" not in result.err


@pytest.mark.postgres
def test_postgresql_reads_every_table_so_that_damage_in_any_is_found(
    postgres_server: str, postgres_url: str, open_database: Callable[[str], Engine], now: datetime
) -> None:
    """Damage the file of a table in a copy of the database, which PostgreSQL has not read yet."""
    engine = open_database(postgres_url)
    with writing(engine) as connection:
        write_audit_event(connection, AuditEvent(at=now, actor="test", action="test", subject="test"))
        place = connection.scalar(text("SELECT pg_relation_filepath('audit_event')"))
    engine.dispose()
    server = open_database(postgres_server)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE damaged TEMPLATE {engine.url.database} STRATEGY FILE_COPY"))
        folder = connection.scalar(text("SELECT current_setting('data_directory')"))
        number = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = 'damaged'"))
        path = Path(str(folder)) / "base" / str(number) / Path(str(place)).name
        path.write_bytes(b"\xff" * path.stat().st_size)
        damaged = open_database(engine.url.set(database="damaged").render_as_string(hide_password=False))
        findings = verify_database(damaged)
        damaged.dispose()
        connection.execute(text("DROP DATABASE damaged"))
    assert len(findings) == 1 and "the table audit_event cannot be read" in findings[0]


def test_a_file_that_is_no_database_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("These are notes. " * 500)
    result = CommandLine(f"sqlite:///{path}")("verify")
    assert result.code == 3 and "damaged" in result.err
