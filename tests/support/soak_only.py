"""Mark the tests that only `make soak` runs: `tests/soak_only.csv` lists them with the tests that cover them.

A row of a test names the cases that stay in `make test`, as patterns with " / " between them; `!` before a pattern
leaves out only those that match. A row of a file is about its PostgreSQL variants, and names the
tests that keep theirs.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

TABLE = Path(__file__).parents[1] / "soak_only.csv"


@dataclass(frozen=True)
class SoakRow:
    """A row of the table."""

    path: str
    function: str
    """Blank for a row about the PostgreSQL variants of a file."""
    stays: tuple[str, ...]
    covered_by: str

    def applies_to(self, item: pytest.Function) -> bool:
        """Whether a test runs in `make soak` only."""
        if not self.function:
            return item.get_closest_marker("postgres") is not None and not self._stays(item.originalname)
        return item.originalname == self.function and not self._stays(
            item.callspec.id if hasattr(item, "callspec") else ""
        )

    def _stays(self, name: str) -> bool:
        if self.stays and self.stays[0].startswith("!"):
            return not any(fnmatchcase(name, pattern[1:]) for pattern in self.stays)
        return any(fnmatchcase(name, pattern) for pattern in self.stays)


@cache
def read_rows() -> tuple[SoakRow, ...]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            SoakRow(
                *record["tests"].partition("::")[::2],
                tuple(pattern for pattern in record["stays"].split(" / ") if pattern),
                record["covered_by"],
            )
            for record in csv.DictReader(file)
        )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Add the mark before pytest selects by it."""
    rows_by_path: dict[str, list[SoakRow]] = defaultdict(list)
    for row in read_rows():
        rows_by_path[row.path].append(row)
    for item in items:
        rows = rows_by_path.get(item.nodeid.partition("::")[0], [])
        if isinstance(item, pytest.Function) and any(row.applies_to(item) for row in rows):
            item.add_marker("soak")
