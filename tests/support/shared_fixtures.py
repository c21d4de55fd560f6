"""Session fixtures that are slow to create, shared by all processes of a test run.

Tests must not change them: copy the file first.
"""

import fcntl
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from dashboard.front_end import PROJECT
from etl.database.authorization import COMMAND_LINE
from etl.database.connection import migrate, open_engine
from etl.indicators.periods import parse_quarter
from etl.indicators.plans import Plan
from etl.plan.read_plan import read_plan
from etl.queries.data_source import DataSource
from etl.sample.build import Sample, build_sample
from etl.use_cases.reporting.publish import publish_edition
from tests.benchmarks.national_database import make_national_database
from tests.support.command_line import CLOCK
from tests.support.folder_cache import FolderCache
from tests.support.manager_account import add_manager
from tests.support.plan_edits import SHIPPED_PLAN
from tests.support.staff_pages import StaffPages, open_staff_pages

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class SharedFolders:
    """Folders that all processes of a test run share. Each is filled once, or copied from a run of the same code."""

    folder: Path
    cache: FolderCache | None
    """None where pytest runs without its cache."""

    def __call__(
        self, name: str, fill: Callable[[Path], None], *, sources: tuple[str, ...] = ("data", "docs/guides", "etl")
    ) -> Path:
        """Return the folder of a name. The first caller fills it while the others wait.

        `sources` are the folders of the project that the contents depend on, besides the helpers of tests.
        """
        folder, partial = self.folder / name, self.folder / f"{name}-partial"
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                shutil.rmtree(partial, ignore_errors=True)
                partial.mkdir()
                if self.cache is None:
                    fill(partial)
                else:
                    self.cache.fill(name, partial, fill, sources)
                partial.rename(folder)
        return folder


@dataclass(frozen=True)
class SampleDatabase:
    """The database file of the sample, its plan and its entries."""

    path: Path
    plan: Plan
    sample: Sample

    @property
    def years(self) -> tuple[int, ...]:
        settings = self.plan.settings
        return tuple(range(settings.first_year, settings.last_year + 1))


@pytest.fixture(scope="session")
def shared_folders(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> SharedFolders:
    base = tmp_path_factory.getbasetemp()
    # The base folder of each pytest-xdist process is inside the folder of the run.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    has_cache = pytestconfig.pluginmanager.hasplugin("cacheprovider")
    return SharedFolders(folder, FolderCache(pytestconfig.cache.mkdir("shared-folders")) if has_cache else None)


@pytest.fixture(scope="session")
def shared_sample(shared_folders: SharedFolders) -> SampleDatabase:
    folder = shared_folders("sample", _fill_with_sample)
    plan = read_plan(SHIPPED_PLAN).plan
    assert plan is not None
    return SampleDatabase(folder / "sample.db", plan, pickle.loads((folder / "sample.pickle").read_bytes()))


def _fill_with_sample(folder: Path) -> None:
    engine = open_engine(f"sqlite:///{folder / 'sample.db'}")
    migrate(engine)
    sample = build_sample(engine, plan_path=SHIPPED_PLAN, today=TODAY)
    # Closing the last connection writes the log into the file.
    engine.dispose()
    (folder / "sample.pickle").write_bytes(pickle.dumps(sample))


@pytest.fixture(scope="session")
def shipped_plan(shared_sample: SampleDatabase) -> Plan:
    return shared_sample.plan


@pytest.fixture(scope="session")
def sample_database(shared_sample: SampleDatabase, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample with one account whose password is known."""
    path = Path(shutil.copyfile(shared_sample.path, tmp_path_factory.mktemp("sample") / "sample.db"))
    add_manager(path)
    return path


@pytest.fixture
def sample_copy(sample_database: Path, tmp_path: Path) -> Path:
    """Return a copy of the sample for a test that changes it. Servers accept sample data under this file name only."""
    return Path(shutil.copyfile(sample_database, tmp_path / "sample.db"))


@pytest.fixture(scope="session")
def sample_pages(sample_database: Path, shipped_plan: Plan) -> Iterator[StaffPages]:
    """Yield the sample's pages without a server. Tests must not change it."""
    with open_staff_pages(sample_database, shipped_plan) as pages:
        yield pages


PublishedSampleFactory = Callable[[str], Path]
CountryFactory = Callable[[int, int], Path]


@pytest.fixture(scope="session")
def published_sample(shared_folders: SharedFolders, shared_sample: SampleDatabase) -> PublishedSampleFactory:
    """Return a function that copies the sample database and publishes a quarter in it."""

    def publish(quarter: str) -> Path:
        def fill(folder: Path) -> None:
            engine = open_engine(f"sqlite:///{shutil.copyfile(shared_sample.path, folder / 'sample.db')}")
            publish_edition(
                DataSource(engine), parse_quarter(quarter), actor=COMMAND_LINE, now=datetime.fromisoformat(CLOCK)
            )
            engine.dispose()

        return shared_folders(f"sample-{quarter}", fill) / "sample.db"

    return publish


@pytest.fixture(scope="session")
def make_country(shared_folders: SharedFolders) -> CountryFactory:
    """Return a function that creates a national database of a size, without accounts."""

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
    """Return a copy of the project, set up by the real command without npm."""
    folder = shared_folders("without-npm", _set_up_without_npm, sources=("data", "docs", "etl", "dashboard"))
    return folder / "project"


def _set_up_without_npm(folder: Path) -> None:
    project = folder / "project"
    ignore = shutil.ignore_patterns("vendor", "node_modules")
    for name in ("dashboard", "etl", "data", "docs"):
        shutil.copytree(PROJECT / name, project / name, ignore=ignore)
    for name in ("package.json", "package-lock.json", "requirements.lock"):
        shutil.copy(PROJECT / name, project / name)
    environ = {**os.environ, "PATH": str(Path(sys.executable).parent)}
    assert shutil.which("npm", path=environ["PATH"]) is None
    command = [sys.executable, "-m", "dashboard.front_end"]
    result = subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "Front end ready: full plotly bundle.\n"), result.stderr
