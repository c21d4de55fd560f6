"""Small disks that tests fill up, make read-only and break; they need the right to mount."""

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


@dataclass(frozen=True)
class BreakableDisk(SmallDisk):
    """A mounted ext4 disk in a file. A fault makes it read-only also for files that are open."""

    image: Path

    def mount(self) -> None:
        _run_mount("-t", "ext4", "-o", "loop,errors=remount-ro", str(self.image), str(self.folder))

    def flush(self) -> None:
        """Write everything to the disk that a process wrote without waiting for it."""
        subprocess.run(["sync", "--file-system", str(self.folder)], check=True)

    def break_down(self) -> None:
        """Let the kernel find a fault. It then writes nothing more, as after an error of the device."""
        device = self.folder.stat().st_dev
        name = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}").resolve().name
        Path(f"/sys/fs/ext4/{name}/trigger_fs_error").write_text("1")

    def repair(self) -> None:
        """Check and mount the disk as an administrator does. No file may be open."""
        subprocess.run(["umount", str(self.folder)], check=True)
        # 1: faults were mended.
        assert subprocess.run(["e2fsck", "-fy", str(self.image)], capture_output=True).returncode <= 1
        self.mount()


@contextlib.contextmanager
def mount_breakable_disk(folder: Path, *, megabytes: int) -> Iterator[BreakableDisk]:
    """Mount a disk at a new folder. The test is skipped where this user may not mount, or the kernel can't do it."""
    folder.mkdir()
    disk = BreakableDisk(folder, folder.with_suffix(".image"))
    with disk.image.open("wb") as image:
        image.truncate(megabytes << 20)
    try:
        subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(disk.image)], check=True, capture_output=True)
        disk.mount()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may not mount an ext4 disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def let_server_write(folder: Path, data_folder: Path) -> None:
    """Give a folder to the user of a database server, whose data folder is known."""
    status = data_folder.stat()
    os.chown(folder, status.st_uid, status.st_gid)


def _run_mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)
