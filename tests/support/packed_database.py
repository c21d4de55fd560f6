"""Pack a SQLite database of any revision into a small archive, and unpack it into SQLite or PostgreSQL.

`python -m tests.support.packed_database DATABASE.db ARCHIVE.tar.xz` packs a database. Files in it are stored as
they are, not compressed one by one, so that the archive compresses what they have in common.
"""

import io
import json
import sqlite3
import sys
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brotli
from alembic import command
from sqlalchemy import Boolean, Connection, Engine, MetaData, Table, func, select, text

from etl.database.connection import writing
from tests.support.older_database import advance_sequences, make_migration_config

ROWS = "rows.json"
Row = dict[str, Any]


def pack_database(path: Path, archive: Path) -> None:
    """Write all rows and files of a database into an archive."""
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
        if not name.startswith("sqlite_")
    ]
    files: dict[str, bytes] = {}
    tables = {
        name: [_pack_row(dict(row), f"{name}/{number}", files) for number, row in enumerate(_select(connection, name))]
        for name in names
    }
    connection.close()
    with tarfile.open(archive, "w:xz", preset=9) as packed:
        _add(packed, ROWS, json.dumps(tables, ensure_ascii=False).encode())
        for name, data in files.items():
            _add(packed, name, data)


def _select(connection: sqlite3.Connection, name: str) -> Iterator[sqlite3.Row]:
    yield from connection.execute(f'SELECT * FROM "{name}"')


def _pack_row(row: Row, name: str, files: dict[str, bytes]) -> Row:
    """Return the row with a reference in place of each file."""
    blobs = {column: value for column, value in row.items() if isinstance(value, bytes)}
    for column, blob in blobs.items():
        row[column] = _find_brotli(column, blob, blobs) or {"file": f"{name}/{column}", "is_zlib": _is_zlib(blob)}
        if "file" in row[column]:
            files[row[column]["file"]] = zlib.decompress(blob) if row[column]["is_zlib"] else blob
    return row


def _is_zlib(blob: bytes) -> bool:
    try:
        zlib.decompress(blob)
    except zlib.error:
        return False
    return True


def _find_brotli(column: str, blob: bytes, blobs: Row) -> Row | None:
    """Return a reference to the other column of which this one is the compressed form."""
    for other, data in blobs.items():
        if other != column and len(blob) < len(data):
            try:
                if brotli.decompress(blob) == data:
                    return {"brotli_of": other}
            except brotli.error:
                return None
    return None


def _add(packed: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    packed.addfile(member, io.BytesIO(data))


def unpack_rows(archive: Path) -> dict[str, list[Row]]:
    """Return the rows of each table, with the bytes of their files."""
    with tarfile.open(archive) as packed:
        files = {member.name: packed.extractfile(member).read() for member in packed}  # type: ignore[union-attr]
    tables: dict[str, list[Row]] = json.loads(files.pop(ROWS))
    for rows in tables.values():
        for row in rows:
            _unpack_row(row, files)
    return tables


def _unpack_row(row: Row, files: dict[str, bytes]) -> None:
    references = {column: value for column, value in row.items() if isinstance(value, dict)}
    for column, reference in references.items():
        if "file" in reference:
            data = files[reference["file"]]
            row[column] = zlib.compress(data) if reference["is_zlib"] else data
    for column, reference in references.items():
        if "brotli_of" in reference:
            row[column] = brotli.compress(row[reference["brotli_of"]], quality=1)


def unpack_database(engine: Engine, tables: dict[str, list[Row]]) -> None:
    """Create the schema of the packed revision in an empty database, and insert the rows as they were stored."""
    config = make_migration_config()
    (version,) = tables["alembic_version"]
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version["version_num"])
        schema = MetaData()
        schema.reflect(connection)
        openings = schema.tables["edition_opening"]
        # While an edition is open, its figures and files may be written.
        opened = [{"edition": edition["id"]} for edition in tables["edition"]]
        if opened:
            connection.execute(openings.insert(), opened)
        for table in schema.sorted_tables:
            if table is openings:
                continue
            if connection.scalar(select(func.count()).select_from(table)):
                connection.execute(table.delete())
            _insert(connection, table, tables.get(table.name, []))
        connection.execute(openings.delete())
        if connection.dialect.name == "postgresql":
            advance_sequences(connection, schema)


def _insert(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Insert rows with the values of SQLite, which PostgreSQL reads as well, except its booleans."""
    if not rows:
        return
    booleans = [column.name for column in table.columns if isinstance(column.type, Boolean)]
    values = [{**row, **{name: bool(row[name]) for name in booleans if row[name] is not None}} for row in rows]
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    statement = text(
        f'INSERT INTO "{table.name}" ({columns}) VALUES ({", ".join(f":v{number}" for number in range(len(names)))})'
    )
    connection.execute(statement, [{f"v{number}": row[name] for number, name in enumerate(names)} for row in values])


if __name__ == "__main__":
    pack_database(Path(sys.argv[1]), Path(sys.argv[2]))
