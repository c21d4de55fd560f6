"""Change one operator of the code at a time, and run tests on a copy of the tree to see whether one notices.

`.venv/bin/python -m tests.support.mutations --count 20 --seed 1 etl/indicators tests/indicators` prints the survivors.
Arguments after the code go to pytest.
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("etl", "dashboard", "tests", "data", "pyproject.toml")
TIMEOUT = 600
"""Seconds after which the tests of a mutation count as failed: it may loop for ever."""

_OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_SKIPPED_ARGUMENTS = frozenset(("compare", "repr", "strict", "frozen", "slots"))
"""Arguments of calls that don't change results."""


@dataclass(frozen=True)
class Mutation:
    """One change: the `variant` of the node at `index` in the syntax tree of a file."""

    path: str
    line: int
    index: int
    variant: int
    change: str
    code: str
    """The changed line before the change."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.change}: {self.code}"


def list_mutations(path: Path, root: Path = ROOT) -> list[Mutation]:
    """Return every mutation of a file, in the order of its syntax tree."""
    text = path.read_text(encoding="utf-8")
    lines, name = text.splitlines(), path.relative_to(root).as_posix()
    tree = ast.parse(text)
    skipped = set(_iterate_skipped(tree))
    mutations = []
    for index, node in enumerate(ast.walk(tree)):
        for variant, change in enumerate(_list_changes(node)) if node not in skipped else ():
            line = getattr(node, "lineno", 0)
            mutations.append(Mutation(name, line, index, variant, change, lines[line - 1].strip()))
    return mutations


def apply_mutation(mutation: Mutation, root: Path = ROOT) -> str:
    """Return the source of the file with the mutation, without its comments."""
    tree = ast.parse((root / mutation.path).read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    node = nodes[mutation.index]
    replacement = _change(node, mutation.variant)
    if replacement is not node:
        for parent in nodes:
            _replace_child(parent, node, replacement)
    return ast.unparse(ast.fix_missing_locations(tree))


def _list_changes(node: ast.AST) -> list[str]:
    """Return the names of the changes of a node."""
    if isinstance(node, ast.Compare):
        return [_name_change(operator) for operator in node.ops]
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        return [_name_change(node.op)] if type(node.op) in _OPERATORS else []
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        return [f"drop {type(node.op).__name__}"]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return [f"{node.value} to {_change_number(node.value)}"]
    if isinstance(node, ast.Return) and node.value is not None and getattr(node.value, "value", node) is not None:
        return ["return None"]
    return []


def _name_change(operator: ast.AST) -> str:
    return f"{type(operator).__name__} to {_OPERATORS[type(operator)].__name__}"


def _change_number(value: object) -> object:
    return not value if isinstance(value, bool) else value + 1  # type: ignore[operator]


def _change(node: ast.AST, variant: int) -> ast.AST:
    """Change the node in place, or return the node that takes its place."""
    if isinstance(node, ast.Compare):
        node.ops[variant] = _OPERATORS[type(node.ops[variant])]()  # type: ignore[call-overload]
    elif isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        node.op = _OPERATORS[type(node.op)]()  # type: ignore[assignment]
    elif isinstance(node, ast.UnaryOp):
        return node.operand
    elif isinstance(node, ast.Constant):
        node.value = _change_number(node.value)  # type: ignore[assignment]
    elif isinstance(node, ast.Return):
        node.value = ast.Constant(None)
    return node


def _replace_child(parent: ast.AST, child: ast.AST, replacement: ast.AST) -> None:
    for name, value in ast.iter_fields(parent):
        if value is child:
            setattr(parent, name, replacement)
        elif isinstance(value, list):
            setattr(parent, name, [replacement if item is child else item for item in value])


def _iterate_skipped(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of annotations, decorators, assertions, and arguments that don't change results."""
    for node in ast.walk(tree):
        roots: list[ast.AST | None] = [
            getattr(node, "annotation", None),
            getattr(node, "returns", None),
            *getattr(node, "decorator_list", ()),
        ]
        if isinstance(node, ast.Assert):
            roots.append(node)
        if isinstance(node, ast.keyword) and node.arg in _SKIPPED_ARGUMENTS:
            roots.append(node)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and node.col_offset == 0:
            roots.append(node)
        for root in roots:
            if root is not None:
                yield from ast.walk(root)


def copy_tree(folder: Path) -> Path:
    """Copy what tests need into a folder, so that the tree itself is never changed."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
        else:
            shutil.copyfile(source, folder / name)
    return folder


def is_noticed(mutation: Mutation, tests: Sequence[str], folder: Path, *, timeout: float = TIMEOUT) -> bool:
    """Return whether a test fails (or never ends) with the mutation in the copy of the tree."""
    path = folder / mutation.path
    original = path.read_bytes()
    path.write_text(apply_mutation(mutation, folder), encoding="utf-8")
    try:
        return run_tests(tests, folder, timeout=timeout) != 0
    finally:
        path.write_bytes(original)


def run_tests(tests: Sequence[str], folder: Path, *, timeout: float = TIMEOUT) -> int:
    """Return the exit code of the tests in the copy of the tree, up to the first failure."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "not soak", *tests]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "HYPOTHESIS_PROFILE": "few"}
    environment.pop("SOAK", None)
    try:
        process = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return 1
    return process.returncode


def find_survivors(
    mutations: Sequence[Mutation], tests: Sequence[str], folder: Path, *, timeout: float = TIMEOUT
) -> list[Mutation]:
    """Return the mutations that no test notices."""
    assert run_tests(tests, folder, timeout=timeout) == 0, "the tests fail without any mutation"
    return [mutation for mutation in mutations if not is_noticed(mutation, tests, folder, timeout=timeout)]


def sample_mutations(paths: Sequence[Path], *, count: int, seed: int) -> list[Mutation]:
    """Return random mutations of files and folders, the same for the same seed."""
    files = sorted(file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py")))
    mutations = [mutation for file in files for mutation in list_mutations(file)]
    return Random(seed).sample(mutations, min(count, len(mutations)))


def main() -> None:
    """Print the mutations that survive."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("code", type=Path, help="a file or folder to change")
    parser.add_argument("tests", nargs=argparse.REMAINDER, help="arguments of pytest")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    mutations = sample_mutations([ROOT / arguments.code], count=arguments.count, seed=arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        survivors = find_survivors(mutations, arguments.tests, copy_tree(Path(folder)))
    print(*survivors, sep="\n")
    print(f"{len(mutations) - len(survivors)} of {len(mutations)} noticed")


if __name__ == "__main__":
    main()
