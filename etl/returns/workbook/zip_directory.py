"""The gate's second step: check the central directory of the zip, without inflating anything."""

from collections import Counter
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from etl.returns.findings.finding import Finding, make_finding
from etl.returns.workbook.limits import MEGABYTE, WorkbookLimits

MAX_RATIO = 200
RATIO_MIN_SIZE = MEGABYTE
MAX_ENTRIES = 2_000

CONTENT_TYPES = "[Content_Types].xml"
_ENCRYPTED_BIT = 0x1


def find_zip_refusal(archive: ZipFile) -> Finding | None:
    """Return the finding that refuses a zip which is not an ordinary workbook, or None."""
    names = {info.filename.lower() for info in archive.infolist()[: MAX_ENTRIES + 1]}
    if "mimetype" in names and "content.xml" in names:
        return make_finding("file-ods")
    if any(info.flag_bits & _ENCRYPTED_BIT for info in archive.infolist()):
        return make_finding("file-password")
    if "xl/workbook.bin" in names:
        return make_finding("file-xlsb")
    if any(name.endswith("vbaproject.bin") for name in names):
        return make_finding("file-macro")
    if CONTENT_TYPES.lower() not in names or not any(name.startswith("xl/") for name in names):
        return make_finding("file-other-zip") if len(names) <= MAX_ENTRIES else None
    return None


def check_directory(archive: ZipFile, size: int, limits: WorkbookLimits) -> Iterator[Finding]:
    """Yield findings about the sizes and names in the directory. `size` is the size of the file in bytes."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        yield make_finding("file-entries", count=len(entries), limit=MAX_ENTRIES)
    yield from _check_sizes(entries, size, limits)
    yield from _check_names(entries)
    for entry in entries:
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            yield make_finding("file-damaged", detail=f"compression method {entry.compress_type}")
            break


def _check_sizes(entries: list[ZipInfo], size: int, limits: WorkbookLimits) -> Iterator[Finding]:
    inflated = sum(entry.file_size for entry in entries)
    if inflated > limits.inflated_size:
        yield make_finding("file-inflates", detail=f"{inflated // MEGABYTE} MB")
    for entry in entries:
        if entry.file_size > limits.part_size:
            yield make_finding(
                "file-inflates", detail=f"{_display_name(entry.filename)}: {entry.file_size // MEGABYTE} MB"
            )
            return
        if entry.file_size > RATIO_MIN_SIZE and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            yield make_finding(
                "file-inflates",
                detail=f"{_display_name(entry.filename)}: {entry.file_size // max(entry.compress_size, 1)}:1",
            )
            return
    if sum(entry.compress_size for entry in entries) > size:
        yield make_finding("file-damaged", detail="parts overlap")


def _check_names(entries: list[ZipInfo]) -> Iterator[Finding]:
    counts = Counter(entry.filename.casefold().replace("\\", "/").lstrip("/") for entry in entries)
    duplicate = next((name for name, count in counts.items() if count > 1), None)
    if duplicate is not None:
        yield make_finding("file-part-names", detail=f"{_display_name(duplicate)} twice")
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
            yield make_finding("file-part-names", detail=_display_name(entry.filename))
            return


def _display_name(name: str) -> str:
    """Shorten a part's name and replace unprintable characters, for use in a message."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:80])
