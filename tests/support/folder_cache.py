"""Folders that test runs of the same code share, in pytest's cache folder."""

import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAX_KEPT_VERSIONS = 3
"""How many versions of the code keep their folders; each has 5 to 100 MB."""
_LOCK_FILES = ("requirements-dev.lock", "package-lock.json")


@dataclass(frozen=True)
class FolderCache:
    """Filled folders by the code that filled them. Any number of processes may read and store at the same time."""

    folder: Path

    def fill(self, name: str, target: Path, fill: Callable[[Path], None], sources: tuple[str, ...]) -> None:
        """Fill an empty folder: with a copy of what the same code filled before, else by `fill`."""
        stored = self.folder / compute_code_hash(sources) / name
        if _copy(stored, target):
            with suppress(OSError):
                os.utime(stored.parent)
            return
        fill(target)
        # The folder appears with all its files or not at all; where another process was faster, its folder stays.
        partial = stored.with_name(f"{name}-{os.getpid()}-partial")
        if _copy(target, partial):
            try:
                partial.rename(stored)
            except OSError:
                shutil.rmtree(partial, ignore_errors=True)
        self._prune()

    def _prune(self) -> None:
        """Delete the folders of the code that was used longest ago."""
        for version in sorted(self.folder.iterdir(), key=_find_last_use, reverse=True)[MAX_KEPT_VERSIONS:]:
            shutil.rmtree(version, ignore_errors=True)


@cache
def compute_code_hash(sources: tuple[str, ...]) -> str:
    """Return a hash of Python's version, the locks, the source folders and what tests build on."""
    files = [ROOT / name for name in _LOCK_FILES]
    for source in sources:
        files += sorted(path for path in (ROOT / source).rglob("*") if path.is_file() and _is_source(path))
    files += sorted(path for path in (ROOT / "tests").rglob("*.py") if not path.name.startswith("test_"))
    total = hashlib.sha256(sys.version.encode())
    for path in files:
        total.update(f"{path.relative_to(ROOT)} ".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def _find_last_use(version: Path) -> float:
    """Return when a folder was used; 0 where another process deletes it now."""
    try:
        return version.stat().st_mtime
    except OSError:
        return 0.0


def _is_source(path: Path) -> bool:
    return not {"__pycache__", "vendor"} & set(path.parts)


def _copy(source: Path, target: Path) -> bool:
    """Copy a folder; False where it isn't there, or was deleted meanwhile."""
    if not source.is_dir():
        return False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target, dirs_exist_ok=True)
    except (OSError, shutil.Error):
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(exist_ok=True)
        return False
    return True
