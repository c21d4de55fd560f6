"""Many rows in few steps: the driver's own way on SQLite, one statement with a list for each column on PostgreSQL.

There, a statement for each row would cost more than the row.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, LargeBinary, Table

_Plain = Callable[[Any], Any]


def insert_rows(connection: Connection, table: Table, names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Inserts rows with values for the named columns, in that order; one that is there already is an IntegrityError."""
    how = _columns(connection.dialect, table, names)
    _run(connection, how, rows, one=how.insert_one, all_at_once=how.insert_all)


def delete_rows(connection: Connection, table: Table, names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Deletes the rows that have these values in the named columns."""
    how = _columns(connection.dialect, table, names)
    _run(connection, how, rows, one=how.delete_one, all_at_once=how.delete_all)


def upsert_rows(
    connection: Connection, table: Table, names: tuple[str, ...], rows: Iterable[Sequence[Any]], *, key_count: int
) -> None:
    """Inserts rows, or renews those that are there already; the first so many names are the table's key."""
    how = _columns(connection.dialect, table, names)
    renew = how.renew(key_count)
    _run(connection, how, rows, one=how.insert_one + renew, all_at_once=how.insert_all + renew)


def set_last_id(connection: Connection, table: Table, number: int) -> None:
    """Says which `id` was given last where it was given by hand; SQLite looks itself."""
    if connection.dialect.name == "postgresql":
        name = connection.dialect.identifier_preparer.format_table(table)
        connection.exec_driver_sql("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (name, number))


@dataclass(frozen=True)
class _Columns:
    """How the named columns of a table are written: their types, and what makes each value what the driver takes."""

    table: str
    names: tuple[str, ...]
    types: tuple[str, ...]
    plain: tuple[_Plain | None, ...]
    has_bytes: bool

    @property
    def _said(self) -> str:
        return ", ".join(self.names)

    @property
    def _lists(self) -> str:
        return f"unnest({', '.join(f'%s::{one}[]' for one in self.types)})"

    @property
    def insert_one(self) -> str:
        return f"INSERT INTO {self.table} ({self._said}) VALUES ({', '.join('?' for _ in self.names)})"

    @property
    def insert_all(self) -> str:
        return f"INSERT INTO {self.table} ({self._said}) SELECT * FROM {self._lists}"

    def renew(self, keys: int) -> str:
        anew = ", ".join(f"{name} = excluded.{name}" for name in self.names[keys:])
        return f" ON CONFLICT ({', '.join(self.names[:keys])}) DO UPDATE SET {anew}"

    @property
    def delete_one(self) -> str:
        return f"DELETE FROM {self.table} WHERE {' AND '.join(f'{name} = ?' for name in self.names)}"

    @property
    def delete_all(self) -> str:
        return f"DELETE FROM {self.table} WHERE ({self._said}) IN (SELECT * FROM {self._lists})"


@lru_cache(maxsize=64)
def _columns(dialect: Dialect, table: Table, names: tuple[str, ...]) -> _Columns:
    quote = dialect.identifier_preparer.quote
    # As this database has them: exact numbers are text on SQLite, and their general form would make floats of them.
    types = [table.c[name].type.dialect_impl(dialect) for name in names]
    return _Columns(
        dialect.identifier_preparer.format_table(table),
        tuple(quote(name) for name in names),
        tuple(one.compile(dialect=dialect) for one in types),
        tuple(one.bind_processor(dialect) for one in types),
        any(isinstance(one, LargeBinary) for one in types),
    )


def _run(connection: Connection, how: _Columns, rows: Iterable[Sequence[Any]], *, one: str, all_at_once: str) -> None:
    columns = list(zip(*rows, strict=True))
    if not columns:
        return
    plain = [column if make is None else _made(make, column) for make, column in zip(how.plain, columns, strict=True)]
    is_sqlite = connection.dialect.name == "sqlite"
    by_row = list(zip(*plain, strict=True))
    if len(by_row) == 1:
        connection.exec_driver_sql(one if is_sqlite else one.replace("?", "%s"), by_row[0])
    elif is_sqlite:
        connection.exec_driver_sql(one, by_row)
    elif how.has_bytes:
        # Twice as long as text in a list; the driver sends these rows without waiting for an answer to each.
        connection.exec_driver_sql(one.replace("?", "%s"), by_row)
    else:
        connection.exec_driver_sql(all_at_once, tuple(_as_array(column) for column in plain))


def _made(make: _Plain, column: tuple[Any, ...]) -> list[Any]:
    """What the driver takes; a value that stands in several rows is made once."""
    once = {id(value): value for value in column}
    made = {key: make(value) for key, value in once.items()}
    return [made[id(value)] for value in column]


def _as_array(column: Sequence[Any]) -> str:
    """The values as PostgreSQL writes an array: made here, because the driver takes several times as long."""
    return "{" + ",".join(["NULL" if value is None else _quoted(str(value)) for value in column]) + "}"


def _quoted(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
