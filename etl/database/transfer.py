"""Copy every row of one database into another one, of another kind too, in steps that can be resumed, and compare."""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from etl.database.connection import UNFINISHED_MOVE, migrate, writing
from etl.database.edition_tables import editions
from etl.database.read.data_version import read_data_version
from etl.database.tables import audit_events, metadata

__all__ = [
    "begin_transfer",
    "copy_tables",
    "finish_transfer",
    "forget_transfer",
    "list_differences",
    "read_fingerprint",
    "read_target_fingerprint",
]

_ROWS, _FILES = 2000, 20
"""Rows of one transaction; fewer where a row holds a file."""

_move = Table(
    UNFINISHED_MOVE,
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("is_prepared", Boolean, nullable=False),
)
"""Marks a database into which a move is not finished."""


def read_fingerprint(connection: Connection) -> str:
    """Return a text that differs after every change of data and every audited act."""
    last_event = connection.scalar(select(func.max(audit_events.c.id))) or 0
    return f"data {read_data_version(connection)}, audit {last_event}"


def read_target_fingerprint(engine: Engine) -> str | None:
    """Return the fingerprint of the source of an unfinished move; None without one."""
    with writing(engine) as connection:
        _move.create(connection, checkfirst=True)
        return connection.scalar(select(_move.c.fingerprint))


def begin_transfer(target: Engine, fingerprint: str) -> None:
    """Create the tables of an empty target, or go on with those of an unfinished move."""
    with writing(target) as connection:
        _move.create(connection, checkfirst=True)
        if connection.scalar(select(func.count()).select_from(_move)) == 0:
            connection.execute(insert(_move).values(id=1, fingerprint=fingerprint, is_prepared=False))
    migrate(target)
    with writing(target) as connection:
        if not connection.scalar(select(_move.c.is_prepared)):
            # Migrations insert first rows of their own.
            for table in reversed(metadata.sorted_tables):
                if connection.scalar(select(func.count()).select_from(table)):
                    connection.execute(delete(table))
            connection.execute(update(_move).values(is_prepared=True))


def copy_tables(source: Connection, target: Engine) -> Iterator[tuple[str, int]]:
    """Copy what the target does not have yet, a batch in each transaction. Yield each table and its number of rows.

    Rows are copied in the order of their keys, so the rows that are there tell where to go on.
    """
    for table in metadata.sorted_tables:
        with writing(target) as connection:
            count = connection.scalar(select(func.count()).select_from(table)) or 0
        query = select(table).order_by(*table.primary_key).offset(count)
        for rows in _iterate_batches(source, table, query):
            with writing(target) as connection:
                connection.execute(insert(table), [_prepare(table, row) for row in rows])
            count += len(rows)
        yield table.name, count


def finish_transfer(source: Connection, target: Engine) -> None:
    """Seal the copied editions, and continue generated keys after the copied rows."""
    sealed = source.scalars(select(editions.c.id).where(editions.c.sealed)).all()
    with writing(target) as connection:
        is_open = editions.c.id.in_(sealed) & ~editions.c.sealed
        connection.execute(update(editions).where(is_open).values(sealed=True))
        if connection.dialect.name == "postgresql":
            for table in metadata.sorted_tables:
                _advance_sequences(connection, table)


def list_differences(source: Connection, target: Connection) -> tuple[str, ...]:
    """Return the tables whose rows are not the same in both databases, with their numbers of rows."""
    differences = []
    for table in metadata.sorted_tables:
        (count, digest), (other_count, other_digest) = _digest(source, table), _digest(target, table)
        if (count, digest) != (other_count, other_digest):
            differences.append(f"{table.name} ({count} and {other_count} rows)")
    return tuple(differences)


def forget_transfer(connection: Connection) -> None:
    """Remove the mark of the unfinished move: the target is a database like any other from now on."""
    _move.drop(connection)


def _has_files(table: Table) -> bool:
    return any(isinstance(column.type, LargeBinary) for column in table.columns)


def _iterate_batches(connection: Connection, table: Table, query: Select[Any]) -> Iterator[list[dict[str, Any]]]:
    size = _FILES if _has_files(table) else _ROWS
    result = connection.execute(query, execution_options={"yield_per": size})
    for rows in result.mappings().partitions():
        yield [dict(row) for row in rows]


def _prepare(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Leave editions open, since sealed ones take no rows."""
    return {**row, "sealed": False} if table is editions else row


def _digest(connection: Connection, table: Table) -> tuple[int, int]:
    """Return the number of rows, and the sum of their digests, which does not depend on the order of a database."""
    count = total = 0
    for rows in _iterate_batches(connection, table, select(table)):
        for row in rows:
            values = repr([row[column.name] for column in table.columns])
            total += int.from_bytes(hashlib.sha256(values.encode("utf-8", "surrogatepass")).digest())
            count += 1
    return count, total


def _advance_sequences(connection: Connection, table: Table) -> None:
    for column in table.columns:
        parameters = {"table": f'"{table.name}"', "column": column.name}
        sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), parameters)
        if sequence:
            highest = connection.scalar(select(func.max(column))) or 0
            # The first key of a table without rows is 1.
            values = {"sequence": sequence, "value": max(highest, 1), "is_used": highest > 0}
            connection.execute(text("SELECT setval(:sequence, :value, :is_used)"), values)
