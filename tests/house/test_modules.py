"""Rules for the size, docstrings and names of modules."""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for folder in ("etl", "dashboard") for path in (ROOT / folder).rglob("*.py"))
PRODUCT = frozenset(CODE)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
BANNED_NAMES = ("utils", "util", "helpers", "helper", "common", "misc", "manager", "df", "data2", "stuff")
REGISTERING = ("callback", "clientside_callback")
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
    """What the rules look at in a module: the trees of all modules would fill the memory."""

    description: str
    """The first paragraph of its docstring."""
    functions: tuple[FunctionSummary, ...]
    banned_names: tuple[str, ...]
    """Banned names that it defines. Of tests only the names of their files are looked at."""
    registrations: tuple[str, ...]
    """Where it registers callbacks by itself."""


@cache
def summarize(path: Path) -> ModuleSummary:
    tree = parse_module(path)
    description = (ast.get_docstring(tree) or "").split("\n\n")[0]
    nodes = list(ast.walk(tree)) if path in PRODUCT else list(walk_statements(tree.body))
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return ModuleSummary(
        description,
        tuple(_summarize_function(function) for function in functions),
        tuple(name for name in list_defined_names(nodes) if name in BANNED_NAMES),
        tuple(list_registrations(nodes)),
    )


def walk_statements(statements: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Yield the statements and those in them, without their expressions: a third of the time."""
    for statement in statements:
        yield statement
        for field in ("body", "orelse", "handlers", "finalbody", "cases"):
            yield from walk_statements(getattr(statement, field, []))


def _summarize_function(function: ast.FunctionDef | ast.AsyncFunctionDef) -> FunctionSummary:
    end = function.end_lineno or 0
    body_size = end - function.body[0].lineno + 1 if function.decorator_list else 0
    return FunctionSummary(function.name, function.lineno, end - function.lineno + 1, body_size)


def list_defined_names(nodes: list[ast.AST]) -> set[str]:
    """Return every name that these nodes define."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def list_registrations(nodes: list[ast.AST]) -> Iterator[str]:
    """Yield what registers callbacks of Dash directly."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "dash":
            yield from (name.name for name in node.names if name.name in REGISTERING)
        if isinstance(node, ast.Attribute) and node.attr in REGISTERING and ast.unparse(node.value) in ("dash", "app"):
            yield f"line {node.lineno}"


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
    bad += [f"{format_path(path)}: {name}" for path in CODE for name in summarize(path).banned_names]
    assert not bad, bad


def test_the_code_contains_no_todo():
    words = ("TO" + "DO", "FIX" + "ME", "X" + "XX")
    assert not [format_path(path) for path in CODE + TESTS if any(word in path.read_text() for word in words)]


def test_only_the_settings_read_the_environment():
    readers = {format_path(path) for path in CODE if "os.environ" in (text := path.read_text()) or "getenv" in text}
    assert readers <= {"etl/settings.py"}


def test_only_the_registry_registers_callbacks():
    allowed = ("dashboard/access/registry.py", "dashboard/app.py")
    bad = [
        f"{format_path(path)}: {registration}"
        for path in CODE
        if format_path(path) not in allowed
        for registration in summarize(path).registrations
    ]
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


def test_tests_are_named_as_sentences():
    assert not [
        f"{format_path(path)}:{function.line} {function.name}"
        for path in TESTS
        if path.name.startswith("test_")
        for function in summarize(path).functions
        if function.name.startswith("test_") and function.name.count("_") < 3
    ]
