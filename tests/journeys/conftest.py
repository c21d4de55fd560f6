"""Fixtures of journeys: copies of the sample, users, and the cached oracle."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from etl.database.connection import open_engine
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from tests.support.command_line import CommandLine
from tests.support.sample_oracle import cache_oracle
from tests.support.shared_fixtures import SampleDatabase


@pytest.fixture
def sample_run(shared_sample: SampleDatabase, tmp_path: Path) -> CommandLine:
    """Return the command line on a copy of the sample's database."""
    path = tmp_path / "copy.db"
    shutil.copyfile(shared_sample.path, path)
    return CommandLine(f"sqlite:///{path}")


@pytest.fixture
def open_database() -> Iterator[Callable[[str], Engine]]:
    """Open engines and close them after the test."""
    opened: list[Engine] = []

    def open_one(url: str) -> Engine:
        opened.append(open_engine(url))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.dispose()


@pytest.fixture
def with_people(now: datetime) -> Callable[[str], CommandLine]:
    """Return the command line on a database with a manager, an officer of all sites, and an officer of site 01."""

    def prepare(url: str) -> CommandLine:
        engine = open_engine(url)
        for name, role, sites in (
            ("mana", Role.MANAGER, None),
            ("offi", Role.OFFICER, None),
            ("only01", Role.OFFICER, ["01"]),
        ):
            add_user(engine, name, role, "long enough to pass", sites, now=now, actor="test")
        # Closing the engine completes the SQLite file, which can then be copied.
        engine.dispose()
        return CommandLine(url)

    return prepare


@pytest.fixture
def remembering_oracle(monkeypatch: pytest.MonkeyPatch) -> None:
    cache_oracle(monkeypatch)
