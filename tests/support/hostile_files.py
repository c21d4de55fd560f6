"""More than 300 hostile or odd files. Each must be refused with a finding or read exactly."""

from collections.abc import Iterator

from tests.hostile.broken_zips import broken_zips
from tests.hostile.hostile_file import HostileFile
from tests.hostile.odd_parts import odd_parts
from tests.hostile.odd_sheets import odd_sheets
from tests.hostile.other_file_kinds import bit_flipped_files, other_file_kinds, truncated_files


def hostile_files() -> Iterator[HostileFile]:
    """Yield every file once; each is built when it is requested."""
    yield from other_file_kinds()
    yield from truncated_files()
    yield from bit_flipped_files()
    yield from broken_zips()
    yield from odd_sheets()
    yield from odd_parts()
