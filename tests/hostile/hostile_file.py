"""The class of hostile files, and helpers to build them from a valid return."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from tests.returns.intake_cases import make_return_file
from tests.support.workbooks import MAIN, change_part, zip_parts

SHEET_PART = "xl/worksheets/sheet1.xml"
CONTENT_TYPES_PART = "[Content_Types].xml"
STRINGS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml"'
    b' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
_TEXT_IN_PLACE = re.compile(rb't="inlineStr"([^>]*)><is>(.*?)</is>', re.DOTALL)
A_02 = b"<v>732.5</v>"
"""How the valid return stores the value of A-02."""


@dataclass(frozen=True)
class HostileFile:
    """A file. If it may be accepted, it must be read exactly."""

    description: str
    data: bytes
    may_be_accepted: bool = False
    name: str = "return.xlsx"
    """The name that it is uploaded with."""


@cache
def make_good_return() -> bytes:
    return make_return_file()


@cache
def collect_good_parts() -> dict[str, bytes]:
    with ZipFile(BytesIO(make_good_return())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def collect_good_parts_with_shared_strings() -> dict[str, bytes]:
    """Return the parts of the valid return as Excel and LibreOffice write them, with shared strings."""
    table: list[bytes] = []

    def share(cell: re.Match[bytes]) -> bytes:
        table.append(b"<si>" + cell[2] + b"</si>")
        return b't="s"%s><v>%d</v>' % (cell[1], len(table) - 1)

    sheet = _TEXT_IN_PLACE.sub(share, collect_good_parts()[SHEET_PART])
    assert len(table) > 20 and b"inlineStr" not in sheet
    types = collect_good_parts()[CONTENT_TYPES_PART].replace(b"</Types>", STRINGS_TYPE)
    strings = b'<sst xmlns="%s" count="%d">%s</sst>' % (MAIN.encode(), len(table), b"".join(table))
    return {**collect_good_parts(), SHEET_PART: sheet, CONTENT_TYPES_PART: types, "xl/sharedStrings.xml": strings}


def replace_in_sheet(old: bytes, new: bytes) -> bytes:
    """Replace all occurrences in the sheet of the valid return."""
    return change_good_part(SHEET_PART, lambda xml: xml.replace(old, new))


def change_good_part(part: str, change: Callable[[bytes], bytes]) -> bytes:
    data = change_part(make_good_return(), part, change)
    assert data != make_good_return(), f"nothing was changed in {part}"
    return data


def replace_parts(parts: dict[str, bytes | str]) -> bytes:
    """Add or replace parts of the valid return."""
    return zip_parts({**collect_good_parts(), **parts})


def append_part(name: str, content: bytes, *, method: int = ZIP_DEFLATED) -> bytes:
    file = BytesIO(make_good_return())
    with ZipFile(file, "a") as archive:
        archive.writestr(name, content, compress_type=method)
    return file.getvalue()
