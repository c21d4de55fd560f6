"""Write many rows in few round trips: `executemany` on SQLite, one statement with an array per column on PostgreSQL.

On PostgreSQL a statement per row would cost more than the row itself.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, LargeBinary, Table

_Converter = Callable[[Any], Any]


def insert_rows(connection: Connection, table: Table, names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows with values for the named columns, in that order; a duplicate key is an IntegrityError."""
    column_set = _make_column_set(connection.dialect, table, names)
    _run(connection, column_set, rows, single_statement=column_set.insert_one, bulk_statement=column_set.insert_all)


def delete_rows(connection: Connection, table: Table, names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Delete the rows that have these values in the named columns."""
    column_set = _make_column_set(connection.dialect, table, names)
    _run(connection, column_set, rows, single_statement=column_set.delete_one, bulk_statement=column_set.delete_all)


def upsert_rows(
    connection: Connection, table: Table, names: tuple[str, ...], rows: Iterable[Sequence[Any]], *, key_count: int
) -> None:
    """Insert rows, or update existing ones; the first `key_count` names are the table's key."""
    column_set = _make_column_set(connection.dialect, table, names)
    update_clause = column_set.update_clause(key_count)
    _run(
        connection,
        column_set,
        rows,
        single_statement=column_set.insert_one + update_clause,
        bulk_statement=column_set.insert_all + update_clause,
    )


def set_last_id(connection: Connection, table: Table, number: int) -> None:
    """Set the sequence of `id` after explicit inserts; SQLite needs no such step."""
    if connection.dialect.name == "postgresql":
        name = connection.dialect.identifier_preparer.format_table(table)
        connection.exec_driver_sql("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (name, number))


@dataclass(frozen=True)
class _ColumnSet:
    """How to write the named columns of a table: their types and bind processors."""

    table: str
    names: tuple[str, ...]
    types: tuple[str, ...]
    converters: tuple[_Converter | None, ...]
    has_bytes: bool

    @property
    def _column_list(self) -> str:
        return ", ".join(self.names)

    @property
    def _unnest(self) -> str:
        return f"unnest({', '.join(f'%s::{column_type}[]' for column_type in self.types)})"

    @property
    def insert_one(self) -> str:
        return f"INSERT INTO {self.table} ({self._column_list}) VALUES ({', '.join('?' for _ in self.names)})"

    @property
    def insert_all(self) -> str:
        return f"INSERT INTO {self.table} ({self._column_list}) SELECT * FROM {self._unnest}"

    def update_clause(self, keys: int) -> str:
        assignments = ", ".join(f"{name} = excluded.{name}" for name in self.names[keys:])
        return f" ON CONFLICT ({', '.join(self.names[:keys])}) DO UPDATE SET {assignments}"

    @property
    def delete_one(self) -> str:
        return f"DELETE FROM {self.table} WHERE {' AND '.join(f'{name} = ?' for name in self.names)}"

    @property
    def delete_all(self) -> str:
        return f"DELETE FROM {self.table} WHERE ({self._column_list}) IN (SELECT * FROM {self._unnest})"


@lru_cache(maxsize=64)
def _make_column_set(dialect: Dialect, table: Table, names: tuple[str, ...]) -> _ColumnSet:
    quote = dialect.identifier_preparer.quote
    # Use this database's own types: exact numbers are text on SQLite, and the generic type would make floats of them.
    types = [table.c[name].type.dialect_impl(dialect) for name in names]
    return _ColumnSet(
        dialect.identifier_preparer.format_table(table),
        tuple(quote(name) for name in names),
        tuple(column_type.compile(dialect=dialect) for column_type in types),
        tuple(column_type.bind_processor(dialect) for column_type in types),
        any(isinstance(column_type, LargeBinary) for column_type in types),
    )


def _run(
    connection: Connection,
    column_set: _ColumnSet,
    rows: Iterable[Sequence[Any]],
    *,
    single_statement: str,
    bulk_statement: str,
) -> None:
    columns = list(zip(*rows, strict=True))
    if not columns:
        return
    values = [
        column if converter is None else _convert(converter, column)
        for converter, column in zip(column_set.converters, columns, strict=True)
    ]
    is_sqlite = connection.dialect.name == "sqlite"
    value_rows = list(zip(*values, strict=True))
    if len(value_rows) == 1:
        connection.exec_driver_sql(
            single_statement if is_sqlite else single_statement.replace("?", "%s"), value_rows[0]
        )
    elif is_sqlite:
        connection.exec_driver_sql(single_statement, value_rows)
    elif column_set.has_bytes:
        # An array of hex text would be twice as long; the driver pipelines these rows instead.
        connection.exec_driver_sql(single_statement.replace("?", "%s"), value_rows)
    else:
        connection.exec_driver_sql(bulk_statement, tuple(_format_array(column) for column in values))


def _convert(converter: _Converter, column: tuple[Any, ...]) -> list[Any]:
    """Convert a column for the driver; convert a value that occurs in several rows only once."""
    distinct = {id(value): value for value in column}
    converted = {key: converter(value) for key, value in distinct.items()}
    return [converted[id(value)] for value in column]


def _format_array(column: Sequence[Any]) -> str:
    """Format the values as a PostgreSQL array literal, several times faster than the driver does."""
    return "{" + ",".join(["NULL" if value is None else _quote_text(str(value)) for value in column]) + "}"


def _quote_text(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
