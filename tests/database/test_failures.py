"""Errors of the drivers become the failures that an administrator or a user can act on."""

import os
from errno import EROFS
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from etl.database.connection import open_engine, reading, writing
from etl.database.failures import DamagedError, ReadOnlyError, classify_failure


def test_a_read_only_disk_is_told_apart_from_a_right_that_an_account_lacks() -> None:
    for message, expected in (
        (f'could not extend file "base/5/16677": {os.strerror(EROFS)}', ReadOnlyError),
        ("permission denied for table return", None),
    ):
        error = DBAPIError("INSERT", None, psycopg.errors.InsufficientPrivilege(message))
        failure = classify_failure(error)
        assert failure is None if expected is None else isinstance(failure, expected)


def test_a_statement_that_writes_while_reading_is_an_error_of_ours(engine: Engine) -> None:
    with pytest.raises(DBAPIError), reading(engine) as connection:
        connection.execute(text("DELETE FROM session"))


@pytest.mark.parametrize("replacement", [None, b""], ids=["deleted", "replaced"])
def test_a_file_that_was_deleted_or_replaced_takes_no_more_writes(tmp_path: Path, replacement: bytes | None) -> None:
    path = tmp_path / "cardec.db"
    engine = open_engine(f"sqlite:///{path}")
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE number (value INTEGER)"))
    for name in tmp_path.iterdir():
        name.rename(tmp_path / f"lost-{name.name}")
    if replacement is not None:
        path.write_bytes(replacement)
    for transaction in (writing, reading):
        with pytest.raises(DamagedError), transaction(engine):
            pass
    assert path.exists() == (replacement is not None)
    engine.dispose()
    for name in tmp_path.glob("lost-*"):
        name.rename(tmp_path / name.name.removeprefix("lost-"))
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM number")).scalar() == 0
    engine.dispose()
