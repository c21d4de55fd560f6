"""The sample, made once for all journeys of a test process; each test gets a copy of its database."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from etl.database.connection import migrate, open_engine
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Role
from etl.make_sample import Sample, make_sample
from etl.manage_users import add_user
from etl.plan.read_plan import read_plan
from tests.command_line import CommandLine
from tests.oracle_of_sample import remember_in_oracle
from tests.plan_edits import SHIPPED_PLAN

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class MadeSample:
    """The sample's database file, the plan in it, and all that its maker typed."""

    path: Path
    plan: Plan
    sample: Sample

    @property
    def years(self) -> tuple[int, ...]:
        settings = self.plan.settings
        return tuple(range(settings.first_year, settings.last_year + 1))


@pytest.fixture(scope="session")
def made_sample(tmp_path_factory: pytest.TempPathFactory) -> MadeSample:
    path = tmp_path_factory.mktemp("sample") / "made.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    sample = make_sample(engine, plan_path=SHIPPED_PLAN, today=TODAY)
    # The last connection to close writes everything from the log into the file.
    engine.dispose()
    plan = read_plan(SHIPPED_PLAN).plan
    assert plan is not None
    return MadeSample(path, plan, sample)


@pytest.fixture
def sample_run(made_sample: MadeSample, tmp_path: Path) -> CommandLine:
    """The command line on a copy of the sample's database."""
    path = tmp_path / "copy.db"
    shutil.copyfile(made_sample.path, path)
    return CommandLine(f"sqlite:///{path}")


@pytest.fixture
def open_database() -> Iterator[Callable[[str], Engine]]:
    """Opens engines and closes them after the test."""
    opened: list[Engine] = []

    def open_one(url: str) -> Engine:
        opened.append(open_engine(url))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.dispose()


@pytest.fixture
def with_people(now: datetime) -> Callable[[str], CommandLine]:
    """The command line on a database that has a manager, an officer of all sites, and one of site 01 only."""

    def prepare(url: str) -> CommandLine:
        engine = open_engine(url)
        for name, role, sites in (
            ("mana", Role.MANAGER, None),
            ("offi", Role.OFFICER, None),
            ("only01", Role.OFFICER, ["01"]),
        ):
            add_user(engine, name, role, "long enough to pass", sites, now=now, who="test")
        # Closed, so that a SQLite file is whole and can be copied.
        engine.dispose()
        return CommandLine(url)

    return prepare


@pytest.fixture
def remembering_oracle(monkeypatch: pytest.MonkeyPatch) -> None:
    remember_in_oracle(monkeypatch)
