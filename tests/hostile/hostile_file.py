"""What a hostile or odd file is, and the good return that most of them are made from."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from returns.intake_cases import filled
from workbooks import change_part, zipped

SHEET = "xl/worksheets/sheet1.xml"
A_02 = b"<v>732.5</v>"
"""How the good return holds one of its numbers."""


@dataclass(frozen=True)
class HostileFile:
    """One file. What may be accepted must then be read exactly as it stands there."""

    what: str
    data: bytes
    may_be_accepted: bool = False
    name: str = "return.xlsx"
    """Under which name it is sent."""


@cache
def good() -> bytes:
    return filled()


@cache
def good_parts() -> dict[str, bytes]:
    with ZipFile(BytesIO(good())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def in_sheet(old: bytes, new: bytes) -> bytes:
    """The good return with something on its sheet replaced, everywhere."""
    return in_part(SHEET, lambda xml: xml.replace(old, new))


def in_part(part: str, change: Callable[[bytes], bytes]) -> bytes:
    data = change_part(good(), part, change)
    assert data != good(), f"nothing was changed in {part}"
    return data


def with_parts(parts: dict[str, bytes | str]) -> bytes:
    """The good return with these parts put in or replaced."""
    return zipped({**good_parts(), **parts})


def appended(name: str, content: bytes, *, method: int = ZIP_DEFLATED) -> bytes:
    file = BytesIO(good())
    with ZipFile(file, "a") as archive:
        archive.writestr(name, content, compress_type=method)
    return file.getvalue()
