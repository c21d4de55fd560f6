"""Every test that only `make soak` runs is covered by one of `make test`."""

import re
from functools import cache
from pathlib import Path

from tests.support.soak_only import read_rows

ROOT = Path(__file__).parents[2]


@cache
def list_tests(path: str) -> frozenset[str]:
    return frozenset(re.findall(r"^def (test_\w+)\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE))


def test_the_table_names_tests_that_exist():
    unknown = [row for row in read_rows() if row.function and row.function not in list_tests(row.path)]
    assert not unknown
    assert all(
        any(re.fullmatch(pattern.replace("*", ".*"), test) for test in list_tests(row.path))
        for row in read_rows()
        if not row.function
        for pattern in row.stays
    )


def test_each_row_is_covered_by_a_test_that_make_test_runs():
    whole = {(row.path, row.function) for row in read_rows() if row.function and not row.stays}
    for row in read_rows():
        path, _, function = row.covered_by.partition("::")
        assert list_tests(path) if not function else function in list_tests(path), row
        assert (path, function) not in whole, row
