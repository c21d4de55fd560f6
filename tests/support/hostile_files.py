"""More than 300 hostile or odd files. Each must be refused with a finding or read exactly."""

from collections.abc import Iterator
from itertools import chain, islice

from tests.hostile.broken_zips import iterate_broken_zips
from tests.hostile.hostile_file import HostileFile
from tests.hostile.odd_parts import iterate_odd_parts
from tests.hostile.odd_sheets import iterate_odd_sheets
from tests.hostile.other_file_kinds import iterate_bit_flipped_files, iterate_other_file_kinds, iterate_truncated_files


def iterate_hostile_files(*, is_whole: bool = True) -> Iterator[HostileFile]:
    """Yield every file once, or only those that `make test` reads; each is built when it is requested."""
    files = chain(
        iterate_other_file_kinds(),
        iterate_similar(iterate_truncated_files(), is_whole=is_whole),
        iterate_similar(iterate_bit_flipped_files(), is_whole=is_whole),
        iterate_broken_zips(is_whole=is_whole),
        iterate_odd_sheets(is_whole=is_whole),
        iterate_odd_parts(),
    )
    yield from files


def iterate_similar(files: Iterator[HostileFile], *, is_whole: bool) -> Iterator[HostileFile]:
    """Yield all files of a kind or every third."""
    return islice(files, 0, None, 1 if is_whole else 3)
