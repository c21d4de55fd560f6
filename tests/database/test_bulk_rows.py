"""Test that rows written in bulk are stored exactly, on both databases."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from etl.database.connection import reading, writing
from etl.database.tables import audit_events, received_files, rollups
from etl.database.write.bulk_rows import delete_rows, insert_rows
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import CellState

ODD_TEXTS = (
    "",
    " ",
    "NULL",
    "null",
    '"',
    "\\",
    '\\"',
    "{a,b}",
    "a,b",
    "%s ? :x",
    "line\nand\ttab",
    "'; DROP TABLE cell; --",
    "ការអភិរក្ស\u200bដី",
    "😀",
)
EVENT = ("at", "who", "act", "subject", "old", "new", "why")
ROW = ("basis", "indicator", "part", "site", "quarter", "state", "value", "denominator", "covered_by")
NAMES = ROW[:5]
AMOUNTS = (None, Decimal(0), Decimal("-0.5"), Decimal("1E+3"), Decimal("12345678901234567890.123456789"))


@pytest.mark.parametrize("size", [1, len(ODD_TEXTS)])
def test_unusual_texts_are_stored_unchanged(engine: Engine, now: datetime, size: int) -> None:
    for first in range(0, len(ODD_TEXTS), size):
        rows = [(now, "who", "act", str(position), text, text, "") for position, text in enumerate(ODD_TEXTS)]
        with writing(engine) as connection:
            insert_rows(connection, audit_events, EVENT, rows[first : first + size])
    with reading(engine) as connection:
        stored = connection.execute(select(audit_events).order_by(audit_events.c.id)).all()
    assert [(row.old, row.new, row.subject) for row in stored] == [
        (text, text, str(position)) for position, text in enumerate(ODD_TEXTS)
    ]
    assert {row.at for row in stored} == {now}


def make_rollup_rows() -> list[tuple[object, ...]]:
    return [
        ("approved", "A-01", str(position), "one", Quarter(2025, 1), CellState.REPORTED, amount, amount, None)
        for position, amount in enumerate(AMOUNTS)
    ] + [("approved", "A-01", "x", "one", Quarter(2025, 1), CellState.COVERED, None, None, Quarter(2025, 3))]


def test_amounts_and_nulls_are_stored_and_only_matching_rows_are_deleted(engine: Engine) -> None:
    rows = make_rollup_rows()
    with writing(engine) as connection:
        insert_rows(connection, rollups, ROW, rows)
        insert_rows(connection, rollups, ROW, [])
    with reading(engine) as connection:
        assert sorted(map(tuple, connection.execute(select(rollups))), key=lambda row: row[2]) == rows
    with writing(engine) as connection:
        delete_rows(connection, rollups, NAMES, [row[:5] for row in rows[1:3]])
        delete_rows(connection, rollups, NAMES, [("submitted", *rows[0][1:5])])
        delete_rows(connection, rollups, NAMES, [])
    with reading(engine) as connection:
        assert set(connection.scalars(select(rollups.c.part))) == {row[2] for row in rows} - {"1", "2"}


def test_duplicate_row_refuses_the_whole_insert(engine: Engine) -> None:
    rows = make_rollup_rows()
    with pytest.raises(IntegrityError), writing(engine) as connection:
        insert_rows(connection, rollups, ROW, [*rows, rows[0]])
    with reading(engine) as connection:
        assert not connection.execute(select(rollups)).all()


@pytest.mark.parametrize("count", [1, 3])
def test_bytes_are_stored_unchanged(engine: Engine, now: datetime, count: int) -> None:
    names = ("sha256", "name", "size", "compressed", "received_at")
    contents = [bytes(range(256)) * position for position in range(count)]
    rows = [(str(position), "x.xlsx", len(data), data, now) for position, data in enumerate(contents)]
    with writing(engine) as connection:
        insert_rows(connection, received_files, names, rows)
    with reading(engine) as connection:
        stored = connection.scalars(select(received_files.c.compressed).order_by(received_files.c.sha256))
        assert [bytes(data) for data in stored] == contents
