"""More than 300 hostile or odd files. Each must be refused with a finding or read exactly."""

from collections.abc import Iterator

from tests.hostile.broken_zips import iterate_broken_zips
from tests.hostile.hostile_file import HostileFile
from tests.hostile.odd_parts import iterate_odd_parts
from tests.hostile.odd_sheets import iterate_odd_sheets
from tests.hostile.other_file_kinds import iterate_bit_flipped_files, iterate_other_file_kinds, iterate_truncated_files


def iterate_hostile_files() -> Iterator[HostileFile]:
    """Yield every file once; each is built when it is requested."""
    yield from iterate_other_file_kinds()
    yield from iterate_truncated_files()
    yield from iterate_bit_flipped_files()
    yield from iterate_broken_zips()
    yield from iterate_odd_sheets()
    yield from iterate_odd_parts()
