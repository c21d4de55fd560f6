"""What takes long to make and no test changes: made once for all processes of a run; a test that changes it copies."""

import fcntl
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from dashboard.front_end import PROJECT
from etl.database.connection import migrate, open_engine
from etl.indicators.periods import parse_quarter
from etl.indicators.plans import Plan
from etl.plan.read_plan import read_plan
from etl.queries.data_source import DataSource
from etl.sample.build import Sample, build_sample
from etl.use_cases.reporting.publish import publish_edition
from tests.benchmarks.national_database import make_national_database
from tests.support.command_line import CLOCK
from tests.support.plan_edits import SHIPPED_PLAN

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class SharedFolders:
    """A folder that all processes of a run see."""

    folder: Path

    def __call__(self, name: str, fill: Callable[[Path], None]) -> Path:
        """The folder of that name: whoever asks first fills it, the others wait until it is whole."""
        made, half_made = self.folder / name, self.folder / f"{name}-half-made"
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                shutil.rmtree(half_made, ignore_errors=True)
                half_made.mkdir()
                fill(half_made)
                half_made.rename(made)
        return made


@dataclass(frozen=True)
class SampleDatabase:
    """The sample's database file, the plan in it, and all that its maker typed."""

    path: Path
    plan: Plan
    sample: Sample

    @property
    def years(self) -> tuple[int, ...]:
        settings = self.plan.settings
        return tuple(range(settings.first_year, settings.last_year + 1))


@pytest.fixture(scope="session")
def shared_folders(tmp_path_factory: pytest.TempPathFactory) -> SharedFolders:
    own = tmp_path_factory.getbasetemp()
    # Each process of pytest-xdist has a folder of its own within the run's.
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "made-once"
    folder.mkdir(exist_ok=True)
    return SharedFolders(folder)


@pytest.fixture(scope="session")
def shared_sample(shared_folders: SharedFolders) -> SampleDatabase:
    made = shared_folders("sample", _fill_with_sample)
    plan = read_plan(SHIPPED_PLAN).plan
    assert plan is not None
    return SampleDatabase(made / "sample.db", plan, pickle.loads((made / "typed").read_bytes()))


def _fill_with_sample(folder: Path) -> None:
    engine = open_engine(f"sqlite:///{folder / 'sample.db'}")
    migrate(engine)
    sample = build_sample(engine, plan_path=SHIPPED_PLAN, today=TODAY)
    # The last connection to close writes everything from the log into the file.
    engine.dispose()
    (folder / "typed").write_bytes(pickle.dumps(sample))


PublishedSampleFactory = Callable[[str], Path]
CountryFactory = Callable[[int, int], Path]


@pytest.fixture(scope="session")
def published_sample(shared_folders: SharedFolders, shared_sample: SampleDatabase) -> PublishedSampleFactory:
    """The sample's database with the edition of one quarter."""

    def publish(quarter: str) -> Path:
        def fill(folder: Path) -> None:
            engine = open_engine(f"sqlite:///{shutil.copyfile(shared_sample.path, folder / 'sample.db')}")
            publish_edition(DataSource(engine), parse_quarter(quarter), actor="test", now=datetime.fromisoformat(CLOCK))
            engine.dispose()

        return shared_folders(f"sample-{quarter}", fill) / "sample.db"

    return publish


@pytest.fixture(scope="session")
def make_country(shared_folders: SharedFolders) -> CountryFactory:
    """The database of an invented country of so many sites and indicators, with nobody who could sign in."""

    def make(sites: int, indicators: int) -> Path:
        def fill(folder: Path) -> None:
            engine = open_engine(f"sqlite:///{folder / 'country.db'}")
            migrate(engine)
            make_national_database(engine, sites=sites, indicators=indicators)
            engine.dispose()

        return shared_folders(f"country-{sites}-{indicators}", fill) / "country.db"

    return make


@pytest.fixture(scope="session")
def project_without_npm(shared_folders: SharedFolders) -> Path:
    """A fresh copy of the project, set up by the real command where no npm is to be found."""
    return shared_folders("without-npm", _set_up_without_npm) / "project"


def _set_up_without_npm(folder: Path) -> None:
    project = folder / "project"
    unwanted = shutil.ignore_patterns("vendor", "node_modules")
    for name in ("dashboard", "etl", "data"):
        shutil.copytree(PROJECT / name, project / name, ignore=unwanted)
    for name in ("package.json", "package-lock.json", "requirements.lock"):
        shutil.copy(PROJECT / name, project / name)
    environ = {**os.environ, "PATH": str(Path(sys.executable).parent)}
    assert shutil.which("npm", path=environ["PATH"]) is None
    command = [sys.executable, "-m", "dashboard.front_end"]
    done = subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "Front end ready: full plotly bundle.\n"), done.stderr
