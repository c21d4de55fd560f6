"""Errors of the database that a person can act on, and how they are recognized."""

import errno
import os

from sqlalchemy.exc import DBAPIError

from etl.disk_errors import FullDiskError, UnwritableDiskError
from etl.errors import CardecError, StorageError
from etl.locale import N_

__all__ = [
    "BusyError",
    "DamagedError",
    "DatabaseFailureError",
    "DiskFullError",
    "ReadOnlyError",
    "UnreachableError",
    "classify_failure",
    "is_busy",
    "is_forbidden_write",
]

_BUSY_IN_POSTGRESQL = frozenset({"55P03", "40001", "40P01"})
"""Lock timeout, serialization failure, deadlock: nothing was saved, and a retry may succeed."""
_BUSY_IN_SQLITE = frozenset({5, 6})
"""SQLITE_BUSY and SQLITE_LOCKED."""


class DatabaseFailureError(CardecError):
    """The database can't do its work now. Nothing was changed."""


class UnreachableError(DatabaseFailureError):
    """The database does not answer."""

    def __init__(self) -> None:
        super().__init__("The database does not answer.")


class BusyError(DatabaseFailureError):
    """Another writer did not finish in time. Nothing was changed; the caller may retry."""

    def __init__(self) -> None:
        super().__init__("The database is busy saving something else. Nothing was changed; please try again.")


class DiskFullError(DatabaseFailureError, FullDiskError):
    """The disk of the database is full."""


class ReadOnlyError(DatabaseFailureError, UnwritableDiskError):
    """The disk of the database can't be written, or its file may not be."""


class DamagedError(DatabaseFailureError, StorageError):
    """The files of the database are damaged."""

    text = N_("The database is damaged. Nothing was changed. Tell the administrator to restore the last backup.")


_Failure = UnreachableError | BusyError | DiskFullError | ReadOnlyError | DamagedError

_SQLITE_NO_SHARED_MEMORY = 10 | 19 << 8
"""SQLITE_IOERR_SHMSIZE: no space for the index of the log, which SQLite makes when it opens a file."""

_BY_SQLITE_CODE: dict[int, type[_Failure]] = {
    **dict.fromkeys(_BUSY_IN_SQLITE, BusyError),
    8: ReadOnlyError,
    10: ReadOnlyError,  # SQLITE_IOERR: a disk that fails
    11: DamagedError,
    13: DiskFullError,
    14: UnreachableError,  # SQLITE_CANTOPEN
    26: DamagedError,  # SQLITE_NOTADB
}
_FORBIDDEN_WRITES = {8, "25006"}
"""A statement that writes in a transaction for reading, on SQLite and PostgreSQL."""
_NO_PERMISSION = "42501"
"""What PostgreSQL says of a right that an account lacks, and also of a file on a disk that became read-only."""

_BY_SQLSTATE: dict[str, type[_Failure]] = {
    **dict.fromkeys(_BUSY_IN_POSTGRESQL, BusyError),
    "25006": ReadOnlyError,  # also a replica
    "53100": DiskFullError,
    "53300": UnreachableError,  # too many connections
    "57014": BusyError,  # statement timeout
    "57P01": UnreachableError,  # the server shuts down
    "57P02": UnreachableError,
    "57P03": UnreachableError,
    "58030": ReadOnlyError,  # input/output error
    "XX001": DamagedError,
    "XX002": DamagedError,
}


def is_busy(error: DBAPIError) -> bool:
    """Return whether the error is only a lock conflict with another transaction."""
    return _find_class(error) is BusyError


def is_forbidden_write(error: DBAPIError) -> bool:
    """Return whether one of our statements wrote in a transaction for reading."""
    codes = {getattr(error.orig, name, None) for name in ("sqlite_errorcode", "sqlstate")}
    return not codes.isdisjoint(_FORBIDDEN_WRITES)


def classify_failure(error: DBAPIError) -> DatabaseFailureError | None:
    """Return the failure that an error of the driver means; None for an error of our own statements."""
    failure = _find_class(error)
    return None if failure is None else failure()


def _find_class(error: DBAPIError) -> type[_Failure] | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code == _SQLITE_NO_SHARED_MEMORY:
        return DiskFullError
    if code is not None:
        return _BY_SQLITE_CODE.get(code & 0xFF)
    state = getattr(error.orig, "sqlstate", None) or ""
    if state == _NO_PERMISSION and os.strerror(errno.EROFS) in str(error.orig):
        return ReadOnlyError
    known = _BY_SQLSTATE.get(state)
    return UnreachableError if known is None and error.connection_invalidated else known
