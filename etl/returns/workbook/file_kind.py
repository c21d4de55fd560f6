"""Detect the kind of a file from its first bytes, never from its name alone."""

from enum import StrEnum

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*")
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<meta", b"<div")
_MAX_LOCK_FILE_SIZE = 512
_HEAD_SIZE = 4096
_ODS_MIMETYPE = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
"""The first entry of an OpenDocument spreadsheet, which is never compressed."""


class TableKind(StrEnum):
    """The formats of tables beside .xlsx."""

    CSV = "csv"
    ODS = "ods"
    XLS = "xls"


def find_table_kind(name: str, data: bytes) -> TableKind | None:
    """Return the format of a table that is not an .xlsx workbook; None for any other file."""
    code = find_refusal_code(name, data)
    is_named_csv = _get_base_name(name).lower().endswith((".csv", ".tsv", ".txt"))
    if code == "file-text" or (code == "file-unknown" and is_named_csv):
        return TableKind.CSV
    if code == "file-old-xls":
        return TableKind.XLS
    return TableKind.ODS if not code and _ODS_MIMETYPE in data[:_HEAD_SIZE] else None


def find_refusal_code(name: str, data: bytes) -> str:
    """Return the code of the finding that refuses this kind of file, or a blank if it may be a workbook (a zip)."""
    if not data:
        return "file-empty"
    if _get_base_name(name).startswith("~$") and len(data) <= _MAX_LOCK_FILE_SIZE:
        return "file-lock"
    if data.startswith(b"PK"):
        return ""
    if data.startswith(_OLE):
        return _find_ole_code(name, data)
    return _find_other_code(data)


def _find_ole_code(name: str, data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "file-password"
    if _get_base_name(name).lower().endswith((".et", ".ett")):
        return "file-wps"
    if any(stream.encode("utf-16-le") in data for stream in ("Workbook\0", "Book\0")):
        return "file-old-xls"
    return "file-ole"


def _find_other_code(data: bytes) -> str:
    head = data[:_HEAD_SIZE]
    if b"%PDF-" in head[:1024]:
        return "file-pdf"
    if head.startswith(_PICTURES) or _is_webp_or_heif(head):
        return "file-photo"
    text = _strip_byte_order_mark(head).lstrip().lower()
    if text.startswith(_HTML):
        return "file-html"
    if text.startswith(b"<?xml"):
        return "file-html" if b"<html" in text else "file-xml"
    return "file-text" if _is_text(head) else "file-unknown"


def _is_webp_or_heif(head: bytes) -> bool:
    is_webp = head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    return is_webp or (head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS)


def _strip_byte_order_mark(head: bytes) -> bytes:
    """Remove a byte order mark, and convert UTF-16 to UTF-8."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, errors="ignore").encode()
    return head


def _is_text(head: bytes) -> bool:
    return not any(byte < 9 or 13 < byte < 32 for byte in _strip_byte_order_mark(head) if byte != 27)


def _get_base_name(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]
