"""Rules for the size, docstrings and names of modules."""

import ast
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for folder in ("etl", "dashboard") for path in (ROOT / folder).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
BANNED_NAMES = ("utils", "util", "helpers", "helper", "common", "misc", "manager", "df", "data2", "stuff")
MIGRATIONS = ROOT / "etl" / "database" / "migrations"


def format_path(path: Path) -> str:
    return str(path.relative_to(ROOT))


def parse_module(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class FunctionSummary:
    """A function with the number of its lines; those of its body only if it has a decorator."""

    name: str
    line: int
    size: int
    decorated_body_size: int


@dataclass(frozen=True)
class ModuleSummary:
    """The first paragraph of a module's docstring, and its functions."""

    description: str
    functions: tuple[FunctionSummary, ...]


@cache
def summarize(path: Path) -> ModuleSummary:
    """Return what several rules look at; the trees of all modules would fill the memory."""
    tree = parse_module(path)
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return ModuleSummary(
        (ast.get_docstring(tree) or "").split("\n\n")[0],
        tuple(_summarize_function(function) for function in functions),
    )


def _summarize_function(function: ast.FunctionDef | ast.AsyncFunctionDef) -> FunctionSummary:
    end = function.end_lineno or 0
    body_size = end - function.body[0].lineno + 1 if function.decorator_list else 0
    return FunctionSummary(function.name, function.lineno, end - function.lineno + 1, body_size)


def list_defined_names(tree: ast.Module) -> set[str]:
    """Return every name that the module defines."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def test_no_module_is_longer_than_400_lines():
    long = {format_path(path): size for path in CODE + TESTS if (size := len(path.read_text().splitlines())) > 400}
    assert not long, long


def test_no_function_is_longer_than_50_lines():
    long = [
        f"{format_path(path)}:{function.line} {function.name} has {function.size} lines"
        for path in CODE + TESTS
        for function in summarize(path).functions
        if function.size > 50 and MIGRATIONS not in path.parents
    ]
    assert not long, long


def test_no_callback_body_is_longer_than_15_lines():
    long = [
        f"{format_path(path)}:{function.line} {function.name}"
        for path in CODE
        if "callbacks" in path.parts
        for function in summarize(path).functions
        if function.decorated_body_size > 15
    ]
    assert not long, long


def test_every_module_starts_with_one_sentence():
    bad = [format_path(path) for path in CODE + TESTS if not summarize(path).description.endswith(".")]
    assert not bad, bad


def test_no_module_or_name_is_meaningless():
    bad = [format_path(path) for path in CODE + TESTS if path.stem in BANNED_NAMES or path.parent.name in BANNED_NAMES]
    bad += [
        f"{format_path(path)}: {name}"
        for path in CODE
        for name in list_defined_names(parse_module(path))
        if name in BANNED_NAMES
    ]
    assert not bad, bad


def test_the_code_contains_no_todo():
    words = ("TO" + "DO", "FIX" + "ME", "X" + "XX")
    assert not [format_path(path) for path in CODE + TESTS if any(word in path.read_text() for word in words)]


def test_only_the_settings_read_the_environment():
    readers = {format_path(path) for path in CODE if "os.environ" in (text := path.read_text()) or "getenv" in text}
    assert readers <= {"etl/settings.py"}


def test_only_the_registry_registers_callbacks():
    bad = []
    for path in CODE:
        if format_path(path) in ("dashboard/access/registry.py", "dashboard/app.py"):
            continue
        for node in ast.walk(parse_module(path)):
            if isinstance(node, ast.ImportFrom) and node.module == "dash":
                bad += [format_path(path) for name in node.names if name.name in ("callback", "clientside_callback")]
            if not isinstance(node, ast.Attribute) or node.attr not in ("callback", "clientside_callback"):
                continue
            if ast.unparse(node.value) in ("dash", "app"):
                bad.append(f"{format_path(path)}:{node.lineno}")
    assert not bad, bad


def test_the_core_imports_the_standard_library_only():
    bad = []
    for path in (ROOT / "etl" / "indicators").rglob("*.py"):
        for node in ast.walk(parse_module(path)):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                ours = name.startswith("etl.indicators") or name == "etl.errors"
                if not ours and name.partition(".")[0] not in sys.stdlib_module_names:
                    bad.append(f"{format_path(path)}: {name}")
    assert not bad, bad


def test_every_folder_of_code_is_a_package():
    folders = {path.parent for path in CODE if MIGRATIONS not in path.parents}
    assert not [format_path(folder) for folder in folders if not (folder / "__init__.py").exists()]


def test_test_files_have_unique_names():
    names = [path.name for path in TESTS if path.name.startswith("test_")]
    assert not {name for name in names if names.count(name) > 1}


@pytest.mark.parametrize("path", [path for path in TESTS if path.name.startswith("test_")], ids=format_path)
def test_tests_are_named_as_sentences(path):
    assert not [
        function.name
        for function in summarize(path).functions
        if function.name.startswith("test_") and function.name.count("_") < 3
    ]
