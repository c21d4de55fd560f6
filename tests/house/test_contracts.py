"""Every import contract holds, and fails when it is broken on purpose."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = {
    load["id"]: load
    for load in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}


@dataclass(frozen=True, slots=True)
class Break:
    """Lines that break a contract when added to a module, which is created if necessary."""

    contract: str
    module: str
    lines: str


BREAKS = (
    Break("etl-layers", "etl/utils.py", ""),
    Break("etl-layers", "etl/errors.py", "import etl.settings"),
    Break("etl-layers", "etl/plan/broken_on_purpose.py", "import etl.returns.findings.finding"),
    Break("etl-layers", "etl/use_cases/plans/load_plan.py", "import etl.jobs.queue"),
    Break("returns-layers", "etl/returns/findings/kind.py", "import etl.returns.form.labels"),
    Break("returns-layers", "etl/returns/checks/context.py", "import etl.returns.layouts.layout"),
    Break("use-cases-stand-alone", "etl/use_cases/plans/load_plan.py", "import etl.use_cases.returns.import_file"),
    Break("dashboard-layers", "dashboard/utils.py", ""),
    Break("dashboard-layers", "dashboard/front_end.py", "import dashboard.app"),
    Break("dashboard-layers", "dashboard/pages/broken_on_purpose.py", "import dashboard.callbacks"),
    Break("dashboard-above-etl", "etl/queries/broken_on_purpose.py", "import dashboard.front_end"),
    Break("dashboard-entry-points", "dashboard/pages/broken_on_purpose.py", "import etl.database"),
    Break("dashboard-entry-points", "dashboard/charts/broken_on_purpose.py", "import etl.plan"),
    Break("pure-core", "etl/indicators/rating.py", "import os"),
    Break("pure-core", "etl/errors.py", "import sqlalchemy"),
    Break("sql-in-the-database-only", "etl/queries/broken_on_purpose.py", "import sqlalchemy"),
    Break("sql-in-the-database-only", "dashboard/broken_on_purpose.py", "from sqlalchemy import select"),
    Break("queries-only-read", "etl/queries/broken_on_purpose.py", "import etl.database.write"),
    Break("charts-and-queries-without-dash", "etl/queries/broken_on_purpose.py", "import dash"),
    Break("charts-and-queries-without-dash", "dashboard/charts/broken_on_purpose.py", "import dash"),
    Break("public-pages-only-read", "dashboard/public/broken_on_purpose.py", "import etl.use_cases.plans.load_plan"),
    Break("public-pages-only-read", "dashboard/public/broken_on_purpose.py", "import etl.database.write"),
    Break("callbacks-stand-alone", "dashboard/callbacks/broken_on_purpose.py", "import dashboard.callbacks.sibling"),
)


def list_rounds() -> list[list[Break]]:
    """Return the breaks in rounds, none of which breaks a contract twice."""
    by_contract = {name: [item for item in BREAKS if item.contract == name] for name in CONTRACTS}
    rounds = zip_longest(*by_contract.values())
    return [[item for item in items if item is not None] for items in rounds]


ROUNDS = list_rounds()


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo"]
    # Wide enough for a name in one line.
    return subprocess.run(command, cwd=tree, env={**os.environ, "COLUMNS": "300"}, capture_output=True, text=True)


def is_reported(item: Break, output: str) -> bool:
    """Whether the output names the broken module under the heading of the contract."""
    _, *parts = re.split(r"^(.+)\n-+\n", output, flags=re.MULTILINE)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    return Path(item.module).stem in sections.get(CONTRACTS[item.contract]["name"], "")


def copy_of_the_code(folder: Path) -> Path:
    for name in ("etl", "dashboard"):
        ignored = shutil.ignore_patterns("__pycache__", "vendor", "*.css", "*.js")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def add(tree: Path, module: str, lines: str) -> None:
    path = tree / module
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.touch()
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{lines}\n", encoding="utf-8")


def test_every_contract_has_a_test_that_breaks_it():
    assert {item.contract for item in BREAKS} == set(CONTRACTS)


def test_no_contract_ignores_an_import():
    assert not [name for name, contract in CONTRACTS.items() if "ignore_imports" in contract]


def test_both_packages_are_layered_without_gaps():
    for name in ("etl-layers", "dashboard-layers"):
        assert CONTRACTS[name]["exhaustive"] is True


def test_public_pages_are_kept_from_use_cases_jobs_and_writers():
    forbidden = set(CONTRACTS["public-pages-only-read"]["forbidden_modules"])
    assert {"etl.use_cases", "etl.jobs", "etl.database.write"} <= forbidden
    assert all((ROOT / name.replace(".", "/")).is_dir() for name in forbidden)


def test_the_explore_page_is_public():
    for module in ("pages", "callbacks"):
        if (ROOT / "dashboard" / module / "explore.py").exists():
            assert f"dashboard.{module}.explore" in CONTRACTS["public-pages-only-read"]["source_modules"]


def test_the_root_of_etl_holds_at_most_six_modules():
    assert len(list((ROOT / "etl").glob("*.py"))) <= 6


@pytest.mark.slow
def test_every_contract_holds():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("breaks", ROUNDS, ids=range(len(ROUNDS)))
def test_a_broken_contract_fails(breaks, tmp_path):
    """Break each contract once in a round, so that each break is what its contract reports."""
    tree = copy_of_the_code(tmp_path)
    add(tree, "dashboard/callbacks/sibling.py", '"""Empty."""')
    for item in breaks:
        add(tree, item.module, item.lines)
    done = lint(tree)
    assert done.returncode == 1, done.stdout
    assert [item for item in breaks if not is_reported(item, done.stdout)] == [], done.stdout
