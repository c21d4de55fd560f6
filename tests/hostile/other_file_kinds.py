"""Files of other kinds under the names that people upload them with, and damaged returns."""

import gzip
import random
import sqlite3
import tarfile
from collections.abc import Iterator
from io import BytesIO

from tests.hostile.hostile_file import HostileFile, append_part, make_good_return, replace_parts
from tests.support.workbooks import make_ole_file, zip_parts

OLE_FILES = {
    "an old workbook": ("Workbook", "return.xls"),
    "a very old workbook": ("Book", "return.xls"),
    "an old workbook renamed": ("Workbook", "return.xlsx"),
    "a workbook with a password": ("EncryptedPackage", "return.xlsx"),
    "a workbook of WPS": ("Workbook", "return.et"),
    "a template of WPS": ("Workbook", "return.ett"),
    "an old document": ("WordDocument", "return.doc"),
    "an old presentation": ("PowerPoint Document", "return.ppt"),
    "a mail": ("__substg1.0_0037001F", "return.msg"),
    "an OLE file with nothing in it": ("", "return.xlsx"),
}
RAW_FILES = {
    "nothing": b"",
    "one byte": b"P",
    "two bytes": b"PK",
    "spaces": b" " * 1_000,
    "zeros": bytes(10_000),
    "a byte order mark alone": b"\xef\xbb\xbf",
    "half of a mark": b"\xff\xfe\x00",
    "noise": random.Random(4).randbytes(50_000),
    "a JPEG picture": b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(5_000),
    "a PNG picture": b"\x89PNG\r\n\x1a\n" + bytes(5_000),
    "a GIF picture": b"GIF89a" + bytes(100),
    "a BMP picture": b"BM" + bytes(100),
    "a TIFF picture": b"II*\x00" + bytes(100),
    "a WebP picture": b"RIFF\x10\0\0\0WEBPVP8 " + bytes(100),
    "a picture of a telephone": b"\0\0\0\x18ftypheic\0\0\0\0" + bytes(100),
    "a video of a telephone": b"\0\0\0\x18ftypmp42\0\0\0\0" + bytes(100),
    "a voice message": b"OggS" + bytes(range(200)),
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "a PDF after some noise": b"\r\n\r\n%PDF-1.4\n",
    "a CSV file": b"key,value\r\nA-01,12\r\n",
    "a CSV file in Khmer": "កូដ,តម្លៃ\r\nA-01,១២\r\n".encode("utf-16"),
    "a CSV file in an old encoding": b"A-01;caf\xe9;12\r\n",
    "a text with tabs": b"A-01\t12\n" * 1_000,
    "JSON": b'{"A-01": 12}',
    "a web page": b"<!DOCTYPE html><html><body>Please sign in</body></html>",
    "a table saved as a web page": b"\r\n<table border=1><tr><td>A-01</td><td>12</td></tr></table>",
    "a web page in UTF-16": "<html><body>12</body></html>".encode("utf-16"),
    "a workbook as one XML file": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
    "a page of a web archive": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html></html>",
    "a text with formats": rb"{\rtf1\ansi A-01 12}",
    "a program": b"MZ" + bytes(500),
    "another program": b"\x7fELF" + bytes(500),
    "a RAR archive": b"Rar!\x1a\x07\x01\x00" + bytes(100),
    "a 7z archive": b"7z\xbc\xaf\x27\x1c" + bytes(100),
    "the good return inside gzip": gzip.compress(b"x" * 1_000, mtime=0),
}
FILE_NAMES = {
    "a PDF": "return.pdf",
    "a CSV file": "return.csv",
    "a web page": "return.xls",
    "a JPEG picture": "photo_2026-10-02.jpg",
}
LOCK_NAMES = ("~$return.xlsx", "returns/~$one.xlsx", "C:\\returns\\~$one.xlsx")


def iterate_other_file_kinds() -> Iterator[HostileFile]:
    for what, (stream, name) in OLE_FILES.items():
        yield HostileFile(what, make_ole_file(stream) if stream else make_ole_file(), name=name)
    for what, data in RAW_FILES.items():
        yield HostileFile(what, data, name=FILE_NAMES.get(what, "return.xlsx"))
    for name in LOCK_NAMES:
        yield HostileFile(f"the lock file {name}", b"\x04Sok " + b" " * 160, name=name)
    yield HostileFile("a database", _make_database())
    yield HostileFile("a tar archive", _make_tar())
    yield from _iterate_other_zips()


def _iterate_other_zips() -> Iterator[HostileFile]:
    ods = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}
    yield HostileFile("an ods", zip_parts(ods), name="return.ods")
    yield HostileFile("an ods renamed", zip_parts(ods))
    yield HostileFile("a document", zip_parts({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}))
    yield HostileFile("slides", zip_parts({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<x/>"}))
    yield HostileFile(
        "a zip of returns",
        zip_parts({"one.xlsx": make_good_return(), "two.xlsx": make_good_return()}),
        name="returns.zip",
    )
    yield HostileFile("a zip of photos", zip_parts({"1.jpg": b"1", "2.jpg": b"2"}), name="photos.zip")
    yield HostileFile("a package of a telephone", zip_parts({"AndroidManifest.xml": "<x/>", "classes.dex": b"1"}))
    yield HostileFile("an empty zip", zip_parts({}))
    yield HostileFile("a binary workbook", replace_parts({"xl/workbook.bin": b"1"}), name="return.xlsb")
    yield HostileFile("a workbook with macros", append_part("xl/vbaProject.bin", b"1"), name="return.xlsm")
    yield HostileFile("macros elsewhere", append_part("xl/macros/vbaProject.bin", b"1"))
    yield HostileFile("a good return under the name of a lock file", make_good_return(), True, "~$return.xlsx")
    yield HostileFile("a good return under no name", make_good_return(), True, "")
    yield HostileFile("a good return under an old name", make_good_return(), True, "return.xls")
    yield HostileFile("a good return under a strange name", make_good_return(), True, "../../ក\0\n.xlsx")


def iterate_truncated_files() -> Iterator[HostileFile]:
    """Yield the valid return truncated at many places, and with extra bytes before or after it."""
    data = make_good_return()
    for cut in range(28):
        length = max(3, len(data) * (cut + 1) // 29)
        yield HostileFile(f"cut off after {length} bytes", data[:length])
    for missing in (1, 2, 21, 22, 23, 60):
        yield HostileFile(f"cut off {missing} bytes before its end", data[:-missing])
    yield HostileFile("without its beginning", data[100:])
    yield HostileFile("with noise before it", b"noise" * 10 + data)
    yield HostileFile("with zeros before it", bytes(64) + data)
    yield HostileFile("with zeros after it", data + bytes(512), may_be_accepted=True)
    yield HostileFile("with noise after it", data + b"noise" * 1_000, may_be_accepted=True)
    yield HostileFile("twice, one after the other", data + data, may_be_accepted=True)


def iterate_bit_flipped_files() -> Iterator[HostileFile]:
    """Yield the valid return with one bit flipped, as by a faulty USB stick."""
    for seed in range(40):
        chance, data = random.Random(seed), bytearray(make_good_return())
        place, bit = chance.randrange(len(data)), chance.randrange(8)
        data[place] ^= 1 << bit
        yield HostileFile(f"bit {bit} of byte {place} flipped", bytes(data), may_be_accepted=True)


def _make_database() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE figures (value INTEGER)")
    data = connection.serialize()
    connection.close()
    return data


def _make_tar() -> bytes:
    file = BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        info = tarfile.TarInfo("return.xlsx")
        info.size = len(make_good_return())
        archive.addfile(info, BytesIO(make_good_return()))
    return file.getvalue()
