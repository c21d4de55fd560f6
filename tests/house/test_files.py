"""The top level, the lock files and the documentation of settings."""

import ast
import json
import re
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from dashboard import front_end
from dashboard.front_end import VENDOR, prepare_front_end, read_front_end
from etl.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {
    *("dashboard", "data", "etl", "tests", "docs", "deploy", ".ci"),
    *(
        "pyproject.toml",
        "Procfile",
        "README.md",
        "Makefile",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        ".env.sample",
        ".gitignore",
    ),
    *("requirements.lock", "requirements-dev.lock", "package.json", "package-lock.json"),
}
LOCKS = ("requirements.lock", "requirements-dev.lock")
ANOTHER_INDEX = re.compile(
    r"(index-url|trusted-host|find-links|extra-index|://[^\s\"']*/(simple|pypi|npm)\b|://(registry|pypi|files)\.|resolved\":)"
)


def list_tracked_files() -> list[Path]:
    """Return the files that are, or would be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def read_pinned_versions(lock: str) -> dict[str, str]:
    lines = (ROOT / lock).read_text().splitlines()
    return dict(match.groups() for line in lines if (match := re.match(r"([a-z0-9-]+)==([^\s;\\]+)", line)))


def test_the_top_level_has_no_unexpected_files():
    assert {path.relative_to(ROOT).parts[0] for path in list_tracked_files()} <= TOP_LEVEL


def test_no_file_names_an_index_or_a_registry():
    allowed = {Path(__file__), ROOT / "docs" / "decisions" / "0006-keep-two-lock-files.md"}
    occurrences = []
    for path in list_tracked_files():
        if path not in allowed and path.suffix not in (".xlsx", ".png", ".ods", ".zip"):
            text = path.read_text(encoding="utf-8", errors="replace")
            occurrences += [f"{path.relative_to(ROOT)}: {match[0]}" for match in ANOTHER_INDEX.finditer(text)]
    assert not occurrences, occurrences


def test_data_contains_no_python():
    assert not [path for path in list_tracked_files() if path.suffix == ".py" and path.is_relative_to(ROOT / "data")]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_a_hash_for_every_package(lock):
    text = (ROOT / lock).read_text()
    packages = re.split(r"\n(?=[a-z])", text.strip())
    assert len(packages) > 30
    assert not [package.split()[0] for package in packages if "--hash=sha256:" not in package]


def test_both_locks_pin_the_same_versions():
    assert read_pinned_versions(LOCKS[0]).items() <= read_pinned_versions(LOCKS[1]).items()


def test_the_locks_contain_every_declared_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for requirements, lock in (
        (project["dependencies"], LOCKS[0]),
        (project["optional-dependencies"]["dev"], LOCKS[1]),
    ):
        names = {re.split(r"[\[<>=]", requirement)[0].lower() for requirement in requirements}
        assert names <= set(read_pinned_versions(lock))


def test_the_installed_versions_are_those_of_the_lock():
    assert {name: version(name) for name in read_pinned_versions(LOCKS[1])} == read_pinned_versions(LOCKS[1])


def test_the_browser_and_python_have_the_same_plotly():
    plotly_version = json.loads((ROOT / "package.json").read_text())["dependencies"]["plotly.js-basic-dist-min"]
    import plotly

    bundled = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    assert f"plotly.js v{plotly_version}\n" in bundled.read_text(encoding="utf-8")[:200]


def test_npm_installs_exact_versions_only():
    dependencies = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", package_version) for package_version in dependencies.values())


def test_every_setting_is_documented():
    tree = ast.parse((ROOT / "etl" / "settings.py").read_text())
    read = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and re.fullmatch(r"reader\.read_\w+", ast.unparse(node.func)) and node.args
        if isinstance(node.args[0], ast.Constant)
    }
    sample = (ROOT / ".env.sample").read_text()
    assert read == set(re.findall(r"^([A-Z_]+)=", sample, re.MULTILINE))


def test_the_sample_of_settings_is_valid():
    lines = [line for line in (ROOT / ".env.sample").read_text().splitlines() if not line.startswith("#")]
    assert read_settings(dict(line.split("=", 1) for line in lines)) == read_settings({})


def test_setup_prepared_the_front_end():
    ready = read_front_end(VENDOR)
    assert ready.bundle in ("basic", "full")
    assert all((VENDOR / name).exists() for name in ready.files.values())


def test_without_npm_the_files_are_those_of_python_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Without compression, which takes most of the time."""
    monkeypatch.setattr(front_end.brotli, "compress", lambda content, **_: content[:10])
    ready = prepare_front_end(tmp_path / "vendor", with_npm=False)
    assert ready.bundle == "full" and read_front_end(tmp_path / "vendor") == ready
    assert ready.files["all-100-900.ttf"] in (tmp_path / "vendor" / ready.files["fonts.css"]).read_text()
    assert "--bs-body-font" in (tmp_path / "vendor" / ready.files["bootstrap.css"]).read_text()


@pytest.mark.slow
def test_without_npm_the_front_end_comes_from_python_packages(project_without_npm: Path):
    folder = project_without_npm / "dashboard" / "vendor"
    ready = read_front_end(folder)
    assert ready.bundle == "full"
    assert ready.files["all-100-900.ttf"] in (folder / ready.files["fonts.css"]).read_text()
    assert "--bs-body-font" in (folder / ready.files["bootstrap.css"]).read_text()
    written = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert prepare_front_end(folder, with_npm=False) == ready
    assert written == {path: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_ci_runs_what_a_person_runs():
    assert (ROOT / ".ci" / "run").read_text().split("\n")[-3:] == ["make check", "make test", ""]
