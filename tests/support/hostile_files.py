"""More than three hundred hostile or odd files: each is to end in a finding, or to be read as it stands there."""

from collections.abc import Iterator

from tests.hostile.broken_zips import broken_zips
from tests.hostile.hostile_file import HostileFile
from tests.hostile.odd_parts import odd_parts
from tests.hostile.odd_sheets import odd_sheets
from tests.hostile.other_kinds import cut_off, flipped, other_kinds


def hostile_files() -> Iterator[HostileFile]:
    """Every file once, made while one asks for it."""
    yield from other_kinds()
    yield from cut_off()
    yield from flipped()
    yield from broken_zips()
    yield from odd_sheets()
    yield from odd_parts()
