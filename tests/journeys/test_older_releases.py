"""Databases that four older commits made with their own code are migrated, and keep their rows, files and figures.

`tests/cases/older_releases.tar.xz` holds for each commit its database, packed by `tests/support/packed_database.py`,
and what its `figures --format json` printed. Each commit loaded the plan of `tests/plans/other`, six returns of
`tests/journeys/other_returns.py`, one of them not approved, and published 2024Q2, with the clock of 2026-11-23, 9:00.
Zip files were written without compression, because the archive then compresses what they have in common.
"""

import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from etl.use_cases.operations.verify import verify_database
from tests.journeys.test_older_database import flatten, read_kept_rows
from tests.support.command_line import CommandLine, FigureRow
from tests.support.packed_database import Row, unpack_database, unpack_rows

ARCHIVE = Path(__file__).parents[1] / "cases" / "older_releases.tar.xz"
REVISIONS = {"cab136e": "0012", "92f61da": "0015", "6f18311": "0016", "16d13ff": "0017"}
CHOICES: dict[str, tuple[str, ...]] = {
    "sites": ("--each-site",),
    "periods": ("--year", "2024", "--quarter", "2024Q1", "--quarter", "2024Q2", "--quarter", "2024Q3"),
}
NEW_WORDS = ("shown.target", "no target", "between milestones")
"""D3 of docs/arithmetic.md: a quarter between two targets has its reason."""


@pytest.fixture(scope="module")
def older_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("releases")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder


def list_changes(older: FigureRow, newer: FigureRow) -> Iterator[tuple[str, Any, Any]]:
    """Yield the fields of the older figure that differ now."""
    after = dict(flatten(newer))
    for field, before in flatten(older):
        if before != after.get(field) and (field, before, after.get(field)) != NEW_WORDS:
            yield field, before, after.get(field)


def check_release(run: CommandLine, engine: Engine, tables: dict[str, list[Row]], figures: Any, folder: Path) -> None:
    unpack_database(engine, tables)
    before = read_kept_rows(engine, tables)
    run.environ["BACKUP_FOLDER"] = str(folder)
    refused = run("figures")
    assert refused.code == 3 and "python -m etl migrate" in refused.err
    (version,) = tables["alembic_version"]
    assert f"from version {version['version_num']}" in run.succeed("migrate").out
    assert list(folder.iterdir())
    assert read_kept_rows(engine, tables) == before
    assert verify_database(engine) == ()
    for name, choice in CHOICES.items():
        pairs = zip(figures[name], run.figures(*choice), strict=True)
        assert [change for older, newer in pairs for change in list_changes(older, newer)] == []


@pytest.mark.parametrize("commit", REVISIONS)
def test_a_database_of_an_older_commit_keeps_its_rows_and_figures(
    older_releases: Path, commit: str, tmp_path: Path, open_database: Callable[[str], Engine]
) -> None:
    url = f"sqlite:///{tmp_path / 'older.db'}"
    tables = unpack_rows(older_releases / f"{commit}.tar")
    assert tables["alembic_version"] == [{"version_num": REVISIONS[commit]}]
    figures = json.loads((older_releases / f"{commit}.json").read_text())
    check_release(CommandLine(url), open_database(url), tables, figures, tmp_path / "backups")


@pytest.mark.postgres
def test_on_postgresql_it_does_too(
    older_releases: Path,
    tmp_path: Path,
    make_empty_postgres_url: Callable[[], str],
    open_database: Callable[[str], Engine],
    pg_programs: None,
) -> None:
    url, commit = make_empty_postgres_url(), next(iter(REVISIONS))
    tables = unpack_rows(older_releases / f"{commit}.tar")
    figures = json.loads((older_releases / f"{commit}.json").read_text())
    check_release(CommandLine(url), open_database(url), tables, figures, tmp_path / "backups")
