"""List the files of folders and zip archives that may be returns, and read them safely.

The members of a zip are never written to disk: each is read into memory, up to the size limit of one return, and its
name is only used as a label.
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
from etl.returns.workbook.limits import MEGABYTE, RETURN_LIMITS
from etl.returns.workbook.zip_directory import CONTENT_TYPES

MAX_BUNDLE_SIZE = 256 * MEGABYTE
"""Limit in bytes for a zip, and for its inflated members together."""
MAX_MEMBERS = 5_000
SPREADSHEET_SUFFIXES = frozenset((".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".ods", ".csv", ".et"))
"""Suffixes of files that are read. The gate explains how to convert those that are not .xlsx workbooks."""

NOT_A_WORKBOOK = N_("not a workbook")
NESTED_ZIP = N_("a zip inside a zip is not opened")
SYSTEM_FILE = N_("a system file")

_DAMAGE_ERRORS = (
    BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    UnicodeError,
    ValueError,
)
_END_SIGNATURE = b"PK\x05\x06"
_MAX_DIRECTORY_SIZE = MAX_MEMBERS * 400
_ENCRYPTED, _UTF8 = 0x1, 0x800
_SYSTEM_FILE_NAMES = frozenset((".ds_store", "thumbs.db", "desktop.ini"))


class BundleError(TranslatableError):
    """The whole zip is refused; the message says why."""


@dataclass(frozen=True)
class BundleFile:
    """A file that may be a return. `read` returns its bytes, or a finding if it cannot be read."""

    name: str
    """The path within the folder or zip, with printable characters only."""
    read: Callable[[], bytes | Finding]

    @property
    def base_name(self) -> str:
        return PurePosixPath(self.name).name


@dataclass(frozen=True)
class SkippedFile:
    """A file that is not read, and the reason (a msgid)."""

    name: str
    reason: str


@dataclass(frozen=True)
class Bundle:
    """The files to read, sorted by name, and the files that are skipped."""

    files: tuple[BundleFile, ...]
    skipped_files: tuple[SkippedFile, ...] = ()


def open_paths(paths: Iterable[Path]) -> Bundle:
    """List files, the contents of folders and the members of zips. Paths that do not exist are ignored."""
    files: list[BundleFile] = []
    skipped_files: list[SkippedFile] = []
    for path in paths:
        bundle = _open_path(path)
        files.extend(bundle.files)
        skipped_files.extend(bundle.skipped_files)
    return Bundle(tuple(files), tuple(skipped_files))


def open_zip(data: bytes) -> Bundle:
    """List the members of a zip, sorted by name. Raises BundleError if it is damaged or exceeds a limit."""
    if len(data) > MAX_BUNDLE_SIZE:
        limit = f"{MAX_BUNDLE_SIZE // MEGABYTE} MB"
        raise BundleError(N_("The zip is larger than {limit}. Split it and upload the parts."), limit=limit)
    _check_directory_size(data)
    try:
        archive = ZipFile(BytesIO(data))
        infos = [info for info in archive.infolist() if not info.is_dir()]
    except _DAMAGE_ERRORS as error:
        raise BundleError(N_("The zip is damaged or incomplete. Upload it again.")) from error
    if len(infos) > MAX_MEMBERS:
        raise _make_member_limit_error()
    budget = _Budget()
    members = sorted(((_decode_name(info), info) for info in infos), key=lambda member: member[0])
    return _select_files((name, partial(budget.read, archive, info)) for name, info in members)


def _check_directory_size(data: bytes) -> None:
    """Refuse a directory with too many entries before `zipfile` allocates an object for each of them."""
    end = data.rfind(_END_SIGNATURE)
    if end >= 0 and len(data) >= end + 16 and int.from_bytes(data[end + 12 : end + 16], "little") > _MAX_DIRECTORY_SIZE:
        raise _make_member_limit_error()


def _make_member_limit_error() -> BundleError:
    return BundleError(
        N_("The zip contains more than {limit} files. Split it and upload the parts."), limit=MAX_MEMBERS
    )


def _open_path(path: Path) -> Bundle:
    if path.is_dir():
        file_paths = sorted(file_path for file_path in path.rglob("*") if file_path.is_file())
        return _select_files(
            (file_path.relative_to(path).as_posix(), partial(_read_path, file_path)) for file_path in file_paths
        )
    if not path.exists():
        return Bundle(())
    if path.suffix.casefold() == ".zip":
        data = path.read_bytes()
        if CONTENT_TYPES.encode() not in data:
            return open_zip(data)
    return Bundle((BundleFile(_replace_unprintable(path.name), partial(_read_path, path)),))


def _select_files(members: Iterable[tuple[str, Callable[[], bytes | Finding]]]) -> Bundle:
    files: list[BundleFile] = []
    skipped_files: list[SkippedFile] = []
    for name, read in members:
        reason = _find_skip_reason(name)
        if reason:
            skipped_files.append(SkippedFile(_replace_unprintable(name), reason))
        else:
            files.append(BundleFile(_replace_unprintable(name), read))
    return Bundle(tuple(files), tuple(skipped_files))


def _find_skip_reason(name: str) -> str:
    path = PurePosixPath(name)
    base = path.name.casefold()
    if base.startswith(("~$", "._")) or base in _SYSTEM_FILE_NAMES or "__MACOSX" in path.parts:
        return SYSTEM_FILE
    if path.suffix.casefold() == ".zip":
        return NESTED_ZIP
    return "" if path.suffix.casefold() in SPREADSHEET_SUFFIXES else NOT_A_WORKBOOK


def _read_path(path: Path) -> bytes:
    """Read one byte more than the limit at most, so that the gate can report that the file is too large."""
    with path.open("rb") as file:
        return file.read(RETURN_LIMITS.file_size + 1)


class _Budget:
    """The number of bytes that the remaining members of a zip may still inflate to."""

    remaining = MAX_BUNDLE_SIZE

    def read(self, archive: ZipFile, info: ZipInfo) -> bytes | Finding:
        """Read a member, one byte more than the limit at most, or return the finding that refuses it."""
        if info.flag_bits & _ENCRYPTED:
            return make_finding("file-password")
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            return make_finding("file-damaged", detail=f"compression method {info.compress_type}")
        try:
            with archive.open(info) as member:
                data = member.read(min(RETURN_LIMITS.file_size, self.remaining) + 1)
        except _DAMAGE_ERRORS as error:
            return make_finding("file-damaged", detail=type(error).__name__)
        self.remaining = max(0, self.remaining - len(data))
        if not self.remaining:
            return make_finding("file-inflates", detail=f"> {MAX_BUNDLE_SIZE // MEGABYTE} MB")
        return data


def _decode_name(info: ZipInfo) -> str:
    """Decode the member's name. Many programs write UTF-8 without setting the UTF-8 flag."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts) or "?"


def _replace_unprintable(name: str) -> str:
    return "".join(letter if letter.isprintable() or letter == "\u200b" else "?" for letter in name)[-200:]
