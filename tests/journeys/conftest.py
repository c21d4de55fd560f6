"""Fixtures of journeys: copies of the sample, users, and the cached oracle."""

import shutil
from pathlib import Path

import pytest

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
def remembering_oracle(monkeypatch: pytest.MonkeyPatch) -> None:
    cache_oracle(monkeypatch)
