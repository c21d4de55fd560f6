"""Build workbooks part by part, change single parts, or break them on purpose."""

import struct
from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>'
    "</Types>"
)
_PACKAGE_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_WORKBOOK = (
    f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
    '<sheet name="Sheet" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_WORKBOOK_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0"/></cellXfs></styleSheet>'
)


def collect_raw_parts(
    rows: str = "", *, strings: str = "<si><t>word</t></si>", after: str = "", before: str = ""
) -> dict:
    """Return the parts of a workbook with one sheet and the given XML in its `sheetData`."""
    sheet = f'{_HEAD}{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'
    return {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": _PACKAGE_RELATIONS,
        "xl/workbook.xml": _WORKBOOK,
        "xl/_rels/workbook.xml.rels": _WORKBOOK_RELATIONS,
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{MAIN}" count="1" uniqueCount="4294967295">{strings}</sst>',
        "xl/worksheets/sheet1.xml": sheet,
    }


def zip_parts(parts: Mapping[str, str | bytes]) -> bytes:
    """Write the parts into a zip, in order."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def make_raw_workbook(rows: str = "", **more: str) -> bytes:
    """Build a workbook with one sheet: `raw_workbook('<row r="1"><c r="A1"><v>1</v></c></row>')`."""
    return zip_parts(collect_raw_parts(rows, **more))


def make_single_cell_workbook(attributes: str, inside: str) -> bytes:
    """Build a workbook with a single cell, A1."""
    return make_raw_workbook(f'<row r="1"><c r="A1" {attributes}>{inside}</c></row>')


def change_part(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Change one part of a workbook; checksums stay correct."""
    with ZipFile(BytesIO(data)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    return zip_parts({name: change(content) if name == part else content for name, content in parts.items()})


def add_part(data: bytes, name: str, content: bytes | str) -> bytes:
    """Add a part to a workbook."""
    file = BytesIO(data)
    with ZipFile(file, "a", ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def set_declared_size(data: bytes, name: str, size: int) -> bytes:
    """Declare in the directory and in the part's header that it inflates to `size` bytes."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        name_at = 46 if mark == b"PK\x01\x02" else 30
        start = changed.find(mark)
        while start >= 0:
            if changed[start + name_at : start + name_at + len(name)] == name.encode():
                struct.pack_into("<I", changed, start + offset, size)
            start = changed.find(mark, start + 4)
    return bytes(changed)


def set_flag(data: bytes, flag: int) -> bytes:
    """Set a general purpose flag on every entry of the directory, such as 1 for "encrypted"."""
    changed = bytearray(data)
    start = changed.find(b"PK\x01\x02")
    while start >= 0:
        changed[start + 8] |= flag
        start = changed.find(b"PK\x01\x02", start + 4)
    return bytes(changed)


def make_ole_file(*streams: str) -> bytes:
    """Return bytes that begin like an OLE document and contain the names of these streams."""
    names = b"".join(f"{stream}\0".encode("utf-16-le") for stream in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + names + bytes(512)
