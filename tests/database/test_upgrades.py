"""A database of each earlier schema is copied and migrated by `migrate` alone, and its figures stay the same."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from etl.database.connection import SchemaStatus, open_engine, read_schema
from etl.queries.data_source import DataSource
from etl.use_cases.operations.verify import verify_database
from tests.support.command_line import CommandLine
from tests.support.edition_database import publish_quarter, store_edition_data
from tests.support.older_database import MIGRATIONS, rebuild_at_revision

OLDER = sorted(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())[:-1]
CHOSEN = OLDER if os.environ.get("SOAK") == "1" else [OLDER[0], OLDER[len(OLDER) // 2], OLDER[-1]]
CHOICE = ("--year", "2023", "--each-site")


@pytest.fixture(scope="module")
def published_path(make_shared_url: Callable[[str], str]) -> Path:
    """Return a SQLite database with figures and an edition, to copy."""
    url = make_shared_url("sqlite")
    engine = open_engine(url)
    store_edition_data(engine)
    publish_quarter(DataSource(engine))
    engine.dispose()
    return Path(url.removeprefix("sqlite:///"))


def check_upgrade(run: CommandLine, engine: Engine, revision: str, folder: Path, way_back: CommandLine) -> None:
    """Take the database back to a revision, migrate it and the backup of this migration, and compare the figures."""
    run.environ["BACKUP_FOLDER"] = str(folder)
    figures = run.figures(*CHOICE)
    assert any(figure["judged"] not in ("no_data", "nothing_reported") for figure in figures)
    rebuild_at_revision(engine, revision)
    for command in (["figures"], ["verify"], ["users", "list"], ["work", "--once"], ["move", "sqlite:///x.db"]):
        refused = run(*command)
        assert refused.code == 3 and "python -m etl migrate" in refused.err, command
    assert read_schema(engine).revision == revision
    run.succeed("migrate")
    assert read_schema(engine).status is SchemaStatus.CURRENT and verify_database(engine) == ()
    assert run.figures(*CHOICE) == figures
    (backup,) = folder.iterdir()
    assert f"at version {revision}" in way_back.succeed("restore", backup).out
    way_back.succeed("migrate", "--without-backup")
    assert way_back.figures(*CHOICE) == figures


@pytest.mark.parametrize("revision", CHOSEN)
def test_a_sqlite_database_of_an_earlier_schema_keeps_its_figures(
    published_path: Path, revision: str, tmp_path: Path, open_database: Callable[[str], Engine]
) -> None:
    url = f"sqlite:///{shutil.copyfile(published_path, tmp_path / 'old.db')}"
    way_back = CommandLine(f"sqlite:///{tmp_path / 'back.db'}")
    check_upgrade(CommandLine(url), open_database(url), revision, tmp_path / "backups", way_back)


@pytest.mark.postgres
@pytest.mark.parametrize("revision", OLDER if len(CHOSEN) > 3 else [OLDER[3]])
def test_a_postgresql_database_of_an_earlier_schema_keeps_its_figures(
    postgres_url: str,
    make_empty_postgres_url: Callable[[], str],
    revision: str,
    tmp_path: Path,
    open_database: Callable[[str], Engine],
    pg_programs: None,
) -> None:
    engine = open_database(postgres_url)
    store_edition_data(engine)
    way_back = CommandLine(make_empty_postgres_url())
    check_upgrade(CommandLine(postgres_url), engine, revision, tmp_path / "backups", way_back)
