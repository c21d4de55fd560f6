"""Change one operator of the code at a time, and run tests to see whether one notices.

`.venv/bin/python -m tests.support.mutations --count 20 --seed 1 etl/indicators tests/indicators` prints the survivors.
Arguments after the code go to pytest. The tree itself is never changed: `mutation_runner` puts the changed code into
forked test processes.
"""

import argparse
import ast
import csv
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT_FILE = Path(__file__).with_name("equivalent_mutations.csv")
"""Mutations that change no result, by file, line of code, column and change, each with the reason."""
RUNNER = "tests.support.mutation_runner"

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
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_FUNCTIONS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_EMPTY_RESULTS = {"tuple": "()", "list": "[]", "dict": "{}", "Mapping": "{}", "Sequence": "()", "Iterator": "iter(())"}
_EMPTY_RESULTS |= {"set": "set()", "frozenset": "frozenset()", "str": "''"}
"""An empty result in place of the returned one, by the annotation of the function; None otherwise."""
_SKIPPED_ARGUMENTS = frozenset(("compare", "repr", "strict", "frozen", "slots", "maxsize"))
"""Arguments of calls that don't change results."""


@dataclass(frozen=True)
class Mutation:
    """One change: the `variant` of the node at `index` in the syntax tree of a file."""

    path: str
    line: int
    column: int
    """Of the changed node, from the first character of its line."""
    index: int
    variant: int
    change: str
    code: str
    """The changed line before the change."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.change}: {self.code}"

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What names the mutation while other lines of the file change."""
        return self.path, self.code, self.column, self.change


def list_mutations(path: Path, root: Path = ROOT) -> list[Mutation]:
    """Return every mutation of a file, in the order of its syntax tree."""
    text = path.read_text(encoding="utf-8")
    lines, name = text.splitlines(), path.relative_to(root).as_posix()
    tree = ast.parse(text)
    skipped = set(_iterate_skipped(tree))
    results = {statement: empty for function in ast.walk(tree) for statement, empty in _list_results(function)}
    mutations = []
    for index, node in enumerate(ast.walk(tree)):
        for variant, (change, _) in enumerate(_list_changes(node, results)) if node not in skipped else ():
            place = node.ifs[variant] if isinstance(node, ast.comprehension) else node
            line = getattr(place, "lineno", 0)
            indent = len(lines[line - 1]) - len(lines[line - 1].lstrip())
            column = getattr(place, "col_offset", 0) - indent
            mutations.append(Mutation(name, line, column, index, variant, change, lines[line - 1].strip()))
    return mutations


def apply_mutation(mutation: Mutation, root: Path = ROOT) -> ast.Module:
    """Return the syntax tree of the file with the mutation."""
    tree = ast.parse((root / mutation.path).read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    node = nodes[mutation.index]
    results = {statement: empty for function in nodes for statement, empty in _list_results(function)}
    _, change = _list_changes(node, results)[mutation.variant]
    replacement = change()
    if replacement is not None:
        for parent in nodes:
            _replace_child(parent, node, ast.copy_location(replacement, node))
    return ast.fix_missing_locations(tree)


_Change = tuple[str, Callable[[], ast.AST | None]]
"""The name of a change, and what does it: in place, or by returning the node that takes the place."""


def _list_changes(node: ast.AST, results: dict[ast.Return, str]) -> list[_Change]:
    match node:
        case ast.Compare():
            return [_change_comparison(node, position) for position in range(len(node.ops))]
        case ast.BinOp() | ast.AugAssign() | ast.BoolOp():
            return [_change_operator(node)]
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            return [(f"drop {type(node.op).__name__}", lambda: node.operand)]
        case ast.Constant(value=int() | float()):
            changed = not node.value if isinstance(node.value, bool) else node.value + 1  # type: ignore[operator]
            return [(f"{node.value} to {changed}", lambda: ast.Constant(changed))]
        case ast.Return() if node in results:
            empty = results[node]
            return [(f"return {empty}", lambda: ast.Return(ast.parse(empty, mode="eval").body))]
        case ast.Call(func=ast.Name(id=name), args=[_, *_]) if name in _FUNCTIONS:
            return [(f"{name} to {_FUNCTIONS[name]}", lambda: _call_other(node, _FUNCTIONS[name]))]
        case ast.If() | ast.IfExp() | ast.While() if _is_plain(node.test):
            return [("negate condition", lambda: _negate(node))]
        case ast.comprehension():
            return [_change_filter(node, position) for position in range(len(node.ifs))]
    return []


def _change_comparison(node: ast.Compare, position: int) -> _Change:
    operator = _OPERATORS[type(node.ops[position])]

    def change() -> None:
        node.ops[position] = operator()  # type: ignore[call-overload]

    return f"{type(node.ops[position]).__name__} to {operator.__name__}", change


def _change_operator(node: ast.BinOp | ast.AugAssign | ast.BoolOp) -> _Change:
    operator = _OPERATORS[type(node.op)]

    def change() -> None:
        node.op = operator()  # type: ignore[assignment]

    return f"{type(node.op).__name__} to {operator.__name__}", change


def _call_other(node: ast.Call, name: str) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), node.args, node.keywords)


def _negate(node: ast.If | ast.IfExp | ast.While) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)


def _change_filter(node: ast.comprehension, position: int) -> _Change:
    def change() -> None:
        node.ifs[position] = ast.UnaryOp(ast.Not(), node.ifs[position])

    return "negate condition", change


def _is_plain(condition: ast.expr) -> bool:
    """Whether no other change of the condition reverses it."""
    return isinstance(condition, ast.Name | ast.Attribute | ast.Call | ast.Subscript)


def _list_results(function: ast.AST) -> Iterator[tuple[ast.Return, str]]:
    """Yield the statements of a function that return more than a constant, each with the source of another result."""
    if not isinstance(function, ast.FunctionDef):
        return
    annotation = ast.unparse(function.returns) if function.returns else ""
    empty = _EMPTY_RESULTS.get(annotation.partition("[")[0], "None")
    inner = [node for node in ast.walk(function) if isinstance(node, ast.FunctionDef) and node is not function]
    of_inner = {statement for node in inner for statement in ast.walk(node)}
    for statement in ast.walk(function):
        if not isinstance(statement, ast.Return) or statement in of_inner or statement.value is None:
            continue
        if ast.unparse(statement.value) not in (empty, "None"):
            yield statement, empty


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
        if _is_union(node):
            roots.append(node)
        for root in roots:
            if root is not None:
                yield from ast.walk(root)


def _is_union(node: ast.AST) -> bool:
    """Whether the node names types: `A | None`, `Callable[[A | B], C]`."""
    match node:
        case ast.Assign(value=ast.BinOp(op=ast.BitOr()) | ast.Subscript(), col_offset=0):
            return True
        case ast.Call(func=ast.Name(id="isinstance")):
            return False
        case ast.BinOp(op=ast.BitOr(), right=ast.Constant(value=None)):
            return True
    return False


def sample_mutations(paths: Sequence[Path], *, count: int, seed: int) -> list[Mutation]:
    """Return random mutations of files and folders, the same for the same seed."""
    files = sorted(file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py")))
    mutations = [mutation for file in files for mutation in list_mutations(file)]
    return Random(seed).sample(mutations, min(count, len(mutations)))


def find_survivors(mutations: Sequence[Mutation], tests: Sequence[str]) -> list[Mutation]:
    """Return the mutations that no test notices.

    First one pytest process runs each mutation in a fork of itself, where it replaces the code of functions. That
    misses code that runs as modules are imported, so a new process, which imports the mutation, confirms each survivor.
    """
    with tempfile.TemporaryDirectory() as folder:
        requests, outcomes = Path(folder, "requests.json"), Path(folder, "outcomes.json")
        requests.write_text(json.dumps([asdict(mutation) for mutation in mutations]), encoding="utf-8")
        process = run_tests(tests, MUTATION_REQUESTS=str(requests), MUTATION_OUTCOMES=str(outcomes))
        assert process.returncode == 0, process.stdout + process.stderr
        noticed = json.loads(outcomes.read_text(encoding="utf-8"))
    candidates = itertools.compress(mutations, (not is_noticed for is_noticed in noticed))
    return [mutation for mutation in candidates if not is_noticed_at_import(mutation, tests)]


def is_noticed_at_import(mutation: Mutation, tests: Sequence[str]) -> bool:
    """Return whether a test fails in a new process that imports the mutation."""
    return run_tests(tests, IMPORTED_MUTATION=json.dumps(asdict(mutation))).returncode != 0


def run_tests(tests: Sequence[str], **variables: str) -> subprocess.CompletedProcess[str]:
    """Run tests up to the first failure, with variables that tell `mutation_runner` what to change."""
    options = ["-x", "-q", "-s", "-p", "no:cacheprovider", "-p", RUNNER, "-m", "not soak and not postgres"]
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "mutations", **variables}
    environment.pop("SOAK", None)
    command = [sys.executable, "-m", "pytest", *options, *tests]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def read_equivalent() -> dict[tuple[str, str, int, str], str]:
    """Return the mutations that change no result, each with the reason."""
    with EQUIVALENT_FILE.open(encoding="utf-8", newline="") as file:
        return {
            (row["path"], row["code"], int(row["column"]), row["change"]): row["reason"] for row in csv.DictReader(file)
        }


def select_unexplained(survivors: Iterable[Mutation]) -> list[Mutation]:
    """Return the survivors that could change a result."""
    equivalent = read_equivalent()
    return [mutation for mutation in survivors if mutation.key not in equivalent]


def main() -> None:
    """Print the mutations that survive."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("code", type=Path, help="a file or folder to change")
    parser.add_argument("tests", nargs=argparse.REMAINDER, help="arguments of pytest")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    mutations = sample_mutations([ROOT / arguments.code], count=arguments.count, seed=arguments.seed)
    survivors = find_survivors(mutations, arguments.tests)
    unexplained = select_unexplained(survivors)
    print(*unexplained, sep="\n")
    print(
        f"{len(mutations) - len(survivors)} of {len(mutations)} noticed, {len(survivors) - len(unexplained)} equivalent"
    )


if __name__ == "__main__":
    main()
