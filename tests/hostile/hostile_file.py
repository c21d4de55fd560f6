"""What a hostile or odd file is, and the good return that most of them are made from."""

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
"""How the good return holds one of its numbers."""


@dataclass(frozen=True)
class HostileFile:
    """One file. What may be accepted must then be read exactly as it stands there."""

    description: str
    data: bytes
    may_be_accepted: bool = False
    name: str = "return.xlsx"
    """Under which name it is sent."""


@cache
def good_return() -> bytes:
    return make_return_file()


@cache
def good_parts() -> dict[str, bytes]:
    with ZipFile(BytesIO(good_return())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def good_parts_with_shared_strings() -> dict[str, bytes]:
    """The parts of the good return as Excel and LibreOffice write them: texts stand in a table of their own."""
    table: list[bytes] = []

    def share(cell: re.Match[bytes]) -> bytes:
        table.append(b"<si>" + cell[2] + b"</si>")
        return b't="s"%s><v>%d</v>' % (cell[1], len(table) - 1)

    sheet = _TEXT_IN_PLACE.sub(share, good_parts()[SHEET_PART])
    assert len(table) > 20 and b"inlineStr" not in sheet
    types = good_parts()[CONTENT_TYPES_PART].replace(b"</Types>", STRINGS_TYPE)
    strings = b'<sst xmlns="%s" count="%d">%s</sst>' % (MAIN.encode(), len(table), b"".join(table))
    return {**good_parts(), SHEET_PART: sheet, CONTENT_TYPES_PART: types, "xl/sharedStrings.xml": strings}


def replace_in_sheet(old: bytes, new: bytes) -> bytes:
    """The good return with something on its sheet replaced, everywhere."""
    return change_good_part(SHEET_PART, lambda xml: xml.replace(old, new))


def change_good_part(part: str, change: Callable[[bytes], bytes]) -> bytes:
    data = change_part(good_return(), part, change)
    assert data != good_return(), f"nothing was changed in {part}"
    return data


def replace_parts(parts: dict[str, bytes | str]) -> bytes:
    """The good return with these parts put in or replaced."""
    return zip_parts({**good_parts(), **parts})


def append_part(name: str, content: bytes, *, method: int = ZIP_DEFLATED) -> bytes:
    file = BytesIO(good_return())
    with ZipFile(file, "a") as archive:
        archive.writestr(name, content, compress_type=method)
    return file.getvalue()
