"""Many files at once: what a folder or a zip holds, one after the other, with hostile members kept harmless.

Nothing of a zip is ever written to a disk: a member is read into memory, at most as much as one return may be, and its
name is only a label.
"""

import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from etl.errors import TranslatableError
from etl.locale import N_
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.workbook.zip_directory import CONTENT_TYPES, MAX_FILE_SIZE

MAX_BUNDLE_SIZE = 256 * 1024 * 1024
"""Bytes of a zip, and of all its members together, really inflated."""
MAX_MEMBERS = 5_000
SPREADSHEET_SUFFIXES = frozenset((".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".ods", ".csv", ".et"))
"""What somebody may have meant as a return; the gate tells those that can't be one how to become it."""

NOT_A_WORKBOOK = N_("not a workbook")
NESTED_ZIP = N_("a zip within a zip is not opened")
SYSTEM_FILE = N_("a program left it there")

_DAMAGED = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, UnicodeError, ValueError)
_END = b"PK\x05\x06"
_LONGEST_DIRECTORY = MAX_MEMBERS * 400
_ENCRYPTED, _UTF8 = 0x1, 0x800
_BY_PROGRAMS = frozenset((".ds_store", "thumbs.db", "desktop.ini"))


class BundleError(TranslatableError):
    """Nothing of a zip can be taken; the sentence says why."""


@dataclass(frozen=True)
class BundleFile:
    """One file that may be a return. `read` gives its bytes, or the finding that says why it can't."""

    name: str
    """Its place in the folder or zip; printable."""
    read: Callable[[], bytes | Finding]

    @property
    def base_name(self) -> str:
        return PurePosixPath(self.name).name


@dataclass(frozen=True)
class SkippedFile:
    """A file that is no return, with the reason (a text to be said)."""

    name: str
    reason: str


@dataclass(frozen=True)
class Bundle:
    """What is there, in order of names, and what was left aside."""

    files: tuple[BundleFile, ...]
    skipped_files: tuple[SkippedFile, ...] = ()


def open_paths(paths: Iterable[Path]) -> Bundle:
    """Files as they are, folders all that is in a folder, the members of a zip; a path that isn't there is none."""
    files: list[BundleFile] = []
    left_out: list[SkippedFile] = []
    for path in paths:
        bundle = _open_path(path)
        files.extend(bundle.files)
        left_out.extend(bundle.skipped_files)
    return Bundle(tuple(files), tuple(left_out))


def open_zip(data: bytes) -> Bundle:
    """The members of a zip, in order of names; BundleError for what is none, or holds too much."""
    if len(data) > MAX_BUNDLE_SIZE:
        limit = f"{MAX_BUNDLE_SIZE // 1024**2} MB"
        raise BundleError(N_("The zip is larger than {limit}. Send it in several parts."), limit=limit)
    _check_directory_size(data)
    try:
        archive = ZipFile(BytesIO(data))
        infos = [info for info in archive.infolist() if not info.is_dir()]
    except _DAMAGED as fault:
        raise BundleError(N_("The zip is damaged or was cut off on its way. Send it again.")) from fault
    if len(infos) > MAX_MEMBERS:
        raise _too_many()
    budget = _Budget()
    named = sorted(((_label(info), info) for info in infos), key=lambda one: one[0])
    return _sorted_out((name, partial(budget.read, archive, info)) for name, info in named)


def _check_directory_size(data: bytes) -> None:
    """zipfile keeps an object of every entry, so a directory too long for the members allowed isn't even opened."""
    end = data.rfind(_END)
    if end >= 0 and len(data) >= end + 16 and int.from_bytes(data[end + 12 : end + 16], "little") > _LONGEST_DIRECTORY:
        raise _too_many()


def _too_many() -> BundleError:
    return BundleError(N_("The zip has more than {limit} members. Send it in several parts."), limit=MAX_MEMBERS)


def _open_path(path: Path) -> Bundle:
    if path.is_dir():
        found_in = sorted(one for one in path.rglob("*") if one.is_file())
        return _sorted_out((one.relative_to(path).as_posix(), partial(_read_path, one)) for one in found_in)
    if not path.exists():
        return Bundle(())
    if path.suffix.casefold() == ".zip":
        data = path.read_bytes()
        if CONTENT_TYPES.encode() not in data:
            return open_zip(data)
    return Bundle((BundleFile(_printable(path.name), partial(_read_path, path)),))


def _sorted_out(named: Iterable[tuple[str, Callable[[], bytes | Finding]]]) -> Bundle:
    files: list[BundleFile] = []
    left_out: list[SkippedFile] = []
    for name, read in named:
        reason = _reason_to_leave(name)
        if reason:
            left_out.append(SkippedFile(_printable(name), reason))
        else:
            files.append(BundleFile(_printable(name), read))
    return Bundle(tuple(files), tuple(left_out))


def _reason_to_leave(name: str) -> str:
    path = PurePosixPath(name)
    base = path.name.casefold()
    if base.startswith(("~$", "._")) or base in _BY_PROGRAMS or "__MACOSX" in path.parts:
        return SYSTEM_FILE
    if path.suffix.casefold() == ".zip":
        return NESTED_ZIP
    return "" if path.suffix.casefold() in SPREADSHEET_SUFFIXES else NOT_A_WORKBOOK


def _read_path(path: Path) -> bytes:
    """At most a byte more than a return may have, so that the gate can say that it is too large."""
    with path.open("rb") as file:
        return file.read(MAX_FILE_SIZE + 1)


class _Budget:
    """What the members of one zip may inflate to together."""

    left = MAX_BUNDLE_SIZE

    def read(self, archive: ZipFile, info: ZipInfo) -> bytes | Finding:
        """The member's bytes, at most one more than a return may have; or why there are none."""
        if info.flag_bits & _ENCRYPTED:
            return make_finding("file-password")
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            return make_finding("file-damaged", detail=f"compression method {info.compress_type}")
        try:
            with archive.open(info) as member:
                data = member.read(min(MAX_FILE_SIZE, self.left) + 1)
        except _DAMAGED as fault:
            return make_finding("file-damaged", detail=type(fault).__name__)
        self.left = max(0, self.left - len(data))
        if not self.left:
            return make_finding("file-inflates", detail=f"> {MAX_BUNDLE_SIZE // 1024**2} MB")
        return data


def _label(info: ZipInfo) -> str:
    """The member's name as its writer meant it: many write UTF-8 without saying so."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts) or "?"


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() or letter == "\u200b" else "?" for letter in name)[-200:]
