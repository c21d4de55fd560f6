"""Test transactions: serialized writers, snapshots for readers, and clear errors."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from etl.database.connection import (
    BusyError,
    DatabaseUrlError,
    UnreachableError,
    open_engine,
    reading,
    writing,
)
from etl.database.read.data_version import read_data_version
from etl.database.write.data_version import increment_data_version


def test_written_changes_are_committed(engine: Engine) -> None:
    with writing(engine) as connection:
        increment_data_version(connection)
    with reading(engine) as connection:
        assert read_data_version(connection) == 1


def test_exception_rolls_back_the_transaction(engine: Engine) -> None:
    with pytest.raises(RuntimeError), writing(engine) as connection:
        increment_data_version(connection)
        raise RuntimeError("half way")
    with reading(engine) as connection:
        assert read_data_version(connection) == 0


def test_exception_rolls_back_create_table(engine: Engine) -> None:
    with pytest.raises(RuntimeError), writing(engine) as connection:
        connection.execute(text("CREATE TABLE half (a INTEGER)"))
        raise RuntimeError("half way")
    with pytest.raises(DBAPIError), reading(engine) as connection:
        connection.execute(text("SELECT * FROM half"))


def test_reader_sees_a_snapshot_while_others_write(engine: Engine) -> None:
    with reading(engine) as connection:
        before = read_data_version(connection)
        with writing(engine) as other:
            increment_data_version(other)
        assert read_data_version(connection) == before
    with reading(engine) as connection:
        assert read_data_version(connection) == before + 1


def test_reader_cannot_write(engine: Engine) -> None:
    with pytest.raises(DBAPIError), reading(engine) as connection:
        increment_data_version(connection)
    with writing(engine) as connection:
        increment_data_version(connection)


def test_writers_are_serialized(engine: Engine) -> None:
    def count_up(connection: Connection) -> None:
        version = read_data_version(connection)
        connection.execute(text("UPDATE counter SET value = :value"), {"value": version + 1})

    def write_ten_times() -> None:
        for _ in range(10):
            with writing(engine) as connection:
                count_up(connection)

    threads = [threading.Thread(target=write_ten_times) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as connection:
        assert read_data_version(connection) == 40


def test_writer_that_waits_too_long_gets_a_busy_error(database_url: str) -> None:
    engine = open_engine(database_url, busy_seconds=0.1)
    with writing(engine) as connection:
        increment_data_version(connection)
        with pytest.raises(BusyError, match="try again"), writing(engine):
            pytest.fail("two writers at once")
    with writing(engine) as connection:
        increment_data_version(connection)
    with reading(engine) as connection:
        assert read_data_version(connection) == 2
    engine.dispose()


@pytest.mark.parametrize("url", ["mysql://here/there", "nonsense", "", "sqlite+unknown://", "postgresql://host:port/x"])
def test_url_of_another_database_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match="sqlite:///"):
        open_engine(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_postgresql_scheme_uses_the_same_driver(scheme: str) -> None:
    engine = open_engine(f"{scheme}://someone:secret@127.0.0.1:1/cardec")
    assert engine.url.drivername == "postgresql+psycopg"


def test_unreachable_database_raises_our_error() -> None:
    engine = open_engine("postgresql://someone:secret@127.0.0.1:1/cardec")
    with pytest.raises(UnreachableError) as caught, reading(engine):
        pytest.fail("nothing is there")
    assert "secret" not in str(caught.value)


def test_sqlite_creates_its_folder_and_uses_a_write_ahead_log(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'folder' / 'cardec.db'}")
    with writing(engine) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
    engine.dispose()
