"""Errors of the drivers become the failures that an administrator or a user can act on."""

import os
from errno import EROFS

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from etl.database.connection import reading
from etl.database.failures import ReadOnlyError, classify_failure


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
