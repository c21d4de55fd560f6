"""Errors of the server's disks, which its administrator has to mend."""

import errno

from etl.errors import StorageError
from etl.locale import N_

__all__ = ["FullDiskError", "UnwritableDiskError", "find_storage_error"]


class FullDiskError(StorageError):
    """A disk of the server is full."""

    text = N_("The disk of the server is full. Nothing was changed. Tell the administrator to free some space.")


class UnwritableDiskError(StorageError):
    """A disk of the server can't be written."""

    text = N_("The disk of the server cannot be written. Nothing was changed. Tell the administrator to check it.")


_BY_ERRNO: dict[int | None, type[StorageError]] = {
    errno.ENOSPC: FullDiskError,
    errno.EDQUOT: FullDiskError,
    errno.EROFS: UnwritableDiskError,
    errno.EIO: UnwritableDiskError,
}


def find_storage_error(error: BaseException) -> StorageError | None:
    """Return what an error of a file means for the server; None where it says nothing about its disks."""
    storage_error = _BY_ERRNO.get(error.errno) if isinstance(error, OSError) else None
    return None if storage_error is None else storage_error()
