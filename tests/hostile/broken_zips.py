"""Zips with false sizes, names, counts, checksums or compression methods, and zip bombs."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

from tests.hostile.hostile_file import (
    SHEET_PART,
    HostileFile,
    append_part,
    change_good_part,
    collect_good_parts,
    make_good_return,
    replace_parts,
)
from tests.support.workbooks import set_declared_size, set_flag, zip_parts

MEGABYTE = 1024 * 1024
DIRECTORY, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


def iterate_broken_zips(*, is_whole: bool = True) -> Iterator[HostileFile]:
    """Yield the files, those that take seconds to write only with `is_whole`."""
    yield from _iterate_sizes()
    yield from _iterate_names()
    yield from _iterate_many_entries()
    yield from _iterate_fields()
    yield from _iterate_bombs()
    if is_whole:
        yield from _iterate_slow_bombs()


def _iterate_sizes() -> Iterator[HostileFile]:
    for part in (SHEET_PART, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "docProps/custom.xml"):
        for size in (0, 10, 5_000_000, 4_000_000_000):
            yield HostileFile(
                f"{part} says that it has {size} bytes", set_declared_size(make_good_return(), part, size), True
            )


def _iterate_names() -> Iterator[HostileFile]:
    names = [
        "../evil.xml",
        "/etc/passwd",
        "..\\evil.xml",
        "C:/evil.xml",
        "xl/../../evil.xml",
        "xl/STYLES.XML",
        SHEET_PART,
    ]
    for name in names:
        file = BytesIO(make_good_return())
        with ZipFile(file, "a") as archive:
            info = ZipInfo("x")
            # Set afterwards, so that zipfile does not correct the name.
            info.filename = name
            _write_silently(archive, info, b"<x/>")
        yield HostileFile(f"a part called {name}", file.getvalue())
    for name in ("xl/\x00evil.xml", "xl/" + "n" * 60_000, "xl/ឯកសារ.xml", "xl/empty/", "xl/a\nb.bin", "xl/😀.png"):
        yield HostileFile(f"a part called {name[:20]!r}", append_part(name, b""), may_be_accepted=True)


def _write_silently(archive: ZipFile, info: ZipInfo, content: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(info, content)


def _iterate_many_entries() -> Iterator[HostileFile]:
    yield HostileFile("2100 parts", _add_entries(2_100))
    yield HostileFile("200,000 entries of the directory, all of one part", _make_directory(200_000))


def _add_entries(count: int) -> bytes:
    file = BytesIO(make_good_return())
    with ZipFile(file, "a", ZIP_STORED) as archive:
        for number in range(count):
            archive.writestr(f"xl/media/{number}", b"")
    return file.getvalue()


def _make_directory(count: int) -> bytes:
    entry = struct.pack("<4s6H3L5H2L", DIRECTORY, 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"x"
    directory = entry * count
    end = struct.pack("<4s4H2LH", END, 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), 0, 0)
    return directory + end if directory.startswith(b"PK") else b""


def _iterate_fields() -> Iterator[HostileFile]:
    """Change single fields of the directory, of local headers and of the end record."""
    for flag in (1, 4, 8, 32, 64):
        yield HostileFile(f"the flag {flag} at each entry", set_flag(make_good_return(), flag), may_be_accepted=True)
    for name, offset, value in (
        ("the checksum", 16, 0xDEADBEEF),
        ("the place", 42, 0),
        ("the place beyond the end", 42, 0xFFFFFFF0),
        ("the length of the name", 28, 0xFFFF),
        ("the length of the comment", 32, 0xFFFF),
        ("the compressed size", 20, 3),
        ("the compression", 10, 99),
        ("the compression stored", 10, 0),
        ("the disk", 34, 7),
    ):
        yield HostileFile(f"the directory is wrong about {name}", _patch_field(DIRECTORY, offset, value), True)
    for name, offset, value in (("the name", 26, 0xFFFF), ("what follows", 28, 0xFFFF), ("the mark", 0, 0)):
        yield HostileFile(f"a header is wrong about {name}", _patch_field(LOCAL, offset, value), True)
    for name, offset, value in (
        ("the count", 10, 0),
        ("the size", 12, 5),
        ("the place", 16, 10**9),
        ("the comment", 20, 0xFFFF),
        ("the disk", 4, 9),
    ):
        yield HostileFile(f"the end is wrong about {name}", _patch_field(END, offset, value), True)
    for method in (ZIP_BZIP2, ZIP_LZMA):
        yield HostileFile(f"a part compressed by method {method}", append_part("xl/media/x.bin", b"1", method=method))
    yield HostileFile("all parts share one place", _make_overlapping_entries())


def _patch_field(mark: bytes, offset: int, value: int) -> bytes:
    """Change a field of the last record of its kind; the value determines the width."""
    data = bytearray(make_good_return())
    position = data.rfind(mark) + offset
    width = "<I" if value > 0xFFFF or offset in (12, 16, 20, 42) and mark != END else "<H"
    struct.pack_into("<I" if mark == END and offset in (12, 16) else width, data, position, value)
    return bytes(data)


def _make_overlapping_entries() -> bytes:
    """Point every entry to the sheet, which is then inflated once for each."""
    data = bytearray(make_good_return())
    with ZipFile(BytesIO(make_good_return())) as archive:
        offset = archive.getinfo(SHEET_PART).header_offset
    start = data.find(DIRECTORY)
    while start >= 0:
        struct.pack_into("<I", data, start + 42, offset)
        start = data.find(DIRECTORY, start + 4)
    return bytes(data)


def _iterate_bombs() -> Iterator[HostileFile]:
    yield HostileFile("2 MB of zeros beside the sheets", append_part("xl/media/zeros.bin", bytes(2 * MEGABYTE)))
    yield HostileFile("a sheet of 100 MB of spaces", _add_to_sheet(b" ", 100))
    yield HostileFile("300 MB that the directory calls 5,000 bytes", _make_underdeclared_bomb())
    yield HostileFile(
        "a zip in a zip in a zip", zip_parts({"1.zip": zip_parts({"2.zip": zip_parts({"3.xlsx": make_good_return()})})})
    )


def _iterate_slow_bombs() -> Iterator[HostileFile]:
    yield HostileFile("60000 parts", _add_entries(60_000))
    yield HostileFile("a sheet of 60 MB of rows", _add_to_sheet(b'<row ht="15"/>', 60))
    yield HostileFile(
        "sixty parts of 4 MB", replace_parts({f"xl/media/{n}.bin": bytes(4 * MEGABYTE) for n in range(60)})
    )
    yield HostileFile("parts just below every ratio", _make_parts_below_ratio())


def _add_to_sheet(unit: bytes, megabytes: int) -> bytes:
    more = unit * (megabytes * MEGABYTE // len(unit))
    return change_good_part(SHEET_PART, lambda xml: xml.replace(b"</sheetData>", more + b"</sheetData>"))


def _make_underdeclared_bomb() -> bytes:
    """Return a deflated stream of 300 MB; header and directory declare 5,000 bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    # A full flush makes the compressed block independent of what is before it, so that it can be repeated.
    block = packer.compress(bytes(10 * MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = block * 30 + packer.flush()
    name = b"xl/media/x.xml"
    parts = BytesIO(make_good_return())
    with ZipFile(parts, "a", ZIP_STORED) as archive:
        archive.writestr(name.decode(), stream)
    data = bytearray(parts.getvalue())
    for mark, method_at, size_at, name_at in ((LOCAL, 8, 22, 30), (DIRECTORY, 10, 24, 46)):
        start = data.rfind(mark)
        assert data[start + name_at : start + name_at + len(name)] == name
        struct.pack_into("<H", data, start + method_at, 8)
        struct.pack_into("<I", data, start + size_at, 5_000)
    return bytes(data)


def _make_parts_below_ratio() -> bytes:
    """Many parts that each inflate to just less than the 1 MB from which the ratio is checked."""
    parts = {f"xl/media/{number}.xml": b"<x>" + b" " * (MEGABYTE - 100) + b"</x>" for number in range(140)}
    assert len(collect_good_parts()) + len(parts) < 2_000
    return replace_parts(dict(parts))
