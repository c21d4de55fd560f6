"""Read what a check of the whole database needs: its own findings, and each stored file with its digest."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, literal_column, select
from sqlalchemy.exc import DBAPIError

from etl.database.edition_tables import edition_files
from etl.database.failures import DamagedError, classify_failure
from etl.database.read.returns import make_cell
from etl.database.records import ReturnCell
from etl.database.tables import cells, evidence, metadata, received_files

__all__ = ["StoredFile", "check_pages", "iterate_cells", "iterate_stored_files"]

_MAX_ROWS = 100


@dataclass(frozen=True)
class StoredFile:
    """A stored file with the size and the SHA-256, or its beginning, that were recorded when it was saved.

    `data` is None where the stored bytes can't be decompressed. A size of -1 was not recorded.
    """

    label: str
    data: bytes | None
    size: int
    sha256: str


def check_pages(connection: Connection) -> tuple[str, ...]:
    """Return what the database reports of its pages. SQLite checks itself; PostgreSQL reads every row of each table."""
    problems = _check_sqlite(connection) if connection.dialect.name == "sqlite" else _read_tables(connection)
    return tuple(problems)


def _check_sqlite(connection: Connection) -> Iterator[str]:
    for row in connection.exec_driver_sql(f"PRAGMA integrity_check({_MAX_ROWS})").fetchall():
        if row[0] != "ok":
            yield str(row[0])
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_MAX_ROWS):
        yield f"row {row[1]} of the table {row[0]} refers to a missing row of {row[2]}"


def _read_tables(connection: Connection) -> Iterator[str]:
    """Let PostgreSQL read every value, large ones included: a damaged page is an error only where it is read."""
    whole_rows = func.sum(func.length(literal_column("whole_row::text")))
    for table in metadata.sorted_tables:
        try:
            with connection.begin_nested():
                connection.execute(select(whole_rows).select_from(table.alias("whole_row")))
        except DBAPIError as error:
            if not isinstance(classify_failure(error), DamagedError):
                raise
            yield f"the table {table.name} cannot be read: {error.orig}"


def iterate_stored_files(connection: Connection) -> Iterator[StoredFile]:
    """Yield received files, evidence and the files of editions, one at a time."""
    for sha256 in connection.scalars(select(received_files.c.sha256).order_by(received_files.c.sha256)).all():
        row = connection.execute(select(received_files).where(received_files.c.sha256 == sha256)).one()
        yield StoredFile(f"the original file {row.name}", _decompress(row.compressed), row.size, sha256)
    for number in connection.scalars(select(evidence.c.id).order_by(evidence.c.id)).all():
        row = connection.execute(select(evidence).where(evidence.c.id == number)).one()
        yield StoredFile(f"the evidence {row.name} of return {row.return_id}", bytes(row.data), row.size, row.sha256)
    keys = select(edition_files.c.edition, edition_files.c.path).order_by(edition_files.c.edition, edition_files.c.path)
    for edition, path in connection.execute(keys).all():
        is_file = (edition_files.c.edition == edition) & (edition_files.c.path == path)
        row = connection.execute(select(edition_files).where(is_file)).one()
        yield StoredFile(f"the file {path} of edition {edition}", bytes(row.data), -1, row.etag)


def iterate_cells(connection: Connection, *, batch_size: int = 10_000) -> Iterator[tuple[int, ReturnCell]]:
    """Yield every stored number with the id of its return."""
    order = (cells.c.return_id, cells.c.indicator, cells.c.part)
    rows: Any = connection.execution_options(yield_per=batch_size).execute(select(cells).order_by(*order))
    for row in rows:
        yield row.return_id, make_cell(row)


def _decompress(data: bytes) -> bytes | None:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return None
