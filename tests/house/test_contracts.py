"""Each import contract fails when it is broken on purpose, and names everything that it has to name."""

import ast
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = {
    one["id"]: one for one in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}


@dataclass(frozen=True, slots=True)
class Break:
    """Lines that, added to a module (which is made where it isn't there), must break the contract."""

    contract: str
    module: str
    lines: str


BREAKS = (
    Break("layers-of-etl", "etl/utils.py", ""),
    Break("layers-of-etl", "etl/errors.py", "import etl.settings"),
    Break("layers-of-etl", "etl/plan/made_to_break.py", "import etl.returns.findings"),
    Break("layers-of-etl", "etl/load_plan.py", "import etl.load_return"),
    Break("layers-of-dashboard", "dashboard/utils.py", ""),
    Break("layers-of-dashboard", "dashboard/front_end.py", "import dashboard.app"),
    Break("layers-of-dashboard", "dashboard/pages/made_to_break.py", "import dashboard.callbacks"),
    Break("dashboard-above-etl", "etl/questions/made_to_break.py", "import dashboard.front_end"),
    Break("doors-of-etl", "dashboard/pages/made_to_break.py", "import etl.database"),
    Break("doors-of-etl", "dashboard/figures/made_to_break.py", "import etl.plan"),
    Break("pure-core", "etl/indicators/rating.py", "import os"),
    Break("pure-core", "etl/errors.py", "import sqlalchemy"),
    Break("sql-in-the-database-only", "etl/questions/made_to_break.py", "import sqlalchemy"),
    Break("sql-in-the-database-only", "dashboard/made_to_break.py", "from sqlalchemy import select"),
    Break("questions-only-read", "etl/questions/made_to_break.py", "import etl.database.write"),
    Break("figures-and-questions-without-dash", "etl/questions/made_to_break.py", "import dash"),
    Break("figures-and-questions-without-dash", "dashboard/figures/made_to_break.py", "import dash"),
    Break("public-pages-only-read", "dashboard/public/made_to_break.py", "import etl.load_plan"),
    Break("public-pages-only-read", "dashboard/public/made_to_break.py", "import etl.database.write"),
    Break("callbacks-stand-alone", "dashboard/callbacks/made_to_break.py", "import dashboard.callbacks.another_made"),
)


def lint(tree: Path, contract: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo", "--contract", contract]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True)


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


def test_every_contract_is_broken_here_once():
    assert {one.contract for one in BREAKS} == set(CONTRACTS)


def test_no_contract_ignores_an_import():
    assert not [name for name, one in CONTRACTS.items() if "ignore_imports" in one]


def test_both_packages_are_layered_without_gaps():
    for name in ("layers-of-etl", "layers-of-dashboard"):
        assert CONTRACTS[name]["exhaustive"] is True


def test_public_pages_are_kept_from_every_use_case_there_is():
    line = next(layer for layer in CONTRACTS["layers-of-etl"]["layers"] if "load_return" in layer)
    use_cases = {name.strip(" ()") for name in line.split("|")}
    there = {f"etl.{name}" for name in use_cases if (ROOT / "etl" / f"{name}.py").exists()}
    kept_from = set(CONTRACTS["public-pages-only-read"]["forbidden_modules"])
    assert there | {"etl.database.write"} <= kept_from
    assert not [name for name in kept_from if not (ROOT / name.replace(".", "/")).with_suffix(".py").exists()
                and not (ROOT / name.replace(".", "/")).is_dir()]  # fmt: skip


def test_the_explore_page_is_public_as_soon_as_it_is_there():
    for module in ("pages", "callbacks"):
        if (ROOT / "dashboard" / module / "explore.py").exists():
            assert f"dashboard.{module}.explore" in CONTRACTS["public-pages-only-read"]["source_modules"]


def test_packages_that_contracts_name_by_their_modules_hold_no_code_themselves():
    for name in ("public", "figures", "callbacks"):
        path = ROOT / "dashboard" / name / "__init__.py"
        if path.exists():
            assert len(ast.parse(path.read_text()).body) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_contract_holds_as_the_code_is(contract):
    done = lint(ROOT, contract)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("broken", BREAKS, ids=lambda one: f"{one.contract}: {one.module}: {one.lines}")
def test_a_contract_fails_when_it_is_broken(broken, tmp_path):
    tree = copy_of_the_code(tmp_path)
    add(tree, "dashboard/callbacks/another_made.py", '"""Made."""')
    for module in ("dashboard/app.py", "dashboard/pages/another_made.py", "etl/load_plan.py", "etl/load_return.py"):
        add(tree, module, "")
    add(tree, broken.module, broken.lines)
    done = lint(tree, broken.contract)
    assert done.returncode == 1, done.stdout
    assert "BROKEN" in done.stdout, done.stdout
