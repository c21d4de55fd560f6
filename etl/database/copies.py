"""Copy a whole database while it is in use, and put a copy into an empty one."""

import errno
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, delete, inspect, text

from etl.database.account_tables import api_tokens, one_time_links
from etl.database.connection import DatabaseUrlError, reading, writing
from etl.database.job_tables import workers
from etl.database.tables import sessions
from etl.disk_errors import FullDiskError
from etl.errors import CardecError
from etl.settings import make_program_environment

__all__ = ["CopyError", "copy_database", "delete_sign_ins", "restore_copy"]

_DEBIAN_FOLDERS = Path("/usr/lib/postgresql")
_CLIENT_ADVICE = (
    "Install PostgreSQL's client programs of the server's version (Debian: postgresql-client), or let the service that "
    "hosts the database make the backup."
)


class CopyError(CardecError):
    """The database could not be copied or restored; the message says why. Nothing was changed."""


def copy_database(engine: Engine, path: Path) -> None:
    """Write a copy of the database as of one moment, while others read and write it.

    SQLite gives a database file, PostgreSQL a file for pg_restore.
    """
    if engine.dialect.name == "sqlite":
        _copy_sqlite(engine, path)
    else:
        _run_program("pg_dump", engine, ["--format=custom", "--lock-wait-timeout=60s", f"--file={path}"])


def restore_copy(engine: Engine, path: Path) -> None:
    """Put a copy of the same kind of database into an empty one, whole or not at all."""
    if engine.dialect.name == "sqlite":
        _restore_sqlite(engine, path)
    else:
        _run_program("pg_restore", engine, ["--exit-on-error", "--single-transaction", str(path)])


def delete_sign_ins(engine: Engine) -> None:
    """Delete sessions, unused one-time links, API tokens and workers of a copy: they may have ended since.

    The copy may be of an early schema, which does not have all of these tables.
    """
    deletions = {
        sessions: delete(sessions),
        one_time_links: delete(one_time_links).where(one_time_links.c.used_at.is_(None)),
        api_tokens: delete(api_tokens),
        workers: delete(workers),
    }
    with writing(engine) as connection:
        names = inspect(connection).get_table_names()
        for table, deletion in deletions.items():
            if table.name in names:
                connection.execute(deletion)


def _copy_sqlite(engine: Engine, path: Path) -> None:
    source = _get_sqlite_path(engine)
    if not source.is_file():
        raise CopyError(f"There is no database at {source}.")
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA busy_timeout = 30000")
            with closing(sqlite3.connect(path)) as copy:
                # All pages in one step: the copy is of one moment, and writers go on into the log meanwhile.
                connection.backup(copy, pages=-1)
                copy.execute("PRAGMA journal_mode = DELETE")
                problem = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise FullDiskError from error
        raise CopyError(f"The copy was not made: {error}.") from error
    if problem != "ok":
        raise CopyError(f"The database is damaged: {problem}. Keep the older backups.")


def _restore_sqlite(engine: Engine, path: Path) -> None:
    target = _get_sqlite_path(engine)
    engine.dispose()
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    shutil.copyfile(path, partial)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    for name in (f"{target.name}-wal", f"{target.name}-shm"):
        target.with_name(name).unlink(missing_ok=True)
    partial.replace(target)


def _get_sqlite_path(engine: Engine) -> Path:
    name = engine.url.database
    if not name or name == ":memory:":
        raise DatabaseUrlError("The database is in memory only.")
    return Path(name.removeprefix("file:"))


def _run_program(name: str, engine: Engine, options: Sequence[str]) -> None:
    """Run pg_dump or pg_restore. The password goes into the environment, where other users don't see it."""
    address = engine.url.set(drivername="postgresql", password=None)
    environment = make_program_environment({"PGPASSWORD": engine.url.password} if engine.url.password else {})
    with reading(engine) as connection:
        server_version = int(connection.scalar(text("SELECT current_setting('server_version_num')::int / 10000")) or 0)
    program = _find_program(name, server_version)
    command = [program, "--no-owner", "--no-privileges", *options]
    command.append(f"--dbname={address.render_as_string(hide_password=False)}")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        if os.strerror(errno.ENOSPC) in done.stderr:
            raise FullDiskError
        lines = done.stderr.strip().splitlines() or [f"{name} ended with code {done.returncode}"]
        raise CopyError(f"{name} failed: {lines[-1]}")


def _find_program(name: str, server_version: int) -> str:
    """Return the path of a program that is at least as new as the server. CopyError when there is none."""
    found_versions = []
    for path in _list_programs(name):
        printed = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
        version = re.search(r" (\d+)", printed)
        if version and int(version[1]) >= server_version:
            return path
        found_versions += [version[1]] if version else []
    if found_versions:
        raise CopyError(
            f"{name} is of version {', '.join(found_versions)}; the server is of version {server_version}. "
            + _CLIENT_ADVICE
        )
    raise CopyError(f"{name} is not installed. {_CLIENT_ADVICE}")


def _list_programs(name: str) -> list[str]:
    """Return every program of that name, from the folders of PATH and then from Debian's, the newest first."""
    on_path = (shutil.which(name, path=folder) for folder in os.get_exec_path())
    installed = sorted(_DEBIAN_FOLDERS.glob(f"*/bin/{name}"), reverse=True)
    return [*(path for path in on_path if path), *map(str, installed)]
