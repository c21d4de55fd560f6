"""A small disk in memory that tests fill up and make read-only; it needs the right to mount."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class SmallDisk:
    """A mounted disk."""

    folder: Path

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"

    def fill(self) -> None:
        """Leave no free byte."""
        with self._filler.open("ab", buffering=0) as filler, contextlib.suppress(OSError):
            for size in (1 << 20, 1 << 12, 1):
                with contextlib.suppress(OSError):
                    while filler.write(b"\0" * size) == size:
                        pass

    def free(self) -> None:
        self._filler.unlink()

    def set_read_only(self, is_read_only: bool) -> None:
        """Let nobody write. No file may be open for writing."""
        _run_mount("-o", f"remount,{'ro' if is_read_only else 'rw'}", str(self.folder))


@contextlib.contextmanager
def mount_small_disk(folder: Path, *, megabytes: int) -> Iterator[SmallDisk]:
    """Mount a disk at a new folder. The test is skipped where this user may not mount."""
    folder.mkdir()
    try:
        _run_mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may not mount a disk")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def let_server_write(folder: Path, data_folder: Path) -> None:
    """Give a folder to the user of a database server, whose data folder is known."""
    status = data_folder.stat()
    os.chown(folder, status.st_uid, status.st_gid)


def _run_mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)
